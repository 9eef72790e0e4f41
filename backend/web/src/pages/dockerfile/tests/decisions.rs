//! Decisions given and withdrawn over HTTP.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use checklist::{Item, Verdict};
use store::decision::{FileDecision, NewDecision, save_file_decisions};
use store::read::audit::AuditFilter;
use store::testing::TestStore;
use store::{AuditAction, DecisionKind, Role, Store};
use tower::ServiceExt as _;

use super::{finding, report};
use crate::testing::people::{get_as, person, post_as, reader};
use crate::testing::{Written, app, get, listed, now, organization, post, reading, words};

const PAGE: &str = "/repos/acme/shop/dockerfiles/api/Dockerfile";
const DECIDE: &str = "/repos/acme/shop/decide/api/Dockerfile";
const WITHDRAW: &str = "/repos/acme/shop/withdraw/api/Dockerfile";

async fn read(store: &Store, day: u32, text: &str) {
    let report = report(&[
        (Item::NonRootUser, finding(Verdict::Verify, 1, 1)),
        (Item::Ports, finding(Verdict::Remaining, 2, 2)),
    ]);
    let file = Written { path: "api/Dockerfile", text, report, excluded_by: None };
    reading(store, 1, &format!("2026-11-{day:02}T12:00:00Z"), &[file]).await;
}

/// A Dockerfile with an item to verify and one that remains.
async fn shop() -> TestStore {
    let store = store::testing::store().await;
    let org = organization(&store, "acme").await;
    store.save_listing(org, &[listed(1, "shop")], now()).await.unwrap();
    read(&store, 10, "COPY . .\nEXPOSE 80\n").await;
    store
}

/// The fields of the form `kind` of an item, as the page holds them.
async fn form(store: &Store, item: Item, kind: DecisionKind, typed: &str) -> String {
    let (_, page) = get(store, PAGE).await;
    let page = scraper::Html::parse_document(&page);
    let select = |it: &str| scraper::Selector::parse(it).unwrap();
    let card = format!("#card-{} form", item.slug());
    let value = |form: &scraper::ElementRef<'_>, name: &str| {
        let field = select(&format!("input[name={name}]"));
        let field = form.select(&field).next()?;
        Some(field.value().attr("value")?.to_owned())
    };
    let (item, kind) = (item.slug(), kind.slug());
    let forms = select(&card);
    let form = page.select(&forms).find(|it| value(it, "kind").as_deref() == Some(kind)).unwrap();
    assert_eq!(form.value().attr("action"), Some(DECIDE));
    let evidence = value(&form, "evidence").unwrap();
    format!("item={item}&kind={kind}&evidence={evidence}&{typed}")
}

async fn decide(store: &Store, item: Item, kind: DecisionKind, typed: &str) {
    let form = form(store, item, kind, typed).await;
    let (status, page, location) = post(store, DECIDE, &form).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{}", words(&page));
    assert_eq!(location, format!("{PAGE}#card-{}", item.slug()));
}

