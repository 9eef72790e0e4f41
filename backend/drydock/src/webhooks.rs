//! GitHub's webhooks: checks the signature, reads what happened, queues what it wants.

use std::sync::Arc;

use github::GithubError;
use github::webhook::{self, Delivery, Happened, Paths};
use secrecy::SecretString;
use store::{Account, Named, NewDelivery, Received, Store, Wish};
use tracing::{debug, info};
use web::{Delivered, Receiving, Refused, Webhooks};

use crate::clock;
use crate::connect::Connection;

/// Knows the secrets, of which the older one is still good while it is replaced.
pub(crate) struct Inbox {
    pub(crate) store: Store,
    pub(crate) connection: Arc<Connection>,
    pub(crate) secrets: Vec<SecretString>,
}

impl Webhooks for Inbox {
    fn is_open(&self) -> bool {
        !self.secrets.is_empty()
    }

    fn receive(&self, delivered: Delivered) -> Receiving<'_> {
        Box::pin(self.take(delivered))
    }
}

impl Inbox {
    async fn take(&self, delivered: Delivered) -> Result<(), Refused> {
        let Delivered { id, event, signature, content_type, body } = delivered;
        if !webhook::verify(&body, &signature, &self.secrets) {
            info!(delivery = %id, event = %event, "Refused a webhook whose signature is not right");
            return Err(Refused::Unsigned);
        }
        let json = webhook::json(&content_type, &body).map_err(malformed)?;
        let Delivery { action, happened } = Delivery::read(&event, &json).map_err(malformed)?;
        let installed = match &happened {
            Happened::Installed(account) => Some(account.login.clone()),
            _ => None,
        };
        let new = NewDelivery { id, event, action, wish: wish(happened) };
        let received = self.store.receive(&new, clock()()).await?;
        debug!(delivery = %new.id, event = %new.event, ?received, "Took a webhook");
        if let (Some(login), Received::Noted) = (installed, received) {
            info!(account = %login, "The GitHub App was installed for `{login}`");
            self.connection.look_for_installations();
        }
        Ok(())
    }
}

fn malformed(error: GithubError) -> Refused {
    Refused::Malformed(error.to_string())
}

/// What there is to do. A push matters if it touched a file that is read, or may have; the target of a link may have any name.
fn wish(happened: Happened) -> Wish {
    match happened {
        Happened::Nothing => Wish::Nothing,
        Happened::Pushed(push) => {
            let repository = named(push.repository);
            match push.paths {
                Paths::Listed(paths) if !paths.iter().any(|it| crawl::is_read(it)) => {
                    Wish::LookAtLinks(repository)
                }
                Paths::Listed(_) | Paths::Any => Wish::Look(vec![repository]),
            }
        }
        Happened::Changed(repositories) => {
            Wish::Look(repositories.into_iter().map(named).collect())
        }
        Happened::AccountChanged(it) | Happened::Installed(it) => Wish::Crawl(account(it)),
    }
}

fn named(repository: webhook::NamedRepository) -> Named {
    Named {
        owner: account(repository.owner),
        repository: repository.id,
        name: repository.name,
        gone_reason: repository.gone_reason.map(str::to_owned),
    }
}

fn account(account: webhook::Account) -> Account {
    Account { github_id: account.id, login: account.login }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn wished(commits: &Value) -> Wish {
        let push = json!({
            "ref": "refs/heads/main",
            "commits": commits,
            "repository": {
                "id": 7, "name": "shop", "default_branch": "main",
                "owner": { "login": "acme", "id": 1 },
            },
        });
        wish(Delivery::read("push", push.to_string().as_bytes()).unwrap().happened)
    }

    #[test]
    fn a_push_is_looked_at_if_it_touched_a_file_that_is_read() {
        let touches = |path: &str| json!([{ "added": [], "removed": [path], "modified": [] }]);
        for path in [
            "Dockerfile",
            "a/b/api.dockerfile",
            "x/Containerfile.prod",
            ".drydock.yml",
            ".github/CODEOWNERS",
        ] {
            assert!(matches!(wished(&touches(path)), Wish::Look(_)), "{path}");
        }
        for path in ["README.md", "Dockerfile/notes.txt", "docker-compose.yml", "a/CODEOWNERS"] {
            assert!(matches!(wished(&touches(path)), Wish::LookAtLinks(_)), "{path}");
        }
    }

    #[test]
    fn a_push_that_may_have_touched_any_file_is_looked_at() {
        assert!(matches!(wished(&json!([])), Wish::Look(_)));
    }
}
