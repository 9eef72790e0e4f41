//! Which paths are left out: copies of other people's files, test inputs and examples by
//! default, whatever an organization adds, and what a repository says of itself. They are
//! shown, but not counted.

use crate::{PathGlob, PathGlobError};

/// The default path rules: the directory names, and the glob that pages show.
const DEFAULTS: [(&[&str], &str); 6] = [
    (&["vendor"], "vendor/"),
    (&["node_modules"], "node_modules/"),
    (&["testdata"], "testdata/"),
    (&["test", "fixtures"], "test/fixtures/"),
    (&[".devcontainer"], ".devcontainer/"),
    (&["examples"], "examples/"),
];

/// What stands before a glob that the repository's own file says.
const OWN: &str = ".drydock.yml: ";

/// The default rules, as pages show them.
pub fn defaults() -> impl Iterator<Item = &'static str> {
    DEFAULTS.into_iter().map(|(_, glob)| glob)
}

/// Globs as they were written, read once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Globs(Vec<(String, PathGlob)>);

impl Globs {
    /// Reads globs.
    ///
    /// # Errors
    /// The first that is none, and why.
    pub fn new(texts: &[String]) -> Result<Self, (String, PathGlobError)> {
        let read = |it: &String| match PathGlob::new(it) {
            Ok(glob) => Ok((it.clone(), glob)),
            Err(error) => Err((it.clone(), error)),
        };
        texts.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// Reads globs, and leaves out what is none.
    #[must_use]
    pub fn lenient(texts: &[String]) -> Self {
        Self(texts.iter().filter_map(|it| Some((it.clone(), PathGlob::new(it).ok()?))).collect())
    }

    /// The first glob that names the path.
    #[must_use]
    pub fn first(&self, path: &str) -> Option<&str> {
        let found = self.0.iter().find(|(_, glob)| glob.matches(path));
        found.map(|(text, _)| text.as_str())
    }
}

/// The path rules of an organization.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PathRules {
    /// Default rules that are switched off, as pages show them.
    pub defaults_off: Vec<String>,
    /// Globs that it adds.
    pub globs: Globs,
}

/// What a repository says of its own paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnRules {
    /// What is left out.
    pub exclude: Globs,
    /// What is in, whatever the organization says.
    pub include: Globs,
}

impl PathRules {
    /// The rule that leaves a path out, if one does. A repository's own word comes first.
    #[must_use]
    pub fn excluded_by(&self, path: &str, own: &OwnRules) -> Option<String> {
        if let Some(glob) = own.exclude.first(path) {
            return Some(format!("{OWN}{glob}"));
        }
        if own.include.first(path).is_some() {
            return None;
        }
        let is_on = |it: &&str| !self.defaults_off.iter().any(|off| off == it);
        let default = default_rules(path).find(is_on);
        default.or_else(|| self.globs.first(path)).map(str::to_owned)
    }
}

/// The default rules that exclude a path. The directories may stand anywhere in the path;
/// the file's own name does not count.
fn default_rules(path: &str) -> impl Iterator<Item = &'static str> {
    let directories = path.rsplit_once('/').map_or("", |(directories, _)| directories);
    let names: Vec<&str> = directories.split('/').collect();
    let holds = move |rule: &[&str]| names.windows(rule.len()).any(|window| window == rule);
    DEFAULTS.into_iter().filter(move |(rule, _)| holds(rule)).map(|(_, glob)| glob)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(texts: &[&str]) -> Globs {
        Globs::new(&texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).unwrap()
    }

    fn by_default(path: &str) -> Option<String> {
        PathRules::default().excluded_by(path, &OwnRules::default())
    }

    #[test]
    fn a_directory_of_the_defaults_excludes_what_is_below_it() {
        for (path, glob) in [
            ("vendor/github.com/x/Dockerfile", "vendor/"),
            ("web/test/fixtures/a/Dockerfile", "test/fixtures/"),
            (".devcontainer/Dockerfile", ".devcontainer/"),
        ] {
            assert_eq!(by_default(path).as_deref(), Some(glob));
        }
    }

    #[test]
    fn a_similar_name_excludes_nothing() {
        for path in ["Dockerfile", "vendors/Dockerfile", "fixtures/Dockerfile", "services/examples"]
        {
            assert_eq!(by_default(path), None);
        }
    }

    #[test]
    fn a_default_is_switched_off_alone() {
        let rules =
            PathRules { defaults_off: vec!["examples/".to_owned()], ..PathRules::default() };
        let excluded = |path| rules.excluded_by(path, &OwnRules::default());
        assert_eq!(excluded("examples/Dockerfile"), None);
        assert_eq!(excluded("examples/vendor/Dockerfile").as_deref(), Some("vendor/"));
    }

    #[test]
    fn an_organization_adds_globs() {
        let rules = PathRules { globs: globs(&["legacy/**"]), ..PathRules::default() };
        let excluded = |path| rules.excluded_by(path, &OwnRules::default());
        assert_eq!(excluded("legacy/a/Dockerfile").as_deref(), Some("legacy/**"));
        assert_eq!(excluded("a/Dockerfile"), None);
    }

    #[test]
    fn a_repositorys_own_exclusion_comes_before_its_inclusion_and_that_before_all_else() {
        let rules = PathRules { globs: globs(&["legacy/**"]), ..PathRules::default() };
        let own = OwnRules { exclude: globs(&["*/old/"]), include: globs(&["legacy/", "vendor/"]) };
        let excluded = |path| rules.excluded_by(path, &own);
        assert_eq!(excluded("legacy/old/Dockerfile").as_deref(), Some(".drydock.yml: */old/"));
        assert_eq!(excluded("legacy/Dockerfile"), None);
        assert_eq!(excluded("vendor/Dockerfile"), None);
        assert_eq!(excluded("examples/Dockerfile").as_deref(), Some("examples/"));
    }

    #[test]
    fn what_is_no_glob_is_told_or_left_out() {
        let texts = ["a/".to_owned(), "[b]".to_owned()];
        assert_eq!(Globs::new(&texts).unwrap_err().0, "[b]");
        assert_eq!(Globs::lenient(&texts).first("a/x"), Some("a/"));
    }
}
