//! Who may look, in words: what the settings file and the command line say of it.

use crate::access::{Access, Gate, SightRule};

/// How people are let in, a sentence each.
pub(super) fn sentences(access: &Access, has_accounts: bool) -> Vec<String> {
    match access {
        Access::Open => vec![
            "Open to this machine alone: no sign-in is set.".to_owned(),
            "Set a way to sign in before anybody else is to reach Drydock; the README says how."
                .to_owned(),
        ],
        Access::SignedIn(gate) => of_gate(gate, has_accounts),
    }
}

fn of_gate(gate: &Gate, has_accounts: bool) -> Vec<String> {
    let mut ways: Vec<&str> = gate.sign_in.methods().iter().map(|it| it.words.as_str()).collect();
    if gate.proxies.header.is_some() {
        ways.push("the proxy in front");
    }
    if has_accounts {
        ways.push("accounts of this Drydock");
    }
    let sight = match gate.sight {
        SightRule::Github => {
            "Each sees what GitHub lets them read, as it said at most five minutes ago; accounts of this Drydock see everything."
        }
        SightRule::Everyone => "Everyone who is let in sees everything.",
    };
    let (idle, absolute) = (gate.rules.idle.num_hours(), gate.rules.absolute.num_days());
    let mut sentences = vec![
        format!("Ways in: {}.", ways.join(", ")),
        sight.to_owned(),
        format!("Who comes for the first time is a {}.", gate.default_role.slug()),
        format!("A session ends after {idle} hours without use, and after {absolute} days."),
    ];
    if let Some(url) = &gate.public_url {
        sentences.push(format!("People reach Drydock at {url}."));
    }
    sentences
}

#[cfg(test)]
mod tests {
    use store::Role;

    use crate::testing::gate::{Hub, browses, cookie, gate, local_person, read, site};
    use crate::testing::{get, words};

    #[tokio::test]
    async fn the_page_says_who_is_let_in_and_what_they_see() {
        let store = store::testing::store().await;
        let (_, page) = get(&store, "/settings").await;
        assert!(words(&page).contains("Open to this machine alone"), "{page}");
        let site = site(&store, gate(&Hub::new()));
        let anna = local_person(&store, "anna", Role::Operator).await;
        let cookie = cookie(&site, &anna).await;
        let (_, page) = read(&site, browses("/settings", &cookie)).await;
        let text = words(&page);
        for sentence in [
            "Ways in: Sign in with GitHub, Sign in with Acme, accounts of this Drydock.",
            "Each sees what GitHub lets them read",
            "Who comes for the first time is a viewer.",
            "A session ends after 12 hours without use, and after 7 days.",
            "People reach Drydock at https://drydock.example.",
        ] {
            assert!(text.contains(sentence), "{text}");
        }
    }
}
