//! Signing in with OpenID Connect: the code flow with PKCE and a nonce. What an id token
//! says holds only once its signature, its issuer, its audience and its times do.

mod id_token;
mod provider;
mod signatures;

use anyhow::Result;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use web::sign_in::{Answer, Flow, SignInError, SignedIn};

use super::{Clock, challenge, failed, one_line};
use crate::settings::sign_in::OidcSignIn;
use id_token::{Claims, Expected, Refusal};
use provider::Provider;

/// A provider of OpenID Connect as a way to sign in.
pub(super) struct WithOidc {
    settings: OidcSignIn,
    provider: Provider,
    back: String,
    clock: Clock,
}

impl WithOidc {
    pub(super) fn new(settings: &OidcSignIn, back: String, clock: Clock) -> Result<Self> {
        signatures::install();
        let provider = Provider::new(settings.clone(), clock.clone())?;
        Ok(Self { settings: settings.clone(), provider, back, clock })
    }

    /// What people call the provider.
    pub(super) fn name(&self) -> String {
        self.settings.name.clone().unwrap_or_else(|| {
            let url = Url::parse(&self.settings.issuer).ok();
            let host = url.and_then(|it| it.host_str().map(str::to_owned));
            host.unwrap_or_else(|| "OpenID Connect".to_owned())
        })
    }

    pub(super) async fn page(&self, flow: &Flow) -> Result<String, SignInError> {
        let known = self.provider.known().await?;
        let mut page = known.authorization_endpoint.clone();
        page.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", &self.back)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &flow.state)
            .append_pair("nonce", flow.nonce.expose_secret())
            .append_pair("code_challenge", &challenge(&flow.verifier))
            .append_pair("code_challenge_method", "S256");
        Ok(page.into())
    }

    /// Another provider's answer must not be taken for this one's (RFC 9207).
    pub(super) async fn is_from_there(&self, answer: &Answer) -> Result<(), SignInError> {
        let says_so = self.provider.known().await?.says_issuer;
        match &answer.issuer {
            Some(issuer) if *issuer == self.settings.issuer => Ok(()),
            None if !says_so => Ok(()),
            Some(_) | None => Err(failed("the answer is not from the provider that was asked")),
        }
    }

    pub(super) async fn person(
        &self,
        code: &SecretString,
        flow: &Flow,
    ) -> Result<SignedIn, SignInError> {
        let tokens = self.provider.exchange(code, &flow.verifier, &self.back).await?;
        let claims = self.verified(&tokens.id_token, flow.nonce.expose_secret()).await?;
        let mut profile = claims.profile;
        if profile.is_thin() {
            let told = self.provider.profile(&tokens, &claims.sub).await?;
            profile = profile.completed_by(told.unwrap_or_default());
        }
        let email = profile.vouched_email();
        self.let_in(email.as_deref())?;
        let handles = email.iter().map(|it| format!("oidc:{it}"));
        let handles = handles.chain([format!("oidc-sub:{}", claims.sub)]).collect();
        Ok(SignedIn {
            // Subjects are those of one provider; another one has the same for other people.
            subject: format!("{} {}", self.settings.issuer, claims.sub),
            name: profile.shown_name().unwrap_or_else(|| one_line(&claims.sub)),
            handles,
            token: None,
        })
    }

    /// A key that is not known may be new.
    async fn verified(&self, token: &str, nonce: &str) -> Result<Claims, SignInError> {
        let OidcSignIn { issuer, client_id, .. } = &self.settings;
        let expected = Expected { issuer, client_id, nonce, now: (self.clock)() };
        let read = |keys| id_token::verified(token, keys, &expected);
        let refused = match read(&*self.provider.keys().await?) {
            Err(Refusal::UnknownKey) => match read(&*self.provider.newer_keys().await?) {
                Ok(claims) => return Ok(claims),
                Err(refusal) => refusal,
            },
            Err(refusal) => refusal,
            Ok(claims) => return Ok(claims),
        };
        Err(failed(&format!("the id token is refused: {}", refused.why())))
    }

    fn let_in(&self, email: Option<&str>) -> Result<(), SignInError> {
        let domains = &self.settings.email_domains;
        let domain = email.and_then(|it| it.rsplit_once('@')).map(|(_, domain)| domain);
        let is_among = |it: &String| domain.is_some_and(|domain| domain.eq_ignore_ascii_case(it));
        if domains.is_empty() || domains.iter().any(is_among) {
            return Ok(());
        }
        let domains = domains.join(", ");
        Err(SignInError::NotLetIn(format!(
            "only people with a confirmed e-mail address at {domains} are let in"
        )))
    }
}