async fn card(store: &Store, item: Item) -> String {
    let (_, page) = get(store, PAGE).await;
    let page = scraper::Html::parse_document(&page);
    let card = scraper::Selector::parse(&format!("#card-{}", item.slug())).unwrap();
    let text: String = page.select(&card).flat_map(|it| it.text()).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_card_offers_what_makes_sense_for_its_item() {
    let store = shop().await;
    let user = card(&store, Item::NonRootUser).await;
    let ports = card(&store, Item::Ports).await;
    let shell = card(&store, Item::NoShell).await;
    assert!(user.contains("Mark as verified…") && user.contains("Waive…"), "{user}");
    assert!(!ports.contains("Mark as verified") && ports.contains("Waive…"), "{ports}");
    assert!(!shell.contains("Waive…") && shell.contains("Dispute…"), "{shell}");
}

#[tokio::test]
async fn a_verified_item_says_who_looked_and_its_lines_are_calm() {
    let store = shop().await;
    decide(&store, Item::NonRootUser, DecisionKind::Verified, "reason=&by=Ada").await;
    let card = card(&store, Item::NonRootUser).await;
    assert!(card.starts_with("Non-root user ✓ verified"), "{card}");
    assert!(
        card.contains("Verified by Ada on 23 Nov 2026") && card.contains("Withdraw…"),
        "{card}"
    );
    let (_, page) = get(&store, PAGE).await;
    assert!(page.contains(r#"<li id="L1" class="verified">"#));
    assert!(words(&page).contains("7 of 8 items met or verified"), "{}", words(&page));
    assert!(words(&page).contains("A decision Non-root user ? to verify →became ✓ verified"));
}

#[tokio::test]
async fn a_waiver_tells_its_reason_and_its_last_day_and_leaves_the_work() {
    let store = shop().await;
    let typed = "reason=behind+a+proxy&until=2026-12-31&by=Ada";
    decide(&store, Item::Ports, DecisionKind::Waived, typed).await;
    let card = card(&store, Item::Ports).await;
    assert!(card.starts_with("Ports – waived"), "{card}");
    assert!(card.contains("Waived by Ada on 23 Nov 2026, until 31 Dec 2026"), "{card}");
    let (_, page) = get(&store, "/repos/acme/shop").await;
    let words = words(&page);
    assert!(words.contains("6 met · 1 to verify · 0 remaining · 1 waived"), "{words}");
    assert!(words.contains("Ports api/Dockerfile Waived by Ada on 23 Nov 2026"), "{words}");
    let (_, work) = words.split_once("in the order to do it").unwrap();
    let (work, _) = work.split_once("Decisions").unwrap();
    assert!(work.contains("Non-root user") && !work.contains("Ports"), "{work}");
}

#[tokio::test]
async fn what_is_refused_keeps_what_was_typed() {
    let store = shop().await;
    let typed = "reason=++&until=2026-12-31&by=A%22%3E%3Cb%3E";
    let form = form(&store, Item::Ports, DecisionKind::Waived, typed).await;
    let (status, page, _) = post(&store, DECIDE, &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words(&page).contains("This was not decided: Say why: others will read it."));
    assert!(
        page.contains(r#"value="2026-12-31""#) && page.contains("value=\"A&#34;&#62;&#60;b&#62;\"")
    );
    assert!(page.contains(r#"<details class="decide" open>"#));
    let bad_day = form.replace("2026-12-31", "soon");
    let (_, page, _) = post(&store, DECIDE, &bad_day).await;
    assert!(words(&page).contains("The last day cannot be read: write it as 2027-01-31."));
}

#[tokio::test]
async fn what_changed_since_it_was_shown_is_not_decided_about() {
    let store = shop().await;
    let typed = "reason=behind+a+proxy&by=Ada";
    let stale = form(&store, Item::Ports, DecisionKind::Waived, typed).await;
    read(&store, 11, "COPY . .\nEXPOSE 443\n").await;
    let (status, page, _) = post(&store, DECIDE, &stale).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words(&page).contains("The lines changed since you looked."), "{}", words(&page));
    assert!(page.contains(">behind a proxy</textarea>"));
}

#[tokio::test]
async fn a_decision_whose_lines_changed_says_so() {
    let store = shop().await;
    decide(&store, Item::Ports, DecisionKind::Waived, "reason=behind+a+proxy&by=Ada").await;
    read(&store, 24, "COPY . .\nEXPOSE 443\n").await;
    let card = card(&store, Item::Ports).await;
    assert!(card.starts_with("Ports ✕ remaining"), "{card}");
    let said = "Waived by Ada on 23 Nov 2026; these lines, or what is said of them, changed since \
                (24 Nov 2026), so it is open again. behind a proxy";
    assert!(card.contains(said) && card.contains("Waive…"), "{card}");
    let (_, page) = get(&store, "/repos/acme/shop").await;
    assert!(words(&page).contains("ended as its lines changed on 24 Nov 2026"), "{}", words(&page));
}

#[tokio::test]
async fn a_decision_is_withdrawn_on_its_card() {
    let store = shop().await;
    decide(&store, Item::Ports, DecisionKind::Waived, "reason=behind+a+proxy&by=Ada").await;
    let (_, page) = get(&store, PAGE).await;
    let (_, id) = page.split_once(r#"name="decision" value=""#).unwrap();
    let (id, _) = id.split_once('"').unwrap();
    let form = format!("item=ports&decision={id}&by=Bo");
    let (status, _, location) = post(&store, WITHDRAW, &form).await;
    assert_eq!((status, location), (StatusCode::SEE_OTHER, format!("{PAGE}#card-ports")));
    assert!(card(&store, Item::Ports).await.starts_with("Ports ✕ remaining"));
    let (status, page, _) = post(&store, WITHDRAW, &form).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(words(&page).contains("That decision does not stand any more."));
}

#[tokio::test]
async fn what_a_file_decides_is_changed_in_the_file() {
    let store = shop().await;
    let waiver = FileDecision {
        path: "api/Dockerfile".parse().unwrap(),
        item: Item::Ports,
        kind: DecisionKind::Waived,
        reason: "behind a proxy".to_owned(),
        expires_on: None,
        line: 4,
    };
    let mut connection = store.pool().acquire().await.unwrap();
    let id = names::RepositoryId(1);
    save_file_decisions(&mut connection, id, &[waiver], now()).await.unwrap();
    drop(connection);
    // The sums, as the reading that saves the file makes them.
    read(&store, 24, "COPY . .\nEXPOSE 80\n# more\n").await;
    let card = card(&store, Item::Ports).await;
    assert!(card.contains("Waived in line 4 of .drydock.yml on 23 Nov 2026"), "{card}");
    assert!(card.contains("Change it in that file.") && !card.contains("Withdraw…"), "{card}");
}

#[tokio::test]
async fn hostile_words_stay_words() {
    let store = shop().await;
    let hostile = "%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE%00";
    let typed = format!("reason={hostile}&by={hostile}");
    decide(&store, Item::Ports, DecisionKind::Waived, &typed).await;
    decide(&store, Item::Ports, DecisionKind::Disputed, &typed).await;
    for address in [PAGE, "/repos/acme/shop", "/orgs/acme/disputes"] {
        let (status, page) = get(&store, address).await;
        assert_eq!(status, StatusCode::OK, "{address}");
        assert!(!page.contains("<script>alert"), "{address}");
        assert!(words(&page).contains("<script>alert(1)</script>"), "{address}");
    }
}

#[tokio::test]
async fn a_reader_gives_a_name_once() {
    let store = shop().await;
    let form = form(&store, Item::Ports, DecisionKind::Waived, "reason=x&by=Zo%C3%AB").await;
    let request = Request::post(DECIDE)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form))
        .unwrap();
    let response = crate::router(app(&store)).oneshot(request).await.unwrap();
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let pair = cookie.split(';').next().unwrap().to_owned();
    let request = Request::get(PAGE).header(header::COOKIE, pair).body(Body::empty()).unwrap();
    let response = crate::router(app(&store)).oneshot(request).await.unwrap();
    let (_, page) = crate::testing::read(response).await;
    assert!(page.contains(r#"name="by" value="Zoë""#));
}

#[tokio::test]
async fn who_signed_in_decides_under_their_own_name_whatever_a_form_says() {
    let store = shop().await;
    let zoe = reader(&person(&store, "Zoë", Role::Editor).await, None);
    let page = get_as(&store, &zoe, PAGE).await.body;
    assert!(page.contains("Waive…") && !page.contains("Your name"));
    let form = form(&store, Item::Ports, DecisionKind::Waived, "reason=x&by=Ada").await;
    let decided = post_as(&store, &zoe, DECIDE, &form).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", words(&decided.body));
    assert!(decided.headers.get(header::SET_COOKIE).is_none());
    let told = card(&store, Item::Ports).await;
    assert!(told.contains("Zoë") && !told.contains("Ada"), "{told}");
    let filter = AuditFilter { action: Some(AuditAction::Decided), ..AuditFilter::default() };
    let entries = store.audit(&filter, None, 10).await.unwrap();
    let entry = entries.first().unwrap();
    assert_eq!((entry.person, entry.actor.as_str()), (zoe.actor().person, "Zoë"));
    assert_eq!(
        (entry.subject.as_str(), &*entry.address),
        ("acme/shop api/Dockerfile", "192.0.2.1")
    );
}

#[tokio::test]
async fn a_form_from_elsewhere_and_one_that_makes_no_sense_are_refused() {
    let store = shop().await;
    for (address, form) in [
        (DECIDE, "item=nothing&kind=waived"),
        (DECIDE, "item=ports&kind=forgotten"),
        (DECIDE, "x"),
        (WITHDRAW, "item=ports&decision=one"),
    ] {
        let (status, _, _) = post(&store, address, form).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{address} {form}");
    }
    let (status, _, _) =
        post(&store, "/repos/acme/shop/decide/nope", "item=ports&kind=waived").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let request = Request::post(DECIDE)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .body(Body::from("item=ports&kind=waived"))
        .unwrap();
    let response = crate::router(app(&store)).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_dockerfile_that_is_gone_is_not_decided_about() {
    let store = shop().await;
    let path = "api/Dockerfile".parse().unwrap();
    let file = store.dockerfile(names::RepositoryId(1), &path).await.unwrap().unwrap();
    let new = NewDecision {
        dockerfile: file.id,
        item: Item::Ports,
        kind: DecisionKind::Waived,
        reason: "x".to_owned(),
        decided_by: "Ada".to_owned(),
        expires_on: None,
        evidence: file.evidence(Item::Ports),
    };
    store.decide(&new, &store::Actor::command_line(), now()).await.unwrap().unwrap();
    reading(&store, 1, "2026-11-24T12:00:00Z", &[]).await;
    let (status, page) = get(&store, PAGE).await;
    assert_eq!(status, StatusCode::OK);
    assert!(!page.contains(DECIDE) && !words(&page).contains("open again"));
}
