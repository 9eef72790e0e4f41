//! How people sign in: what flags, variables and the settings file say, made into what can
//! work. Each mistake has a sentence; whether all of it together is safe says
//! [`crate::sign_in::allowed`].

mod file;

use std::net::IpAddr;
use std::path::Path;

use anyhow::{Context, Result, bail};
use axum::http::{HeaderName, Uri};
use ipnet::IpNet;
use names::OrgLogin;
use secrecy::SecretString;
use web::sign_in::{Operators, Proxies};

use crate::arguments::SignInArguments;

pub(super) use file::SignInFile;

/// How people sign in, and what they may see.
#[derive(Debug, Clone, Default)]
pub(crate) struct SignInSettings {
    /// Scheme and host that people reach Drydock at, without a slash at the end.
    pub(crate) public_url: Option<String>,
    /// What people see, if somebody chose.
    pub(crate) sight: Option<SightRule>,
    /// What people may do who sign in for the first time.
    pub(crate) default_role: DefaultRole,
    /// Who is an operator.
    pub(crate) operators: Operators,
    /// Signing in with GitHub.
    pub(crate) github: Option<GithubSignIn>,
    /// Signing in with OpenID Connect.
    pub(crate) oidc: Option<OidcSignIn>,
    /// The reverse proxies, which sign people in if they have a header.
    pub(crate) proxies: Proxies,
}

/// What people see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SightRule {
    /// What GitHub lets each of them read.
    Github,
    /// All there is.
    Everyone,
}

/// What people may do who sign in for the first time, the least first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DefaultRole {
    /// Read.
    #[default]
    Viewer,
    /// Decide, too.
    Editor,
    /// Everything.
    Operator,
}

/// The app of GitHub that people sign in to.
#[derive(Debug, Clone)]
pub(crate) struct GithubSignIn {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    /// Whose members are let in; everyone if nobody is named.
    pub(crate) organizations: Vec<OrgLogin>,
}

/// The provider of OpenID Connect that people sign in with.
#[derive(Debug, Clone)]
pub(crate) struct OidcSignIn {
    pub(crate) issuer: String,
    pub(crate) name: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    /// Where people have their e-mail address; anywhere if nothing is named.
    pub(crate) email_domains: Vec<String>,
}

impl SignInSettings {
    /// Reads what was said.
    ///
    /// # Errors
    /// A sentence that names the setting that is missing or wrong.
    pub(super) fn read(said: SignInArguments) -> Result<Self> {
        let sight = match said.sight.as_deref() {
            None => None,
            Some("github") => Some(SightRule::Github),
            Some("everyone") => Some(SightRule::Everyone),
            Some(other) => bail!("a sight of “{other}” is not possible; write github or everyone"),
        };
        let default_role = match said.default_role.as_deref() {
            None | Some("viewer") => DefaultRole::Viewer,
            Some("editor") => DefaultRole::Editor,
            Some("operator") => DefaultRole::Operator,
            Some(other) => {
                bail!("a role “{other}” is not possible; write viewer, editor or operator")
            }
        };
        Ok(Self {
            public_url: said.public_url.as_deref().map(public_url).transpose()?,
            sight,
            default_role,
            operators: operators(texts(said.operators))?,
            proxies: proxies(texts(said.proxy_addresses), said.sign_in_proxy_header)?,
            github: github(
                said.sign_in_github_client_id,
                secret(
                    "DRYDOCK_SIGN_IN_GITHUB_CLIENT_SECRET",
                    said.sign_in_github_client_secret,
                    said.sign_in_github_client_secret_file.as_deref(),
                )?,
                texts(said.sign_in_github_organizations),
            )?,
            oidc: oidc(
                (said.sign_in_oidc_issuer, said.sign_in_oidc_name, said.sign_in_oidc_client_id),
                secret(
                    "DRYDOCK_SIGN_IN_OIDC_CLIENT_SECRET",
                    said.sign_in_oidc_client_secret,
                    said.sign_in_oidc_client_secret_file.as_deref(),
                )?,
                texts(said.sign_in_oidc_email_domains),
            )?,
        })
    }
}

/// A list without what is empty: a variable that is set to nothing names nothing.
fn texts(list: Option<Vec<String>>) -> Vec<String> {
    let list = list.unwrap_or_default().into_iter().map(|it| it.trim().to_owned());
    list.filter(|it| !it.is_empty()).collect()
}

/// Scheme and host: Drydock is not served below a path.
fn public_url(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    let example = "write it like https://drydock.example";
    let uri: Uri = text
        .parse()
        .ok()
        .with_context(|| format!("DRYDOCK_PUBLIC_URL is no address; {example}"))?;
    let host = uri.authority().filter(|it| !it.as_str().contains('@'));
    let Some(host) = host.filter(|_| matches!(uri.path(), "" | "/") && uri.query().is_none())
    else {
        bail!("DRYDOCK_PUBLIC_URL is to be a scheme and a host and nothing else; {example}");
    };
    is_safe(&uri).then_some(()).with_context(|| {
        format!("DRYDOCK_PUBLIC_URL is not https, so that sessions could be read on their way; {example}")
    })?;
    let scheme = uri.scheme_str().unwrap_or("https");
    Ok(format!("{scheme}://{}", host.as_str().to_lowercase()))
}

