//! Campaigns begin, change and end, and pages hear of it.

use checklist::Item;

use super::support::{acme, anna, at};
use crate::testing::store;
use crate::{CampaignSaved, NewCampaign};

fn ports(name: &str) -> NewCampaign {
    NewCampaign {
        name: name.to_owned(),
        filter: "team=payments".to_owned(),
        items: vec![Item::Ports],
        target_on: "2026-06-30".parse().unwrap(),
        owner: "octavia\0".to_owned(),
    }
}

#[tokio::test]
async fn a_running_campaign_has_its_name_for_itself() {
    let store = store().await;
    let acme = acme(&store).await;
    let CampaignSaved::As(first) =
        store.begin_campaign(acme, &ports("Ports"), &anna(), at(2)).await.unwrap()
    else {
        panic!("it is the first of its name");
    };
    let again = store.begin_campaign(acme, &ports("PORTS"), &anna(), at(2)).await.unwrap();
    assert_eq!(again, CampaignSaved::NameTaken);
    let second = store.begin_campaign(acme, &ports("Users"), &anna(), at(2)).await.unwrap();
    let CampaignSaved::As(second) = second else { panic!("{second:?}") };
    let renamed =
        store.change_campaign(acme, second, &ports("ports"), (&anna(), at(4))).await.unwrap();
    assert_eq!(renamed, CampaignSaved::NameTaken);
    store.end_campaign(acme, first, &anna(), at(3)).await.unwrap();
    let renamed =
        store.change_campaign(acme, second, &ports("ports"), (&anna(), at(4))).await.unwrap();
    assert_eq!(renamed, CampaignSaved::As(second));
    let ended =
        store.change_campaign(acme, first, &ports("other"), (&anna(), at(4))).await.unwrap();
    assert_eq!(ended, CampaignSaved::Gone);
    let all = store.campaigns(acme.0).await.unwrap();
    let told: Vec<_> = all.iter().map(|it| (it.name.as_str(), it.ended_at.is_some())).collect();
    assert_eq!(told, [("ports", false), ("Ports", true)]);
    assert_eq!(all[0].items, [Item::Ports]);
    assert_eq!(all[0].owner, "octavia\u{fffd}");
}

#[tokio::test]
async fn what_changes_a_campaign_or_a_target_grows_the_revision() {
    let store = store().await;
    let acme = acme(&store).await;
    let revision = async || store.snapshot(acme.0).await.unwrap().revision;
    let mut before = revision().await;
    let mut has_grown = async |what: &str| {
        let now = store.snapshot(acme.0).await.unwrap().revision;
        assert!(now > before, "{what}");
        before = now;
    };
    let CampaignSaved::As(id) =
        store.begin_campaign(acme, &ports("Ports"), &anna(), at(2)).await.unwrap()
    else {
        panic!("it is the first of its name");
    };
    has_grown("begun").await;
    store.change_campaign(acme, id, &ports("Other"), (&anna(), at(4))).await.unwrap();
    has_grown("changed").await;
    store.end_campaign(acme, id, &anna(), at(3)).await.unwrap();
    has_grown("ended").await;
    store.set_target(acme, Some("2026-09-30".parse().unwrap()), &anna(), at(3)).await.unwrap();
    has_grown("target").await;
    store.end_campaign(acme, id, &anna(), at(4)).await.unwrap();
    assert_eq!(revision().await, store.snapshot(acme.0).await.unwrap().revision);
    assert_eq!(store.campaign(acme.0, id).await.unwrap().unwrap().ended_at, Some(at(3)));
    assert_eq!(store.campaign(acme.0 + 1, id).await.unwrap(), None);
}
