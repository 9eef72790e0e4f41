//! Ports: the application listens on 1025 or higher inside the container.
//!
//! The nonroot user cannot bind lower ports everywhere. The evidence is what the file says
//! about the server's own ports; ports of others that it calls say nothing.

mod evidence;

use crate::catalog::Variant;
use crate::reasons::ports as reasons;
use crate::rules::named;
use crate::subject::{Footing, Subject};
use crate::suggest::Use;
use crate::{Finding, Outcome, StageRole, Verdict};
use evidence::{Evidence, Port};

/// The last port that only privileged users can bind.
const LAST_PRIVILEGED: u16 = 1023;

/// The first port that the checklist allows; 1024 is neither privileged nor allowed.
const FIRST_ALLOWED: u16 = 1025;

/// Judges every port of what ships.
pub(super) fn check(subject: &Subject<'_>) -> Outcome {
    let mut found = subject.final_stage().map_or(Vec::new(), |it| evidence::of(subject, it));
    found.retain(|it| it.port != Port::Number(0));
    let mut findings: Vec<Finding> = found.iter().filter_map(|it| judged(subject, it)).collect();
    let mut has_evidence = !found.is_empty();
    if !has_evidence && let Some(port) = own_port(subject) {
        has_evidence = true;
        findings.extend(of_base_image(subject, port));
    }
    findings.extend(other_targets(subject));
    let otherwise = if has_evidence { Verdict::Met } else { Verdict::NotApplicable };
    Outcome::of(findings, otherwise).settled_by_base_image(&[&reasons::BASE_IMAGE_PORT])
}

fn judged(subject: &Subject<'_>, it: &Evidence) -> Option<Finding> {
    let number = match &it.port {
        Port::Number(number) => *number,
        Port::Variable(name) => {
            let message =
                format!("{} names a port by `{name}`, which has no value in this file.", it.source);
            let fix = "Give it a default of 1025 or higher.";
            return Some(reasons::VARIABLE.at(it.lines, message).fix(fix));
        }
    };
    if number >= FIRST_ALLOWED {
        return None;
    }
    if number > LAST_PRIVILEGED {
        let message = format!(
            "{} says port 1024, which is neither privileged nor 1025 or higher.",
            it.source
        );
        return Some(reasons::EXACTLY_1024.at(it.lines, message).fix("Listen on 1025 or higher."));
    }
    let message = format!("{number} is below 1025; the nonroot user can't bind it everywhere.");
    Some(reasons::LOW_PORT.at(it.lines, message).fix(fix(subject, number)))
}

fn fix(subject: &Subject<'_>, number: u16) -> String {
    let higher = if number < 1000 { number + 8000 } else { 8080 };
    let hardened = subject.final_footing().variant().or_else(|| subject.counterpart_of_final());
    let own = hardened.and_then(|it| it.ports.first().copied()).filter(|it| *it >= FIRST_ALLOWED);
    match own {
        Some(own) => format!(
            "The hardened image listens on {own}: expose that, and let whoever calls it know."
        ),
        None => format!("Listen on {higher} and map {number} to it outside the container."),
    }
}

/// The port of the final stage's image, if the file says nothing.
fn own_port(subject: &Subject<'_>) -> Option<u16> {
    let footing = subject.final_footing();
    if let Some(variant) = footing.variant() {
        return own_port_of(variant);
    }
    let foreign = subject.foreign_final()?;
    let Footing::Image(image) = footing else { return None };
    foreign.port.or_else(|| port_by_tag(&image.short))
}

/// The lowest port that a hardened image exposes or sets in its environment.
pub(crate) fn own_port_of(variant: &Variant) -> Option<u16> {
    let set = variant.env.iter().flat_map(|(name, value)| evidence::ports_in(name, value));
    variant.ports.iter().copied().chain(set).min()
}

