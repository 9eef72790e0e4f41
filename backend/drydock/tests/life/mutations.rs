//! A year of changes at random, of which webhooks tell in part, twice or late: after the
//! next reconciliation everything is as it is.

use std::sync::Arc;

use chrono::Utc;
use crawl::Request;
use github::{Client, Endpoints};
use github_fake::{Delivery, Dice, Shape, World};
use names::OrgLogin;
use secrecy::SecretString;
use store::{CrawlKind, JobKind, NewOrganization, Trigger};

use crate::support::{Failure, Place, Test, status};

const REPOSITORIES: usize = 60;
const MUTATIONS: usize = 300;
/// Changes between two crawls.
const BETWEEN_CRAWLS: usize = 12;
const SECRET: &str = "the secret of the webhooks";

/// What somebody sees who comes now and crawls everything.
async fn truth(place: &Place) -> Result<Vec<String>, Failure> {
    let store = store::testing::store().await;
    let organization: OrgLogin = "acme".parse()?;
    let new = NewOrganization { login: organization.clone(), is_sample: false };
    store.add_organization(&new, Utc::now()).await?;
    let endpoints = Endpoints::from_settings(Some(&place.fake.api_url()), None)?;
    let token = SecretString::from(place.fake.token().to_owned());
    let request = Request {
        organization: &organization,
        kind: CrawlKind::Full,
        trigger: Trigger::Command,
        catalog: &crawl::PresentCatalog::built_in().now(),
    };
    let clock: crawl::Clock = Arc::new(Utc::now);
    crawl::run(&store, &Client::new(endpoints, Some(token))?, &request, &clock, &|_| {}).await?;
    Ok(store.present().await)
}

/// The way from GitHub to the dashboard: it loses, repeats, delays and shuffles.
struct Post {
    address: String,
    late: Vec<Delivery>,
    sent: usize,
}

impl Post {
    async fn take(&mut self, deliveries: Vec<Delivery>, dice: &mut Dice) -> Test {
        for delivery in deliveries {
            match dice.below(10) {
                0 | 1 => {}
                2 => {
                    self.send(&delivery).await?;
                    self.send(&delivery).await?;
                }
                3 | 4 => self.late.push(delivery),
                _ => self.send(&delivery).await?,
            }
        }
        if !self.late.is_empty() && dice.happens(200) {
            let place = dice.index(self.late.len());
            let delivery = self.late.swap_remove(place);
            self.send(&delivery).await?;
        }
        Ok(())
    }

    async fn send(&mut self, delivery: &Delivery) -> Test {
        let mut head = "POST /webhooks/github HTTP/1.1\r\n".to_owned();
        for (name, value) in delivery.headers(SECRET) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let status = status(&self.address, &head, &delivery.body).await?;
        assert_eq!(status / 100, 2, "{} was refused", delivery.event);
        self.sent += 1;
        Ok(())
    }
}

/// Crawls everything, and compares with what somebody sees who comes now.
async fn reconcile(place: &Place, mutations: usize) -> Test {
    place.ask_for(JobKind::FullCrawl).await?;
    place.wait_for(JobKind::FullCrawl).await?;
    place.wait_for(JobKind::TouchedCrawl).await?;
    let (seen, truth) = (place.store.present().await, truth(place).await?);
    let wrong: Vec<_> = seen.iter().filter(|it| !truth.contains(it)).take(5).collect();
    let missing: Vec<_> = truth.iter().filter(|it| !seen.contains(it)).take(5).collect();
    assert!(seen == truth, "after {mutations}: wrong {wrong:#?}, missing {missing:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_three_hundred_changes_everything_is_as_it_is() -> Test {
    let mut world = World::generated(&Shape::default(), REPOSITORIES, 11)?;
    world.add_organization("other")?;
    let place = Place::new(world).await?;
    let (process, address) = place.serve(&[("GITHUB_WEBHOOK_SECRET", SECRET)]).await?;
    reconcile(&place, 0).await?;
    let mut dice = Dice::new(3);
    let mut post = Post { address, late: Vec::new(), sent: 0 };
    for number in 1..=MUTATIONS {
        let mutation = place.fake.world(|world| world.mutate(&mut dice))?;
        post.take(mutation.deliveries, &mut dice).await?;
        if number % BETWEEN_CRAWLS != 0 {
            continue;
        }
        match dice.below(3) {
            0 => reconcile(&place, number).await?,
            1 => {
                place.ask_for(JobKind::ListingCrawl).await?;
                place.wait_for(JobKind::ListingCrawl).await?;
            }
            _ => place.wait_for(JobKind::TouchedCrawl).await?,
        }
    }
    reconcile(&place, MUTATIONS).await?;
    assert!(post.sent > MUTATIONS / 2, "only {} deliveries arrived", post.sent);
    process.kill()
}
