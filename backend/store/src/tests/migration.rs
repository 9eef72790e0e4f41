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

#[tokio::test]
async fn the_tables_of_sign_in_come_to_a_database_that_holds_an_organization() {
    let store = crate::testing::store().await;
    super::support::acme(&store).await;
    let back = "DROP TABLE audit, sight, sign_in_attempt, sign_in_flow, api_token, session, person;
                DROP FUNCTION refuse_change_of_audit;
                DELETE FROM _sqlx_migrations WHERE version >= 20261126180000";
    sqlx::raw_sql(back).execute(store.pool()).await.unwrap();
    store.migrate().await.unwrap();
    let counts = "SELECT (SELECT count(*) FROM repository), (SELECT count(*) FROM person)";
    let counts: (i64, i64) = sqlx::query_as(counts).fetch_one(store.pool()).await.unwrap();
    assert_eq!(counts, (1, 0));
}
