//! What a Dockerfile says about the ports that its own server listens on.

use crate::LineRange;
use crate::shell::{self, Word};
use crate::stages::{CommandLine, Expanded, Set, Stage};
use crate::subject::Subject;

/// One place that names a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The port, the low end of a range.
    pub(super) port: Port,
    /// How sentences name the place.
    pub(super) source: String,
    pub(super) lines: LineRange,
    /// The stage that says so; another one where it is inherited.
    pub(super) stage: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Port {
    Number(u16),
    /// A variable that has no value in the file.
    Variable(String),
}

/// Environment variables that are a server's own port. Others that end in `PORT` belong to
/// servers that the application calls.
const PORT_NAMES: [&str; 8] = [
    "PORT",
    "HTTP_PORT",
    "HTTPS_PORT",
    "SERVER_PORT",
    "LISTEN_PORT",
    "APP_PORT",
    "ASPNETCORE_HTTP_PORTS",
    "ASPNETCORE_HTTPS_PORTS",
];

/// Parts of names of environment variables that hold a server's own address.
const ADDRESS_PARTS: [&str; 4] = ["LISTEN", "ADDR", "BIND", "ASPNETCORE_URLS"];

/// Options of a start command whose value is a port or an address.
const PORT_OPTIONS: [&str; 16] = [
    "-p",
    "--port",
    "-port",
    "--http-port",
    "--http.port",
    "--https-port",
    "--server.port",
    "-Dserver.port",
    "--listen",
    "-listen",
    "--bind",
    "-b",
    "--addr",
    "-addr",
    "--address",
    "--http-address",
];

/// Hosts that mean this container and not another one.
const OWN_HOSTS: [&str; 9] =
    ["", "0.0.0.0", "*", "+", "::", "[::]", "localhost", "127.0.0.1", "[::1]"];

/// Everything that a stage's end says about its ports.
pub(super) fn of(subject: &Subject<'_>, stage: &Stage<'_>) -> Vec<Evidence> {
    let mut found: Vec<Evidence> = exposed(stage);
    for (name, value) in subject.graph.env(stage.index) {
        found.extend(environment(&name, &value));
    }
    let commands = stage.entrypoint.iter().chain(&stage.cmd);
    found.extend(commands.flat_map(|it| options(subject, it)));
    found
}

fn exposed(stage: &Stage<'_>) -> Vec<Evidence> {
    let ports = stage.exposed.iter().filter_map(|it| {
        let port = match (it.value.ports, it.value.missing.first()) {
            (Some((low, _)), _) => Port::Number(low),
            (None, Some(variable)) => Port::Variable(variable.clone()),
            (None, None) => return None,
        };
        let lines = LineRange::one(it.lines.first);
        Some(Evidence { port, source: "EXPOSE".to_owned(), lines, stage: it.stage })
    });
    ports.collect()
}

fn environment(name: &str, value: &Set<Expanded>) -> Vec<Evidence> {
    let evidence = |port| Evidence {
        port,
        source: format!("ENV {name}"),
        lines: LineRange::one(value.lines.first),
        stage: value.stage,
    };
    let Some(text) = value.value.known() else {
        let variable = value.value.missing.first().filter(|_| is_port_name(name));
        return variable.map(|it| evidence(Port::Variable(it.clone()))).into_iter().collect();
    };
    ports_in(name, text).into_iter().map(|it| evidence(Port::Number(it))).collect()
}

/// Whether an environment variable is a server's own port.
fn is_port_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    PORT_NAMES.contains(&upper.as_str()) || upper.ends_with("_HTTP_PORT")
}

/// The ports that an environment variable sets for the server itself.
pub(super) fn ports_in(name: &str, value: &str) -> Vec<u16> {
    let values = value.split([';', ',']);
    if is_port_name(name) {
        return values.filter_map(plain).collect();
    }
    let upper = name.to_ascii_uppercase();
    let is_address = ADDRESS_PARTS.iter().any(|it| upper.contains(it));
    values.filter(|_| is_address).filter_map(address).collect()
}

/// Options such as `--port 80`, `-b 0.0.0.0:80`, and addresses such as `0.0.0.0:8000`.
fn options(subject: &Subject<'_>, command: &Set<CommandLine<'_>>) -> Vec<Evidence> {
    let instruction = command.value.instruction;
    let steps = subject.graph.stages.get(command.stage).map_or(&[][..], |it| &it.steps);
    let Some(step) = steps.iter().find(|it| std::ptr::eq(it.instruction, instruction)) else {
        return Vec::new();
    };
    let commands = shell::commands(instruction, &subject.graph.scope(step));
    let named = commands.iter().flat_map(|it| of_words(&it.words));
    let evidence = |(port, source, line)| {
        let lines = LineRange::one(line);
        Evidence { port, source, lines, stage: command.stage }
    };
    named.map(evidence).collect()
}

/// The ports that a command names, how each is named, and on which line.
fn of_words(words: &[Word]) -> Vec<(Port, String, u32)> {
    let mut found = Vec::new();
    let mut option: Option<&str> = None;
    for word in words {
        let Some(text) = word.text.as_deref() else {
            let written = word.raw.split_once('=').map(|(name, _)| name);
            let joined = written.filter(|it| PORT_OPTIONS.contains(it));
            if let Some(name) = option.take().or(joined) {
                let port = Port::Variable(word.raw.clone());
                found.push((port, format!("`{name}`"), word.line));
            }
            continue;
        };
        let (name, value) = match (option.take(), text.split_once('=')) {
            (Some(name), _) => (name, text),
            (None, Some((name, value))) if PORT_OPTIONS.contains(&name) => (name, value),
            (None, _) => {
                option = PORT_OPTIONS.into_iter().find(|it| *it == text);
                ("", text)
            }
        };
        let port = if name.is_empty() {
            own_address(value)
        } else {
            plain(value).or_else(|| address(value))
        };
        let source = if name.is_empty() { format!("`{value}`") } else { format!("`{name}`") };
        found.extend(port.map(|it| (Port::Number(it), source, word.line)));
    }
    found
}

/// A bare number.
fn plain(text: &str) -> Option<u16> {
    text.trim().trim_matches(['"', '\'']).parse().ok()
}

/// The port of an address of this container: `:80`, `0.0.0.0:80`, `http://+:80/`.
fn address(text: &str) -> Option<u16> {
    let text = text.trim().trim_matches(['"', '\'']);
    let text = text.split_once("://").map_or(text, |(_, rest)| rest).trim_end_matches('/');
    let (host, port) = text.rsplit_once(':')?;
    OWN_HOSTS.contains(&host).then(|| port.parse().ok()).flatten()
}

/// An address without an option before it, which must name its host to be taken for one.
fn own_address(text: &str) -> Option<u16> {
    text.starts_with("0.0.0.0:").then(|| address(text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_if_it_is_this_containers() {
        assert_eq!(address("http://+:80"), Some(80));
        assert_eq!(address("[::]:8080"), Some(8080));
        assert_eq!(address("redis:6379"), None);
        assert_eq!(address("localhost"), None);
    }
}
