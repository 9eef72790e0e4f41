//! Which paths are left out unless an organization says otherwise: copies of other
//! people's files, test inputs and examples. They are shown, but not counted.

/// The default path rules: the directory names, and the glob that pages show.
const DEFAULTS: [(&[&str], &str); 6] = [
    (&["vendor"], "vendor/"),
    (&["node_modules"], "node_modules/"),
    (&["testdata"], "testdata/"),
    (&["test", "fixtures"], "test/fixtures/"),
    (&[".devcontainer"], ".devcontainer/"),
    (&["examples"], "examples/"),
];

/// The default rule that excludes a path, if one does. The directories may stand
/// anywhere in the path; the file's own name does not count.
#[must_use]
pub fn excluded_by(path: &str) -> Option<&'static str> {
    let (directories, _) = path.rsplit_once('/')?;
    let names: Vec<&str> = directories.split('/').collect();
    let rule = DEFAULTS
        .iter()
        .find(|(rule, _)| names.windows(rule.len()).any(|window| window == *rule))?;
    Some(rule.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_of_the_defaults_excludes_what_is_below_it() {
        assert_eq!(excluded_by("vendor/github.com/x/Dockerfile"), Some("vendor/"));
        assert_eq!(excluded_by("web/test/fixtures/a/Dockerfile"), Some("test/fixtures/"));
        assert_eq!(excluded_by(".devcontainer/Dockerfile"), Some(".devcontainer/"));
    }

    #[test]
    fn a_similar_name_excludes_nothing() {
        assert_eq!(excluded_by("vendors/Dockerfile"), None);
        assert_eq!(excluded_by("fixtures/Dockerfile"), None);
        assert_eq!(excluded_by("services/examples"), None);
    }
}