/// Over TLS, or inside this machine.
fn is_safe(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|it| it.is_loopback());
    uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_here)
}

fn operators(list: Vec<String>) -> Result<Operators> {
    for who in &list {
        let (method, name) = who.split_once(':').unwrap_or_default();
        let is_known = match method {
            "github-id" => name.parse::<u64>().is_ok(),
            "github" | "oidc" | "oidc-sub" | "proxy" => !name.trim().is_empty(),
            _ => false,
        };
        if !is_known {
            bail!(
                "“{who}” is no operator; write github:LOGIN, github-id:ID (a number), oidc:EMAIL, oidc-sub:SUBJECT or proxy:NAME"
            );
        }
    }
    Ok(Operators(list))
}

fn proxies(addresses: Vec<String>, header: Option<String>) -> Result<Proxies> {
    let header: Option<HeaderName> = match header {
        Some(name) => Some(name.trim().parse().ok().with_context(|| {
            format!("“{name}” is no header’s name; write it like X-Forwarded-User")
        })?),
        None => None,
    };
    if header.is_some() && addresses.is_empty() {
        bail!(
            "DRYDOCK_SIGN_IN_PROXY_HEADER is set without DRYDOCK_PROXY_ADDRESSES: anyone could send that header; name the addresses of the proxy, like 10.1.0.0/16"
        );
    }
    let read = |text: &String| {
        let network: Option<IpNet> =
            text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok();
        let network = network.with_context(|| {
            format!(
                "“{text}” is no network; write DRYDOCK_PROXY_ADDRESSES like 10.1.0.0/16 or 10.1.0.7"
            )
        })?;
        if network.prefix_len() == 0 {
            bail!(
                "DRYDOCK_PROXY_ADDRESSES {text} is everyone: name the addresses of the proxy alone"
            );
        }
        Ok(network)
    };
    let addresses = addresses.iter().map(read).collect::<Result<_>>()?;
    Ok(Proxies { addresses, header })
}

fn github(
    client_id: Option<String>,
    client_secret: Option<SecretString>,
    organizations: Vec<String>,
) -> Result<Option<GithubSignIn>> {
    let organizations: Vec<OrgLogin> =
        organizations.iter().map(|it| it.parse()).collect::<Result<_, _>>()?;
    match (client_id, client_secret) {
        (Some(client_id), Some(client_secret)) => {
            Ok(Some(GithubSignIn { client_id, client_secret, organizations }))
        }
        (None, None) if organizations.is_empty() => Ok(None),
        (None, _) => bail!("signing in with GitHub needs DRYDOCK_SIGN_IN_GITHUB_CLIENT_ID, too"),
        (Some(_), None) => {
            bail!("signing in with GitHub needs DRYDOCK_SIGN_IN_GITHUB_CLIENT_SECRET_FILE, too")
        }
    }
}

fn oidc(
    (issuer, name, client_id): (Option<String>, Option<String>, Option<String>),
    client_secret: Option<SecretString>,
    email_domains: Vec<String>,
) -> Result<Option<OidcSignIn>> {
    if issuer.is_none() && client_id.is_none() && client_secret.is_none() {
        return Ok(None);
    }
    let needs = |what: &str| format!("signing in with OpenID Connect needs {what}, too");
    let issuer = issuer.with_context(|| needs("DRYDOCK_SIGN_IN_OIDC_ISSUER"))?.trim().to_owned();
    if !issuer.parse::<Uri>().is_ok_and(|it| is_safe(&it) && it.query().is_none()) {
        bail!(
            "DRYDOCK_SIGN_IN_OIDC_ISSUER is no https address; write it exactly as the provider does"
        );
    }
    Ok(Some(OidcSignIn {
        issuer,
        name,
        client_id: client_id.with_context(|| needs("DRYDOCK_SIGN_IN_OIDC_CLIENT_ID"))?,
        client_secret: client_secret
            .with_context(|| needs("DRYDOCK_SIGN_IN_OIDC_CLIENT_SECRET_FILE"))?,
        email_domains,
    }))
}

