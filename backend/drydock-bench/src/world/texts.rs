//! Dockerfiles in several languages, each on four steps of its migration.

use github_fake::Dice;

/// How far a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Stock images.
    Stock,
    /// Built in a hardened image, shipped in a stock one.
    Built,
    /// Hardened images, with something left to do.
    Hardened,
    /// All of the checklist.
    Done,
}

impl Step {
    /// All four.
    pub(crate) const ALL: [Self; 4] = [Self::Stock, Self::Built, Self::Hardened, Self::Done];
}

struct Language {
    /// As GitHub names it.
    name: &'static str,
    versions: [&'static str; 4],
    /// Images with `VERSION` where the tag begins.
    builder: &'static str,
    runtime: &'static str,
    /// Their hardened counterparts, of the version that is current.
    hardened_builder: &'static str,
    hardened_runtime: &'static str,
    build: &'static [&'static str],
    /// Whose what is shipped must be.
    user: &'static str,
    /// What is shipped.
    output: &'static str,
    start: &'static str,
}

const LANGUAGES: [Language; 7] = [
    Language {
        name: "TypeScript",
        versions: ["18", "20", "22", "24"],
        builder: "node:VERSION",
        runtime: "node:VERSION-alpine",
        hardened_builder: "dhi.io/node:24-debian13-dev",
        hardened_runtime: "dhi.io/node:24-debian13",
        build: &["COPY package*.json ./", "RUN npm ci", "COPY . .", "RUN npm run build"],
        user: "node",
        output: "/app/dist",
        start: r#"["node", "/app/dist/server.js"]"#,
    },
    Language {
        name: "Go",
        versions: ["1.22", "1.23", "1.24", "1.25"],
        builder: "golang:VERSION",
        runtime: "alpine:3.20",
        hardened_builder: "dhi.io/golang:1.26-debian13-dev",
        hardened_runtime: "dhi.io/static:20250419-debian13",
        build: &[
            "COPY go.* ./",
            "RUN go mod download",
            "COPY . .",
            "RUN CGO_ENABLED=0 go build -o /app/service .",
        ],
        user: "65532",
        output: "/app/service",
        start: r#"["/app/service"]"#,
    },
    Language {
        name: "Python",
        versions: ["3.9", "3.11", "3.12", "3.13"],
        builder: "python:VERSION",
        runtime: "python:VERSION-slim",
        hardened_builder: "dhi.io/python:3.13-debian13-dev",
        hardened_runtime: "dhi.io/python:3.13-debian13",
        build: &[
            "COPY requirements.txt .",
            "RUN python -m venv /app/venv && /app/venv/bin/pip install -r requirements.txt",
            "COPY . .",
        ],
        user: "65532",
        output: "/app",
        start: r#"["/app/venv/bin/python", "-m", "app"]"#,
    },
    Language {
        name: "Java",
        versions: ["11", "17", "21", "25"],
        builder: "maven:3.9-eclipse-temurin-VERSION",
        runtime: "eclipse-temurin:VERSION-jre",
        hardened_builder: "dhi.io/eclipse-temurin:21-jdk-debian13-dev",
        hardened_runtime: "dhi.io/eclipse-temurin:21-debian13",
        build: &["COPY . .", "RUN ./mvnw -q package"],
        user: "65532",
        output: "/app/target/app.jar",
        start: r#"["java", "-jar", "/app/target/app.jar"]"#,
    },
    Language {
        name: "Rust",
        versions: ["1.82", "1.85", "1.88", "1.90"],
        builder: "rust:VERSION",
        runtime: "debian:bookworm-slim",
        hardened_builder: "dhi.io/rust:1-alpine3.23-dev",
        hardened_runtime: "dhi.io/static:20260611-musl-alpine3.23",
        build: &["COPY . .", "RUN cargo build --release"],
        user: "65532",
        output: "/app/target/release/app",
        start: r#"["/app/target/release/app"]"#,
    },
    Language {
        name: "C#",
        versions: ["6.0", "8.0", "9.0", "10.0"],
        builder: "mcr.microsoft.com/dotnet/sdk:VERSION",
        runtime: "mcr.microsoft.com/dotnet/aspnet:VERSION",
        hardened_builder: "dhi.io/dotnet:9.0-sdk",
        hardened_runtime: "dhi.io/aspnetcore:9.0",
        build: &["COPY . .", "RUN dotnet publish -c Release -o /app/out"],
        user: "65532",
        output: "/app/out",
        start: r#"["/app/out/App"]"#,
    },
    Language {
        name: "Ruby",
        versions: ["3.1", "3.2", "3.3", "3.4"],
        builder: "ruby:VERSION",
        runtime: "ruby:VERSION-slim",
        hardened_builder: "dhi.io/ruby:3.4-debian13-dev",
        hardened_runtime: "dhi.io/ruby:3.4-debian13",
        build: &[
            "COPY Gemfile* ./",
            "RUN bundle config set --local path /app/vendor && bundle install",
            "COPY . .",
        ],
        user: "65532",
        output: "/app",
        start: r#"["ruby", "/app/bin/server"]"#,
    },
];

