//! Paths as other programs want them: with forward slashes, from the current folder.

use std::borrow::Cow;
use std::env;
use std::path::{Component, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::input::Input;

/// All that does not stand for itself in a segment of a path (RFC 3986, unreserved).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path from the current folder, for a program that reads text.
pub(super) fn readable(input: &Input) -> String {
    join(input, |name| String::from_utf8_lossy(name).into_owned())
}

/// The same as a relative reference of a URI, so that any bytes survive. A file that is not
/// below the current folder keeps its absolute path, as a `file` URI.
pub(super) fn reference(input: &Input) -> String {
    let encoded = join(input, |name| percent_encode(name, RESERVED).to_string());
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

fn join(input: &Input, shown: impl Fn(&[u8]) -> String) -> String {
    let path = match input {
        Input::Standard => return "-".to_owned(),
        Input::File(path) => from_here(path),
    };
    let mut joined = String::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::RootDir => joined.push('/'),
            Component::Prefix(_) | Component::ParentDir | Component::Normal(_) => {
                if !joined.is_empty() && !joined.ends_with('/') {
                    joined.push('/');
                }
                joined.push_str(&shown(component.as_os_str().as_encoded_bytes()));
            }
        }
    }
    joined
}

/// An absolute path below the current folder, as a relative one.
fn from_here(path: &Path) -> Cow<'_, Path> {
    let here = env::current_dir().ok();
    match here.and_then(|it| path.strip_prefix(it).ok()) {
        Some(below) => Cow::Borrowed(below),
        None => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> Input {
        Input::File(path.into())
    }

    #[test]
    fn a_reference_holds_no_character_that_means_something_in_a_uri() {
        assert_eq!(
            reference(&file("./a b/ü#?%:.Dockerfile")),
            "a%20b/%C3%BC%23%3F%25%3A.Dockerfile"
        );
        assert_eq!(reference(&file("../a/Dockerfile")), "../a/Dockerfile");
        assert_eq!(reference(&file("/a/Dockerfile")), "file:///a/Dockerfile");
    }

    #[test]
    fn a_path_below_the_current_folder_is_relative_to_it() {
        let here = env::current_dir().unwrap();
        assert_eq!(readable(&Input::File(here.join("a:b/Dockerfile"))), "a:b/Dockerfile");
    }
}
