//! The audit log: it only grows, and is found by whom, what, when and any text.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::Dispatch;
use tracing_subscriber::Registry;

use super::support::{acme, anna, at, lines};
use crate::read::audit::AuditFilter;
use crate::testing::{TestStore, store};
use crate::{Actor, AuditAction, AuditEntry, PersonId};

/// Three entries on the days 1 to 3.
async fn written() -> TestStore {
    let store = store().await;
    let acme = acme(&store).await;
    let decided = AuditEntry::of(AuditAction::Decided, "shop/Dockerfile ports")
        .before(json!({ "verdict": "remaining" }))
        .after(json!({ "decision": "waived", "reason": "A 100% legacy port" }));
    let decided = AuditEntry { organization: Some(acme), ..decided };
    store.note_action(&anna(), &decided, at(1)).await.unwrap();
    let exported = AuditEntry::of(AuditAction::Exported, "repositories.csv");
    store.note_action(&anna(), &exported, at(2)).await.unwrap();
    let changed = AuditEntry::of(AuditAction::SettingsChanged, "schedule");
    store.note_action(&Actor::command_line(), &changed, at(3)).await.unwrap();
    store
}

async fn subjects(store: &TestStore, filter: AuditFilter) -> String {
    let found = store.audit(&filter, None, 100).await.unwrap();
    found.iter().map(|it| it.subject.as_str()).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn no_entry_is_ever_changed_or_taken_away() {
    let store = written().await;
    for attempt in [
        "UPDATE audit SET actor = 'somebody else'",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE audit_id = 1",
        "TRUNCATE audit",
        "TRUNCATE organization CASCADE; TRUNCATE audit",
    ] {
        let error = sqlx::raw_sql(attempt).execute(store.pool()).await.unwrap_err().to_string();
        assert!(error.contains("only ever added to"), "{attempt}: {error}");
    }
    sqlx::query("DELETE FROM organization").execute(store.pool()).await.unwrap();
    assert_eq!(subjects(&store, AuditFilter::default()).await.split(", ").count(), 3);
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_is_told_of_an_entry_in_one_line_without_before_and_after() {
    let store = store().await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
    let _guard = tracing::subscriber::set_default(subscriber.finish());
    // With one subscriber alone, a line that another test's thread writes first is taken for
    // one that no thread wants to hear of.
    let _other = Dispatch::new(Registry::default());
    let entry = AuditEntry::of(AuditAction::Decided, "shop\n2026 \u{202e}forged \u{1b}[31m")
        .before(json!({ "reason": "hidden" }))
        .after(json!({ "reason": "hidden, too" }));
    store.note_action(&anna(), &entry, at(1)).await.unwrap();
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let line = text.lines().find(|it| it.contains("An entry of the audit log")).unwrap();
    assert!(line.contains("action=\"decided\" actor=\"Anna\" subject=\"shop\\n2026"), "{text}");
    assert!(line.contains("INFO") && line.contains("forged"), "{text}");
    assert!(!text.contains("hidden") && !text.contains('\u{202e}') && !text.contains('\u{1b}'));
}

#[tokio::test]
async fn entries_say_who_what_before_after_when_and_from_where() {
    let store = written().await;
    let found = store.audit(&AuditFilter::default(), None, 100).await.unwrap();
    let entry = found.last().unwrap();
    assert_eq!((entry.person, entry.actor.as_str(), entry.at), (Some(PersonId(1)), "Anna", at(1)));
    assert_eq!((entry.action, entry.address.as_str()), (AuditAction::Decided, "192.0.2.1"));
    assert_eq!(entry.before, Some(json!({ "verdict": "remaining" })));
    assert!(entry.organization.is_some());
    assert_eq!(found.first().unwrap().address, "");
}

#[tokio::test]
async fn each_filter_lets_through_what_it_says() {
    let store = written().await;
    let all = AuditFilter::default;
    let acme = store.organizations().await.unwrap()[0].id;
    let text = |text: &str| AuditFilter { text: Some(text.to_owned()), ..all() };
    for (filter, expected) in [
        (
            AuditFilter { person: Some(PersonId(1)), ..all() },
            "repositories.csv, shop/Dockerfile ports",
        ),
        (AuditFilter { action: Some(AuditAction::Exported), ..all() }, "repositories.csv"),
        (AuditFilter { organization: Some(acme), ..all() }, "shop/Dockerfile ports"),
        (AuditFilter { since: Some(at(3)), ..all() }, "schedule"),
        (AuditFilter { until: Some(at(2)), ..all() }, "shop/Dockerfile ports"),
        (AuditFilter { since: Some(at(2)), until: Some(at(3)), ..all() }, "repositories.csv"),
        (text("COMMAND"), "schedule"),
        (text("100%"), "shop/Dockerfile ports"),
        (text("_"), ""),
        (text(" "), "schedule, repositories.csv, shop/Dockerfile ports"),
    ] {
        assert_eq!(subjects(&store, filter.clone()).await, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition_while_entries_come() {
    let store = written().await;
    let filter = AuditFilter::default();
    let first = store.audit(&filter, None, 2).await.unwrap();
    let late = AuditEntry::of(AuditAction::Exported, "late");
    store.note_action(&anna(), &late, at(4)).await.unwrap();
    let second = store.audit(&filter, first.last().map(|it| it.id), 2).await.unwrap();
    let both = first.iter().chain(&second).map(|it| it.subject.as_str());
    let both: Vec<_> = both.collect();
    assert_eq!(both, ["schedule", "repositories.csv", "shop/Dockerfile ports"]);
}

#[tokio::test]
async fn hostile_and_endless_texts_are_kept_short_and_harmless() {
    let store = store().await;
    let (long, name) = ("x".repeat(5000), "a\0b".to_owned());
    let entry = AuditEntry::of(AuditAction::Exported, &long)
        .before(json!({ "reason": "y".repeat(9000) }))
        .after(json!({ "reason": "\0" }));
    let actor = Actor { name, ..Actor::command_line() };
    store.note_action(&actor, &entry, at(1)).await.unwrap();
    let said = "SELECT actor || ' ' || length(subject) || ' ' || before::text || ' ' ||
                       (after->>'reason') FROM audit";
    let expected = "a\u{fffd}b 300 {\"left_out\": \"9013 bytes\"} \u{fffd}";
    assert_eq!(lines(&store, said).await, expected);
}
