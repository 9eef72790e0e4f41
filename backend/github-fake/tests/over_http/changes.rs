//! What people do to repositories, as it shows over HTTP.

use crate::common::{Tested, fetch, noon, query, started};
use github_fake::{NewRepository, Push};
use serde_json::{Value, json};

const PATHS: &str = "/repos/acme/shop/git/trees/HEAD?recursive=1";

fn paths(listing: &Value) -> Vec<&str> {
    listing["tree"].as_array().into_iter().flatten().filter_map(|it| it["path"].as_str()).collect()
}

#[tokio::test]
async fn a_push_changes_the_head_and_what_it_removes_is_gone() -> Tested {
    let fake = started().await?;
    let pushed = fake.world(|it| it.push("acme/shop", Push::new("Drop the API").remove("api")))?;
    let head = fetch(&fake, "/repos/acme/shop/commits/main").await?.json();
    assert_eq!(head["sha"], pushed.to_string());
    assert_eq!(paths(&fetch(&fake, PATHS).await?.json()), ["Dockerfile"]);
    Ok(())
}

#[tokio::test]
async fn a_forced_push_ends_the_history_before_it() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.push("acme/shop", Push::new("Begin again").forced()))?;
    let commits = fetch(&fake, "/repos/acme/shop/commits").await?.json();
    assert_eq!(commits.as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test]
async fn another_branch_shows_once_it_is_the_default() -> Tested {
    let fake = started().await?;
    let push = Push::new("Try something").branch("next").file("Containerfile", "FROM a\n");
    fake.world(|it| it.push("acme/shop", push))?;
    assert!(!paths(&fetch(&fake, PATHS).await?.json()).contains(&"Containerfile"));
    fake.world(|it| it.repository_mut("acme/shop").map(|it| it.default_branch = "next".into()))?;
    assert!(paths(&fetch(&fake, PATHS).await?.json()).contains(&"Containerfile"));
    Ok(())
}

#[tokio::test]
async fn a_deleted_repository_is_gone_and_its_name_free() -> Tested {
    let fake = started().await?;
    let before = fetch(&fake, "/repos/acme/shop").await?.json()["id"].clone();
    fake.world(|it| it.delete("acme/shop"))?;
    assert_eq!(fetch(&fake, "/repos/acme/shop").await?.status, 404);
    fake.world(|it| it.create(NewRepository::named("acme", "shop")?))?;
    let after = fetch(&fake, "/repos/acme/shop").await?.json()["id"].clone();
    assert_ne!(before, after);
    Ok(())
}

#[tokio::test]
async fn a_former_name_that_is_used_again_leads_to_its_new_bearer() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.rename("acme/shop", "store"))?;
    fake.world(|it| it.create(NewRepository::named("acme", "shop")?))?;
    let shop = fetch(&fake, "/repos/acme/shop").await?;
    assert_eq!((shop.status, &shop.json()["name"]), (200, &json!("shop")));
    Ok(())
}

#[tokio::test]
async fn a_transferred_repository_is_followed_by_its_former_name() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.add_organization("globex"))?;
    fake.world(|it| it.transfer("acme/shop", "globex"))?;
    let text = "query($follow: Boolean) {
        repository(owner: \"acme\", name: \"shop\", followRenames: $follow) { nameWithOwner } }";
    let followed = query(&fake, text, json!({"follow": true})).await?;
    assert_eq!(followed["data"]["repository"]["nameWithOwner"], "globex/shop");
    let strict = query(&fake, text, json!({"follow": false})).await?;
    assert_eq!(strict["data"]["repository"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn an_archived_repository_says_so() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.archive("acme/shop"))?;
    assert_eq!(fetch(&fake, "/repos/acme/shop").await?.json()["archived"], true);
    Ok(())
}

#[tokio::test]
async fn a_repository_does_not_exist_before_it_was_made() -> Tested {
    let fake = started().await?;
    fake.set_now(noon() - chrono::Duration::days(12));
    assert_eq!(fetch(&fake, "/repos/acme/shop").await?.status, 404);
    let list = fetch(&fake, "/orgs/acme/repos").await?.json();
    assert_eq!(list, json!([]));
    Ok(())
}
