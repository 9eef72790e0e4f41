//! The chosen base images as files.

use axum::response::Response;
use serde::Serialize;
use store::read::OrganizationHeader;

use super::Rated;
use crate::table_file;

/// A row, in both forms.
#[derive(Serialize)]
struct ExportRow<'a> {
    reference: &'a str,
    image: &'a str,
    kind: &'static str,
    standing: Option<&'static str>,
    /// Since when it stands so; of what is maintained, until when.
    standing_day: Option<&'a str>,
    hardened_to_ship: Option<&'a str>,
    hardened_for_build: Option<&'a str>,
    dockerfiles: usize,
    dockerfiles_shipping: usize,
    dockerfiles_building: usize,
    repositories: usize,
    remark: Option<&'a str>,
}

impl<'a> ExportRow<'a> {
    fn new((it, standing): &'a Rated<'_>) -> Self {
        Self {
            standing: standing.as_ref().map(|it| it.kind.slug()),
            standing_day: standing.as_ref().and_then(|it| it.day.as_deref()),
            reference: &it.reference,
            image: &it.image,
            kind: it.kind.slug(),
            hardened_to_ship: it.to_ship.as_deref(),
            hardened_for_build: it.for_build.as_deref(),
            dockerfiles: it.dockerfiles,
            dockerfiles_shipping: it.shipped,
            dockerfiles_building: it.build,
            repositories: it.repositories,
            remark: it.remark.as_ref().map(|it| it.message.as_str()),
        }
    }

    fn cells(self) -> Vec<String> {
        let text = |it: Option<&str>| it.unwrap_or_default().to_owned();
        vec![
            self.reference.to_owned(),
            self.image.to_owned(),
            self.kind.to_owned(),
            text(self.standing),
            text(self.standing_day),
            text(self.hardened_to_ship),
            text(self.hardened_for_build),
            self.dockerfiles.to_string(),
            self.dockerfiles_shipping.to_string(),
            self.dockerfiles_building.to_string(),
            self.repositories.to_string(),
            text(self.remark),
        ]
    }
}

const HEADINGS: [&str; 12] = [
    "reference",
    "image",
    "kind",
    "standing",
    "standing_day",
    "hardened_to_ship",
    "hardened_for_build",
    "dockerfiles",
    "dockerfiles_shipping",
    "dockerfiles_building",
    "repositories",
    "remark",
];

pub(super) fn json(header: &OrganizationHeader, images: &[Rated<'_>]) -> Response {
    table_file::json(header, images.iter().map(ExportRow::new).collect())
}

pub(super) fn csv(header: &OrganizationHeader, images: &[Rated<'_>]) -> Response {
    let rows = images.iter().map(|it| ExportRow::new(it).cells());
    table_file::csv(header, "base-images", &HEADINGS, rows)
}
