//! The schema comes up, twice and from several processes at once.

use store::Store;
use store::testing;

#[tokio::test]
async fn migrating_a_migrated_database_changes_nothing() {
    let store = testing::store().await;
    let before = applied(&store).await;
    store.migrate().await.unwrap();
    assert!(before > 0);
    assert_eq!(applied(&store).await, before);
}

async fn applied(store: &testing::TestStore) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations");
    count.fetch_one(store.pool()).await.unwrap()
}

#[tokio::test]
async fn two_tests_never_share_a_database() {
    let (one, other) = tokio::join!(testing::store(), testing::store());
    assert_ne!(one.url(), other.url());
}

#[tokio::test]
async fn an_unreachable_database_is_said_to_be_unreachable() {
    let error = Store::connect("postgres://drydock@127.0.0.1:1/none", 1).await.unwrap_err();
    assert!(error.to_string().contains("could not be reached"), "{error}");
}
