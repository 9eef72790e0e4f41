//! How many SQL statements each kind of page and each answer of the API costs.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use drydock_bench::arguments::SeedArguments;
use drydock_bench::kinds::{Dice, KINDS};
use serde_json::Value;
use store::seed::SeededNames;
use store::testing::TestStore;
use tower::ServiceExt as _;
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Dispatch, Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt as _};
use tracing_subscriber::{Layer, Registry};

use crate::api::DOCUMENT;
use crate::links::encoded;
use crate::reader::{Reader, Sight};
use crate::testing;
use crate::tests::half::of_half;

/// No page asks the database more often.
const MOST: usize = 8;

/// Counts what the database driver reports of each statement. What begins and ends a
/// transaction asks nothing and is none.
#[derive(Clone, Default)]
struct Count(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Count {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut bounds = Bounds(false);
        event.record(&mut bounds);
        if event.metadata().target().starts_with("sqlx") && !bounds.0 {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Whether a statement begins or ends a transaction.
struct Bounds(bool);

impl Visit for Bounds {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        let is_bound = ["\"BEGIN", "\"COMMIT"].iter().any(|it| text.starts_with(it));
        self.0 |= field.name() == "summary" && is_bound;
    }
}

/// Counts the statements of this thread, until what is beside the count is dropped.
fn counting() -> (Count, (DefaultGuard, Dispatch)) {
    let count = Count::default();
    let guard = tracing::subscriber::set_default(Registry::default().with(count.clone()));
    // While there is one subscriber alone, a statement that another test's thread sends first
    // is taken for one that no thread wants to hear of.
    (count, (guard, Dispatch::new(Registry::default())))
}

/// A seeded organization, and what is in it.
async fn seeded() -> (TestStore, SeededNames) {
    let store = store::testing::store().await;
    let arguments = SeedArguments {
        database: store.url().to_owned(),
        repositories: 60,
        dockerfiles: 180,
        years: 1,
        seed: 5,
    };
    drydock_bench::seed::seed(&arguments, testing::now(), &mut std::io::sink()).await.unwrap();
    let names = store.seeded_names().await.unwrap().unwrap();
    (store, names)
}

#[tokio::test]
async fn no_page_costs_more_than_eight_statements() {
    let (store, names) = seeded().await;
    for reader in [Reader::machine(), of_half(&store).await] {
        every_page(&store, &names, &reader).await;
    }
}

async fn every_page(store: &TestStore, names: &SeededNames, reader: &Reader) {
    let (count, _counting) = counting();
    let app = testing::app(store);
    let mut told = String::new();
    let mut dear = Vec::new();
    for kind in KINDS {
        let dice = &mut Dice::new(1);
        let mut most = 0;
        for _ in 0..5 {
            let Some(address) = kind.address(names, dice) else { continue };
            count.0.store(0, Ordering::Relaxed);
            let request = Request::get(&address).extension(reader.clone());
            let request = request.body(Body::empty()).unwrap();
            let status = crate::router(app.clone()).oneshot(request).await.unwrap().status();
            // Half of what is asked for by name is hidden, and settings are for who sees all.
            let hidden = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
            let is_whole = matches!(reader.sight, Sight::Everything);
            assert!(status == 200 || (!is_whole && hidden.contains(&status)), "{address}");
            most = most.max(count.0.load(Ordering::Relaxed));
        }
        told.push_str(&format!("{}: {most}\n", kind.name));
        if most > MOST {
            dear.push(kind.name);
        }
    }
    println!("{told}");
    assert!(told.contains("overview: ") && !told.contains("overview: 0"), "nothing was counted");
    assert!(dear.is_empty(), "{told}");
}

#[tokio::test]
async fn no_answer_of_the_api_costs_more_than_eight_statements() {
    let (store, names) = seeded().await;
    let (count, _counting) = counting();
    let app = testing::app(&store);
    let mut told = Vec::new();
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        let Some(operation) = methods.get("get") else { continue };
        let address = filled(path, operation, &names);
        count.0.store(0, Ordering::Relaxed);
        let (status, body) = testing::get_of(&app, &address).await;
        assert_eq!(status, StatusCode::OK, "{address}: {body}");
        told.push((count.0.load(Ordering::Relaxed), address));
    }
    println!("{told:#?}");
    assert!(told.iter().any(|(count, _)| *count > 1), "nothing was counted");
    assert!(told.iter().all(|(count, _)| *count <= MOST), "{told:#?}");
}

/// The address of a described path with names that are there.
fn filled(path: &str, operation: &Value, names: &SeededNames) -> String {
    let file = &names.files[0];
    let id = if path.contains("campaigns") { names.campaigns[0] } else { names.crawls[0] };
    let address = path
        .replace("{org}", &names.organization)
        .replace("{owner}", &names.organization)
        .replace("{name}", &encoded(&file.repository))
        .replace("{item}", "ports")
        .replace("{team}", &encoded(&names.teams[0]))
        .replace("{id}", &id.to_string());
    let parameters = operation["parameters"].as_array().unwrap().iter();
    let needed = parameters.filter(|it| it["in"] == "query" && it["required"] == true);
    let value = |name: &str| match name {
        "path" => encoded(&file.path),
        "reference" => encoded(&names.images[0]),
        _ => "api".to_owned(),
    };
    let pairs = needed.map(|it| it["name"].as_str().unwrap());
    let pairs: Vec<String> = pairs.map(|it| format!("{it}={}", value(it))).collect();
    format!("{address}?{}", pairs.join("&"))
}
