//! Random organizations, written past the store: facts only, no sums.

use std::fmt::Write as _;

use checklist::Item;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use store::testing::TestStore;

use crate::testing::{now, organization};

pub(super) const TEAMS: [&str; 7] =
    ["web", "Web", "payments", "=cmd|' /C calc'!A0", "\u{202e}gnp.exe", "<b>&amp;", "@acme/core"];
pub(super) const LANGUAGES: [&str; 4] = ["Go", "Rust", "C++", "+shell"];
pub(super) const IMAGES: [(&str, &str); 6] = [
    ("node", "node"),
    ("node:20", "node"),
    ("node:20-alpine", "node"),
    ("python:3.12", "python"),
    ("dhi.io/node:20", "dhi.io/node"),
    ("-odd=&?:\u{fc}", "-odd=&?"),
];
pub(super) const CODES: [&str; 4] = ["not-hardened", "root-user", "shell-form", "a b&c"];
const NAMES: [&str; 6] = ["API", "shop.web", "mail", "-x", "Shop", "z_z"];
const PATHS: [&str; 6] = [
    "Dockerfile",
    "a/Dockerfile",
    "\u{dc}n\u{ef}/Dockerfile.dhi",
    "=HYPERLINK(\"x\")/Dockerfile",
    "b \u{202e}/\u{1}\r\n/Dockerfile",
    "<i>/x%2F/Dockerfile",
];
const VERDICTS: [&str; 8] =
    ["met", "met", "met", "remaining", "remaining", "verify", "unknown", "not-applicable"];
const CAUSES: [&str; 5] = ["commit", "commit", "removed", "rules", "first-sight"];

/// A die that falls the same way for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn some<T: Copy>(&mut self, percent: usize, of: &[T]) -> Option<T> {
        let chosen = self.one(of);
        self.percent(percent).then_some(chosen)
    }

    fn ago(&mut self, days: usize) -> DateTime<Utc> {
        now() - TimeDelta::minutes(i64::try_from(self.below(days * 1440)).unwrap())
    }
}

struct Report {
    id: i64,
    verdicts: [&'static str; Item::ALL.len()],
}

/// Three organizations in one database: a large, a small, and a tiny one.
pub(super) async fn worlds(store: &TestStore, seed: u64) {
    let mut dice = Dice(seed | 1);
    let mut transaction = store.pool().begin().await.unwrap();
    let reports = reports(&mut transaction, &mut dice).await;
    let mut next_id = 1;
    for (login, repositories) in [("acme", 120), ("beta", 30), ("gamma", 2)] {
        let organization = organization(store, login).await.0;
        for number in 0..repositories {
            let id = next_id;
            next_id += 1;
            repository(&mut transaction, &mut dice, (organization, id, number)).await;
            if dice.percent(85) {
                files(&mut transaction, &mut dice, id, &reports).await;
            }
        }
    }
    transaction.commit().await.unwrap();
    store.refresh_all(now()).await;
    history(store, &mut dice, next_id).await;
}

async fn reports(connection: &mut PgConnection, dice: &mut Dice) -> Vec<Report> {
    let mut reports = Vec::new();
    for number in 0..40 {
        let sha = format!("{number:040x}");
        sqlx::query("INSERT INTO blob (blob_sha, byte_size, fetched_at) VALUES ($1, 1, $2)")
            .bind(&sha)
            .bind(now())
            .execute(&mut *connection)
            .await
            .unwrap();
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO report (blob_sha, file_kind, rule_version, catalog_version, file_state,
                                 uses_dhi, body, scored_at)
             VALUES ($1, 'dockerfile', 1, 'c', 'readable', $2, '{}', $3) RETURNING report_id",
        )
        .bind(&sha)
        .bind(dice.percent(30))
        .bind(now())
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        // Every fifth has nothing left, so that something is finished.
        let all_met = number % 5 == 0;
        let verdicts = Item::ALL.map(|_| if all_met { "met" } else { dice.one(&VERDICTS) });
        for (item, verdict) in Item::ALL.into_iter().zip(verdicts) {
            findings(connection, dice, (id, item, verdict)).await;
        }
        for ordinal in 0..dice.below(4) {
            base(connection, dice, id, ordinal).await;
        }
        reports.push(Report { id, verdicts });
    }
    reports
}