/// Ports of images whose tag decides: PHP listens only in its Apache variant, ASP.NET Core on
/// 8080 since version 8 and on 80 before.
fn port_by_tag(short: &str) -> Option<u16> {
    let (name, tag) = short.split_once(':')?;
    if name == "php" {
        return tag.contains("apache").then_some(80);
    }
    let major: u16 = tag.split(['.', '-']).next()?.parse().ok()?;
    let is_aspnet = name.starts_with("mcr.microsoft.com/dotnet/") && name.ends_with("/aspnet");
    is_aspnet.then_some(if major >= 8 { 8080 } else { 80 })
}

fn of_base_image(subject: &Subject<'_>, port: u16) -> Option<Finding> {
    if port >= FIRST_ALLOWED {
        return None;
    }
    let base = subject.final_footing().name();
    let message =
        format!("Nothing sets a port, and `{base}` listens on {port}, which is below 1025.");
    let suggestion = subject.suggestion_for(subject.final_footing(), Use::Ship);
    let hardened = subject.counterpart_of_final().and_then(own_port_of);
    let lines = subject.final_from();
    Some(match hardened.filter(|it| *it >= FIRST_ALLOWED) {
        Some(own) => {
            let fix = format!("{} listens on {own}.", named(&suggestion, "The hardened image"));
            reasons::BASE_IMAGE_PORT.at(lines, message).fix(fix)
        }
        None => {
            reasons::BASE_IMAGE_LOW_PORT.at(lines, message).fix("Make it listen on 1025 or higher.")
        }
    })
}

/// A low port that a target says which is not the one that ships.
fn other_targets(subject: &Subject<'_>) -> Vec<Finding> {
    let targets = subject.stages().filter(|it| it.role == StageRole::OtherTarget);
    let own = targets.flat_map(|stage| {
        evidence::of(subject, stage).into_iter().filter(|it| it.stage == stage.index)
    });
    own.filter_map(|it| in_other_target(&it)).collect()
}

fn in_other_target(it: &Evidence) -> Option<Finding> {
    let Port::Number(number @ 1..=LAST_PRIVILEGED) = it.port else { return None };
    let message = format!(
        "{} says port {number} in another target of this file, which is below 1025.",
        it.source
    );
    let fix = "If it is built, listen on 1025 or higher.";
    Some(reasons::OTHER_TARGET.at(it.lines, message).fix(fix))
}

#[cfg(test)]
mod tests {
    mod cases;

    use crate::Item::Ports;
    use crate::rules::testing::{sentences, verdict};

    fn on(base: &str, rest: &str) -> String {
        verdict(Ports, &format!("FROM {base}\n{rest}\n"))
    }

    #[test]
    fn high_ports_meet_the_item() {
        assert_eq!(on("dhi.io/node:24", "EXPOSE 3000 9229/tcp"), "met");
        assert_eq!(on("dhi.io/node:24", "CMD [\"node\"]"), "not-applicable");
    }

    #[test]
    fn low_ports_remain_in_every_form() {
        for rest in [
            "EXPOSE 80",
            "EXPOSE 3000 443",
            "EXPOSE 53/udp",
            "EXPOSE 80-8080",
            "ARG P=80\nEXPOSE $P",
            "ENV PORT=80",
            "ENV SERVER_PORT 443",
            "ENV APP_HTTP_PORT=80",
            "ENV ASPNETCORE_URLS=http://+:80",
            "ENV ASPNETCORE_HTTP_PORTS=80;8080",
            "ENV LISTEN_ADDR=0.0.0.0:80",
            "ENV BIND=:80",
            "CMD [\"app\", \"--port=80\"]",
            "CMD [\"app\", \"--port\", \"80\"]",
            "CMD app -p 80",
            "ENTRYPOINT [\"gunicorn\", \"-b\", \"0.0.0.0:80\", \"app\"]",
            "CMD [\"python\", \"manage.py\", \"runserver\", \"0.0.0.0:80\"]",
        ] {
            assert!(
                on("dhi.io/node:24", rest).starts_with("remaining: low-port"),
                "{rest}: {}",
                on("dhi.io/node:24", rest)
            );
        }
    }

