//! People in words: what their role lets them do, and how they sign in.

use store::{Role, SignInMethod};

/// What a role lets somebody do.
pub(crate) const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Viewer => "viewer: looks at everything that is shown to them",
        Role::Editor => "editor: decides, sets targets and asks for crawls",
        Role::Operator => "operator: changes settings and people too",
    }
}

/// How somebody signs in.
pub(crate) const fn method_words(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Github => "GitHub",
        SignInMethod::Oidc => "OpenID Connect",
        SignInMethod::Proxy => "the proxy in front",
        SignInMethod::Local => "a password kept here",
    }
}
