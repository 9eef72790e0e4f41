//! The words and keys of who comes in and what they may do.

use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::slug::{key, words};

key!(
    /// The key of a person.
    PersonId
);
key!(
    /// The key of a session.
    SessionId
);
key!(
    /// The key of an API token.
    ApiTokenId
);
key!(
    /// The key of an entry of the audit log.
    AuditId
);

words!(
    /// How a person signs in.
    SignInMethod {
        /// GitHub, as an App or an OAuth app.
        Github = "github",
        /// An OpenID Connect provider.
        Oidc = "oidc",
        /// A reverse proxy's header.
        Proxy = "proxy",
        /// An account with a password, kept here.
        Local = "local",
    }
);

words!(
    /// What a person may do; each may do what those before it may.
    #[derive(PartialOrd, Ord)]
    Role {
        /// Looks.
        Viewer = "viewer",
        /// Decides, sets targets, asks for crawls.
        Editor = "editor",
        /// Changes settings, people and tokens.
        Operator = "operator",
    }
);

words!(
    /// What an API token is good for.
    TokenScope {
        /// Looking.
        Read = "read",
        /// All that its person may do.
        Write = "write",
    }
);

words!(
    /// What somebody did, in the audit log.
    AuditAction {
        /// Came in.
        SignIn = "sign-in",
        /// Was kept out: wrong password, or disabled.
        SignInFailed = "sign-in-failed",
        /// Ended the session that they had.
        SignOut = "sign-out",
        /// Ended another session.
        SessionRevoked = "session-revoked",
        /// Made an API token.
        TokenMade = "token-made",
        /// Revoked an API token.
        TokenRevoked = "token-revoked",
        /// Added a person, or came in for the first time.
        PersonAdded = "person-added",
        /// Gave a person another role.
        RoleChanged = "role-changed",
        /// Gave a person another password.
        PasswordChanged = "password-changed",
        /// Keeps a person out.
        PersonDisabled = "person-disabled",
        /// Lets a person in again.
        PersonEnabled = "person-enabled",
        /// Removed a person.
        PersonRemoved = "person-removed",
        /// Sealed all secrets with the present key.
        SecretsRotated = "secrets-rotated",
        /// Decided about an item, or took a decision back.
        Decided = "decided",
        /// Changed settings, a campaign, a target or a view.
        SettingsChanged = "settings-changed",
        /// Asked for a crawl.
        CrawlAsked = "crawl-asked",
        /// Gave a credential for GitHub.
        CredentialGiven = "credential-given",
        /// Took something away as a file.
        Exported = "exported",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_may_do_what_an_editor_may_and_an_editor_what_a_viewer_may() {
        assert!(Role::Viewer < Role::Editor && Role::Editor < Role::Operator);
    }
}