    #[test]
    fn ports_of_others_are_no_evidence() {
        let rest = "ENV SMTP_PORT=25 POSTGRES_PORT=543 DATABASE_URL=postgres://db:80/x REDIS_ADDR=redis:63";
        assert_eq!(on("dhi.io/node:24", rest), "not-applicable");
    }

    #[test]
    fn the_images_own_port_counts_where_the_file_says_nothing() {
        for (base, expected) in [
            ("dhi.io/nginx:1", "met"),
            ("dhi.io/aspnetcore:9.0", "met"),
            ("dhi.io/python:3.13", "not-applicable"),
            ("nginx:1.25", "remaining (base-image): base-image-port@1"),
            ("httpd", "remaining (base-image): base-image-port@1"),
            ("caddy:2", "remaining: base-image-low-port@1"),
            ("php:8.3-apache", "remaining (base-image): base-image-port@1"),
            ("php:8.3-fpm", "not-applicable"),
            ("mcr.microsoft.com/dotnet/aspnet:6.0", "remaining (base-image): base-image-port@1"),
            ("mcr.microsoft.com/dotnet/aspnet:8.0-alpine", "met"),
            ("mcr.microsoft.com/dotnet/runtime:6.0", "not-applicable"),
            ("tomcat:10", "met"),
            ("ghcr.io/acme/base:1", "not-applicable"),
        ] {
            assert_eq!(on(base, "CMD [\"app\"]"), expected, "{base}");
        }
    }

    #[test]
    fn exactly_1024_is_for_a_person_to_judge() {
        assert_eq!(on("dhi.io/node:24", "EXPOSE 1024"), "verify: port-1024@2");
        assert_eq!(on("dhi.io/node:24", "EXPOSE 1025"), "met");
    }

    #[test]
    fn a_variable_without_a_value_is_for_a_person_to_judge() {
        assert_eq!(on("dhi.io/node:24", "CMD app --port=$PORT"), "verify: port-variable@2");
        assert_eq!(on("dhi.io/node:24", "CMD app --port $PORT"), "verify: port-variable@2");
        assert_eq!(on("dhi.io/node:24", "ENV PORT=3000\nCMD app --port=$PORT"), "met");
        assert_eq!(on("dhi.io/node:24", "ARG PORT\nEXPOSE $PORT"), "verify: port-variable@3");
    }

    #[test]
    fn the_images_own_port_counts_if_nothing_is_said() {
        assert_eq!(on("nginx:1.25", "COPY a /a"), "remaining (base-image): base-image-port@1");
        assert_eq!(on("php:8.3-apache", "COPY a /a"), "remaining (base-image): base-image-port@1");
        assert_eq!(on("dhi.io/nginx:1", "COPY a /a"), "met");
        assert_eq!(on("nginx:1.25", "EXPOSE 8080"), "met");
    }

    #[test]
    fn a_port_of_a_build_stage_does_not_count() {
        let text = "FROM dhi.io/node:24-dev AS build\nEXPOSE 80\nRUN npm ci\nFROM dhi.io/node:24\nCOPY --from=build /a /a\n";
        assert_eq!(verdict(Ports, text), "not-applicable");
    }

    #[test]
    fn another_target_only_asks_for_a_look() {
        let text = "FROM dhi.io/nginx:1 AS web\nEXPOSE 80\nFROM dhi.io/node:24\nEXPOSE 3000\n";
        assert_eq!(verdict(Ports, text), "verify: low-port-in-other-target@2");
    }

    #[test]
    fn the_advice_names_the_hardened_images_port() {
        assert_eq!(
            sentences(Ports, "FROM nginx:1.25-alpine\nEXPOSE 80\n"),
            "80 is below 1025; the nonroot user can't bind it everywhere. The hardened image listens on 8080: expose that, and let whoever calls it know."
        );
    }
}
