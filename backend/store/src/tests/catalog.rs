//! Editions of the catalogue, the looks at it, and what a new one does to an organization.

use checklist::Verdict::{self, Met, Remaining};
use chrono::TimeDelta;

use super::support::{acme, anna, at, changes, crawl, file, lines, reading, score, sha, version};
use crate::read::catalog::ScoredKey;
use crate::testing::{TestStore, store};
use crate::{Brought, JobKind, Looked, Misread, NewEdition, ReadFrom, RepositoryReading, Trigger};

fn edition(version: &str) -> NewEdition {
    NewEdition {
        version: version.to_owned(),
        day: at(2).date_naive(),
        source: "docker-hardened-images/catalog\0".to_owned(),
        read_from: ReadFrom::Github,
        commit: Some(sha('c')),
        content: version.as_bytes().to_vec(),
        images: 3,
        tags: 40,
        brought: Some(Brought { tags_new: 2, ..Brought::default() }),
        misread: (0..300)
            .map(|it| Misread { path: format!("{it}.yaml"), reason: "odd".to_owned() })
            .collect(),
    }
}

#[tokio::test]
async fn the_last_edition_is_the_present_one_and_tells_what_it_brought() {
    let store = store().await;
    assert_eq!(store.present_edition().await.unwrap(), None);
    let first = store.save_edition(&edition("v1"), None, at(2)).await.unwrap().unwrap();
    let second = store.save_edition(&edition("v2"), Some(first), at(3)).await.unwrap().unwrap();
    let present = store.present_edition().await.unwrap().unwrap();
    assert_eq!((present.id, present.version.as_str()), (second, "v2"));
    assert_eq!(store.present_edition_id().await.unwrap(), Some(second));
    assert_eq!(present.brought.unwrap().tags_new, 2);
    assert_eq!((present.not_understood, present.misread.len()), (300, 200));
    assert_eq!(present.commit, Some(sha('c')));
    assert_eq!(store.edition_content(second).await.unwrap().unwrap(), b"v2");
}

#[tokio::test]
async fn of_two_writers_with_the_same_predecessor_one_is_refused() {
    let store = store().await;
    let first = store.save_edition(&edition("v1"), None, at(2)).await.unwrap();
    assert_eq!(store.save_edition(&edition("v2"), None, at(2)).await.unwrap(), None);
    assert_eq!(store.present_edition_id().await.unwrap(), first);
}

#[tokio::test]
async fn only_the_last_thirty_editions_keep_their_facts() {
    let store = store().await;
    let mut last = None;
    for number in 0..33 {
        last = store.save_edition(&edition(&number.to_string()), last, at(2)).await.unwrap();
    }
    let kept = "SELECT string_agg(version, ' ' ORDER BY catalog_edition_id) FROM catalog_edition
                WHERE content IS NULL";
    assert_eq!(lines(&store, kept).await, "0 1 2");
}

#[tokio::test]
async fn a_look_is_taken_by_one_process_and_again_when_its_lease_is_over() {
    let store = store().await;
    let (lease, day) = (TimeDelta::minutes(15), TimeDelta::days(1));
    let now = at(2);
    assert_eq!(store.claim_refresh("one", lease, now).await.unwrap(), Some(0));
    assert!(store.refresh_standing(now).await.unwrap().is_running);
    assert_eq!(store.claim_refresh("two", lease, now).await.unwrap(), None);
    assert_eq!(store.claim_refresh("two", lease, now + lease).await.unwrap(), Some(0));
    // Whoever was silent for too long ends nothing.
    store.end_refresh("one", Looked::Well(day), now).await.unwrap();
    assert_eq!(store.refresh_standing(now).await.unwrap().looked_at, None);
    store.end_refresh("two", Looked::Well(day), now).await.unwrap();
    let standing = store.refresh_standing(now).await.unwrap();
    assert_eq!((standing.looked_at, standing.next_at), (Some(now), now + day));
    assert_eq!(store.claim_refresh("one", lease, at(3) - lease).await.unwrap(), None);
}

