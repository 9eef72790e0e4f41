//! The table's address understood: which Dockerfiles, in which order.

use axum::http::Uri;
use names::OrgLogin;
use store::read::dockerfiles::{
    DockerfileColumn, DockerfileFilter, DockerfileOrder, ImageFilter, ReasonFilter,
};
use store::read::snapshot::TeamSource;

use crate::error::AppError;
use crate::links;
use crate::table::{TableQuery, asked_item, asked_team, kept, unknown};

/// The order without a choice.
const DEFAULT_SORT: &str = "repository";
/// The code value that means "no finding of its own".
pub(in crate::pages) const NO_CODE: &str = "-";
/// The choices, in the order in which addresses have them.
const NAMES: [&str; 10] =
    ["q", "item", "verdict", "code", "image", "tag", "stage", "team", "source", "sort"];

/// The query understood.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(super) org: OrgLogin,
    pub(crate) query: TableQuery,
    pub(crate) filter: DockerfileFilter,
    pub(crate) order: DockerfileOrder,
}

impl Address {
    /// Understands the query of an address; what cannot be understood is said.
    pub(super) fn parse(asked: &Uri, org: OrgLogin) -> Result<Self, AppError> {
        let query = TableQuery::parse(asked, links::dockerfiles(&org), &NAMES)?;
        let filter = filter(&query)?;
        let (name, is_descending) = query.sort(DEFAULT_SORT);
        let column =
            DockerfileColumn::from_slug(name).ok_or_else(|| unknown("sort", query.get("sort")))?;
        Ok(Self { org, filter, order: DockerfileOrder { column, is_descending }, query })
    }

    /// Understands the query of a saved view.
    pub(crate) fn of_kept(query: &str, org: OrgLogin) -> Result<Self, AppError> {
        Self::parse(&kept(query)?, org)
    }
}

fn filter(query: &TableQuery) -> Result<DockerfileFilter, AppError> {
    let image = query.chosen("image");
    Ok(DockerfileFilter {
        text: query.chosen("q"),
        item: asked_item(query)?,
        reason: query.chosen("code").map(|code| match code.as_str() {
            NO_CODE => ReasonFilter::Unsaid,
            _ => ReasonFilter::Code(code),
        }),
        image: match query.get("tag") {
            "" => image.map(ImageFilter::Written),
            "any" => image.map(ImageFilter::AnyTag),
            other => return Err(unknown("tag", other)),
        },
        is_build: match query.get("stage") {
            "" => None,
            "build" => Some(true),
            "shipped" => Some(false),
            other => return Err(unknown("stage", other)),
        },
        team: asked_team(query),
        team_source: match query.get("source") {
            "" => None,
            slug => Some(TeamSource::from_slug(slug).ok_or_else(|| unknown("source", slug))?),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_that_is_not_known_is_said() {
        let bad = ["item=x", "item=ports&verdict=x", "tag=x", "stage=x", "source=x", "sort=x"];
        let parsed = |query| Address::of_kept(query, "acme".parse().unwrap());
        let told: Vec<_> = bad.into_iter().map(|it| parsed(it).unwrap_err().to_string()).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        The filter item=x is not known here.
        The filter verdict=x is not known here.
        The filter tag=x is not known here.
        The filter stage=x is not known here.
        The filter source=x is not known here.
        The filter sort=x is not known here.
        ");
    }
}
