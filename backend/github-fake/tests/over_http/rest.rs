//! The stand-in's REST side over real HTTP.

use crate::common::{Tested, fetch, get, noon, send, started, world};
use axum::http::Request;
use github_fake::{Credential, Facts, Fake, NewRepository, Options, Push, TreeLimits, Visibility};
use serde_json::{Value, json};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(|it| it["name"].as_str()).collect()
}

#[tokio::test]
async fn an_organization_lists_what_the_token_may_see() -> Tested {
    let fake = started().await?;
    let all = fetch(&fake, "/orgs/acme/repos?sort=full_name").await?.json();
    assert_eq!(names(&all), ["shop", "vault"]);
    let request = Request::get(format!("{}/orgs/acme/repos", fake.api_url()));
    let public = send(request.header("user-agent", "test"), "").await?.json();
    assert_eq!(names(&public), ["shop"]);
    Ok(())
}

#[tokio::test]
async fn pages_are_linked_and_never_larger_than_a_hundred() -> Tested {
    let mut world = world()?;
    for number in 0..148 {
        world.create(NewRepository::named("acme", &format!("r{number:03}"))?)?;
    }
    let fake = Fake::start(world, Options::default()).await?;
    let first = fetch(&fake, "/orgs/acme/repos?per_page=500&sort=full_name").await?;
    assert_eq!(names(&first.json()).len(), 100);
    let next = first.header("link").split('>').next().unwrap_or_default();
    let next = next.trim_start_matches('<').replace(&fake.api_url(), "");
    let second = fetch(&fake, &next).await?;
    assert_eq!(names(&second.json()).len(), 50);
    assert!(second.header("link").contains("rel=\"prev\""));
    assert!(!second.header("link").contains("rel=\"next\""));
    Ok(())
}

#[tokio::test]
async fn a_tree_is_listed_with_its_modes_and_git_s_shas() -> Tested {
    let fake = started().await?;
    let head = fetch(&fake, "/repos/acme/shop/commits/main").await?.json();
    let tree = head["commit"]["tree"]["sha"].as_str().unwrap_or_default();
    let path = format!("/repos/acme/shop/git/trees/{tree}?recursive=1");
    let listed = fetch(&fake, &path).await?.json();
    let entries: Vec<Value> = listed["tree"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| json!([it["mode"], it["type"], it["path"], it["size"]]))
        .collect();
    assert_eq!(
        Value::Array(entries),
        json!([
            ["100644", "blob", "Dockerfile", 20],
            ["040000", "tree", "api", null],
            ["120000", "blob", "api/Containerfile", 10],
            ["100644", "blob", "api/Dockerfile", 17],
        ])
    );
    assert_eq!(listed["truncated"], false);
    Ok(())
}

#[tokio::test]
async fn a_blob_is_given_as_base64_and_raw() -> Tested {
    let fake = started().await?;
    let sha = github_fake::git::blob_oid(b"FROM golang:1.26\n");
    let path = format!("/repos/acme/shop/git/blobs/{sha}");
    let blob = fetch(&fake, &path).await?.json();
    assert_eq!((&blob["encoding"], &blob["size"]), (&json!("base64"), &json!(17)));
    assert_eq!(blob["content"], "RlJPTSBnb2xhbmc6MS4yNgo=\n");
    let raw = get(&fake, &path).header("accept", "application/vnd.github.raw+json");
    assert_eq!(send(raw, "").await?.body, "FROM golang:1.26\n");
    Ok(())
}

