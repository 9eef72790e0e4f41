//! Image references: any text is read, a valid one keeps its meaning when it is written out
//! in full, and what is suggested instead of it is a hardened image.

#![no_main]

use checklist::image::Reference;
use checklist::{Catalog, FileKind, Policy, SourceFile, Suggestion, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let reference = Reference::parse(text);
    if reference.is_valid() {
        let full = reference.full_name();
        assert_eq!(Reference::parse(&full).full_name(), full);
    }
    let source = format!("FROM {text}\nRUN apt-get install -y curl\n");
    let file = SourceFile { kind: FileKind::Dockerfile, bytes: source.as_bytes() };
    for base in check(&file, Catalog::built_in(), &Policy::default()).bases {
        if let Suggestion::Use(hardened) = base.suggestion {
            let source = format!("FROM {hardened}\n");
            let file = SourceFile { kind: FileKind::Dockerfile, bytes: source.as_bytes() };
            let report = check(&file, Catalog::built_in(), &Policy::default());
            assert!(report.bases.iter().all(|it| it.hardened == Some(true)), "{hardened}");
        }
    }
});
