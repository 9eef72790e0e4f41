//! A snapshot says what the rows say.

use checklist::Item;
use checklist::Verdict::{Met, NotApplicable, Remaining, Verify};

use super::support::{SHOP, acme, at, file, listed, reading, score, version};
use crate::read::ItemVerdict;
use crate::read::snapshot::TeamSource;
use crate::read::standing::Tally;
use crate::testing::store;

#[tokio::test]
async fn a_snapshot_has_the_files_in_scope_with_their_verdicts_and_owners() {
    let store = store().await;
    let acme = acme(&store).await;
    score(&store, 'a', &[Remaining, Verify, NotApplicable], &version(1, "c1")).await;
    score(&store, 'b', &[Met], &version(1, "c1")).await;
    let excluded = file("examples/Dockerfile", 'a');
    let files = vec![file("Dockerfile", 'a'), file("b/Dockerfile", 'b'), excluded];
    store.save_reading(&reading('1', files), at(3)).await.unwrap();
    sqlx::query("UPDATE dockerfile SET owner = 'web' WHERE path = 'Dockerfile'")
        .execute(store.pool())
        .await
        .unwrap();
    sqlx::query("UPDATE repository SET team = 'payments', team_source = 'topic'")
        .execute(store.pool())
        .await
        .unwrap();
    let snapshot = store.snapshot(acme.0).await.unwrap();
    let shop = &snapshot.repositories[0];
    assert_eq!((shop.id, shop.dockerfiles.clone(), shop.items_left()), (SHOP, 0..2, 2));
    assert_eq!(
        shop.tally(),
        Tally { met: 13, remaining: 1, verify: 1, not_applicable: 1, ..Tally::default() }
    );
    let [first, second] = &snapshot.dockerfiles[..] else { panic!("{snapshot:?}") };
    assert_eq!(first.verdict(Item::BaseImage), ItemVerdict::Remaining);
    assert_eq!(second.verdict(Item::BaseImage), ItemVerdict::Met);
    let teams: Vec<_> = snapshot.sums().teams.clone().into_iter().map(|it| it.team).collect();
    assert_eq!(teams, [Some("web".to_owned()), Some("payments".to_owned())]);
    assert_eq!(first.team_source, Some(TeamSource::Codeowners));
    assert_eq!(second.team_source, Some(TeamSource::Topic));
}

#[tokio::test]
async fn a_revision_grows_with_every_change_and_with_nothing_else() {
    let store = store().await;
    let acme = acme(&store).await;
    score(&store, 'a', &[Remaining], &version(1, "c1")).await;
    let revision = async || store.snapshot(acme.0).await.unwrap().revision;
    let listed_once = revision().await;
    store.save_listing(acme, &[listed(SHOP, "shop")], at(2)).await.unwrap();
    assert_eq!(revision().await, listed_once);
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    let read = revision().await;
    assert!(read > listed_once);
    store.set_unreadable(SHOP, "it is blocked").await.unwrap();
    let unreadable = revision().await;
    assert!(unreadable > read);
    store.set_unreadable(SHOP, "it is blocked").await.unwrap();
    assert_eq!(revision().await, unreadable);
}
