//! What the catalogue knows of a hardened image, in words.

use checklist::{ImageFacts, TagStanding, VariantFacts, VariantKind};

use crate::known::Known;

/// A hardened image and what is known of it.
pub(crate) struct FactSheet {
    pub(crate) reference: String,
    /// Name and value.
    pub(crate) facts: Vec<(&'static str, String)>,
}

impl FactSheet {
    /// None of what is no hardened image.
    pub(crate) fn of(known: &Known, reference: &str) -> Option<Self> {
        let facts = facts(&known.facts(reference)?);
        Some(Self { reference: reference.to_owned(), facts })
    }
}

fn facts(known: &ImageFacts) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Tag", standing(&known.tag))];
    if let Some(day) = &known.end_of_life {
        facts.push(("Maintained until", day.clone()));
    }
    if let Some(kind) = known.kind {
        facts.push(("Variant", kind_words(kind).to_owned()));
    }
    if let Some(variant) = &known.variant {
        facts.extend(variant_facts(variant));
    }
    facts
}

fn standing(tag: &TagStanding) -> String {
    match tag {
        TagStanding::Live => "maintained".to_owned(),
        TagStanding::OlderPatch(tag) => format!("an older patch of {tag}"),
        TagStanding::Withdrawn(day) => format!("withdrawn on {day}"),
        TagStanding::NotListed => "not listed in our catalogue".to_owned(),
    }
}

pub(super) const fn kind_words(kind: VariantKind) -> &'static str {
    match kind {
        VariantKind::Runtime => "runtime",
        VariantKind::Dev => "dev",
        VariantKind::Sdk => "SDK",
    }
}

fn variant_facts(variant: &VariantFacts) -> Vec<(&'static str, String)> {
    let ports: Vec<String> = variant.ports.iter().map(u16::to_string).collect();
    let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
    let listed = |it: &Option<String>| it.clone().unwrap_or_else(|| "none listed".to_owned());
    vec![
        ("Runs as", format!("{} ({})", variant.user, variant.uid)),
        ("Entry point", or_none(variant.entrypoint.join(" "))),
        ("Command", or_none(variant.cmd.join(" "))),
        ("Ports", or_none(ports.join(", "))),
        ("Shell", listed(&variant.shell)),
        ("Package manager", listed(&variant.package_manager)),
        (
            "Certificates",
            if variant.has_certificates { "a bundle" } else { "no bundle declared" }.to_owned(),
        ),
    ]
}
