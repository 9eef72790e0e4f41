//! What a change of scope, teams and policies leaves behind.

use super::support::{
    SHOP, acme, anna, at, changes, file, lines, listed, prints, progress, reading, score, version,
};
use crate::testing::{TestStore, store};
use crate::{
    ListedFacts, Moving, OrganizationId, OwnSettings, ReadSettings, Scope, SettingsFile,
    SettingsKind, TeamRule,
};
use checklist::Verdict::Remaining;
use names::RepositoryId;

const FORK: RepositoryId = RepositoryId(7002);

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

/// `shop` with Dockerfiles at the root, in `legacy`, in `examples` and in `vendor`, the last
/// of which its own file includes; and a fork.
async fn organization(store: &TestStore) -> OrganizationId {
    let acme = acme(store).await;
    let fork = ListedFacts { is_fork: true, topics: Vec::new(), ..listed(FORK, "fork") };
    store.save_listing(acme, &[fork], at(1)).await.unwrap();
    score(store, 'a', &[Remaining], &version(1, "c1")).await;
    let paths = ["Dockerfile", "legacy/Dockerfile", "examples/Dockerfile", "vendor/Dockerfile"];
    let own = OwnSettings { include: texts(&["vendor/"]), ..OwnSettings::default() };
    let mut shop = reading('1', paths.map(|it| file(it, 'a')).to_vec());
    shop.settings = Some(ReadSettings { files: Vec::new(), own });
    let mut fork = reading('2', vec![file("Dockerfile", 'a')]);
    fork.repository = FORK;
    store.save_readings(&[shop, fork], at(3)).await.unwrap();
    acme
}

fn other() -> Scope {
    Scope {
        defaults_off: texts(&["examples/"]),
        globs: texts(&["legacy/", "vendor/"]),
        counts_forks: true,
        ..Scope::default()
    }
}

async fn excluded(store: &TestStore) -> String {
    lines(
        store,
        "SELECT concat_ws(' ', name, path, dockerfile.excluded_by)
         FROM dockerfile JOIN repository USING (repository_id) ORDER BY name, path COLLATE \"C\"",
    )
    .await
}

async fn revision(store: &TestStore) -> String {
    lines(store, "SELECT revision::text FROM organization").await
}

