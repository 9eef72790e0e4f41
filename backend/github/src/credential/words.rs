//! A credential in sentences: what it is and sees, and what somebody should do about it.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Credential, Seen, SingleSignOn};
use crate::app::{Installation, Selection};

/// So long before a token ends there is time to make another.
const EARLY: TimeDelta = TimeDelta::days(14);
/// What an installation needs for reading repositories, in GitHub's words.
const NEEDED: [&str; 2] = ["metadata", "contents"];

impl Credential {
    /// What the token can and cannot do, one sentence each.
    #[must_use]
    pub fn in_words(&self) -> Vec<String> {
        let mut sentences = vec![self.whose(), self.sight().to_owned()];
        sentences.extend(self.seen.map(Seen::in_words));
        if let (Some(rest), Some(graphql)) = (self.rest, self.graphql) {
            sentences.push(format!(
                "{} of {} REST requests and {} of {} GraphQL points were left when it was looked at.",
                number(rest.left), number(rest.limit), number(graphql.left), number(graphql.limit)
            ));
        }
        match (&self.installation, self.expires_at) {
            (Some(_), _) => sentences.push("Its tokens are renewed by themselves.".to_owned()),
            (None, Some(end)) => sentences.push(format!("It expires on {}.", day(end))),
            (None, None) => {}
        }
        sentences
    }

    /// What needs somebody's attention, and what to do; empty if all is well.
    #[must_use]
    pub fn warnings(&self, now: DateTime<Utc>) -> Vec<String> {
        let mut warnings: Vec<String> = self.expiry_warning(now).into_iter().collect();
        warnings.extend(self.sign_on_warning());
        if self.is_classic && !self.has_scope("repo") {
            warnings.push(format!(
                "The token lacks the scope \u{201c}repo\u{201d}, so private repositories stay hidden: add the scope at {}.",
                self.tokens_page
            ));
        }
        if let Some(installation) = &self.installation {
            warnings.extend(installation.warnings());
        }
        // A selection hides repositories on purpose.
        let is_chosen = self.installation.as_ref().is_some_and(Installation::is_selection);
        warnings.extend(self.seen.filter(|_| !is_chosen).and_then(Seen::warning));
        warnings
    }

    fn whose(&self) -> String {
        match (&self.installation, &self.login) {
            (Some(installation), _) => {
                format!("The GitHub App is installed at {}.", installation.account.login)
            }
            (None, Some(login)) => format!("The token is {login}\u{2019}s."),
            (None, None) => "The token belongs to an installation of an App.".to_owned(),
        }
    }

    fn sight(&self) -> &'static str {
        match (&self.installation, self.is_classic, self.has_scope("repo")) {
            (Some(installation), _, _) if installation.is_selection() => {
                "It sees the repositories that were selected for it, and no others."
            }
            (Some(_), _, _) => "It sees every repository, those to come included.",
            (None, false, _) => "It sees the repositories it was granted.",
            (None, true, true) => "It sees every repository its owner sees, private ones included.",
            (None, true, false) => "It sees public repositories only.",
        }
    }

    fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|it| it == scope)
    }

    fn expiry_warning(&self, now: DateTime<Utc>) -> Option<String> {
        let end = self.expires_at.filter(|_| self.installation.is_none())?;
        let left = end - now;
        if left > EARLY {
            return None;
        }
        let when = match left.num_days() {
            _ if left <= TimeDelta::zero() => "has expired".to_owned(),
            0 => "expires within a day".to_owned(),
            1 => "expires in 1 day".to_owned(),
            days => format!("expires in {days} days"),
        };
        let page = &self.tokens_page;
        Some(format!("The token {when}, on {}: make a new one at {page}.", day(end)))
    }

    fn sign_on_warning(&self) -> Option<String> {
        let what = match self.single_sign_on {
            SingleSignOn::Silent => return None,
            SingleSignOn::Partial(1) => {
                "Single sign-on of one organization hides it from the token".to_owned()
            }
            SingleSignOn::Partial(count) => {
                format!("Single sign-on of {count} organizations hides them from the token")
            }
            SingleSignOn::Required => {
                "The token is not authorized for the organization\u{2019}s single sign-on, so nothing of it is seen".to_owned()
            }
        };
        Some(format!(
            "{what}: open {}, choose \u{201c}Configure SSO\u{201d} and authorize it.",
            self.tokens_page
        ))
    }
}

impl Seen {
    /// Those that there are, as far as GitHub tells.
    fn hidden(self) -> Option<u64> {
        Some((self.public? + self.private?).saturating_sub(self.repositories))
    }

    fn in_words(self) -> String {
        let sees = format!("It sees {}", repositories(self.repositories));
        match (self.public, self.private) {
            (Some(public), Some(private)) => {
                format!("{sees} of {}.", public + private)
            }
            (Some(public), None) if self.repositories <= public => {
                format!("{sees}, none of them private.")
            }
            (Some(_) | None, _) => format!("{sees}."),
        }
    }

    fn warning(self) -> Option<String> {
        let hidden = self.hidden().filter(|it| *it > 0)?;
        let are = if hidden == 1 { "is" } else { "are" };
        Some(format!(
            "{} {are} hidden from the credential: give it read access to all repositories.",
            repositories(hidden)
        ))
    }
}

impl Installation {
    fn is_selection(&self) -> bool {
        self.repository_selection == Selection::Selected
    }

    fn warnings(&self) -> Vec<String> {
        let login = &self.account.login;
        if let Some(since) = self.suspended_at {
            return vec![format!(
                "The App is suspended at {login} since {}: an owner of {login} can take it up again in its settings.",
                day(since)
            )];
        }
        let lacking = NEEDED.into_iter().filter(|name| !self.permissions.contains_key(*name));
        lacking
            .map(|name| {
                format!(
                    "The App lacks the permission \u{201c}{name}: read\u{201d} at {login}: give it to the App, and let an owner of {login} accept it."
                )
            })
            .collect()
    }
}

