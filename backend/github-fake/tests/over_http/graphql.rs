//! The stand-in's GraphQL side over real HTTP.

use crate::common::{Tested, noon, query, send, started, world};
use axum::http::Request;
use github_fake::{Content, Fake, NewRepository, Options, Push, git};
use serde_json::{Value, json};

const LISTING: &str = "query($org: String!, $after: String) {
  organization(login: $org) {
    repositories(first: 2, after: $after, orderBy: {field: PUSHED_AT, direction: DESC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...facts }
    }
  }
  rateLimit { cost remaining }
}
fragment facts on Repository {
  databaseId name visibility isArchived isFork isEmpty pushedAt
  primaryLanguage { name }
  repositoryTopics(first: 20) { nodes { topic { name } } }
  defaultBranchRef { name target { oid ... on Commit { committedDate tree { oid } } } }
}";

#[tokio::test]
async fn a_page_of_repositories_has_their_facts() -> Tested {
    let fake = started().await?;
    let answer = query(&fake, LISTING, json!({"org": "acme"})).await?;
    assert_eq!(answer["errors"], Value::Null);
    let listed = &answer["data"]["organization"]["repositories"];
    assert_eq!(listed["totalCount"], 2);
    let (vault, shop) = (&listed["nodes"][0], &listed["nodes"][1]);
    assert_eq!((&vault["name"], &vault["isEmpty"]), (&json!("vault"), &json!(true)));
    assert_eq!(vault["defaultBranchRef"], Value::Null);
    assert_eq!(shop["primaryLanguage"]["name"], "Go");
    assert_eq!(shop["repositoryTopics"]["nodes"][0]["topic"]["name"], "team-payments");
    assert_eq!(shop["defaultBranchRef"]["target"]["committedDate"], shop["pushedAt"]);
    assert_eq!(answer["data"]["rateLimit"]["cost"], 1);
    assert_eq!(fake.account().points, 1);
    Ok(())
}

#[tokio::test]
async fn a_push_between_two_pages_neither_hides_nor_repeats_the_rest() -> Tested {
    let mut world = world()?;
    for number in 0..3 {
        let mut new = NewRepository::named("acme", &format!("r{number}"))?;
        new.created_at = Some(noon() - chrono::Duration::days(100 + number));
        world.create(new)?;
    }
    let fake = Fake::start(world, Options::default()).await?;
    let first = query(&fake, LISTING, json!({"org": "acme"})).await?;
    let page = &first["data"]["organization"]["repositories"];
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    fake.world(|it| it.push("acme/r1", Push::new("Wake up").file("a", "a")))?;
    let after = &page["pageInfo"]["endCursor"];
    let second = query(&fake, LISTING, json!({"org": "acme", "after": after})).await?;
    let nodes = &second["data"]["organization"]["repositories"]["nodes"];
    let names: Vec<&Value> = nodes.as_array().into_iter().flatten().map(|it| &it["name"]).collect();
    assert_eq!(names, ["r0", "r2"]);
    Ok(())
}

#[tokio::test]
async fn blobs_come_in_one_batch_by_their_shas() -> Tested {
    let mut world = world()?;
    let odd = Push::new("Add odd files")
        .content("logo", Content::Bytes(git::Mode::File, [0, 1, 2].as_slice().into()))
        .file("long", &"x".repeat(600_000));
    world.push("acme/shop", odd)?;
    let fake = Fake::start(world, Options::default()).await?;
    let shas = [
        git::blob_oid(b"FROM dhi.io/node:22\n"),
        git::blob_oid(&[0, 1, 2]),
        git::blob_oid("x".repeat(600_000).as_bytes()),
        git::blob_oid(b"nowhere"),
    ];
    let fields: String = (0..)
        .zip(shas)
        .map(|(index, it)| format!("b{index}: object(oid: \"{it}\") {{ ...blob }}\n"))
        .collect();
    let text = format!(
        "{{ repository(owner: \"acme\", name: \"shop\") {{ {fields} }} }}
         fragment blob on Blob {{ text isBinary isTruncated byteSize }}"
    );
    let answer = query(&fake, &text, json!({})).await?;
    let found = &answer["data"]["repository"];
    assert_eq!(found["b0"]["text"], "FROM dhi.io/node:22\n");
    let binary = json!({"text": null, "isBinary": true, "isTruncated": false, "byteSize": 3});
    assert_eq!(found["b1"], binary);
    assert_eq!(found["b2"]["text"].as_str().map(str::len), Some(512_000));
    assert_eq!(found["b2"]["isTruncated"], true);
    assert_eq!(found["b3"], Value::Null);
    assert_eq!(fake.account().blobs, 3);
    Ok(())
}