async fn findings(
    connection: &mut PgConnection,
    dice: &mut Dice,
    (report, item, verdict): (i64, Item, &str),
) {
    if matches!(verdict, "met" | "not-applicable") || dice.percent(15) {
        return;
    }
    let verdicts = if dice.percent(30) { vec!["verify", verdict] } else { vec![verdict] };
    for (ordinal, verdict) in (0_i16..).zip(verdicts) {
        sqlx::query("INSERT INTO finding VALUES ($1, $2, $3, $4, $5, $6, $6, $7, NULL)")
            .bind(report)
            .bind(item.slug())
            .bind(ordinal)
            .bind(dice.one(&CODES))
            .bind(verdict)
            .bind(i32::try_from(dice.below(90)).unwrap() + 1)
            .bind(format!("message of {report} {} {ordinal}", item.slug()))
            .execute(&mut *connection)
            .await
            .unwrap();
    }
}

async fn base(connection: &mut PgConnection, dice: &mut Dice, report: i64, ordinal: usize) {
    let (reference, image) = dice.one(&IMAGES);
    let hardened = reference.starts_with("dhi.io");
    let suggestion = dice.one(&["none-exists", "not-known"]);
    sqlx::query("INSERT INTO base_use VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)")
        .bind(report)
        .bind(i16::try_from(ordinal).unwrap())
        .bind(dice.one(&["build", "final", "chain", "copied"]))
        .bind(reference)
        .bind(image)
        .bind(Some(hardened).filter(|_| hardened || dice.percent(80)))
        .bind(if hardened { "already-hardened" } else { suggestion })
        .execute(&mut *connection)
        .await
        .unwrap();
}

async fn repository(
    connection: &mut PgConnection,
    dice: &mut Dice,
    (organization, id, number): (i64, i64, usize),
) {
    let is_archived = dice.percent(12);
    let excluded_by = match dice.below(20) {
        0 => Some("fork"),
        1 => Some("gone"),
        _ if is_archived && dice.percent(85) => Some("archived"),
        _ => None,
    };
    let team = dice.some(60, &TEAMS);
    // Some that are gone have the name of another.
    let named = if excluded_by == Some("gone") { number / 2 } else { number };
    let mut name = NAMES[named % NAMES.len()].to_owned();
    write!(name, "-{named}").unwrap();
    sqlx::query(
        "INSERT INTO repository (repository_id, organization_id, name, visibility, is_archived,
             is_fork, is_template, is_disabled, is_empty, language, team, team_source,
             head_committed_at, unreadable_reason, excluded_by, head_sha)
         VALUES ($1, $2, $3, 'private', $4, false, false, false, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(id)
    .bind(organization)
    .bind(name)
    .bind(is_archived)
    .bind(dice.percent(5))
    .bind(dice.some(80, &LANGUAGES))
    .bind(team)
    .bind(team.map(|_| dice.one(&["property", "topic", "rule"])))
    .bind(Some(dice.ago(400)).filter(|_| dice.percent(90)))
    .bind(dice.some(10, &["it is blocked", "<script>=1"]))
    .bind(excluded_by)
    .bind(Some("0".repeat(40)).filter(|_| dice.percent(93)))
    .execute(connection)
    .await
    .unwrap();
}

async fn files(
    connection: &mut PgConnection,
    dice: &mut Dice,
    repository: i64,
    reports: &[Report],
) {
    let first = dice.below(PATHS.len());
    for number in 0..dice.below(4) {
        let is_removed = dice.percent(8);
        let report = Some(&reports[dice.below(reports.len())]).filter(|_| dice.percent(95));
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO dockerfile (repository_id, path, report_id, excluded_by, commit_sha,
                                     committed_at, first_seen_at, removed_at, owner)
             VALUES ($1, $2, $3, $4, 'c', $5, $5, $6, $7) RETURNING dockerfile_id",
        )
        .bind(repository)
        .bind(PATHS[(first + number) % PATHS.len()])
        .bind(report.map(|it| it.id))
        .bind(dice.some(15, &["vendor/**"]))
        .bind(dice.ago(400))
        .bind(Some(now()).filter(|_| is_removed))
        .bind(dice.some(40, &TEAMS))
        .fetch_one(&mut *connection)
        .await
        .unwrap();
        let verdicts = report.map_or(["unknown"; Item::ALL.len()], |it| it.verdicts);
        for (item, verdict) in Item::ALL.into_iter().zip(verdicts) {
            if !is_removed {
                verdict_of(connection, dice, (id, item, verdict)).await;
            }
        }
    }
}

