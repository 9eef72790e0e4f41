//! Each thing that somebody changes is in the audit log: who, what, before, after, from where.
//! What was refused is not.

use checklist::Item;
use serde_json::{Value, json};

use super::support::{SHOP, acme, anna, at};
use crate::read::audit::{AuditFilter, AuditLine};
use crate::testing::{TestStore, store};
use crate::{
    AuditAction, CampaignSaved, CredentialCheck, Holder, JobId, JobKind, NamedOrganization,
    NewCampaign, NewEdition, NewJob, NewView, OrganizationId, PRIORITY_SCHEDULE, ReadFrom,
    Schedules, Scope, TeamRule, Touched, Trigger, ViewPage,
};

async fn entries(store: &TestStore) -> Vec<AuditLine> {
    let mut entries = store.audit(&AuditFilter::default(), None, 100).await.unwrap();
    entries.reverse();
    entries
}

/// What was said since the last look, an entry a line; each by Anna from her address.
async fn told(store: &TestStore, seen: &mut usize) -> String {
    let all = entries(store).await;
    let new = &all[*seen..];
    *seen = all.len();
    let line = |it: &AuditLine| {
        assert_eq!((it.actor.as_str(), it.address.as_str()), ("Anna", "192.0.2.1"));
        let said = |it: &Option<Value>| it.as_ref().map_or("-".to_owned(), Value::to_string);
        format!("{} {}: {} > {}", it.action.slug(), it.subject, said(&it.before), said(&it.after))
    };
    new.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn campaign(name: &str) -> NewCampaign {
    NewCampaign {
        name: name.to_owned(),
        filter: String::new(),
        items: vec![Item::Ports],
        target_on: "2026-06-30".parse().unwrap(),
        owner: String::new(),
    }
}

#[tokio::test]
async fn campaigns_and_the_target_are_told_with_what_they_were() {
    let (store, mut seen) = (store().await, 0);
    let acme = acme(&store).await;
    let begun = store.begin_campaign(acme, &campaign("Ports"), &anna(), at(2)).await.unwrap();
    let CampaignSaved::As(id) = begun else { panic!("{begun:?}") };
    store.begin_campaign(acme, &campaign("ports"), &anna(), at(2)).await.unwrap();
    store.change_campaign(acme, id, &campaign("Low"), (&anna(), at(2))).await.unwrap();
    store.change_campaign(acme, id, &campaign("Low"), (&anna(), at(2))).await.unwrap();
    store.change_campaign(acme, id + 1, &campaign("No"), (&anna(), at(2))).await.unwrap();
    store.end_campaign(acme, id, &anna(), at(3)).await.unwrap();
    store.end_campaign(acme, id, &anna(), at(3)).await.unwrap();
    store.set_target(acme, "2026-09-30".parse().ok(), &anna(), at(3)).await.unwrap();
    store.set_target(acme, "2026-09-30".parse().ok(), &anna(), at(3)).await.unwrap();
    insta::assert_snapshot!(told(&store, &mut seen).await, @r#"
    settings-changed campaign 1: Ports: - > {"filter":"","items":["ports"],"name":"Ports","owner":"","target_on":"2026-06-30"}
    settings-changed campaign 1: Low: {"filter":"","items":["ports"],"name":"Ports","owner":"","target_on":"2026-06-30"} > {"filter":"","items":["ports"],"name":"Low","owner":"","target_on":"2026-06-30"}
    settings-changed campaign 1: Low: {"filter":"","items":["ports"],"name":"Low","owner":"","target_on":"2026-06-30"} > {"ended":true}
    settings-changed target: {"target_on":null} > {"target_on":"2026-09-30"}
    "#);
    assert!(entries(&store).await.iter().all(|it| it.organization == Some(acme)));
}

#[tokio::test]
async fn settings_are_told_with_what_they_were_and_only_if_they_changed() {
    let (store, mut seen) = (store().await, 0);
    let acme = acme(&store).await;
    let schedules = Schedules {
        full: "0 4 * * *".to_owned(),
        listing: "*/5 * * * *".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    let scope = Scope { globs: vec!["legacy/".to_owned()], ..Scope::default() };
    let rules = [TeamRule { glob: "pay-*".to_owned(), team: "payments".to_owned() }];
    let prefixes = ["registry.example.com/dhi/".to_owned()];
    for _ in 0..2 {
        store.set_schedules(acme, &schedules, &anna(), at(2)).await.unwrap();
        store.save_scope(acme, &scope, &anna(), at(2)).await.unwrap();
        store.save_hardened_prefixes(acme, &prefixes, &anna(), at(2)).await.unwrap().unwrap();
        store.save_team_rules(acme, &rules, &anna(), at(2)).await.unwrap();
        store.save_team_property(acme, Some("squad"), &anna(), at(2)).await.unwrap();
    }
    let refused = ["x".to_owned()];
    assert!(store.save_hardened_prefixes(acme, &refused, &anna(), at(2)).await.unwrap().is_err());
    insta::assert_snapshot!(told(&store, &mut seen).await, @r#"
    settings-changed schedule: {"full":"0 3 * * *","listing":"*/10 * * * *","time_zone":"UTC"} > {"full":"0 4 * * *","listing":"*/5 * * * *","time_zone":"Europe/Berlin"}
    settings-changed scope: {"counts_archived":false,"counts_forks":false,"counts_templates":false,"defaults_off":[],"globs":[]} > {"counts_archived":false,"counts_forks":false,"counts_templates":false,"defaults_off":[],"globs":["legacy/"]}
    settings-changed hardened prefixes: [] > ["registry.example.com/dhi/"]
    settings-changed team rules: [] > [{"glob":"pay-*","team":"payments"}]
    settings-changed team property: null > "squad"
    "#);
}

#[tokio::test]
async fn saved_views_are_told_when_they_come_and_go() {
    let (store, mut seen) = (store().await, 0);
    let OrganizationId(organization_id) = acme(&store).await;
    let view = NewView {
        organization_id,
        page: ViewPage::Repositories,
        name: "Ports".to_owned(),
        query: "item=ports".to_owned(),
    };
    assert!(store.save_view(&view, &anna(), at(2)).await.unwrap());
    assert!(!store.save_view(&view, &anna(), at(2)).await.unwrap());
    let saved = store.saved_views(organization_id, ViewPage::Repositories).await.unwrap();
    let id = saved[0].saved_view_id;
    assert!(store.delete_view(organization_id, id, &anna(), at(2)).await.unwrap());
    assert!(!store.delete_view(organization_id, id, &anna(), at(2)).await.unwrap());
    insta::assert_snapshot!(told(&store, &mut seen).await, @r#"
    settings-changed view of repositories: Ports: - > {"query":"item=ports"}
    settings-changed view of repositories: Ports: {"query":"item=ports"} > -
    "#);
}

#[tokio::test]
async fn wishes_for_crawls_and_for_the_catalogue_are_told() {
    let (store, mut seen) = (store().await, 0);
    let acme = acme(&store).await;
    let failed = NewJob {
        kind: JobKind::History,
        organization: acme,
        trigger: Trigger::Schedule,
        priority: PRIORITY_SCHEDULE,
        run_at: at(1),
    };
    let holder = Holder { name: "one", lease: std::time::Duration::from_secs(60), life: None };
    let held = store.start_job(&failed, holder, at(1)).await.unwrap().unwrap();
    store.fail_job(&held, "no answer", std::time::Duration::ZERO, at(1)).await.unwrap();
    assert_eq!(told(&store, &mut seen).await, "", "what a machine does is not told");

    store.ask_for_crawl(acme, Trigger::Person, &anna(), at(2)).await.unwrap();
    let touched = Touched {
        repository: SHOP,
        name: "shop".parse().unwrap(),
        gone_reason: None,
        touched_at: at(2),
    };
    store.ask_for_look(acme, &touched, &anna(), at(2)).await.unwrap();
    assert!(store.retry_job(held.id, &anna(), at(2)).await.unwrap().is_some());
    assert!(store.retry_job(JobId(0), &anna(), at(2)).await.unwrap().is_none());
    store.want_refresh(&anna(), at(2)).await.unwrap();
    insta::assert_snapshot!(told(&store, &mut seen).await, @r"
    crawl-asked full crawl: - > -
    crawl-asked look at shop: - > -
    crawl-asked history again: - > -
    crawl-asked catalogue of hardened images: - > -
    ");
}

#[tokio::test]
async fn a_first_credential_is_told_with_its_organization_and_never_itself() {
    let (store, mut seen) = (store().await, 0);
    let check = CredentialCheck {
        checked_at: at(2),
        sentences: vec!["It sees all.".to_owned()],
        warnings: Vec::new(),
        expires_at: Some(at(9)),
    };
    let named = |has_given_credential| NamedOrganization {
        login: "acme".parse().unwrap(),
        check: check.clone(),
        has_given_credential,
    };
    let first = store.name_organization(&named(true), &anna(), at(2)).await.unwrap();
    let again = store.name_organization(&named(false), &anna(), at(2)).await.unwrap();
    assert_eq!((first, store.credential_checks().await.unwrap().len()), (again, 1));
    insta::assert_snapshot!(told(&store, &mut seen).await, @r#"
    settings-changed organization acme: - > {"login":"acme"}
    credential-given organization acme: - > {"expires_at":"2026-03-09T12:00:00Z"}
    "#);
}

#[tokio::test]
async fn a_catalogue_from_a_file_is_told_and_what_github_has_is_not() {
    let store = store().await;
    let edition = |version: &str, read_from| NewEdition {
        version: version.to_owned(),
        day: "2026-03-01".parse().unwrap(),
        source: "catalog.tar.gz".to_owned(),
        read_from,
        commit: None,
        content: Vec::new(),
        images: 1,
        tags: 1,
        brought: None,
        misread: Vec::new(),
    };
    let first = store.save_edition(&edition("v1", ReadFrom::Github), None, at(2)).await.unwrap();
    assert_eq!(entries(&store).await, []);
    let file = edition("v2", ReadFrom::File);
    store.save_edition(&file, first, at(3)).await.unwrap().unwrap();
    assert_eq!(store.save_edition(&file, first, at(3)).await.unwrap(), None);
    let told = entries(&store).await;
    let [entry] = &told[..] else { panic!("{told:?}") };
    assert_eq!(
        (entry.actor.as_str(), entry.action),
        ("command line", AuditAction::SettingsChanged)
    );
    let after = json!({ "file": "catalog.tar.gz", "version": "v2", "day": "2026-03-01" });
    assert_eq!(entry.after, Some(after));
}

#[tokio::test]
async fn what_the_database_refuses_leaves_no_entry() {
    let store = store().await;
    let nowhere = OrganizationId(404);
    let unsaved = store.begin_campaign(nowhere, &campaign("Ports"), &anna(), at(2)).await;
    assert!(unsaved.is_err());
    assert!(store.ask_for_crawl(nowhere, Trigger::Person, &anna(), at(2)).await.is_err());
    assert_eq!(entries(&store).await, []);
}
