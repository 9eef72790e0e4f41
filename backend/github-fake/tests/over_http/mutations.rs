//! Random mutations, and the changes they are made of, as they show over HTTP.

use std::collections::BTreeSet;
use std::mem::discriminant;

use crate::common::{Tested, fetch, query, started};
use github_fake::{Change, Dice, Fake, Mutation, Options, Push, Shape, Visibility, World};
use serde_json::{Value, json};

fn mutated(seed: u64, times: usize) -> Result<(World, Vec<Mutation>), github_fake::FakeError> {
    let mut world = World::generated(&Shape::default(), 30, 1)?;
    let mut dice = Dice::new(seed);
    let mutations = (0..times).map(|_| world.mutate(&mut dice)).collect::<Result<_, _>>()?;
    Ok((world, mutations))
}

#[test]
fn the_same_seed_does_the_same() -> Tested {
    assert_eq!(mutated(5, 100)?.1, mutated(5, 100)?.1);
    assert_ne!(mutated(5, 100)?.1, mutated(6, 100)?.1);
    Ok(())
}

#[test]
fn everything_that_can_happen_happens_and_time_goes_on() -> Tested {
    let (world, mutations) = mutated(5, 300)?;
    let kinds: Vec<_> = mutations.iter().map(|it| discriminant(&it.change)).collect();
    let distinct = kinds.iter().enumerate().filter(|(at, it)| !kinds[..*at].contains(it)).count();
    assert_eq!(distinct, 9);
    assert!(world.now() > Shape::default().now);
    Ok(())
}

#[tokio::test]
async fn what_a_mutation_tells_shows_over_http() -> Tested {
    let fake = Fake::start(World::generated(&Shape::default(), 30, 1)?, Options::default()).await?;
    let mut dice = Dice::new(9);
    for _ in 0..60 {
        let mutation = fake.world(|it| it.mutate(&mut dice))?;
        let reply = fetch(&fake, &format!("/repos/{}", mutation.full_name)).await?;
        let shown = reply.json();
        match &mutation.change {
            Change::Deleted => assert_eq!(reply.status, 404),
            Change::Pushed(pushed) => {
                let path = format!("/repos/{}/commits/{}", mutation.full_name, pushed.branch);
                assert_eq!(fetch(&fake, &path).await?.json()["sha"], pushed.after.to_string());
            }
            Change::Renamed | Change::Transferred => {
                assert_eq!(fetch(&fake, &format!("/repos/{}", mutation.before)).await?.status, 301);
            }
            Change::Recreated(before) => assert_ne!(shown["id"], before.0),
            Change::Archived => assert_eq!(shown["archived"], true),
            Change::Unarchived => assert_eq!(shown["archived"], false),
            Change::Shown(to) => assert_eq!(shown["visibility"], to.word()),
            Change::Switched(before) => assert_ne!(shown["default_branch"], before.as_str()),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_push_that_forgets_takes_the_old_objects_away() -> Tested {
    let fake = started().await?;
    let head = || -> Result<String, github_fake::FakeError> {
        fake.world(|it| {
            let found = it.repository_mut("acme/shop")?;
            let head = found.at(noon_and_later()).head().map(|it| it.oid.to_string());
            Ok(head.unwrap_or_default())
        })
    };
    let object = |oid: String| {
        format!(
            "{{ repository(owner: \"acme\", name: \"shop\") {{ object(oid: \"{oid}\") {{ oid }} }} }}"
        )
    };
    let first = head()?;
    fake.world(|it| it.push("acme/shop", Push::new("Again").file("a", "a").forced()))?;
    let kept = query(&fake, &object(first.clone()), json!({})).await?;
    assert_eq!(kept["data"]["repository"]["object"]["oid"], first);
    let second = head()?;
    fake.world(|it| it.push("acme/shop", Push::new("Anew").file("a", "b").forgetting()))?;
    for gone in [first, second] {
        let answer = query(&fake, &object(gone), json!({})).await?;
        assert_eq!(answer["data"]["repository"]["object"], Value::Null);
    }
    assert_eq!(fetch(&fake, "/repos/acme/shop/git/trees/HEAD?recursive=1").await?.status, 200);
    Ok(())
}

fn noon_and_later() -> chrono::DateTime<chrono::Utc> {
    crate::common::noon() + chrono::Duration::days(1)
}

#[tokio::test]
async fn a_switched_default_branch_moves_no_date() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.push("acme/shop", Push::new("Try").branch("next").file("a", "a")))?;
    let before = fetch(&fake, "/repos/acme/shop").await?.json();
    fake.set_now(noon_and_later());
    fake.world(|it| it.switch_default_branch("acme/shop", "next"))?;
    let after = fetch(&fake, "/repos/acme/shop").await?.json();
    assert_eq!(
        (&after["default_branch"], &after["pushed_at"]),
        (&json!("next"), &before["pushed_at"])
    );
    assert!(fake.world(|it| it.switch_default_branch("acme/shop", "nowhere")).is_err());
    Ok(())
}

#[tokio::test]
async fn a_repository_made_private_is_hidden_from_strangers() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.set_visibility("acme/shop", Visibility::Private))?;
    let request = axum::http::Request::get(format!("{}/repos/acme/shop", fake.api_url()))
        .header("user-agent", "test");
    assert_eq!(crate::common::send(request, "").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_push_into_a_repository_of_thousands_of_entries_keeps_them() -> Tested {
    let mut world = World::generated(&Shape::default(), 5, 3)?;
    let name = world.mutate(&mut Dice::new(1))?.full_name;
    let fake = Fake::start(world, Options::default()).await?;
    let path = format!("/repos/{name}/git/trees/HEAD?recursive=1");
    let paths = |listed: &Value| -> BTreeSet<String> {
        let tree = listed["tree"].as_array().into_iter().flatten();
        tree.filter_map(|it| it["path"].as_str().map(str::to_owned)).collect()
    };
    let before = paths(&fetch(&fake, &path).await?.json());
    fake.world(|it| it.push(&name, Push::new("Add").file("src/deep/down/Dockerfile", "FROM a\n")))?;
    let after = paths(&fetch(&fake, &path).await?.json());
    assert!(after.is_superset(&before) && after.contains("src/deep/down/Dockerfile"));
    Ok(())
}
