//! Whatever a file of the catalogue holds, reading it ends, and the rest is read as before.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use catalog::{Collection, Edition, merge};
use proptest::prelude::*;

const GOOD: &str = "variant: runtime\ntags: ['1', '1.2']\n\
    dates: {end-of-life: '2028-04-30'}\n\
    contents: {packages: [bash, '!apt', ca-certificates], artifacts: [{name: 'dhi.io/b:1@sha256:0'}]}\n\
    accounts: {root: true, run-as: a, users: [{name: a, uid: 1}], groups: [{name: a, gid: 1}]}\n\
    entrypoint: [/a]\ncmd: [b]\nwork-dir: /w\nports: [80/tcp]\nenvironment: {PORT: '80'}\n";

fn edition(odd: &[u8]) -> Edition {
    let mut collection = Collection::default();
    collection.add("image/a/debian-13/1.yaml", GOOD.as_bytes());
    collection.add("image/a/debian-13/odd.yaml", odd);
    collection.add("image/a/info.yaml", odd);
    collection.edition("2026-11-23").unwrap()
}

/// Texts that look like YAML, and definitions in which a piece is another one.
fn texts() -> impl Strategy<Value = String> {
    let yaml = "[a-c0-9 :,.~&*!|>'\"#%?\\[\\]{}\\-\n]{0,120}";
    let spliced = (0..GOOD.len(), 0..40usize, "[a-z0-9 :&*\\[\\]{}\\-\n]{0,12}");
    prop_oneof![
        yaml,
        spliced.prop_map(|(at, length, piece)| {
            let (before, rest) = GOOD.split_at(at);
            let after = rest.get(length..).unwrap_or_default();
            [before, &piece, after].concat()
        }),
    ]
}

proptest! {
    #[test]
    fn an_odd_file_changes_nothing_about_the_others(text in texts()) {
        let edition = edition(text.as_bytes());
        let expected = self::edition(GOOD.as_bytes());
        let first = |it: &Edition| it.images["a"].definitions["debian-13/1"].clone();
        prop_assert_eq!(first(&edition), first(&expected));
        prop_assert_eq!(Edition::from_json(&edition.to_json().unwrap()).unwrap(), edition);
    }

    #[test]
    fn bytes_of_any_kind_are_read_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(edition(&bytes).catalog().is_ok());
    }

    #[test]
    fn nothing_that_was_live_is_forgotten(text in texts()) {
        let (before, after) = (edition(text.as_bytes()), edition(b"- 1"));
        let merged = merge(&before, after, "2026-11-23").unwrap();
        for (name, image) in &before.images {
            for tag in image.definitions.values().flat_map(|it| &it.tags) {
                let now = &merged.images[name];
                let is_live = now.definitions.values().any(|it| it.tags.contains(tag));
                prop_assert!(is_live || now.withdrawn.contains_key(tag));
            }
        }
    }
}
