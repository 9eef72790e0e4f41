//! To whom Drydock may be served.

use std::net::SocketAddr;

use secrecy::SecretString;
use web::sign_in::Proxies;

use crate::settings::sign_in::{GithubSignIn, OidcSignIn, SightRule, SignInSettings};
use crate::sign_in::{Methods, Mode, allowed};

const HERE: &str = "127.0.0.1:8080";
const ANYWHERE: &str = "0.0.0.0:8080";

fn github(organizations: &[&str]) -> SignInSettings {
    let organizations = organizations.iter().map(|it| it.parse().unwrap()).collect();
    let (client_id, client_secret) = ("Iv1.0".to_owned(), SecretString::from("hush"));
    SignInSettings {
        public_url: Some("https://drydock.example".to_owned()),
        github: Some(GithubSignIn { client_id, client_secret, organizations }),
        ..SignInSettings::default()
    }
}

fn oidc(issuer: &str, email_domains: &[&str]) -> SignInSettings {
    let oidc = OidcSignIn {
        issuer: issuer.to_owned(),
        name: None,
        client_id: "drydock".to_owned(),
        client_secret: SecretString::from("hush"),
        email_domains: email_domains.iter().map(|it| (*it).to_owned()).collect(),
    };
    SignInSettings {
        public_url: Some("https://drydock.example".to_owned()),
        sight: Some(SightRule::Everyone),
        oidc: Some(oidc),
        ..SignInSettings::default()
    }
}

fn proxy() -> SignInSettings {
    let addresses = vec!["10.1.0.0/16".parse().unwrap()];
    let header = Some("x-forwarded-user".parse().unwrap());
    SignInSettings {
        sight: Some(SightRule::Everyone),
        proxies: Proxies { addresses, header },
        ..SignInSettings::default()
    }
}

/// The mode, or the sentence that refuses.
fn mode(listen: &str, settings: &SignInSettings, has_accounts: bool) -> Result<Mode, String> {
    let listen: SocketAddr = listen.parse().unwrap();
    allowed(listen, &Methods { settings, has_accounts }).map_err(|it| it.to_string())
}

fn refusal(listen: &str, settings: &SignInSettings, has_accounts: bool) -> String {
    mode(listen, settings, has_accounts).unwrap_err()
}

#[test]
fn without_a_way_to_sign_in_it_is_open_to_this_machine_alone() {
    let nothing = SignInSettings::default();
    for here in [HERE, "[::1]:8080", "127.1.2.3:80", "[::ffff:127.0.0.1]:80"] {
        assert_eq!(mode(here, &nothing, false), Ok(Mode::Open));
    }
    for elsewhere in [ANYWHERE, "[::]:8080", "192.168.0.7:8080"] {
        let sentence = refusal(elsewhere, &nothing, false);
        for way in ["GITHUB_CLIENT_ID", "OIDC_ISSUER", "PROXY_HEADER", "drydock user add"] {
            assert!(sentence.contains(way), "{sentence}");
        }
    }
}

#[test]
fn addresses_of_proxies_are_no_way_to_sign_in() {
    let mut settings = proxy();
    settings.proxies.header = None;
    assert!(refusal(ANYWHERE, &settings, false).contains("without a way to sign in"));
}

#[test]
fn with_github_alone_people_see_what_github_lets_them_read() {
    let sight = SightRule::Github;
    assert_eq!(mode(ANYWHERE, &github(&[]), false), Ok(Mode::SignedIn { sight }));
    assert_eq!(mode(ANYWHERE, &github(&[]), true), Ok(Mode::SignedIn { sight }));
}

#[test]
fn a_browser_that_is_sent_away_needs_an_address_to_come_back_to() {
    for settings in [github(&[]), oidc("https://id.example", &[])] {
        let settings = SignInSettings { public_url: None, ..settings };
        assert!(refusal(HERE, &settings, false).contains("DRYDOCK_PUBLIC_URL is not set"));
    }
    let (accounts, sight) = (SignInSettings::default(), SightRule::Everyone);
    assert_eq!(mode(HERE, &accounts, true), Ok(Mode::SignedIn { sight }));
    assert_eq!(mode(HERE, &proxy(), false), Ok(Mode::SignedIn { sight }));
    assert!(refusal(ANYWHERE, &accounts, true).contains("DRYDOCK_PUBLIC_URL is not set"));
}

#[test]
fn who_signs_in_without_github_sees_everything_only_if_somebody_chose_so() {
    let unchosen = SignInSettings { sight: None, ..oidc("https://id.example", &[]) };
    assert!(refusal(ANYWHERE, &unchosen, false).contains("set DRYDOCK_SIGHT to everyone"));
    let both = SignInSettings { github: github(&["acme"]).github, ..unchosen };
    assert!(refusal(ANYWHERE, &both, false).contains("set DRYDOCK_SIGHT to everyone"));
    let both = SignInSettings { sight: Some(SightRule::Github), ..both };
    assert!(refusal(ANYWHERE, &both, false).contains("DRYDOCK_SIGHT is github, but"));
    let both = SignInSettings { sight: Some(SightRule::Everyone), ..both };
    assert!(mode(ANYWHERE, &both, false).is_ok());
}

#[test]
fn where_anybody_has_an_account_somebody_says_who_is_let_in() {
    let everyone = |settings| SignInSettings { sight: Some(SightRule::Everyone), ..settings };
    let sentence = refusal(ANYWHERE, &everyone(github(&[])), false);
    assert!(sentence.contains("SIGN_IN_GITHUB_ORGANIZATIONS"), "{sentence}");
    assert!(mode(ANYWHERE, &everyone(github(&["acme"])), false).is_ok());
    let google = "https://accounts.google.com";
    let sentence = refusal(ANYWHERE, &oidc(google, &[]), false);
    assert!(sentence.contains("SIGN_IN_OIDC_EMAIL_DOMAINS"), "{sentence}");
    assert!(mode(ANYWHERE, &oidc(google, &["acme.example"]), false).is_ok());
}
