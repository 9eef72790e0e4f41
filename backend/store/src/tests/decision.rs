//! Decisions: what they count for, and what ends them.

use super::support::{SHOP, acme, anna, at, changes, lines, reading, report, sha, version};
use crate::decision::{FileDecision, NewDecision, Refusal, save_file_decisions};
use crate::read::dockerfile::Dockerfile;
use crate::testing::{TestStore, store};
use crate::{
    DecisionId, DecisionKind, FileKind, NewBlob, NewReport, OwnDecision, OwnSettings, ReadContent,
    ReadFile, ReadSettings, RepositoryReading, StoreError,
};
use checklist::{Finding, Item, LineRange, Verdict};
use names::FilePath;

/// Stores the content `blob`; a line that begins with one of the words is a finding of the
/// item that it stands for.
pub(super) async fn write(store: &TestStore, blob: char, text: &str) {
    let mut written = report(&[]);
    for (place, line) in (1..).zip(text.lines()) {
        let (item, verdict) = match line.split(' ').next() {
            Some("COPY") => (2, Verdict::Verify),
            Some("EXPOSE") => (5, Verdict::Remaining),
            _ => continue,
        };
        let outcome = &mut written.outcomes[item];
        outcome.verdict = outcome.verdict.max(verdict);
        outcome.findings.push(Finding {
            code: format!("{}-{}", Item::ALL[item].slug(), verdict.slug()),
            verdict,
            lines: Some(LineRange::one(place)),
            message: "look".to_owned(),
            fix: None,
        });
    }
    let content = NewBlob {
        sha: sha(blob),
        byte_size: text.len().try_into().unwrap(),
        content: Some(text.as_bytes().to_vec()),
    };
    store.save_blobs(&[content], at(1)).await.unwrap();
    let report = NewReport {
        blob: sha(blob),
        kind: FileKind::Dockerfile,
        policy: String::new(),
        report: written,
    };
    store.save_reports(&[report], &version(1, "c1"), at(1)).await.unwrap();
}

pub(super) fn file(path: &str, blob: char) -> ReadFile {
    super::support::file(path, blob)
}

/// `shop` with one Dockerfile whose copied files are to verify and whose port is too low.
async fn shop() -> TestStore {
    let store = store().await;
    acme(&store).await;
    write(&store, 'a', "FROM a\nCOPY . .\nEXPOSE 80\n").await;
    store.save_reading(&reading('1', vec![file("Dockerfile", 'a')]), at(3)).await.unwrap();
    store
}

async fn dockerfile(store: &TestStore) -> Dockerfile {
    let path: FilePath = "Dockerfile".parse().unwrap();
    store.dockerfile(SHOP, &path).await.unwrap().unwrap()
}

async fn new(store: &TestStore, item: Item, kind: DecisionKind) -> NewDecision {
    let file = dockerfile(store).await;
    NewDecision {
        dockerfile: file.id,
        item,
        kind,
        reason: "nothing writes there".to_owned(),
        decided_by: "Ada".to_owned(),
        expires_on: None,
        evidence: file.evidence(item),
    }
}

async fn decide(store: &TestStore, item: Item, kind: DecisionKind, day: u32) -> DecisionId {
    let new = new(store, item, kind).await;
    store.decide(&new, &anna(), at(day)).await.unwrap().unwrap()
}

async fn refusal(store: &TestStore, new: &NewDecision) -> Refusal {
    store.decide(new, &anna(), at(4)).await.unwrap().unwrap_err()
}

async fn sums(store: &TestStore) -> String {
    lines(
        store,
        "SELECT concat_ws(' ', 'met', met, 'verified', verified, 'verify', verify, 'remaining', remaining,
                'waived', waived, 'left', items_left, state) FROM repository_progress",
    )
    .await
}

async fn decisions(store: &TestStore) -> String {
    lines(
        store,
        "SELECT concat_ws(' ', item, kind, source, decided_at::date, coalesce(end_reason, 'stands'),
                ended_at::date, 'by ' || ended_by) FROM decision ORDER BY decision_id",
    )
    .await
}

