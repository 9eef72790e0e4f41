//! A generated organization: its shapes, and that it is the same each time.

use std::time::Instant;

use crate::common::{Tested, fetch, query};
use github_fake::git::{Mode, Oid};
use github_fake::{Fake, Options, Shape, Snapshot, World};
use serde_json::json;

const SEED: u64 = 7;

fn repositories(world: &World) -> Vec<Snapshot<'_>> {
    let owner = world.owner("acme");
    owner.into_iter().flat_map(|it| world.repositories_of(&it.login)).collect()
}

fn heads(world: &World) -> Vec<Option<Oid>> {
    repositories(world).iter().map(|it| it.head().map(|it| it.oid)).collect()
}

fn is_container_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
    name.contains("dockerfile") || name == "containerfile"
}

fn share(part: usize, whole: usize) -> usize {
    part * 1_000 / whole
}

#[test]
fn the_same_seed_makes_the_same_organization() -> Tested {
    let shape = Shape::default();
    let one = heads(&World::generated(&shape, 60, SEED)?);
    assert_eq!(one, heads(&World::generated(&shape, 60, SEED)?));
    assert_ne!(one, heads(&World::generated(&shape, 60, SEED + 1)?));
    Ok(())
}

#[test]
fn the_repositories_have_the_shapes_of_real_ones() -> Tested {
    let world = World::generated(&Shape::default(), 1_000, SEED)?;
    let all = repositories(&world);
    assert_eq!(all.len(), 1_000);
    let (mut entries, mut files, mut depths, mut oids) = (vec![], 0, vec![], vec![]);
    let mut symlinks = 0;
    for repository in &all {
        let Some(head) = repository.head() else { continue };
        let listed = repository.recursive(head.tree);
        entries.push(listed.len());
        let found: Vec<_> = listed.iter().filter(|it| is_container_file(&it.path)).collect();
        symlinks += usize::from(found.iter().any(|it| it.mode == Mode::Symlink));
        files += found.len();
        oids.extend(found.iter().map(|it| it.oid));
        depths.extend(found.iter().map(|it| it.path.split('/').count()).max());
    }
    entries.sort_unstable();
    let (count, mean) = (entries.len(), entries.iter().sum::<usize>() / entries.len());
    let (median, most) = (entries[count / 2], entries[count - 1]);
    assert!((120..260).contains(&median) && most < 1_800, "median {median}, most {most}");
    assert!((200..600).contains(&mean), "mean {mean}");
    assert!((1_700..2_300).contains(&files), "{files} container files");
    assert!((4..30).contains(&symlinks), "{symlinks} symbolic links");
    for (depth, expected) in [(1, 330), (2, 550), (3, 730), (4, 860), (5, 910)] {
        let within = depths.iter().filter(|it| **it <= depth).count();
        let found = share(within, depths.len());
        assert!(found.abs_diff(expected) < 60, "{found} of 1,000 within depth {depth}");
    }
    oids.sort_unstable();
    oids.dedup();
    let distinct = share(oids.len(), files);
    assert!((750..920).contains(&distinct), "{distinct} of 1,000 texts are distinct");
    let facts = |is: fn(&Snapshot<'_>) -> bool| all.iter().filter(|it| is(it)).count();
    assert!((50..110).contains(&facts(|it| it.repository.facts.archived)));
    assert!((30..70).contains(&facts(|it| it.repository.facts.fork)));
    assert!((4..20).contains(&facts(|it| it.is_empty())));
    Ok(())
}

#[tokio::test]
async fn everything_listed_can_be_fetched() -> Tested {
    let world = World::generated(&Shape::default(), 10, SEED)?;
    let names: Vec<String> =
        repositories(&world).iter().map(|it| it.repository.name.to_string()).collect();
    let fake = Fake::start(world, Options::default()).await?;
    let path = format!("/repos/acme/{}/git/trees/HEAD?recursive=1", names[0]);
    let listed = fetch(&fake, &path).await?.json();
    for entry in listed["tree"].as_array().into_iter().flatten().take(20) {
        let kind = if entry["type"] == "tree" { "... on Tree" } else { "... on Blob" };
        let text = format!(
            "{{ repository(owner: \"acme\", name: \"{}\") {{
               object(oid: {}) {{ {kind} {{ oid }} }} }} }}",
            names[0], entry["sha"]
        );
        let answer = query(&fake, &text, json!({})).await?;
        assert_eq!(answer["data"]["repository"]["object"]["oid"], entry["sha"], "{entry}");
    }
    Ok(())
}

/// Prints what a large organization takes; the bound is far above it.
#[test]
fn ten_thousand_repositories_are_made_in_seconds() -> Tested {
    let before = resident_megabytes();
    let start = Instant::now();
    let world = World::generated(&Shape::default(), 10_000, SEED)?;
    let (took, grown) = (start.elapsed(), resident_megabytes().saturating_sub(before));
    println!("10,000 repositories: {took:?}, {grown} MB");
    assert!(grown < 300, "{grown} MB");
    drop(world);
    Ok(())
}

fn resident_megabytes() -> usize {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').nth(1).and_then(|it| it.parse::<usize>().ok());
    pages.unwrap_or_default() * 4 / 1_024
}