fn repositories(count: u64) -> String {
    if count == 1 { "1 repository".to_owned() } else { format!("{count} repositories") }
}

/// With a comma before every third digit.
fn number(count: i64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn day(moment: DateTime<Utc>) -> impl std::fmt::Display {
    moment.format("%Y-%m-%d")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Account;
    use crate::credential::Budget;

    fn now() -> DateTime<Utc> {
        "2026-11-26T12:00:00Z".parse().unwrap()
    }

    fn token() -> Credential {
        Credential {
            login: Some("octavia".parse().unwrap()),
            tokens_page: "https://github.com/settings/tokens".to_owned(),
            ..Credential::default()
        }
    }

    fn classic(scopes: &[&str]) -> Credential {
        let scopes = scopes.iter().map(|it| (*it).to_owned()).collect();
        Credential { is_classic: true, scopes, ..token() }
    }

    fn installed(selection: Selection, permissions: &[&str]) -> Credential {
        let permissions = permissions.iter().map(|it| ((*it).to_owned(), "read".to_owned()));
        let installation = Installation {
            id: 7,
            account: Account {
                id: 1,
                login: "acme".parse().unwrap(),
                kind: "Organization".to_owned(),
            },
            suspended_at: None,
            repository_selection: selection,
            permissions: permissions.collect(),
        };
        Credential { installation: Some(installation), ..Credential::default() }
    }

    #[test]
    fn a_token_says_whose_it_is_and_what_it_sees() {
        let mut credential = classic(&["repo", "read:org"]);
        credential.seen = Some(Seen { repositories: 30, public: Some(10), private: Some(20) });
        credential.rest = Some(Budget { limit: 5_000, left: 4_990 });
        credential.graphql = Some(Budget { limit: 5_000, left: 4_000 });
        assert_eq!(
            credential.in_words().join(" "),
            "The token is octavia\u{2019}s. It sees every repository its owner sees, private ones included. It sees 30 repositories of 30. 4,990 of 5,000 REST requests and 4,000 of 5,000 GraphQL points were left when it was looked at."
        );
        assert!(credential.warnings(now()).is_empty());
    }

    #[test]
    fn a_classic_token_without_the_repo_scope_is_told_so() {
        let warnings = classic(&["read:org", "gist"]).warnings(now());
        assert_eq!(
            warnings,
            [
                "The token lacks the scope \u{201c}repo\u{201d}, so private repositories stay hidden: add the scope at https://github.com/settings/tokens."
            ]
        );
        assert!(token().warnings(now()).is_empty(), "fine-grained tokens have no scopes");
    }

    #[test]
    fn the_end_of_a_token_is_told_two_weeks_before() {
        let warning = |end: &str| {
            let expires_at = Some(end.parse().unwrap());
            let warnings = Credential { expires_at, ..token() }.warnings(now());
            warnings.into_iter().next()
        };
        let at = "make a new one at https://github.com/settings/tokens.";
        assert_eq!(warning("2026-12-10T12:00:01Z"), None);
        assert_eq!(
            warning("2026-12-02T13:00:00Z").unwrap(),
            format!("The token expires in 6 days, on 2026-12-02: {at}")
        );
        assert!(warning("2026-11-26T20:00:00Z").unwrap().contains("within a day"));
        assert_eq!(
            warning("2026-11-26T12:00:00Z").unwrap(),
            format!("The token has expired, on 2026-11-26: {at}")
        );
    }

    #[test]
    fn single_sign_on_is_told_with_what_to_do() {
        for (sso, words) in [
            (SingleSignOn::Required, "not authorized for the organization\u{2019}s single sign-on"),
            (SingleSignOn::Partial(2), "Single sign-on of 2 organizations"),
        ] {
            let warnings = Credential { single_sign_on: sso, ..token() }.warnings(now());
            assert!(warnings[0].contains(words) && warnings[0].contains("Configure SSO"));
        }
    }

    #[test]
    fn hidden_repositories_are_counted() {
        let seen = Some(Seen { repositories: 28, public: Some(10), private: Some(20) });
        let warnings = Credential { seen, ..token() }.warnings(now());
        assert_eq!(
            warnings,
            [
                "2 repositories are hidden from the credential: give it read access to all repositories."
            ]
        );
        let seen = Some(Seen { repositories: 10, public: Some(10), private: None });
        let credential = Credential { seen, ..token() };
        assert!(
            credential
                .in_words()
                .contains(&"It sees 10 repositories, none of them private.".to_owned())
        );
        assert!(credential.warnings(now()).is_empty());
    }

    #[test]
    fn an_installation_says_what_was_selected_and_what_it_may_not() {
        let mut credential = installed(Selection::Selected, &["metadata", "contents"]);
        credential.seen = Some(Seen { repositories: 1, public: Some(3), private: Some(4) });
        assert_eq!(
            credential.in_words()[..2].join(" "),
            "The GitHub App is installed at acme. It sees the repositories that were selected for it, and no others."
        );
        assert!(credential.warnings(now()).is_empty());
        let lacking = installed(Selection::All, &["metadata"]).warnings(now());
        assert!(lacking[0].contains("\u{201c}contents: read\u{201d}"), "{lacking:?}");
    }

    #[test]
    fn a_suspended_installation_says_since_when() {
        let mut credential = installed(Selection::All, &[]);
        let installation = credential.installation.as_mut().unwrap();
        installation.suspended_at = Some(now());
        assert_eq!(
            credential.warnings(now()),
            [
                "The App is suspended at acme since 2026-11-26: an owner of acme can take it up again in its settings."
            ]
        );
    }
}
