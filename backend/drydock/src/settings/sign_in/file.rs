//! The table `[sign_in]` of the settings file, which flags and variables go before.

use std::path::PathBuf;

use serde::Deserialize;

use crate::arguments::SignInArguments;
use crate::settings::given;

/// The table `[sign_in]` of the settings file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::settings) struct SignInFile {
    sight: Option<String>,
    default_role: Option<String>,
    operators: Option<Vec<String>>,
    github_client_id: Option<String>,
    github_client_secret: Option<String>,
    github_client_secret_file: Option<PathBuf>,
    github_organizations: Option<Vec<String>>,
    oidc_issuer: Option<String>,
    oidc_name: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret: Option<String>,
    oidc_client_secret_file: Option<PathBuf>,
    oidc_email_domains: Option<Vec<String>>,
    proxy_header: Option<String>,
}

impl SignInFile {
    /// What the flags and variables say, and where they say nothing what the file says.
    pub(in crate::settings) fn below(self, said: SignInArguments) -> SignInArguments {
        SignInArguments {
            public_url: given(said.public_url),
            proxy_addresses: said.proxy_addresses,
            sight: given(said.sight).or(self.sight),
            default_role: given(said.default_role).or(self.default_role),
            operators: said.operators.or(self.operators),
            sign_in_github_client_id: given(said.sign_in_github_client_id)
                .or(given(self.github_client_id)),
            sign_in_github_client_secret_file: said
                .sign_in_github_client_secret_file
                .or(self.github_client_secret_file),
            sign_in_github_client_secret: given(said.sign_in_github_client_secret)
                .or(given(self.github_client_secret)),
            sign_in_github_organizations: said
                .sign_in_github_organizations
                .or(self.github_organizations),
            sign_in_oidc_issuer: given(said.sign_in_oidc_issuer).or(given(self.oidc_issuer)),
            sign_in_oidc_name: given(said.sign_in_oidc_name).or(given(self.oidc_name)),
            sign_in_oidc_client_id: given(said.sign_in_oidc_client_id)
                .or(given(self.oidc_client_id)),
            sign_in_oidc_client_secret_file: said
                .sign_in_oidc_client_secret_file
                .or(self.oidc_client_secret_file),
            sign_in_oidc_client_secret: given(said.sign_in_oidc_client_secret)
                .or(given(self.oidc_client_secret)),
            sign_in_oidc_email_domains: said.sign_in_oidc_email_domains.or(self.oidc_email_domains),
            sign_in_proxy_header: given(said.sign_in_proxy_header).or(given(self.proxy_header)),
        }
    }
}