#[tokio::test]
async fn a_look_that_failed_is_told_until_one_goes_well_and_a_person_needs_not_wait() {
    let store = store().await;
    let (lease, hour) = (TimeDelta::minutes(15), TimeDelta::hours(1));
    for failures in 0..2 {
        store.want_refresh(&anna(), at(2)).await.unwrap();
        assert_eq!(store.claim_refresh("one", lease, at(2)).await.unwrap(), Some(failures));
        store.end_refresh("one", Looked::Badly("GitHub is away", hour), at(2)).await.unwrap();
    }
    let standing = store.refresh_standing(at(2)).await.unwrap();
    assert_eq!((standing.failures, standing.looked_at), (2, None));
    assert_eq!(standing.failure.as_deref(), Some("GitHub is away"));
    assert_eq!(standing.next_at, at(2) + hour);
    store.want_refresh(&anna(), at(2)).await.unwrap();
    store.claim_refresh("one", lease, at(2)).await.unwrap();
    store.end_refresh("one", Looked::BrokenOff, at(2)).await.unwrap();
    assert_eq!(store.claim_refresh("two", lease, at(2)).await.unwrap(), Some(2));
    store.end_refresh("two", Looked::Well(hour), at(2)).await.unwrap();
    assert_eq!(store.refresh_standing(at(2)).await.unwrap().failure, None);
}

#[tokio::test]
async fn every_organization_is_scored_anew_once() {
    let store = store().await;
    acme(&store).await;
    store.queue_rescoring(Trigger::Schedule, at(2)).await.unwrap();
    store.queue_rescoring(Trigger::Command, at(2)).await.unwrap();
    let jobs = "SELECT kind || ' ' || state FROM job";
    assert_eq!(lines(&store, jobs).await, format!("{} queued", JobKind::Rescore.slug()));
}

/// `shop` scored by a catalogue, with this verdict, at the end of a day.
async fn scored_by(store: &TestStore, catalog: &str, verdict: Verdict, day: u32) {
    let version = version(1, catalog);
    score(store, 'a', &[verdict], &version).await;
    let read = reading('1', vec![file("Dockerfile", 'a')]);
    let read = RepositoryReading { version: version.clone(), ..read };
    store.save_reading(&read, at(day)).await.unwrap();
    let acme = store.organizations().await.unwrap()[0].id;
    store.finish_rescoring(acme, &version, at(day)).await.unwrap();
}

#[tokio::test]
async fn a_catalogue_that_moves_no_verdict_leaves_no_trace_and_one_that_does_is_told() {
    let store = store().await;
    let acme = acme(&store).await;
    scored_by(&store, "c1", Met, 2).await;
    crawl(&store, acme, at(2)).await;
    scored_by(&store, "c2", Met, 3).await;
    assert_eq!(store.verdicts_changed_by_catalog(at(1), None).await.unwrap(), 0);
    scored_by(&store, "c3", Remaining, 4).await;
    scored_by(&store, "c4", Remaining, 5).await;
    assert_eq!(store.verdicts_changed_by_catalog(at(1), None).await.unwrap(), 1);
    assert_eq!(store.verdicts_changed_by_catalog(at(5), None).await.unwrap(), 0);
    assert!(changes(&store).await.ends_with("base-image met to remaining catalog 111 2026-03-04"));
    // Only the day compares with no other on which verdicts moved.
    let days = "SELECT day || ' ' || catalog_version || ' ' || remaining FROM organization_day
                ORDER BY day";
    insta::assert_snapshot!(lines(&store, days).await, @r"
    2026-03-02 c1 0
    2026-03-03 c1 0
    2026-03-04 c3 1
    2026-03-05 c3 1
    ");
}

#[tokio::test]
async fn what_stands_in_scope_is_read_content_by_content_with_its_verdicts() {
    let store = store().await;
    let acme = acme(&store).await;
    score(&store, 'a', &[Remaining], &version(1, "c1")).await;
    let files = ["Dockerfile", "api/Dockerfile"].map(|it| file(it, 'a'));
    store.save_reading(&reading('1', files.into()), at(2)).await.unwrap();
    let contents = store.scored_contents(acme, &ScoredKey::default(), 10).await.unwrap();
    let [content] = contents.as_slice() else { panic!("{contents:?}") };
    assert_eq!((content.dockerfiles, &content.verdicts[..2]), (2, [Remaining, Met].as_slice()));
    assert!(store.scored_contents(acme, &content.key, 10).await.unwrap().is_empty());
}
