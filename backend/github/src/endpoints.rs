//! Where GitHub is: github.com, an enterprise server, or data residency on GHE.com.

use std::net::IpAddr;

use http::Uri;

use crate::GithubError;

const GITHUB_COM: &str = "https://api.github.com";

/// The two addresses everything is asked at, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The REST API: `https://api.github.com`, `https://HOST/api/v3`, `https://api.SUB.ghe.com`.
    pub api: String,
    /// The GraphQL API: `https://api.github.com/graphql`, `https://HOST/api/graphql`.
    pub graphql: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self { api: GITHUB_COM.to_owned(), graphql: format!("{GITHUB_COM}/graphql") }
    }
}

impl Endpoints {
    /// The addresses that the settings mean. Without `graphql` it follows from `api`:
    /// an enterprise server's `/api/v3` has it at `/api/graphql`, all others at `/graphql`.
    ///
    /// # Errors
    /// If a text is not an address, carries a user, a password or a query, or is of another
    /// machine without TLS.
    pub fn from_settings(api: Option<&str>, graphql: Option<&str>) -> Result<Self, GithubError> {
        let api = match api.map(str::trim).filter(|it| !it.is_empty()) {
            Some(text) => api_of(&address("GITHUB_API_URL", text)?),
            None => GITHUB_COM.to_owned(),
        };
        let graphql = match graphql.map(str::trim).filter(|it| !it.is_empty()) {
            Some(text) => address("GITHUB_GRAPHQL_URL", text)?,
            None => match api.strip_suffix("/api/v3") {
                Some(server) => format!("{server}/api/graphql"),
                None => format!("{api}/graphql"),
            },
        };
        Ok(Self { api, graphql })
    }

    /// Where people look at repositories: `https://github.com`, `https://HOST`,
    /// `https://SUB.ghe.com`.
    #[must_use]
    pub fn web(&self) -> String {
        let origin = self.api_origin();
        match origin.strip_prefix("https://api.") {
            Some(host) if host == "github.com" || host.ends_with(".ghe.com") => {
                format!("https://{host}")
            }
            _ => origin,
        }
    }

    /// Scheme and host of the REST API; requests carry whole addresses, so octocrab
    /// must not put a path before theirs.
    pub(crate) fn api_origin(&self) -> String {
        origin(&self.api)
    }

    /// Scheme and host of the GraphQL API: the second place the token may be sent to.
    pub(crate) fn graphql_origin(&self) -> String {
        origin(&self.graphql)
    }
}

fn origin(address: &str) -> String {
    let parts: Vec<&str> = address.splitn(4, '/').take(3).collect();
    parts.join("/")
}

/// People name the site where the API was meant: both forms of it are known.
fn api_of(address: &str) -> String {
    if address == "https://github.com" {
        return GITHUB_COM.to_owned();
    }
    match address.strip_prefix("https://") {
        Some(host) if host.ends_with(".ghe.com") && !host.starts_with("api.") => {
            format!("https://api.{host}")
        }
        _ => address.to_owned(),
    }
}

fn address(setting: &str, text: &str) -> Result<String, GithubError> {
    let wrong = |why: &str| {
        let example = "https://api.github.com or https://HOST/api/v3";
        GithubError::InvalidSetting(format!("{setting} {why}: give an address like {example}"))
    };
    let uri: Uri = text.parse().map_err(|_| wrong("is not an address"))?;
    if !matches!(uri.scheme_str(), Some("https" | "http")) {
        return Err(wrong("does not begin with https:// or http://"));
    }
    let host = uri.authority().filter(|it| !it.host().is_empty());
    let Some(host) = host else { return Err(wrong("names no host")) };
    if host.as_str().contains('@') {
        return Err(wrong("must not carry a user or a password"));
    }
    if uri.query().is_some() {
        return Err(wrong("must not carry a query"));
    }
    if uri.scheme_str() == Some("http") && !is_this_machine(host.host()) {
        return Err(wrong("is not https, so that tokens could be read on their way"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn is_this_machine(host: &str) -> bool {
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || ip.is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(api: Option<&str>) -> (String, String) {
        let it = Endpoints::from_settings(api, None).unwrap();
        (it.api, it.graphql)
    }

    fn pair(api: &str, graphql: &str) -> (String, String) {
        (api.to_owned(), graphql.to_owned())
    }

    #[test]
    fn github_com_is_the_default() {
        let expected = pair("https://api.github.com", "https://api.github.com/graphql");
        assert_eq!(endpoints(None), expected);
        assert_eq!(endpoints(Some(" ")), expected);
        assert_eq!(endpoints(Some("https://github.com/")), expected);
    }

    #[test]
    fn an_enterprise_server_has_graphql_beside_v3() {
        assert_eq!(
            endpoints(Some("https://git.example.com/api/v3/")),
            pair("https://git.example.com/api/v3", "https://git.example.com/api/graphql")
        );
    }

    #[test]
    fn data_residency_has_graphql_under_the_api_host() {
        let expected = pair("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql");
        assert_eq!(endpoints(Some("https://api.acme.ghe.com")), expected);
        assert_eq!(endpoints(Some("https://acme.ghe.com")), expected);
    }

    #[test]
    fn people_look_at_repositories_on_the_site_behind_the_api() {
        let web = |api: &str| Endpoints::from_settings(Some(api), None).unwrap().web();
        assert_eq!(web("https://api.github.com"), "https://github.com");
        assert_eq!(web("https://git.example.com/api/v3"), "https://git.example.com");
        assert_eq!(web("https://api.acme.ghe.com"), "https://acme.ghe.com");
    }

    #[test]
    fn the_graphql_address_can_be_given() {
        let given =
            Endpoints::from_settings(Some("http://127.0.0.1:1"), Some("http://127.0.0.1:2/q"));
        let given = given.unwrap();
        assert_eq!(given.graphql, "http://127.0.0.1:2/q");
        assert_eq!(
            (given.api_origin(), given.graphql_origin()),
            pair("http://127.0.0.1:1", "http://127.0.0.1:2")
        );
    }

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for text in ["http://127.0.0.1:80", "http://[::1]:80", "http://localhost/api/v3"] {
            assert!(Endpoints::from_settings(Some(text), Some(text)).is_ok(), "{text}");
        }
        for text in ["http://git.example.com/api/v3", "http://10.1.0.7", "http://localhost.x"] {
            for (api, graphql) in [(text, None), ("https://git.example.com", Some(text))] {
                let error = Endpoints::from_settings(Some(api), graphql).unwrap_err().to_string();
                assert!(
                    error.contains("_URL is not https, so that tokens could be read"),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn a_text_that_is_no_address_is_refused_in_one_sentence() {
        for text in
            ["github", "ftp://x", "https://me:pw@host/api/v3", "https://host/?a=b", "https://"]
        {
            let error = Endpoints::from_settings(Some(text), None).unwrap_err().to_string();
            assert!(error.starts_with("GITHUB_API_URL ") && !error.contains("pw"), "{error}");
        }
    }
}