async fn verdict_of(
    connection: &mut PgConnection,
    dice: &mut Dice,
    (dockerfile, item, verdict): (i64, Item, &str),
) {
    sqlx::query("INSERT INTO dockerfile_item VALUES ($1, $2, $3, NULL, $4)")
        .bind(dockerfile)
        .bind(item.slug())
        .bind(verdict)
        .bind(dice.ago(100))
        .execute(&mut *connection)
        .await
        .unwrap();
    if dice.percent(6) {
        sqlx::query(
            "INSERT INTO verdict_change (dockerfile_id, item, from_verdict, to_verdict, cause,
                                         changed_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(dockerfile)
        .bind(item.slug())
        .bind(dice.some(80, &["remaining", "verify"]))
        .bind(verdict)
        .bind(dice.one(&CAUSES))
        .bind(dice.ago(20))
        .execute(&mut *connection)
        .await
        .unwrap();
    }
    if dice.percent(15) {
        let today = now().date_naive();
        let is_ended = dice.percent(20);
        sqlx::query(
            "INSERT INTO decision (dockerfile_id, item, kind, reason, decided_by, source, evidence,
                                   expires_on, decided_at, ended_at, end_reason)
             VALUES ($1, $2, $3, 'why', 'octavia', 'person', 'e', $4, $5, $6, $7)",
        )
        .bind(dockerfile)
        .bind(item.slug())
        .bind(dice.one(&["verified", "waived", "waived", "disputed"]))
        .bind(dice.some(50, &[today, today - TimeDelta::days(1), today + TimeDelta::days(30)]))
        .bind(dice.ago(100))
        .bind(Some(now()).filter(|_| is_ended))
        .bind(Some("withdrawn").filter(|_| is_ended))
        .execute(connection)
        .await
        .unwrap();
    }
}

/// What only time can tell: days, and when repositories were finished or slipped back.
async fn history(store: &TestStore, dice: &mut Dice, next_id: i64) {
    for id in 1..next_id {
        for _ in 0..dice.below(5) {
            let count = |dice: &mut Dice| i32::try_from(dice.below(5)).unwrap();
            sqlx::query(
                "INSERT INTO repository_day (repository_id, day, met, verified, remaining, verify,
                                             unknown, waived, not_applicable)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT DO NOTHING",
            )
            .bind(id)
            .bind(dice.ago(180).date_naive() - TimeDelta::days(1))
            .bind(count(dice))
            .bind(count(dice))
            .bind(count(dice))
            .bind(count(dice))
            .bind(count(dice))
            .bind(count(dice))
            .execute(store.pool())
            .await
            .unwrap();
        }
        sqlx::query(
            "UPDATE repository_progress SET finished_at = $2, slipped_back_at = $3
             WHERE repository_id = $1",
        )
        .bind(id)
        .bind(Some(dice.ago(14)).filter(|_| dice.percent(70)))
        .bind(Some(dice.ago(14)).filter(|_| dice.percent(30)))
        .execute(store.pool())
        .await
        .unwrap();
    }
    let changed = "UPDATE repository SET changed_at = change.at
        FROM (SELECT dockerfile.repository_id, max(verdict_change.changed_at) AS at
              FROM verdict_change JOIN dockerfile USING (dockerfile_id)
              WHERE verdict_change.cause IN ('commit', 'removed')
              GROUP BY dockerfile.repository_id) AS change
        WHERE change.repository_id = repository.repository_id";
    sqlx::query(changed).execute(store.pool()).await.unwrap();
}