#[tokio::test]
async fn a_tree_can_be_descended_by_expression_and_by_sha() -> Tested {
    let fake = started().await?;
    let text = "{ repository(owner: \"acme\", name: \"shop\") {
        object(expression: \"HEAD:api\") { ... on Tree { oid entries { name type mode path } } }
    } }";
    let answer = query(&fake, text, json!({})).await?;
    let tree = &answer["data"]["repository"]["object"];
    assert_eq!(
        tree["entries"],
        json!([
            {"name": "Containerfile", "type": "blob", "mode": 40960, "path": "api/Containerfile"},
            {"name": "Dockerfile", "type": "blob", "mode": 33188, "path": "api/Dockerfile"},
        ])
    );
    let by_sha = "query($oid: GitObjectID!) { repository(owner: \"acme\", name: \"shop\") {
        object(oid: $oid) { __typename ... on Tree { entries { name } } } } }";
    let answer = query(&fake, by_sha, json!({"oid": tree["oid"]})).await?;
    assert_eq!(answer["data"]["repository"]["object"]["__typename"], "Tree");
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_null_with_an_error_and_the_rest_is_answered() -> Tested {
    let fake = started().await?;
    let text = "{ a: repository(owner: \"acme\", name: \"shop\") { name }
                  b: repository(owner: \"acme\", name: \"gone\") { name } }";
    let answer = query(&fake, text, json!({})).await?;
    assert_eq!(answer["data"], json!({"a": {"name": "shop"}, "b": null}));
    assert_eq!(answer["errors"][0]["type"], "NOT_FOUND");
    assert_eq!(answer["errors"][0]["path"], json!(["b"]));
    Ok(())
}

#[tokio::test]
async fn repositories_are_found_by_their_global_ids() -> Tested {
    let fake = started().await?;
    let shop = "{ repository(owner: \"acme\", name: \"shop\") { id } }";
    let id = query(&fake, shop, json!({})).await?["data"]["repository"]["id"].clone();
    let text = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Repository { name } } }";
    fake.world(|it| it.rename("acme/shop", "store"))?;
    let answer = query(&fake, text, json!({"ids": [id, "R_nowhere"]})).await?;
    assert_eq!(answer["data"]["nodes"], json!([{"name": "store"}, null]));
    assert_eq!(answer["errors"][0]["type"], "NOT_FOUND");
    Ok(())
}

#[tokio::test]
async fn a_wrong_query_is_refused_without_data() -> Tested {
    let fake = started().await?;
    for (text, expected) in [
        ("{ organization(login: \"acme\") { nonsense } }", "undefinedField"),
        ("{ organization { login } }", "missingRequiredArguments"),
        ("{ organization(login: \"acme\", x: 1) { login } }", "argumentNotAccepted"),
        ("{ organization(login: 5) { login } }", "argumentLiteralsIncompatible"),
        ("{ organization(login: \"acme\") }", "selectionMismatch"),
        ("{ organization(login: \"acme\") { login { x } } }", "selectionMismatch"),
        ("{ organization(login: $x) { login } }", "argumentLiteralsIncompatible"),
        ("query($x: Int) { viewer { login } }", "variableNotUsed"),
        ("query($x: String!) { organization(login: $x) { login } }", "variableInvalid"),
        ("{ viewer { ...missing } }", "useAndDefineFragment"),
        ("{ viewer { ...a } } fragment a on User { ...a }", "infiniteLoop"),
    ] {
        let answer = query(&fake, text, json!({})).await?;
        let codes: Vec<&Value> = answer["errors"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| &it["extensions"]["code"])
            .collect();
        assert!(codes.contains(&&json!(expected)), "{text}: {answer}");
        assert_eq!(answer.get("data"), None, "{text}");
    }
    Ok(())
}

#[tokio::test]
async fn a_query_needs_a_token() -> Tested {
    let fake = started().await?;
    for url in [fake.graphql_url(), fake.enterprise_graphql_url()] {
        let request = Request::post(url).header("user-agent", "test");
        assert_eq!(send(request, r#"{"query": "{ viewer { login } }"}"#).await?.status, 401);
    }
    Ok(())
}

#[tokio::test]
async fn a_used_up_budget_is_an_error_in_a_good_answer() -> Tested {
    let options = Options { graphql_limit: 1, ..Options::default() };
    let fake = Fake::start(world()?, options).await?;
    let text = "{ viewer { login } }";
    assert_eq!(query(&fake, text, json!({})).await?["data"]["viewer"]["login"], "drydock-reader");
    assert_eq!(query(&fake, text, json!({})).await?["errors"][0]["type"], "RATE_LIMIT");
    Ok(())
}
