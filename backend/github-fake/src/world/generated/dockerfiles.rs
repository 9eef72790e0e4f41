//! Dockerfiles as teams write them: one text for each throw of the dice.

use super::super::dice::Dice;

const USERS: [&str; 5] = ["app", "node", "1000", "nobody", "65532"];
const PACKAGES: [&str; 8] =
    ["curl", "git", "ca-certificates", "tini", "jq", "openssl", "bash", "tzdata"];

/// How a language is built and run: images to build in and to run in, with `VERSION`
/// where their tag begins, the commands that build, and the words that start it.
struct Toolchain {
    builder: &'static str,
    runtime: &'static str,
    versions: [&'static str; 4],
    build: &'static [&'static str],
    start: &'static str,
}

const TOOLCHAINS: [Toolchain; 7] = [
    Toolchain {
        builder: "node:VERSION",
        runtime: "node:VERSION-alpine",
        versions: ["18", "20", "22", "24"],
        build: &["COPY package*.json ./", "RUN npm ci", "COPY . .", "RUN npm run build"],
        start: r#"["node", "dist/server.js"]"#,
    },
    Toolchain {
        builder: "golang:VERSION",
        runtime: "alpine:3.20",
        versions: ["1.22", "1.23", "1.24", "1.25"],
        build: &["COPY go.* ./", "RUN go mod download", "COPY . .", "RUN go build -o /app/run ."],
        start: r#"["/app/run"]"#,
    },
    Toolchain {
        builder: "python:VERSION",
        runtime: "python:VERSION-slim",
        versions: ["3.9", "3.11", "3.12", "3.13"],
        build: &["COPY requirements.txt .", "RUN pip install -r requirements.txt", "COPY . ."],
        start: r#"["python", "-m", "app"]"#,
    },
    Toolchain {
        builder: "maven:3.9-eclipse-temurin-VERSION",
        runtime: "eclipse-temurin:VERSION-jre",
        versions: ["11", "17", "21", "25"],
        build: &["COPY pom.xml .", "COPY src src", "RUN mvn -q package"],
        start: r#"["java", "-jar", "/app/app.jar"]"#,
    },
    Toolchain {
        builder: "rust:VERSION",
        runtime: "debian:bookworm-slim",
        versions: ["1.82", "1.85", "1.88", "1.90"],
        build: &["COPY . .", "RUN cargo build --release"],
        start: r#"["/app/target/release/app"]"#,
    },
    Toolchain {
        builder: "mcr.microsoft.com/dotnet/sdk:VERSION",
        runtime: "mcr.microsoft.com/dotnet/aspnet:VERSION",
        versions: ["6.0", "8.0", "9.0", "10.0"],
        build: &["COPY . .", "RUN dotnet publish -c Release -o /app"],
        start: r#"["dotnet", "App.dll"]"#,
    },
    Toolchain {
        builder: "node:22",
        runtime: "nginx:VERSION",
        versions: ["1.25", "1.27", "stable", "alpine"],
        build: &["COPY . .", "RUN npm ci && npm run build"],
        start: r#"["nginx", "-g", "daemon off;"]"#,
    },
];

/// A Dockerfile of a component.
pub(in super::super) fn dockerfile(component: &str, dice: &mut Dice) -> String {
    let Some(toolchain) = dice.pick(&TOOLCHAINS) else { return String::new() };
    let version = dice.word(&toolchain.versions);
    let registry = if dice.happens(150) { "dhi.io/" } else { "" };
    let image = |name: &str| format!("{registry}{}", name.replace("VERSION", version));
    let mut lines = Vec::new();
    if dice.happens(600) {
        lines.push(format!("FROM {} AS build", image(toolchain.builder)));
        lines.push("WORKDIR /app".to_owned());
        lines.extend(toolchain.build.iter().map(|it| (*it).to_owned()));
        lines.push(String::new());
        lines.push(format!("FROM {}", image(toolchain.runtime)));
        lines.push("COPY --from=build /app /app".to_owned());
    } else {
        lines.push(format!("FROM {}", image(toolchain.builder)));
        lines.push("WORKDIR /app".to_owned());
        lines.extend(toolchain.build.iter().map(|it| (*it).to_owned()));
    }
    finish(&mut lines, component, dice);
    lines.push(format!("CMD {}", toolchain.start));
    lines.join("\n") + "\n"
}

/// What a runtime stage has beside its program.
fn finish(lines: &mut Vec<String>, component: &str, dice: &mut Dice) {
    lines.push(format!("LABEL org.opencontainers.image.title=\"{component}\""));
    lines.push(format!("ENV BUILD={}", dice.below(1_000_000)));
    if dice.happens(350) {
        let (one, other) = (dice.word(&PACKAGES), dice.word(&PACKAGES));
        lines.push(format!("RUN apt-get update && apt-get install -y {one} {other}"));
    }
    let port = if dice.happens(300) { 80 } else { 3_000 + dice.below(6_000) };
    lines.push(format!("EXPOSE {port}"));
    if dice.happens(150) {
        lines.push(format!("HEALTHCHECK CMD curl -f http://localhost:{port}/health"));
    }
    if dice.happens(500) {
        lines.push(format!("USER {}", dice.word(&USERS)));
    }
}