async fn from_file(store: &TestStore, wanted: &[FileDecision], day: u32) {
    let mut transaction = store.pool().begin().await.unwrap();
    save_file_decisions(&mut transaction, SHOP, wanted, at(day)).await.unwrap();
    crate::progress::refresh_progress(&mut transaction, &[SHOP.0], at(day)).await.unwrap();
    transaction.commit().await.unwrap();
}

fn waiver(reason: &str) -> FileDecision {
    FileDecision {
        path: "Dockerfile".parse().unwrap(),
        item: Item::Ports,
        kind: DecisionKind::Waived,
        reason: reason.to_owned(),
        expires_on: None,
        line: 4,
    }
}

#[tokio::test]
async fn a_verified_item_counts_as_done_and_a_waived_one_not_at_all() {
    let store = shop().await;
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 0 verify 1 remaining 1 waived 0 left 2 not-started");
    decide(&store, Item::NonRootUser, DecisionKind::Verified, 4).await;
    decide(&store, Item::Ports, DecisionKind::Waived, 5).await;
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 1 verify 0 remaining 0 waived 1 left 0 finished");
    insta::assert_snapshot!(changes(&store).await, @r"
    Dockerfile non-root-user verify to verified decision 2026-03-04
    Dockerfile ports remaining to waived decision 2026-03-05
    ");
}

#[tokio::test]
async fn a_decision_stands_while_its_lines_move_and_ends_when_they_change() {
    let store = shop().await;
    decide(&store, Item::NonRootUser, DecisionKind::Verified, 4).await;
    decide(&store, Item::Ports, DecisionKind::Waived, 4).await;
    decide(&store, Item::Ports, DecisionKind::Disputed, 4).await;
    write(&store, 'b', "# new\nFROM b\n\nCOPY . .   \nEXPOSE 80\r\n").await;
    store.save_reading(&reading('2', vec![file("Dockerfile", 'b')]), at(5)).await.unwrap();
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 1 verify 0 remaining 0 waived 1 left 0 finished");
    write(&store, 'c', "FROM b\nCOPY . /app\nEXPOSE 443\n").await;
    store.save_reading(&reading('3', vec![file("Dockerfile", 'c')]), at(6)).await.unwrap();
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 0 verify 1 remaining 1 waived 0 left 2 not-started");
    insta::assert_snapshot!(decisions(&store).await, @r"
    non-root-user verified person 2026-03-04 evidence-changed 2026-03-06
    ports waived person 2026-03-04 evidence-changed 2026-03-06
    ports disputed person 2026-03-04 evidence-changed 2026-03-06
    ");
    insta::assert_snapshot!(changes(&store).await, @r"
    Dockerfile non-root-user verify to verified decision 2026-03-04
    Dockerfile ports remaining to waived decision 2026-03-04
    Dockerfile non-root-user verified to verify decision 2026-03-06
    Dockerfile ports waived to remaining decision 2026-03-06
    ");
}

#[tokio::test]
async fn what_is_done_after_all_is_told_from_what_was_decided() {
    let store = shop().await;
    decide(&store, Item::Ports, DecisionKind::Waived, 4).await;
    write(&store, 'b', "FROM a\nCOPY . .\n").await;
    store.save_reading(&reading('2', vec![file("Dockerfile", 'b')]), at(5)).await.unwrap();
    insta::assert_snapshot!(changes(&store).await, @r"
    Dockerfile ports remaining to waived decision 2026-03-04
    Dockerfile ports waived to met commit 222 2026-03-05
    ");
}

#[tokio::test]
async fn new_rules_that_say_something_else_end_a_decision() {
    let store = shop().await;
    decide(&store, Item::NonRootUser, DecisionKind::Verified, 4).await;
    super::support::score(&store, 'a', &[Verdict::Met], &version(2, "c1")).await;
    let mut again = reading('1', vec![file("Dockerfile", 'a')]);
    again.version = version(2, "c1");
    store.save_reading(&again, at(5)).await.unwrap();
    insta::assert_snapshot!(decisions(&store).await, @"non-root-user verified person 2026-03-04 evidence-changed 2026-03-05");
}

#[tokio::test]
async fn a_removed_dockerfile_ends_its_decisions_but_a_repository_out_of_scope_keeps_them() {
    let store = shop().await;
    let acme = acme(&store).await;
    decide(&store, Item::Ports, DecisionKind::Waived, 4).await;
    store.mark_gone(acme, &[(SHOP, "deleted".to_owned())], at(5)).await.unwrap();
    let listed = super::support::listed(SHOP, "shop");
    store.save_listing(acme, &[listed], at(6)).await.unwrap();
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 0 verify 1 remaining 0 waived 1 left 1 not-started");
    store.save_reading(&reading('2', vec![]), at(7)).await.unwrap();
    store.save_reading(&reading('3', vec![file("Dockerfile", 'a')]), at(8)).await.unwrap();
    insta::assert_snapshot!(decisions(&store).await, @"ports waived person 2026-03-04 removed 2026-03-07");
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 0 verify 1 remaining 1 waived 0 left 2 not-started");
}

#[tokio::test]
async fn a_repository_without_a_commit_ends_its_decisions() {
    let store = shop().await;
    decide(&store, Item::Ports, DecisionKind::Waived, 4).await;
    store.clear_repository(SHOP, &version(1, "c1"), at(5)).await.unwrap();
    insta::assert_snapshot!(decisions(&store).await, @"ports waived person 2026-03-04 removed 2026-03-05");
}

#[tokio::test]
async fn an_unread_dockerfile_can_be_waived_until_it_can_be_read() {
    let store = shop().await;
    let unread = |why: &str| {
        let content = ReadContent::Unread(why.to_owned());
        reading('2', vec![ReadFile { content, ..file("Dockerfile", 'a') }])
    };
    store.save_reading(&unread("GitHub did not send it"), at(4)).await.unwrap();
    decide(&store, Item::Ports, DecisionKind::Waived, 5).await;
    store.save_reading(&unread("it took too long"), at(6)).await.unwrap();
    insta::assert_snapshot!(decisions(&store).await, @"ports waived person 2026-03-05 stands");
    store.save_reading(&reading('3', vec![file("Dockerfile", 'a')]), at(7)).await.unwrap();
    insta::assert_snapshot!(decisions(&store).await, @"ports waived person 2026-03-05 evidence-changed 2026-03-07");
}

#[tokio::test]
async fn what_cannot_be_decided_is_refused_with_a_sentence() {
    let store = shop().await;
    let waive = new(&store, Item::Ports, DecisionKind::Waived).await;
    let tried = [
        NewDecision { decided_by: " ".to_owned(), ..waive.clone() },
        NewDecision { reason: "\n".to_owned(), ..waive.clone() },
        NewDecision { reason: "x".repeat(2001), ..waive.clone() },
        NewDecision { expires_on: Some(at(3).date_naive()), ..waive.clone() },
        NewDecision { evidence: "old".to_owned(), ..waive.clone() },
        NewDecision { kind: DecisionKind::Verified, ..waive.clone() },
        new(&store, Item::NoShell, DecisionKind::Waived).await,
    ];
    let mut refusals = Vec::new();
    for new in &tried {
        refusals.push(refusal(&store, new).await.to_string());
    }
    insta::assert_snapshot!(refusals.join("\n"), @r"
    Say who you are.
    Say why: others will read it.
    That is too long: a reason has at most 2,000 characters, a name at most 100.
    The last day is past already.
    The lines changed since you looked. Look again, then decide.
    There is nothing to verify here any more.
    There is nothing left here that could be waived.
    ");
    store.save_reading(&reading('2', vec![]), at(4)).await.unwrap();
    assert_eq!(refusal(&store, &waive).await, Refusal::Gone);
    assert_eq!(decisions(&store).await, "");
}

#[tokio::test]
async fn a_second_decision_takes_the_place_of_the_first() {
    let store = shop().await;
    decide(&store, Item::NonRootUser, DecisionKind::Verified, 4).await;
    decide(&store, Item::NonRootUser, DecisionKind::Waived, 5).await;
    insta::assert_snapshot!(decisions(&store).await, @r"
    non-root-user verified person 2026-03-04 replaced 2026-03-05 by Ada
    non-root-user waived person 2026-03-05 stands
    ");
    assert!(changes(&store).await.ends_with("verified to waived decision 2026-03-05"));
}

#[tokio::test]
async fn a_withdrawn_decision_opens_its_item_again() {
    let store = shop().await;
    let waived = decide(&store, Item::Ports, DecisionKind::Waived, 4).await;
    assert_eq!(store.withdraw(waived, "", &anna(), at(5)).await.unwrap(), Err(Refusal::NoName));
    assert_eq!(store.withdraw(waived, "Bo", &anna(), at(5)).await.unwrap(), Ok(()));
    assert_eq!(
        store.withdraw(waived, "Bo", &anna(), at(6)).await.unwrap(),
        Err(Refusal::NotStanding)
    );
    insta::assert_snapshot!(decisions(&store).await, @"ports waived person 2026-03-04 withdrawn 2026-03-05 by Bo");
    assert!(changes(&store).await.ends_with("waived to remaining decision 2026-03-05"));
}

#[tokio::test]
async fn a_decision_holds_through_its_last_day() {
    let store = shop().await;
    let until = NewDecision {
        expires_on: Some(at(6).date_naive()),
        ..new(&store, Item::Ports, DecisionKind::Waived).await
    };
    store.decide(&until, &anna(), at(4)).await.unwrap().unwrap();
    assert_eq!(store.expire_decisions(at(6)).await.unwrap(), 0);
    assert_eq!(store.expire_decisions(at(7)).await.unwrap(), 1);
    assert_eq!(store.expire_decisions(at(8)).await.unwrap(), 0);
    insta::assert_snapshot!(decisions(&store).await, @"ports waived person 2026-03-04 expired 2026-03-07");
    insta::assert_snapshot!(sums(&store).await, @"met 6 verified 0 verify 1 remaining 1 waived 0 left 2 not-started");
}

#[tokio::test]
async fn what_a_file_says_is_saved_once_and_goes_with_it() {
    let store = shop().await;
    from_file(&store, &[waiver("behind a proxy")], 4).await;
    let rows = "SELECT concat_ws(' ', ctid, xmin, line) FROM decision";
    let before = lines(&store, rows).await;
    from_file(&store, &[waiver("behind a proxy")], 5).await;
    assert_eq!(lines(&store, rows).await, before);
    from_file(&store, &[FileDecision { line: 9, ..waiver("behind a proxy") }], 5).await;
    from_file(&store, &[waiver("for now")], 6).await;
    from_file(&store, &[], 7).await;
    insta::assert_snapshot!(decisions(&store).await, @r"
    ports waived file 2026-03-04 replaced 2026-03-06 by .drydock.yml
    ports waived file 2026-03-06 withdrawn 2026-03-07 by .drydock.yml
    ");
}

#[tokio::test]
async fn what_a_file_says_goes_before_what_a_person_says() {
    let store = shop().await;
    decide(&store, Item::Ports, DecisionKind::Waived, 4).await;
    from_file(&store, &[waiver("behind a proxy")], 5).await;
    insta::assert_snapshot!(decisions(&store).await, @r"
    ports waived person 2026-03-04 replaced 2026-03-05 by .drydock.yml
    ports waived file 2026-03-05 stands
    ");
    let waive = new(&store, Item::Ports, DecisionKind::Waived).await;
    assert_eq!(refusal(&store, &waive).await, Refusal::DecidedInFile);
    decide(&store, Item::Ports, DecisionKind::Disputed, 6).await;
}

#[tokio::test]
async fn an_entry_whose_lines_changed_comes_back_changed_or_with_the_old_lines() {
    let store = shop().await;
    let read = async |head, blob, day| {
        let reading = reading(head, vec![file("Dockerfile", blob)]);
        store.save_reading(&reading, at(day)).await.unwrap();
    };
    write(&store, 'b', "FROM a\nCOPY . .\nEXPOSE 443\n").await;
    from_file(&store, &[waiver("behind a proxy")], 4).await;
    read('2', 'b', 5).await;
    from_file(&store, &[waiver("behind a proxy")], 5).await;
    read('3', 'a', 6).await;
    from_file(&store, &[waiver("behind a proxy")], 6).await;
    read('4', 'b', 7).await;
    from_file(&store, &[waiver("the new one too")], 8).await;
    insta::assert_snapshot!(decisions(&store).await, @r"
    ports waived file 2026-03-04 evidence-changed 2026-03-05
    ports waived file 2026-03-06 evidence-changed 2026-03-07
    ports waived file 2026-03-08 stands
    ");
}

#[tokio::test]
async fn an_entry_that_fits_nothing_waits_or_is_passed_over() {
    let store = shop().await;
    let elsewhere = FileDecision { path: "other/Dockerfile".parse().unwrap(), ..waiver("x") };
    let met = FileDecision { item: Item::NoShell, ..waiver("x") };
    let over = FileDecision { expires_on: Some(at(2).date_naive()), ..waiver("x") };
    from_file(&store, &[elsewhere, met, over], 4).await;
    assert_eq!(decisions(&store).await, "");
    let twice = [waiver("first"), waiver("second")];
    from_file(&store, &twice, 5).await;
    assert_eq!(lines(&store, "SELECT reason FROM decision").await, "first");
}

#[tokio::test]
async fn a_reading_saves_what_the_repositorys_file_decides() {
    let store = shop().await;
    let read = async |head, files, decisions: &[OwnDecision], day| {
        let own = OwnSettings { decisions: decisions.to_vec(), ..OwnSettings::default() };
        let settings = Some(ReadSettings { files: Vec::new(), own });
        let reading = RepositoryReading { settings, ..reading(head, files) };
        store.save_reading(&reading, at(day)).await.unwrap();
    };
    let entry = OwnDecision {
        is_waiver: true,
        path: "legacy/".to_owned(),
        item: Item::Ports,
        reason: "goes away in June".to_owned(),
        expires_on: None,
        line: 2,
    };
    let files = || vec![file("Dockerfile", 'a'), file("legacy/Dockerfile", 'a')];
    read('2', files(), std::slice::from_ref(&entry), 4).await;
    let rows = "SELECT concat_ws(' ', path, item, line, reason) FROM decision
                JOIN dockerfile USING (dockerfile_id) WHERE ended_at IS NULL";
    insta::assert_snapshot!(lines(&store, rows).await, @"legacy/Dockerfile ports 2 goes away in June");
    insta::assert_snapshot!(sums(&store).await, @"met 12 verified 0 verify 2 remaining 1 waived 1 left 2 not-started");
    read('3', files(), &[], 5).await;
    assert_eq!(lines(&store, rows).await, "");
}

/// A stream of numbers that is the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len().try_into().unwrap())).unwrap()]
    }
}

/// The sums against a recount from the verdicts and the decisions themselves, and the
/// history of every item against what it is now.
const WRONG: &str = "
    WITH counted AS (
        SELECT repository_id, path, item, dockerfile_id, excluded_by,
               coalesce((SELECT kind FROM decision
                         WHERE decision.dockerfile_id = dockerfile.dockerfile_id
                           AND decision.item = dockerfile_item.item AND ended_at IS NULL
                           AND (kind = 'verified' AND verdict = 'verify'
                                OR kind = 'waived' AND verdict IN ('verify', 'remaining', 'unknown'))),
                        verdict) AS verdict
        FROM dockerfile_item JOIN dockerfile USING (dockerfile_id)
    ),
    recount AS (
        SELECT repository_id, item, verdict, count(*) AS count FROM counted GROUP BY 1, 2, 3
    ),
    stored AS (
        SELECT repository_id, item, verdict, count
        FROM repository_item
        CROSS JOIN LATERAL (VALUES ('met', met), ('verified', verified), ('verify', verify),
            ('unknown', unknown), ('remaining', remaining), ('waived', waived),
            ('not-applicable', not_applicable)) AS each (verdict, count)
        WHERE count > 0
    )
    (SELECT concat_ws(' ', 'sums', item, verdict, count) FROM
        ((TABLE recount EXCEPT TABLE stored) UNION ALL (TABLE stored EXCEPT TABLE recount)) AS odd)
    UNION ALL
    SELECT concat_ws(' ', 'progress', verified, waived) FROM repository_progress
    WHERE concat_ws(' ', met, verified, verify, remaining, waived) <> (
        SELECT concat_ws(' ', count(*) FILTER (WHERE verdict = 'met'),
                count(*) FILTER (WHERE verdict = 'verified'), count(*) FILTER (WHERE verdict = 'verify'),
                count(*) FILTER (WHERE verdict = 'remaining'), count(*) FILTER (WHERE verdict = 'waived'))
        FROM counted)
    UNION ALL
    SELECT concat_ws(' ', 'day', day) FROM (SELECT * FROM repository_day ORDER BY day DESC LIMIT 1) AS day
    JOIN repository_progress USING (repository_id)
    WHERE (day.verified, day.waived, day.verify) IS DISTINCT FROM
          (repository_progress.verified, repository_progress.waived, repository_progress.verify)
    UNION ALL
    SELECT concat_ws(' ', 'history', path, item, last.to_verdict, 'is', verdict)
    FROM counted
    CROSS JOIN LATERAL (
        SELECT to_verdict FROM verdict_change
        WHERE verdict_change.dockerfile_id = counted.dockerfile_id
          AND verdict_change.item = counted.item
        ORDER BY verdict_change_id DESC LIMIT 1
    ) AS last
    WHERE last.to_verdict <> verdict
    UNION ALL
    SELECT concat_ws(' ', 'gap', item, before, from_verdict) FROM (
        SELECT item, from_verdict,
               lag(to_verdict) OVER (PARTITION BY dockerfile_id, item ORDER BY verdict_change_id) AS before
        FROM verdict_change
    ) AS chain
    WHERE before IS DISTINCT FROM from_verdict
    UNION ALL
    SELECT concat_ws(' ', 'letters', path, outcomes) FROM dockerfile
    WHERE removed_at IS NULL AND outcomes <> (
        SELECT string_agg(CASE verdict WHEN 'verified' THEN 'd' ELSE left(verdict, 1) END, ''
            ORDER BY array_position(ARRAY['base-image', 'package-management', 'non-root-user',
                'multi-stage-build', 'tls-certificates', 'ports', 'entry-point', 'no-shell'], item))
        FROM counted WHERE counted.dockerfile_id = dockerfile.dockerfile_id)
";

const TEXTS: [(char, &str); 6] = [
    ('a', "FROM a\nCOPY . .\nEXPOSE 80\n"),
    ('b', "# moved\nFROM a\nCOPY . .\nEXPOSE 80\n"),
    ('c', "FROM a\nCOPY . /app\nEXPOSE 80\n"),
    ('d', "FROM a\nEXPOSE 81\n"),
    ('e', "FROM a\nCOPY . .\n"),
    ('f', "FROM a\n"),
];

async fn step(store: &TestStore, dice: &mut Dice, moment: u32) -> Result<(), StoreError> {
    let now = at(3) + chrono::TimeDelta::hours(moment.into());
    let path: FilePath = dice.pick(&["Dockerfile", "api/Dockerfile"]).parse().unwrap();
    let item = dice.pick(&[Item::NonRootUser, Item::Ports, Item::NoShell]);
    let kind = dice.pick(&[DecisionKind::Verified, DecisionKind::Waived, DecisionKind::Disputed]);
    match dice.roll(4) {
        0 => {
            let paths = ["Dockerfile", "api/Dockerfile"];
            let mut files: Vec<_> = paths.iter().map(|it| file(it, dice.pick(&TEXTS).0)).collect();
            files.truncate(if dice.roll(5) == 0 { 1 } else { 2 });
            store.save_reading(&reading('1', files), now).await?;
        }
        1 => {
            let wanted = FileDecision { path, item, kind, ..waiver(dice.pick(&["x", "y"])) };
            let wanted = if dice.roll(4) == 0 { vec![] } else { vec![wanted] };
            let mut transaction = store.pool().begin().await?;
            save_file_decisions(&mut transaction, SHOP, &wanted, now).await?;
            crate::progress::refresh_progress(&mut transaction, &[SHOP.0], now).await?;
            transaction.commit().await?;
        }
        2 => {
            let query = "SELECT decision_id FROM decision WHERE ended_at IS NULL";
            let standing: Vec<i64> = sqlx::query_scalar(query).fetch_all(store.pool()).await?;
            if !standing.is_empty() {
                let _ =
                    store.withdraw(DecisionId(dice.pick(&standing)), "Bo", &anna(), now).await?;
            }
        }
        _ => {
            if let Some(found) = store.dockerfile(SHOP, &path).await? {
                let days = chrono::TimeDelta::days(dice.pick(&[0, 1, 9]));
                let decided = NewDecision {
                    dockerfile: found.id,
                    item,
                    kind,
                    reason: "x".to_owned(),
                    decided_by: "Ada".to_owned(),
                    expires_on: Some((now + days).date_naive()),
                    evidence: found.evidence(item),
                };
                let _ = store.decide(&decided, &anna(), now).await?;
            }
        }
    }
    store.expire_decisions(now).await?;
    Ok(())
}

#[tokio::test]
async fn after_any_edits_and_decisions_the_sums_equal_a_recount() {
    let store = store().await;
    acme(&store).await;
    for (blob, text) in TEXTS {
        write(&store, blob, text).await;
    }
    let mut dice = Dice(2026);
    for moment in 0..250 {
        step(&store, &mut dice, moment).await.unwrap();
        let wrong = lines(&store, WRONG).await;
        assert_eq!(
            wrong,
            "",
            "after step {moment}:\n{}\n{}",
            decisions(&store).await,
            changes(&store).await
        );
    }
    let ended = lines(&store, "SELECT DISTINCT end_reason FROM decision ORDER BY 1").await;
    insta::assert_snapshot!(ended.replace('\n', " "), @"evidence-changed expired removed replaced withdrawn");
}

#[tokio::test]
async fn decisions_are_in_the_audit_log_with_what_they_replaced_and_refused_ones_are_not() {
    let store = shop().await;
    let stale = NewDecision {
        evidence: "old".to_owned(),
        ..new(&store, Item::NonRootUser, DecisionKind::Verified).await
    };
    assert_eq!(refusal(&store, &stale).await, Refusal::Stale);
    decide(&store, Item::NonRootUser, DecisionKind::Verified, 4).await;
    let waived = decide(&store, Item::NonRootUser, DecisionKind::Waived, 5).await;
    store.withdraw(waived, "Bo", &anna(), at(6)).await.unwrap().unwrap();
    let again = store.withdraw(waived, "Bo", &anna(), at(6)).await.unwrap();
    assert_eq!(again, Err(Refusal::NotStanding));
    let said =
        "SELECT concat_ws(' ', actor, address, subject, before->>'kind', '>', after->>'kind',
                       coalesce(after, before)->>'reason', coalesce(after, before)->>'by')
                FROM audit ORDER BY audit_id";
    insta::assert_snapshot!(lines(&store, said).await, @r"
    Anna 192.0.2.1 acme/shop Dockerfile > verified nothing writes there Ada
    Anna 192.0.2.1 acme/shop Dockerfile verified > waived nothing writes there Ada
    Anna 192.0.2.1 acme/shop Dockerfile waived > nothing writes there Ada
    ");
}