/// A secret from a variable, the settings file, or a file of its own.
fn secret(name: &str, text: Option<String>, file: Option<&Path>) -> Result<Option<SecretString>> {
    let file = file.filter(|it| !it.as_os_str().is_empty());
    let text = match (text, file) {
        (Some(_), Some(_)) => bail!("{name} is given twice: set either it or {name}_FILE"),
        (text, None) => text,
        (None, Some(file)) => {
            let text = std::fs::read_to_string(file);
            let text =
                text.with_context(|| format!("{name}_FILE {} could not be read", file.display()))?;
            Some(text).filter(|it| !it.trim().is_empty())
        }
    };
    Ok(text.map(|it| SecretString::from(it.trim().to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a settings file's lines.
    fn resolved(lines: &str) -> Result<SignInSettings> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("drydock.toml"), lines)?;
        let data = Some(folder.path().to_path_buf());
        let arguments = crate::arguments::SharedArguments { data, ..Default::default() };
        Ok(crate::settings::Settings::resolve(arguments)?.sign_in)
    }

    #[test]
    fn all_of_it_can_stand_in_the_settings_file() {
        let settings = resolved(
            r#"
            public_url = "https://Drydock.example/"
            proxy_addresses = ["10.1.0.0/16", "fd00::7"]
            [sign_in]
            sight = "everyone"
            default_role = "editor"
            operators = ["github:octavia", "github-id:583231", "oidc:a@b.example", "oidc-sub:7", "proxy:root"]
            github_client_id = "Iv23li0"
            github_client_secret = "hush-hush"
            github_organizations = ["acme"]
            oidc_issuer = "https://id.example/realms/acme"
            oidc_client_id = "drydock"
            oidc_client_secret = "hush-hush"
            oidc_email_domains = ["acme.example"]
            proxy_header = "X-Forwarded-User"
            "#,
        )
        .unwrap();
        assert_eq!(settings.public_url.as_deref(), Some("https://drydock.example"));
        assert_eq!(settings.sight, Some(SightRule::Everyone));
        assert_eq!(settings.default_role, DefaultRole::Editor);
        assert!(settings.operators.entry(&["proxy:root".to_owned()]).is_some());
        assert!(settings.operators.entry(&["github-id:583231".to_owned()]).is_some());
        assert!(settings.github.is_some() && settings.oidc.is_some());
        assert_eq!(settings.proxies.addresses.len(), 2);
        assert!(!format!("{settings:?}").contains("hush-hush"));
    }

    #[test]
    fn without_a_line_there_is_no_way_to_sign_in() {
        let settings = resolved("").unwrap();
        assert!(settings.github.is_none() && settings.oidc.is_none());
        assert!(settings.proxies.header.is_none());
    }

    #[test]
    fn a_secret_may_stand_in_a_file_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "hush\n").unwrap();
        let file = file.display();
        let lines = format!(
            "[sign_in]\ngithub_client_id = \"Iv1.0\"\ngithub_client_secret_file = \"{file}\""
        );
        let secret = resolved(&lines).unwrap().github.unwrap().client_secret;
        assert_eq!(secrecy::ExposeSecret::expose_secret(&secret), "hush");
        let error = resolved(&format!("{lines}\ngithub_client_secret = \"x\"")).unwrap_err();
        assert!(error.to_string().contains("given twice"), "{error}");
    }

    #[test]
    fn each_mistake_has_a_sentence_that_says_what_to_do() {
        for (lines, words) in [
            ("public_url = \"drydock.example\"", "https://drydock.example"),
            ("public_url = \"http://drydock.example\"", "is not https"),
            ("public_url = \"https://drydock.example/path\"", "a host and nothing else"),
            ("public_url = \"https://me@drydock.example\"", "a host and nothing else"),
            ("proxy_addresses = [\"proxy\"]", "is no network"),
            ("proxy_addresses = [\"0.0.0.0/0\"]", "is everyone"),
            ("[sign_in]\nsight = \"some\"", "github or everyone"),
            ("[sign_in]\ndefault_role = \"root\"", "viewer, editor or operator"),
            ("[sign_in]\noperators = [\"octavia\"]", "github:LOGIN"),
            ("[sign_in]\noperators = [\"github: \"]", "github:LOGIN"),
            ("[sign_in]\noperators = [\"github-id:octavia\"]", "github-id:ID (a number)"),
            ("[sign_in]\ngithub_client_id = \"Iv1.0\"", "GITHUB_CLIENT_SECRET_FILE"),
            ("[sign_in]\ngithub_client_secret = \"hush\"", "GITHUB_CLIENT_ID"),
            ("[sign_in]\ngithub_organizations = [\"acme\"]", "GITHUB_CLIENT_ID"),
            ("[sign_in]\noidc_client_id = \"drydock\"", "OIDC_ISSUER"),
            ("[sign_in]\noidc_issuer = \"https://id.example\"", "OIDC_CLIENT_ID"),
            ("[sign_in]\noidc_issuer = \"http://id.example\"", "no https address"),
            ("[sign_in]\nproxy_header = \"X-User\"", "without DRYDOCK_PROXY_ADDRESSES"),
            ("[sign_in]\ngithub_secret = \"hush\"", "line 2"),
        ] {
            let error = resolved(lines).unwrap_err().to_string();
            assert!(error.contains(words) && !error.contains("hush"), "{error}");
        }
    }
}
