//! The words of `EXPOSE`.

use super::Exposed;
use super::variables::Scope;

/// The ports of one word, which a variable may make several of.
pub(super) fn exposed(raw: &str, scope: &Scope<'_>) -> Vec<Exposed> {
    let (expanded, words) = scope.lex(raw);
    if expanded.known().is_none() || words.is_empty() {
        let (raw, protocol) = (raw.to_owned(), "tcp".to_owned());
        return vec![Exposed { raw, ports: None, protocol, missing: expanded.missing }];
    }
    words.iter().map(|word| port(raw, word)).collect()
}

fn port(raw: &str, word: &str) -> Exposed {
    let (ports, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let protocol = protocol.to_lowercase();
    let known = matches!(protocol.as_str(), "tcp" | "udp" | "sctp");
    Exposed {
        raw: raw.to_owned(),
        ports: range(ports).filter(|_| known),
        protocol,
        missing: Vec::new(),
    }
}

/// `80`, `9000-9002`, or either behind a host port, which does not count.
fn range(ports: &str) -> Option<(u16, u16)> {
    let container = ports.rsplit(':').next()?;
    let (first, last) = container.split_once('-').unwrap_or((container, container));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn ranges_and_host_forms_are_read() {
        let read = ["80", "9000-9002", "8080:80", "127.0.0.1:8080:80", "abc", "2-1"].map(range);
        let (one, three) = (Some((80, 80)), Some((9000, 9002)));
        assert_eq!(read, [one, three, one, one, None, None]);
    }
}
