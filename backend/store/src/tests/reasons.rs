//! Reasons, base images and teams of a snapshot.

use checklist::Item;

use super::support::{SHOP, acme, at, file, reading, version};
use crate::read::ItemVerdict;
use crate::read::repository_filter::Team;
use crate::read::snapshot::{ImageKind, ImageUse};
use crate::testing::{TestStore, store};
use crate::{FileKind, NewBlob, NewReport};
use checklist::{Catalog, Policy, SourceFile};

/// Scores a text with the engine itself.
async fn scored(store: &TestStore, blob: char, text: &str) {
    let sha: names::BlobSha = blob.to_string().repeat(40).parse().unwrap();
    let bytes = text.as_bytes().to_vec();
    let content = NewBlob { sha: sha.clone(), byte_size: 9, content: Some(bytes.clone()) };
    store.save_blobs(&[content], at(1)).await.unwrap();
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: &bytes };
    let report = checklist::check(&file, Catalog::built_in(), &Policy::default());
    let new = NewReport { blob: sha, kind: FileKind::Dockerfile, policy: String::new(), report };
    store.save_reports(&[new], &version(1, "c1"), at(1)).await.unwrap();
}

async fn world() -> (TestStore, i64) {
    let store = store().await;
    let acme = acme(&store).await;
    let ports = "FROM node:24\nEXPOSE 80\nCOPY --chown=node . .\nCMD [\"node\", \"a.js\"]\n";
    scored(&store, 'a', ports).await;
    scored(&store, 'b', "FROM dhi.io/node:20-debian13\nCMD [\"node\", \"a.js\"]\n").await;
    scored(&store, 'c', "FROM dhi.io/node:24\nFROM node:24\nEXPOSE 80 1024\n").await;
    let files =
        vec![file("a/Dockerfile", 'a'), file("b/Dockerfile", 'b'), file("c/Dockerfile", 'c')];
    store.save_reading(&reading('1', files), at(3)).await.unwrap();
    (store, acme.0)
}

fn image<'a>(images: &'a [ImageUse], reference: &str) -> &'a ImageUse {
    images.iter().find(|it| it.reference == reference).unwrap()
}

#[tokio::test]
async fn each_reason_has_its_dockerfiles_and_the_sums_say_how_they_overlap() {
    let (store, acme) = world().await;
    let snapshot = store.snapshot(acme).await.unwrap();
    for item in Item::ALL {
        let reasons = snapshot.reasons(item);
        let left = snapshot.counted_files().filter(|(_, it)| it.verdict(item).is_left()).count();
        assert_eq!(reasons.left, left, "{item:?}");
        let sum: usize = reasons.groups.iter().map(|it| it.files.len()).sum();
        assert!(sum >= left && (sum > left) == (reasons.several > 0), "{item:?} {reasons:?}");
    }
    let ports = snapshot.reasons(Item::Ports);
    assert_eq!((ports.left, ports.several, ports.groups[0].files.len()), (2, 1, 2));
    assert_eq!(ports.groups[0].files[0].line, Some(2));
}

#[tokio::test]
async fn what_people_decided_stands_under_no_reason() {
    let (store, acme) = world().await;
    let change = "UPDATE dockerfile SET outcomes = overlay(outcomes placing 'w' from 6)";
    sqlx::query(change).execute(store.pool()).await.unwrap();
    let snapshot = store.snapshot(acme).await.unwrap();
    assert_eq!(snapshot.dockerfiles[0].verdict(Item::Ports), ItemVerdict::Waived);
    assert!(snapshot.reasons(Item::Ports).groups.is_empty());
}

#[tokio::test]
async fn an_unread_dockerfile_is_left_for_a_reason_of_its_own() {
    let (store, acme) = world().await;
    let change =
        "UPDATE dockerfile SET report_id = NULL, outcomes = 'uuuuuuuu' WHERE path LIKE 'a%'";
    sqlx::query(change).execute(store.pool()).await.unwrap();
    let snapshot = store.snapshot(acme).await.unwrap();
    let reasons = snapshot.reasons(Item::TlsCertificates);
    assert_eq!(reasons.left, 1);
    assert_eq!((reasons.groups[0].code.as_deref(), reasons.groups[0].files.len()), (None, 1));
}

#[tokio::test]
async fn a_withdrawn_tag_keeps_the_engines_remark_and_others_have_none() {
    let (store, acme) = world().await;
    let snapshot = store.snapshot(acme).await.unwrap();
    let images = snapshot.images_of(snapshot.counted_files());
    let withdrawn = image(&images, "dhi.io/node:20-debian13");
    assert_eq!(withdrawn.remark.as_ref().unwrap().code, "withdrawn-tag");
    assert_eq!(withdrawn.kind, ImageKind::Hardened);
    assert_eq!(image(&images, "dhi.io/node:24").remark, None);
    let node = image(&images, "node:24");
    assert_eq!((node.kind, node.dockerfiles, node.shipped), (ImageKind::ToReplace, 2, 2));
    assert_eq!(node.repositories, 1);
}

#[tokio::test]
async fn the_parts_of_teams_add_up_to_the_whole() {
    let (store, acme) = world().await;
    let change = "UPDATE dockerfile SET owner = 'web' WHERE path LIKE 'a%'";
    sqlx::query(change).execute(store.pool()).await.unwrap();
    let snapshot = store.snapshot(acme).await.unwrap();
    let mut files = 0;
    for standing in snapshot.sums().teams.clone() {
        let team = standing.team.clone().map_or(Team::NoOwner, Team::Named);
        let of_team = snapshot.team_repositories(&team);
        let tally = of_team.iter().map(|it| it.tally).sum();
        assert_eq!(standing.tally, tally, "{team:?}");
        assert_eq!(snapshot.repositories[of_team[0].place].id, SHOP);
        files += snapshot.files_of_team(&team).count();
    }
    assert_eq!(files, snapshot.dockerfiles.len());
}
