//! What an organization declares about its own images and builds.

/// The settings that a report depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// Prefixes under which the organization keeps hardened images, such as
    /// `registry.acme.example/dhi/`: whatever starts with one is a DHI.
    pub hardened_prefixes: Vec<String>,
    /// The stage that ships, where it is not the last one.
    pub target: Option<String>,
}

impl Policy {
    /// What follows the longest declared prefix, if the reference starts with one.
    pub(crate) fn below_hardened_prefix<'r>(&self, reference: &'r str) -> Option<&'r str> {
        let rests = self.hardened_prefixes.iter().filter_map(|it| below(reference, it));
        rests.min_by_key(|it| it.len())
    }
}

/// What follows a prefix that ends where a name of the path ends.
fn below<'r>(reference: &'r str, prefix: &str) -> Option<&'r str> {
    let rest = reference.strip_prefix(prefix.trim_end_matches('/'))?;
    // A prefix such as `acme/dhi-` ends inside a name on purpose.
    if prefix.ends_with('-') { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(prefix: &str) -> Policy {
        Policy { hardened_prefixes: vec![prefix.to_owned()], target: None }
    }

    #[test]
    fn a_prefix_ends_where_a_name_ends() {
        let policy = policy("registry.acme.example/dhi");
        assert_eq!(policy.below_hardened_prefix("registry.acme.example/dhi/node"), Some("node"));
        assert_eq!(policy.below_hardened_prefix("registry.acme.example/dhinode"), None);
    }

    #[test]
    fn a_prefix_may_end_in_a_dash() {
        assert_eq!(policy("acme/dhi-").below_hardened_prefix("acme/dhi-node"), Some("node"));
    }
}
