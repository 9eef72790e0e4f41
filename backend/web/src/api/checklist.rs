//! The checklist itself: the eight items and every reason code.

use checklist::rules::{REASONS, VERSION};
use checklist::{Item, item_guide};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Answer;
use super::query::{Nothing, Query};
use super::tag::Request;
use super::words;
use crate::app::Site;

pub(super) fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The checklist.
#[derive(Serialize, ToSchema)]
struct Checklist {
    rule_version: i32,
    data: Vec<ItemGuideBody>,
}

/// An item of the checklist.
#[derive(Serialize, ToSchema)]
struct ItemGuideBody {
    #[schema(schema_with = words::item)]
    item: &'static str,
    title: &'static str,
    /// What it asks.
    asks: &'static str,
    /// How to do it.
    how: &'static str,
    reasons: Vec<ReasonBody>,
}

/// A reason code.
#[derive(Serialize, ToSchema)]
struct ReasonBody {
    #[schema(example = "not-hardened")]
    code: &'static str,
    #[schema(schema_with = words::engine_verdict)]
    verdict: &'static str,
    title: &'static str,
    why: &'static str,
    /// An example before.
    bad: &'static str,
    /// The same after.
    good: &'static str,
}

/// The eight items and every reason code
#[utoipa::path(get, path = "/api/v1/checklist", tag = "Checklist",
    responses((status = 200, body = Checklist)))]
async fn show(request: Request, _: Query<Nothing>) -> Answer {
    let data = Item::ALL.map(ItemGuideBody::new).into();
    Ok(request.answer_by_content(&Checklist { rule_version: VERSION, data }))
}

impl ItemGuideBody {
    fn new(item: Item) -> Self {
        let guide = item_guide(item);
        let reason = |it: &checklist::Reason| ReasonBody {
            code: it.code,
            verdict: it.verdict.slug(),
            title: it.title,
            why: it.why,
            bad: it.bad,
            good: it.good,
        };
        Self {
            item: item.slug(),
            title: item.title(),
            asks: guide.asks,
            how: guide.how,
            reasons: REASONS.iter().filter(|it| it.item == item).map(reason).collect(),
        }
    }
}