#[tokio::test]
async fn a_change_of_scope_judges_what_is_stored_and_changes_no_verdict() {
    let store = store().await;
    let acme = organization(&store).await;
    insta::assert_snapshot!(excluded(&store).await, @r"
    fork Dockerfile
    shop Dockerfile
    shop examples/Dockerfile examples/
    shop legacy/Dockerfile
    shop vendor/Dockerfile
    ");
    let before = revision(&store).await;
    store.save_scope(acme, &other(), &anna(), at(4)).await.unwrap();
    assert_ne!(revision(&store).await, before);
    assert_eq!(store.scope(acme).await.unwrap(), other());
    insta::assert_snapshot!(excluded(&store).await, @r"
    fork Dockerfile
    shop Dockerfile
    shop examples/Dockerfile
    shop legacy/Dockerfile legacy/
    shop vendor/Dockerfile
    ");
    insta::assert_snapshot!(progress(&store).await, @r"
    fork not-started files 1 met 7 remaining 1 left 1
    shop not-started files 3 met 21 remaining 3 left 1
    ");
    assert_eq!(changes(&store).await, "");
    let rows = prints(&store).await;
    store.save_scope(acme, &other(), &anna(), at(5)).await.unwrap();
    assert_eq!(prints(&store).await, rows, "the same scope writes no row");
    // A later listing and a later reading agree with it.
    let fork = ListedFacts { is_fork: true, topics: Vec::new(), ..listed(FORK, "fork") };
    store.save_listing(acme, &[fork], at(6)).await.unwrap();
    assert_eq!(prints(&store).await, rows);
    store.save_scope(acme, &Scope::default(), &anna(), at(7)).await.unwrap();
    assert!(progress(&store).await.starts_with("fork out-of-scope"));
}

#[tokio::test]
async fn a_preview_tells_what_would_leave_and_enter_and_writes_nothing() {
    let store = store().await;
    let acme = organization(&store).await;
    let before = (prints(&store).await, revision(&store).await);
    let preview = store.scope_preview(acme, &other()).await.unwrap();
    let names = |all: &[&str]| Moving { count: all.len(), first: texts(all) };
    assert_eq!(preview.dockerfiles_leaving, names(&["shop/legacy/Dockerfile"]));
    let entering = names(&["fork/Dockerfile", "shop/examples/Dockerfile"]);
    assert_eq!(preview.dockerfiles_entering, entering);
    assert_eq!(preview.repositories_leaving, names(&[]));
    assert_eq!(preview.repositories_entering, names(&["fork"]));
    assert_eq!((prints(&store).await, revision(&store).await), before);
}

#[tokio::test]
async fn a_preview_names_fifty_and_counts_all() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[], &version(1, "c1")).await;
    let files = (0..60).map(|it| file(&format!("old/{it:02}/Dockerfile"), 'a')).collect();
    store.save_reading(&reading('1', files), at(3)).await.unwrap();
    let acme = store.organizations().await.unwrap()[0].id;
    let rules = Scope { globs: texts(&["old/"]), ..Scope::default() };
    let leaving = store.scope_preview(acme, &rules).await.unwrap().dockerfiles_leaving;
    assert_eq!((leaving.count, leaving.first.len()), (60, 50));
    assert_eq!(leaving.first[0], "shop/old/00/Dockerfile");
}

#[test]
fn a_rule_that_means_nothing_is_told() {
    assert_eq!(other().check(), Ok(()));
    let bad = Scope { globs: texts(&["a/", "[b]"]), ..Scope::default() };
    assert!(bad.check().unwrap_err().starts_with("\u{201c}[b]\u{201d} cannot be used: "));
    let bad = Scope { defaults_off: texts(&["src/"]), ..Scope::default() };
    assert_eq!(bad.check().unwrap_err(), "\u{201c}src/\u{201d} is no default rule.");
}

#[tokio::test]
async fn settings_files_are_kept_as_they_are_and_saving_them_twice_writes_no_row() {
    let store = store().await;
    acme(&store).await;
    score(&store, 'a', &[], &version(1, "c1")).await;
    let settings = |path: &str| SettingsFile {
        path: path.parse().unwrap(),
        kind: SettingsKind::Codeowners,
        content: file(path, 'a').content,
    };
    let mut shop = reading('1', vec![file("Dockerfile", 'a')]);
    shop.files[0].owner = Some("pay\0ments".to_owned());
    let files = vec![settings("CODEOWNERS"), settings("docs/CODEOWNERS")];
    shop.settings = Some(ReadSettings { files, own: OwnSettings::default() });
    store.save_reading(&shop, at(3)).await.unwrap();
    let all = "SELECT concat_ws(' ', path, kind, left(blob_sha, 2), ctid, xmin)
               FROM settings_file ORDER BY path";
    let before = (lines(&store, all).await, prints(&store).await);
    store.save_reading(&shop, at(4)).await.unwrap();
    assert_eq!((lines(&store, all).await, prints(&store).await), before);
    let present = store.present_files(&[SHOP]).await.unwrap();
    let paths: Vec<&str> = present[&SHOP].iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, ["CODEOWNERS", "Dockerfile", "docs/CODEOWNERS"]);
    // A rescore knows nothing of settings, and leaves them.
    shop.settings = None;
    store.save_reading(&shop, at(5)).await.unwrap();
    assert_eq!(lines(&store, all).await, before.0);
    shop.settings = Some(ReadSettings::default());
    store.save_reading(&shop, at(6)).await.unwrap();
    assert_eq!(lines(&store, all).await, "");
    let owner = lines(&store, "SELECT owner FROM dockerfile").await;
    assert_eq!(owner, "pay\u{fffd}ments");
}

#[tokio::test]
async fn the_first_team_rule_that_fits_counts_where_nothing_else_says_it() {
    let store = store().await;
    let acme = organization(&store).await;
    let rule = |glob: &str, team: &str| TeamRule { glob: glob.to_owned(), team: team.to_owned() };
    let shop = ListedFacts { topics: Vec::new(), ..listed(SHOP, "shop") };
    store.save_listing(acme, &[shop], at(4)).await.unwrap();
    let before = revision(&store).await;
    let rules = [rule("SH*", "never"), rule("f*", "platform"), rule("*", "rest")];
    store.save_team_rules(acme, &rules, &anna(), at(8)).await.unwrap();
    assert_ne!(revision(&store).await, before);
    assert_eq!(store.team_rules(acme).await.unwrap(), rules);
    let teams = "SELECT concat_ws(' ', name, team, team_source) FROM repository ORDER BY name";
    assert_eq!(lines(&store, teams).await, "fork platform rule\nshop never rule");
    let shop = ListedFacts { team: Some("payments".to_owned()), ..listed(SHOP, "shop") };
    store.save_listing(acme, &[shop], at(5)).await.unwrap();
    assert_eq!(lines(&store, teams).await, "fork platform rule\nshop payments topic");
    store.save_team_rules(acme, &[], &anna(), at(8)).await.unwrap();
    assert_eq!(lines(&store, teams).await, "fork\nshop payments topic");
}