#[tokio::test]
async fn a_blob_of_another_repository_is_not_here() -> Tested {
    let mut world = world()?;
    world.create(NewRepository::named("acme", "other")?)?;
    world.push("acme/other", Push::new("Begin").file("Dockerfile", "FROM a\n"))?;
    let fake = Fake::start(world, Options::default()).await?;
    let sha = github_fake::git::blob_oid(b"FROM a\n");
    assert_eq!(fetch(&fake, &format!("/repos/acme/other/git/blobs/{sha}")).await?.status, 200);
    assert_eq!(fetch(&fake, &format!("/repos/acme/shop/git/blobs/{sha}")).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_long_listing_is_truncated() -> Tested {
    let tree_limits = TreeLimits { entries: 2, bytes: 7_000_000 };
    let fake = Fake::start(world()?, Options { tree_limits, ..Options::default() }).await?;
    let listed = fetch(&fake, "/repos/acme/shop/git/trees/main?recursive=1").await?.json();
    assert_eq!(listed["truncated"], true);
    assert_eq!(listed["tree"].as_array().map(Vec::len), Some(2));
    Ok(())
}

#[tokio::test]
async fn each_refusal_has_github_s_status() -> Tested {
    let mut world = world()?;
    let public = || Facts { visibility: Visibility::Public, ..Facts::default() };
    for name in ["blocked", "disabled"] {
        world.create(NewRepository::named("acme", name)?.facts(public()))?;
        world.push(&format!("acme/{name}"), Push::new("Begin").file("a", "a"))?;
    }
    world.repository_mut("acme/blocked")?.facts.unreadable = Some("a notice".to_owned());
    world.repository_mut("acme/disabled")?.facts.disabled = true;
    let fake = Fake::start(world, Options::default()).await?;
    for (path, status) in [
        ("/repos/acme/vault/git/trees/main", 409),
        ("/repos/acme/vault/commits/main", 409),
        ("/repos/acme/blocked/git/trees/main", 451),
        ("/repos/acme/disabled/git/trees/main", 403),
        ("/repos/acme/nothing", 404),
        ("/orgs/nobody", 404),
        ("/repos/acme/shop/commits/nowhere", 422),
        ("/nowhere", 404),
    ] {
        assert_eq!(fetch(&fake, path).await?.status, status, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_without_manners_is_refused() -> Tested {
    let fake = started().await?;
    let url = format!("{}/repos/acme/shop", fake.api_url());
    assert_eq!(send(Request::get(&url), "").await?.status, 403);
    let wrong = Request::get(&url).header("user-agent", "test");
    assert_eq!(send(wrong.header("authorization", "Bearer x"), "").await?.status, 401);
    let version = get(&fake, "/repos/acme/shop").header("x-github-api-version", "1999-01-01");
    assert_eq!(send(version, "").await?.status, 400);
    Ok(())
}

#[tokio::test]
async fn a_private_repository_hides_from_a_token_without_access() -> Tested {
    let credentials = vec![Credential { sees_private: false, ..Credential::default() }];
    let fake = Fake::start(world()?, Options { credentials, ..Options::default() }).await?;
    assert_eq!(fetch(&fake, "/repos/acme/vault").await?.status, 404);
    assert_eq!(fetch(&fake, "/repos/acme/shop").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_former_name_leads_to_the_address_by_id() -> Tested {
    let fake = started().await?;
    fake.world(|it| it.rename("acme/shop", "store"))?;
    let moved = fetch(&fake, "/repos/acme/shop/git/trees/main?recursive=1").await?;
    assert_eq!(moved.status, 301);
    let path = moved.header("location").replace(&fake.api_url(), "");
    assert!(path.starts_with("/repositories/") && path.ends_with("recursive=1"), "{path}");
    assert_eq!(fetch(&fake, &path).await?.status, 200);
    assert_eq!(fetch(&fake, "/repos/acme/store").await?.json()["name"], "store");
    Ok(())
}

#[tokio::test]
async fn an_unchanged_answer_is_304_and_free() -> Tested {
    let fake = started().await?;
    let first = fetch(&fake, "/repos/acme/shop").await?;
    let strong = first.header("etag").trim_start_matches("W/").to_owned();
    let again = get(&fake, "/repos/acme/shop").header("if-none-match", strong);
    let second = send(again, "").await?;
    assert_eq!((second.status, second.body.len()), (304, 0));
    assert_eq!(first.header("x-ratelimit-used"), second.header("x-ratelimit-used"));
    assert_eq!(fake.account().charged, 1);
    Ok(())
}

#[tokio::test]
async fn a_used_up_budget_refuses_until_its_hour_is_over() -> Tested {
    let fake = Fake::start(world()?, Options { rest_limit: 2, ..Options::default() }).await?;
    for _ in 0..2 {
        assert_eq!(fetch(&fake, "/repos/acme/shop").await?.status, 200);
    }
    let refused = fetch(&fake, "/repos/acme/shop").await?;
    assert_eq!((refused.status, refused.header("x-ratelimit-remaining")), (403, "0"));
    let limits = fetch(&fake, "/rate_limit").await?;
    assert_eq!(limits.json()["resources"]["core"]["remaining"], 0);
    Ok(())
}

#[tokio::test]
async fn before_its_time_a_commit_does_not_exist() -> Tested {
    let fake = started().await?;
    let newest = fetch(&fake, "/repos/acme/shop/commits/main").await?.json();
    fake.set_now(noon() - chrono::Duration::days(5));
    let older = fetch(&fake, "/repos/acme/shop/commits/main").await?.json();
    assert_eq!(newest["parents"][0]["sha"], older["sha"]);
    let newest = newest["sha"].as_str().unwrap_or_default();
    let missing = fetch(&fake, &format!("/repos/acme/shop/commits/{newest}")).await?;
    assert_eq!(missing.status, 422);
    let repository = fetch(&fake, "/repos/acme/shop").await?.json();
    assert_eq!(repository["pushed_at"], older["commit"]["committer"]["date"]);
    Ok(())
}

#[tokio::test]
async fn the_history_of_a_path_has_the_commits_that_changed_it() -> Tested {
    let fake = started().await?;
    let messages = |list: Value| -> Vec<String> {
        let texts = list.as_array().cloned().unwrap_or_default();
        texts.iter().map(|it| it["commit"]["message"].to_string()).collect()
    };
    let root = fetch(&fake, "/repos/acme/shop/commits?path=Dockerfile").await?;
    assert_eq!(messages(root.json()), ["\"Harden the shop\"", "\"Import the shop\""]);
    let api = fetch(&fake, "/repos/acme/shop/commits?path=api/Dockerfile").await?;
    assert_eq!(messages(api.json()), ["\"Import the shop\""]);
    let since = "/repos/acme/shop/commits?since=2025-11-20T00:00:00Z&per_page=1";
    assert_eq!(messages(fetch(&fake, since).await?.json()), ["\"Harden the shop\""]);
    Ok(())
}

#[tokio::test]
async fn the_sha_of_a_commit_comes_alone_if_asked() -> Tested {
    let fake = started().await?;
    let request = get(&fake, "/repos/acme/shop/commits/HEAD");
    let sha = send(request.header("accept", "application/vnd.github.sha"), "").await?;
    assert_eq!(sha.body.len(), 40);
    assert_eq!(sha.header("etag").trim_matches('"').as_bytes(), sha.body);
    Ok(())
}

#[tokio::test]
async fn the_form_of_an_enterprise_server_links_within_itself() -> Tested {
    let fake = started().await?;
    let repository = fetch(&fake, "/api/v3/repos/acme/shop").await?.json();
    let url = format!("{}/repos/acme/shop", fake.enterprise_api_url());
    assert_eq!(repository["url"], url);
    Ok(())
}

#[tokio::test]
async fn the_token_shows_its_scopes() -> Tested {
    let fake = started().await?;
    let user = fetch(&fake, "/user").await?;
    assert_eq!(user.header("x-oauth-scopes"), "read:org, repo");
    assert_eq!(user.json()["login"], "drydock-reader");
    Ok(())
}

#[tokio::test]
async fn the_newer_version_has_no_rate_beside_the_resources() -> Tested {
    let fake = started().await?;
    let newer = get(&fake, "/rate_limit").header("x-github-api-version", "2026-03-10");
    assert_eq!(send(newer, "").await?.json().get("rate"), None);
    assert!(fetch(&fake, "/rate_limit").await?.json()["rate"].is_object());
    Ok(())
}

#[tokio::test]
async fn without_a_token_there_are_sixty_requests_an_hour() -> Tested {
    let fake = started().await?;
    let ask = || Request::get(format!("{}/orgs/acme", fake.api_url())).header("user-agent", "test");
    for _ in 0..60 {
        assert_eq!(send(ask(), "").await?.status, 200);
    }
    assert_eq!(send(ask(), "").await?.status, 403);
    assert_eq!(fetch(&fake, "/orgs/acme").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_server_without_limits_says_nothing_about_them() -> Tested {
    let options = Options { has_rate_limits: false, rest_limit: 0, ..Options::default() };
    let fake = Fake::start(world()?, options).await?;
    let reply = fetch(&fake, "/api/v3/orgs/acme").await?;
    assert_eq!((reply.status, reply.header("x-ratelimit-limit")), (200, ""));
    assert_eq!(fetch(&fake, "/api/v3/rate_limit").await?.status, 404);
    let answer = crate::common::query(&fake, "{ rateLimit { cost } }", json!({})).await?;
    assert_eq!(answer["data"]["rateLimit"], Value::Null);
    Ok(())
}
