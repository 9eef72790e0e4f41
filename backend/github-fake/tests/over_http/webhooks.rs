//! The deliveries that come with changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::{Tested, fetch, world};
use github_fake::{Change, Delivery, Dice, Fake, Options, Shape, World, signature};
use serde_json::{Value, json};

fn body(delivery: &Delivery) -> Value {
    serde_json::from_slice(&delivery.body).unwrap_or_default()
}

#[test]
fn each_mutation_comes_with_what_github_sends() -> Tested {
    let mut world = World::generated(&Shape::default(), 30, 1)?;
    let mut dice = Dice::new(5);
    let (mut ids, mut kinds) = (BTreeSet::new(), BTreeMap::new());
    for _ in 0..300 {
        let mutation = world.mutate(&mut dice)?;
        for delivery in &mutation.deliveries {
            let sent = body(delivery);
            assert!(ids.insert(delivery.id.clone()));
            let action = sent["action"].as_str().unwrap_or_default().to_owned();
            *kinds.entry(format!("{} {action}", delivery.event)).or_insert(0) += 1;
            assert_eq!(sent["installation"]["id"], world.installation_id());
            assert!(sent["repository"]["id"].is_i64() && sent["sender"]["login"].is_string());
        }
        let last = mutation.deliveries.last().map(body).unwrap_or_default();
        if let Change::Pushed(pushed) = &mutation.change {
            assert_eq!(last["ref"], format!("refs/heads/{}", pushed.branch));
            assert_eq!(last["after"], pushed.after.to_string());
            assert_eq!(last["commits"][0]["modified"], json!(pushed.modified));
            assert!(last["repository"]["pushed_at"].is_i64());
        }
        if mutation.change != Change::Deleted {
            assert_eq!(last["repository"]["full_name"], mutation.full_name);
        }
    }
    let kinds: Vec<&str> = kinds.keys().map(String::as_str).collect();
    assert_eq!(
        kinds,
        [
            "push ",
            "repository archived",
            "repository created",
            "repository deleted",
            "repository edited",
            "repository privatized",
            "repository publicized",
            "repository renamed",
            "repository transferred",
            "repository unarchived",
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_delivery_shows_a_repository_as_rest_does() -> Tested {
    let fake = Fake::start(world()?, Options::default()).await?;
    let delivery = fake.world(|it| it.repository_delivery("created", "acme/shop", Value::Null))?;
    let (sent, asked) = (body(&delivery), fetch(&fake, "/repos/acme/shop").await?.json());
    for field in ["id", "node_id", "full_name", "private", "default_branch", "pushed_at"] {
        assert_eq!(sent["repository"][field], asked[field], "{field}");
    }
    assert_eq!(sent["organization"]["login"], "acme");
    Ok(())
}

#[test]
fn installations_and_organizations_are_told_of() -> Tested {
    let mut world = world()?;
    world.set_installation_id(77);
    let created = body(&world.installation_delivery("created", "acme")?);
    assert_eq!(created["installation"]["id"], 77);
    assert_eq!(created["repositories"].as_array().map(Vec::len), Some(2));
    let removed = body(&world.installation_repositories_delivery("removed", "acme/shop")?);
    assert_eq!(removed["repositories_removed"][0]["full_name"], "acme/shop");
    assert_eq!(removed["repositories_added"], json!([]));
    let renamed = body(&world.organization_delivery("renamed", "acme", Some("acne"))?);
    assert_eq!(renamed["changes"]["login"]["from"], "acne");
    assert_eq!(world.ping().event, "ping");
    Ok(())
}

#[test]
fn the_headers_carry_the_signature_of_the_body() -> Tested {
    let delivery = world()?.ping();
    let headers: BTreeMap<_, _> = delivery.headers("secret").into_iter().collect();
    assert_eq!(headers["x-hub-signature-256"], signature("secret", &delivery.body));
    assert_eq!(headers["x-github-delivery"], delivery.id);
    Ok(())
}
