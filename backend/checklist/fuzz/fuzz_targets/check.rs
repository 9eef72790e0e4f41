//! The whole check: any bytes get eight verdicts whose evidence stands inside the file; the
//! verdict is the strongest of its findings; Windows line ends and a byte order mark change
//! nothing.

#![no_main]

use checklist::{Catalog, FileKind, Item, Policy, Report, SourceFile, Verdict, check};
use libfuzzer_sys::fuzz_target;

fn report(bytes: &[u8]) -> Report {
    let file = SourceFile { kind: FileKind::Dockerfile, bytes };
    check(&file, Catalog::built_in(), &Policy::default())
}

fuzz_target!(|bytes: &[u8]| {
    let found = report(bytes);
    let line_count = u32::try_from(bytes.split(|it| *it == b'\n').count()).unwrap();
    for item in Item::ALL {
        let outcome = found.outcome(item);
        let strongest = outcome.findings.iter().map(|it| it.verdict).max();
        assert!(strongest.is_none_or(|it| it <= outcome.verdict), "{outcome:?}");
        let is_open = outcome.verdict > Verdict::Met;
        assert!(!is_open || strongest == Some(outcome.verdict), "{outcome:?}");
        for lines in outcome.findings.iter().filter_map(|it| it.lines) {
            assert!(1 <= lines.first && lines.first <= lines.last && lines.last <= line_count);
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if !text.contains(['\r', '\u{feff}']) {
        let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(found, report(windows.as_bytes()));
    }
});
