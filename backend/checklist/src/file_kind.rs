//! Which file names are container files: decided by the name alone, in any case.

/// What a file's name says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Something that `docker build` reads as it is.
    Dockerfile,
    /// Something that a generator turns into a Dockerfile.
    Template,
}

impl FileKind {
    /// The name in JSON and the database.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Dockerfile => "dockerfile",
            Self::Template => "template",
        }
    }

    /// The kind of a slug, if there is one.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        [Self::Dockerfile, Self::Template].into_iter().find(|it| it.slug() == slug)
    }
}

/// The names that a container file's name begins with.
const STEMS: [&str; 2] = ["dockerfile", "containerfile"];

/// What may stand between the stem and the rest of the name.
const SEPARATORS: [char; 3] = ['.', '-', '_'];

/// Last endings of a template's name.
const TEMPLATE_ENDINGS: [&str; 14] = [
    "j2",
    "jinja",
    "jinja2",
    "tmpl",
    "tpl",
    "template",
    "erb",
    "ejs",
    "gotmpl",
    "mustache",
    "hbs",
    "handlebars",
    "in",
    "epp",
];

/// Last endings of files that only talk about Dockerfiles: ignore lists, programs,
/// documents, pictures, settings.
const OTHER_ENDINGS: [&str; 41] = [
    "dockerignore",
    "go",
    "js",
    "mjs",
    "cjs",
    "ts",
    "tsx",
    "jsx",
    "py",
    "rb",
    "rs",
    "java",
    "kt",
    "cs",
    "c",
    "h",
    "cpp",
    "php",
    "lua",
    "sh",
    "bash",
    "ps1",
    "vim",
    "el",
    "md",
    "mdx",
    "rst",
    "adoc",
    "html",
    "css",
    "png",
    "jpg",
    "svg",
    "gif",
    "json",
    "yml",
    "yaml",
    "toml",
    "xml",
    "lock",
    "snap",
];

/// What the file of this name or path is; none if it is no container file.
#[must_use]
pub fn file_kind(file_name_or_path: &str) -> Option<FileKind> {
    let name = file_name_or_path.rsplit('/').next()?.to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    if ending.is_some_and(|it| OTHER_ENDINGS.contains(&it)) {
        return None;
    }
    let template = ending.is_some_and(|it| TEMPLATE_ENDINGS.contains(&it));
    let without_template = match (template, name.rsplit_once('.')) {
        (true, Some((rest, _))) => rest,
        _ => name.as_str(),
    };
    let is_container_file = STEMS.iter().any(|stem| has_stem(without_template, stem));
    let kind = if template { FileKind::Template } else { FileKind::Dockerfile };
    is_container_file.then_some(kind)
}

/// `dockerfile`, `dockerfile.dev`, `dockerfile-dev`, `dev.dockerfile`.
fn has_stem(name: &str, stem: &str) -> bool {
    let begins =
        name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with(SEPARATORS));
    let ends = name.strip_suffix(stem).is_some_and(|before| before.ends_with('.'));
    begins || ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn container_files_are_known_by_name_in_any_case() {
        let names = [
            "Dockerfile",
            "a/b/DOCKERFILE.dev",
            "api.Dockerfile",
            "Containerfile",
            "Dockerfile-app",
        ];
        for name in names {
            assert_eq!(file_kind(name), Some(FileKind::Dockerfile), "{name}");
        }
    }

    #[test]
    fn templates_are_told_apart() {
        for name in ["Dockerfile.j2", "Dockerfile-linux.template", "api.Dockerfile.tmpl"] {
            assert_eq!(file_kind(name), Some(FileKind::Template), "{name}");
        }
    }

    #[test]
    fn files_that_only_talk_about_dockerfiles_are_left_alone() {
        let names = [
            "Dockerfile.dockerignore",
            "dockerfile.go",
            "Dockerfile.5.md",
            "dockerfiles",
            "mydockerfile",
            "Dockerfile.png",
            "Dockerfile/readme",
        ];
        for name in names {
            assert_eq!(file_kind(name), None, "{name}");
        }
    }
}
