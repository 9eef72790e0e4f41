//! A seeded database is one that crawls could have left.

use anyhow::Result;
use drydock_bench::arguments::SeedArguments;
use drydock_bench::seed::{check, seed};

fn arguments(database: &str) -> SeedArguments {
    SeedArguments {
        database: database.to_owned(),
        repositories: 120,
        dockerfiles: 360,
        years: 1,
        seed: 7,
    }
}

#[tokio::test]
async fn every_sum_of_a_seeded_database_equals_its_recount() -> Result<()> {
    let store = store::testing::store().await;
    let mut said = Vec::new();
    let now = "2026-11-23T12:00:00Z".parse()?;
    let seeded = seed(&arguments(store.url()), now, &mut said).await;
    assert!(seeded.is_ok(), "{}{seeded:?}", String::from_utf8_lossy(&said));
    check(store.url(), &mut said).await
}

#[tokio::test]
async fn a_database_with_an_organization_is_left_alone() -> Result<()> {
    let store = store::testing::store().await;
    let now = "2026-11-23T12:00:00Z".parse()?;
    let acme = store::NewOrganization { login: "acme".parse()?, is_sample: false };
    store.add_organization(&acme, now).await?;
    let refused = seed(&arguments(store.url()), now, &mut Vec::new()).await;
    assert_eq!(
        refused.map_err(|it| it.to_string()),
        Err("the database holds an organization already; seed fills an empty one only".to_owned())
    );
    Ok(())
}

#[tokio::test]
async fn a_sum_that_is_wrong_is_noticed() -> Result<()> {
    let store = store::testing::store().await;
    seed(&arguments(store.url()), "2026-11-23T12:00:00Z".parse()?, &mut Vec::new()).await?;
    let one = "UPDATE organization_day SET met = met + 1 WHERE day = '2026-03-01'";
    sqlx::query(one).execute(store.pool()).await?;
    let mut said = Vec::new();
    assert!(check(store.url(), &mut said).await.is_err());
    let said = String::from_utf8(said)?;
    assert!(said.contains("days of organizations      1 wrong"), "{said}");
    Ok(())
}

#[tokio::test]
async fn the_same_seed_makes_the_same_organization() -> Result<()> {
    let mut states = Vec::new();
    for _ in 0..2 {
        let store = store::testing::store().await;
        let few = SeedArguments { repositories: 30, dockerfiles: 90, ..arguments(store.url()) };
        seed(&few, "2026-11-23T12:00:00Z".parse()?, &mut Vec::new()).await?;
        states.push(store.state().await);
    }
    assert!(states[0] == states[1], "two seeds of one number differ");
    assert!(states[0].len() > 1_000, "there is nothing to compare");
    Ok(())
}
