//! No handler asks the store past what its reader may see.

use std::fs;
use std::path::{Path, PathBuf};

/// What a handler may ask the store for by itself, and why nothing hidden comes of it.
const ALLOWED: [(&str, &[&str]); 7] = [
    (
        "of a repository, a Dockerfile, a campaign or a view that `seen` found for the reader",
        &[
            "change_campaign",
            "changes_of",
            "changes_of_dockerfile",
            "days_of",
            "decide",
            "decisions_of",
            "decisions_of_dockerfile",
            "delete_view",
            "dockerfile",
            "dockerfiles_of",
            "end_campaign",
            "open_findings_of",
            "repository_settings",
            "ask_for_look",
            "withdraw",
        ],
    ),
    (
        "of a snapshot, or of what stands in one, which is reduced already",
        &[
            "change_groups",
            "change_sums",
            "disputes",
            "example_messages",
            "finding_messages",
            "share_days",
        ],
    ),
    (
        "of the catalogue, or a sign of life",
        &[
            "answers",
            "present_edition",
            "refresh_standing",
            "verdicts_changed_by_catalog",
            "want_refresh",
        ],
    ),
    (
        "of an organization that is there for the reader, and it names no repository",
        &[
            "ask_for_crawl",
            "begin_campaign",
            "hardened_prefixes",
            "name_organization",
            "newest_crawl",
            "save_view",
            "saved_views",
            "set_target",
        ],
    ),
    (
        "of organizations that the reader must see as a whole",
        &[
            "organization_headers",
            "save_hardened_prefixes",
            "save_scope",
            "save_team_property",
            "save_team_rules",
            "scope",
            "scope_preview",
            "set_schedules",
            "state_counts",
            "team_rules",
        ],
    ),
    (
        "of people, by whoever may change them or is one of them",
        &[
            "api_tokens",
            "begin_flow",
            "begin_session",
            "change_password",
            "change_role",
            "check_password",
            "disable_person",
            "enable_person",
            "has_local_accounts",
            "known_sights",
            "make_api_token",
            "note_action",
            "people",
            "person",
            "recognize_person",
            "remove_person",
            "give_up_user_token",
            "renew_user_token",
            "revoke_api_token",
            "revoke_api_tokens",
            "revoke_other_sessions",
            "revoke_session",
            "revoke_sessions",
            "save_sight",
            "sessions",
            "sights",
            "sign_out",
            "take_flow",
            "user_token",
        ],
    ),
    (
        "of the audit log, for an operator from whom nothing is hidden",
        &["audit", "organizations", "persons"],
    ),
];
/// These are the doors.
const DOORS: [&str; 4] = ["app.rs", "seen.rs", "seen/runs.rs", "snapshots.rs"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path());
    all.flat_map(|it| if it.is_dir() { sources(&it) } else { vec![it] }).collect()
}

fn is_test(path: &Path) -> bool {
    let path = path.to_str().unwrap();
    ["/tests/", "/tests.rs", "/testing.rs", "/testing/", "/world.rs", "/statements.rs"]
        .iter()
        .any(|it| path.contains(it))
}

/// The methods that a text calls on a store.
fn asked(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let lines = code.lines().filter(|it| !it.trim_start().starts_with("//"));
    let code: String = lines.flat_map(str::split_whitespace).collect();
    let calls = code.split("store.").skip(1).filter_map(|it| {
        let name: String =
            it.chars().take_while(|it| it.is_ascii_lowercase() || *it == '_').collect();
        it.strip_prefix(&name)?.starts_with('(').then_some(name)
    });
    calls.filter(|it| it != "clone").collect()
}

#[test]
fn handlers_ask_the_store_for_nothing_that_may_be_hidden() {
    let allowed: Vec<&str> = ALLOWED.iter().flat_map(|(_, all)| *all).copied().collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = 0;
    for path in sources(&source).iter().filter(|it| !is_test(it)) {
        if DOORS.iter().any(|it| path == &source.join(it)) {
            continue;
        }
        for method in asked(&fs::read_to_string(path).unwrap()) {
            assert!(
                allowed.contains(&method.as_str()),
                "{} asks for `{method}`: ask through `App` in seen.rs, or say why not here",
                path.display()
            );
            found += 1;
        }
    }
    assert!(found > 40, "{found}");
}

#[test]
fn a_call_is_found_wherever_it_is_broken() {
    assert_eq!(asked("app\n    .store\n    .crawl(id)"), ["crawl"]);
    assert_eq!(asked("app.store.clone(); store.url; store.a_b(1)"), ["a_b"]);
}