const USERS: [&str; 4] = ["app", "1000", "nobody", "65532"];
const PACKAGES: [&str; 8] =
    ["curl", "git", "ca-certificates", "tini", "jq", "openssl", "bash", "tzdata"];

/// What a Dockerfile is about, the same on every step.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    language: usize,
    version: usize,
    packages: Option<(&'static str, &'static str)>,
    user: Option<&'static str>,
    port: u64,
    has_one_stage: bool,
    has_shell_check: bool,
    /// Makes a text like no other.
    build: u64,
}

impl Recipe {
    pub(crate) fn thrown(dice: &mut Dice) -> Self {
        Self {
            language: dice.index(LANGUAGES.len()),
            version: dice.index(4),
            packages: dice.happens(350).then(|| (word(&PACKAGES, dice), word(&PACKAGES, dice))),
            user: dice.happens(450).then(|| word(&USERS, dice)),
            port: if dice.happens(300) { 80 } else { 3_000 + dice.below(6_000) },
            has_one_stage: dice.happens(400),
            has_shell_check: dice.happens(250),
            build: dice.throw() >> 40,
        }
    }

    /// The language as GitHub names it.
    pub(crate) fn language(&self) -> &'static str {
        LANGUAGES.get(self.language).map_or("Go", |it| it.name)
    }

    /// The text on a step.
    pub(crate) fn text(&self, step: Step) -> String {
        let Some(language) = LANGUAGES.get(self.language) else { return String::new() };
        let version = language.versions.get(self.version).copied().unwrap_or_default();
        let stock = |image: &str| image.replace("VERSION", version);
        let (builder, runtime) = match step {
            Step::Stock => (stock(language.builder), stock(language.runtime)),
            Step::Built => (language.hardened_builder.to_owned(), stock(language.runtime)),
            Step::Hardened | Step::Done => {
                (language.hardened_builder.to_owned(), language.hardened_runtime.to_owned())
            }
        };
        let has_one_stage = self.has_one_stage && step == Step::Stock;
        let mut lines = Vec::new();
        let name = if has_one_stage { "" } else { " AS build" };
        lines.push(format!("FROM {builder}{name}"));
        lines.push("WORKDIR /app".to_owned());
        lines.extend(language.build.iter().map(|it| (*it).to_owned()));
        if !has_one_stage {
            let output = language.output;
            let user = language.user;
            let owner =
                if step == Step::Done { format!(" --chown={user}:{user}") } else { String::new() };
            lines.push(format!("\nFROM {runtime}\nWORKDIR /app"));
            lines.push(format!("COPY --from=build{owner} {output} {output}"));
        }
        self.finish(step, &mut lines);
        lines.push(format!("ENTRYPOINT {}", language.start));
        lines.join("\n") + "\n"
    }

    /// What the stage that ships has beside its program.
    fn finish(&self, step: Step, lines: &mut Vec<String>) {
        lines.push(format!("ENV BUILD={}", self.build));
        let is_stock = matches!(step, Step::Stock | Step::Built);
        if let Some((one, other)) = self.packages.filter(|_| is_stock) {
            lines.push(format!("RUN apt-get update && apt-get install -y {one} {other}"));
        }
        let is_done = step == Step::Done;
        let port = if is_done && self.port < 1_025 { 8_080 } else { self.port };
        lines.push(format!("EXPOSE {port}"));
        if self.has_shell_check && !is_done {
            lines.push(format!("HEALTHCHECK CMD curl -f http://localhost:{port}/health"));
        }
        if let Some(user) = self.user.filter(|_| is_stock) {
            lines.push(format!("USER {user}"));
        }
    }
}

fn word(all: &[&'static str], dice: &mut Dice) -> &'static str {
    dice.pick(all).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use checklist::{Catalog, FileKind, Policy, Report, SourceFile, check};

    /// The first letters of the eight verdicts.
    fn outcomes(recipe: &Recipe, step: Step) -> String {
        let report = report(recipe, step);
        report.outcomes.iter().filter_map(|it| it.verdict.slug().chars().next()).collect()
    }

    fn report(recipe: &Recipe, step: Step) -> Report {
        let text = recipe.text(step);
        let file = SourceFile { kind: FileKind::Dockerfile, bytes: text.as_bytes() };
        check(&file, Catalog::built_in(), &Policy::default())
    }

    #[test]
    fn every_language_is_finished_at_the_last_step_and_not_before() {
        let mut seen = String::new();
        for language in 0..LANGUAGES.len() {
            let dice = &mut Dice::new(1);
            let recipe =
                Recipe { language, port: 80, has_shell_check: true, ..Recipe::thrown(dice) };
            let steps = Step::ALL.map(|it| outcomes(&recipe, it));
            seen.push_str(&format!("{}: {}\n", recipe.language(), steps.join(" ")));
        }
        insta::assert_snapshot!(seen, @r"
        TypeScript: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        Go: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        Python: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        Java: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        Rust: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        C#: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        Ruby: rnvrmrmr rnvrmrmr mnvmmrmr mnmmmmmm
        ");
    }
}
