//! What happens to one Dockerfile over the days: its contents, and what people decide.

use checklist::{Item, Verdict};
use github_fake::Dice;

use super::calendar::Calendar;
use super::pool::{Pool, Verdicts};
use super::teams::Team;
use super::texts::Step;

/// The life of a Dockerfile.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// From the first day on, a day each.
    pub(crate) versions: Vec<Version>,
    /// The day on which it is not there any more.
    pub(crate) removed: Option<i64>,
    pub(crate) decisions: Vec<Decision>,
}

/// A content, from the crawl of a day on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version {
    pub(crate) day: i64,
    /// None: it could not be read.
    pub(crate) content: Option<(usize, Step)>,
}

/// What a person says about an item.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) item: Item,
    pub(crate) kind: Kind,
    /// The first day on which it holds.
    pub(crate) from: i64,
    /// The first day on which it does not any more, and why.
    pub(crate) until: Option<(i64, &'static str)>,
    /// The last day on which it may hold.
    pub(crate) expires: Option<i64>,
}

/// What is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Verified,
    Waived,
    Disputed,
}

impl Kind {
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Waived => "waived",
            Self::Disputed => "disputed",
        }
    }

    /// Whether it changes what becomes of a verdict.
    pub(crate) const fn settles(self, verdict: Verdict) -> bool {
        match self {
            Self::Verified => matches!(verdict, Verdict::Verify),
            Self::Waived => {
                matches!(verdict, Verdict::Remaining | Verdict::Verify | Verdict::Unknown)
            }
            Self::Disputed => false,
        }
    }
}

impl Plan {
    /// The life of a Dockerfile that is first seen on a day, in a repository of a team.
    pub(crate) fn thrown(
        first: i64,
        team: Option<&Team>,
        pool: &Pool,
        calendar: Calendar,
        dice: &mut Dice,
    ) -> Self {
        if dice.happens(4) {
            let versions = vec![Version { day: first, content: None }];
            return Self { versions, removed: None, decisions: Vec::new() };
        }
        let mut versions = versions(first, team, pool, calendar, dice);
        let removed = dice.happens(30).then(|| calendar.from(first, dice)).filter(|it| *it > first);
        versions.retain(|it| it.day < removed.unwrap_or(calendar.days()));
        let mut plan = Self { versions, removed, decisions: Vec::new() };
        plan.decide(pool, calendar, dice);
        plan
    }

    /// The place of the version that stands on a day; none before the first and once removed.
    pub(crate) fn standing(&self, day: i64) -> Option<&Version> {
        if self.removed.is_some_and(|it| it <= day) {
            return None;
        }
        self.versions.iter().rev().find(|it| it.day <= day)
    }

    /// What the engine says on a day.
    pub(crate) fn verdicts(&self, day: i64, pool: &Pool, calendar: Calendar) -> Option<Verdicts> {
        let version = self.standing(day)?;
        let content = version.content.and_then(|(recipe, step)| pool.content(recipe, step));
        Some(match content {
            None => [Verdict::Unknown; Item::ALL.len()],
            Some(it) if day < calendar.rules_changed() => it.verdicts_before(),
            Some(it) => it.verdicts(),
        })
    }

    /// Every day on which something may change, in order.
    pub(crate) fn days(&self, calendar: Calendar) -> Vec<i64> {
        let decided = self
            .decisions
            .iter()
            .flat_map(|it| std::iter::once(it.from).chain(it.until.map(|(day, _)| day)));
        let rules = calendar.rules_changed();
        let first = self.versions.first().map_or(0, |it| it.day);
        let mut days: Vec<i64> = self.versions.iter().map(|it| it.day).chain(decided).collect();
        days.extend(self.removed);
        days.extend((first < rules).then_some(rules));
        days.sort_unstable();
        days.dedup();
        days
    }

    /// Throws decisions on what each version leaves to do. The next content ends them.
    fn decide(&mut self, pool: &Pool, calendar: Calendar, dice: &mut Dice) {
        let next = self.versions.iter().skip(1).map(|it| (it.day, "evidence-changed"));
        let end = self.removed.map(|it| (it, "removed"));
        let ends: Vec<Option<(i64, &str)>> = next.map(Some).chain([end]).collect();
        for (version, end) in self.versions.clone().iter().zip(ends) {
            let from = version.day + 3 + i64::try_from(dice.below(40)).unwrap_or_default();
            if from >= end.map_or(calendar.days(), |(day, _)| day) {
                continue;
            }
            let Some(verdicts) = self.verdicts(from, pool, calendar) else { continue };
            for (item, verdict) in Item::ALL.into_iter().zip(verdicts) {
                let Some(kind) = kind(verdict, dice) else { continue };
                let decision = Decision { item, kind, from, until: end, expires: None };
                self.decisions.push(if kind == Kind::Waived {
                    decision.perhaps_expiring(calendar, dice)
                } else {
                    decision
                });
            }
        }
    }
}

impl Decision {
    pub(crate) fn holds(&self, day: i64) -> bool {
        self.from <= day && self.until.is_none_or(|(until, _)| day < until)
    }

    fn perhaps_expiring(mut self, calendar: Calendar, dice: &mut Dice) -> Self {
        if dice.happens(400) {
            return self;
        }
        let expires = self.from + i64::try_from(30 + dice.below(300)).unwrap_or_default();
        self.expires = Some(expires);
        let is_past = expires < calendar.last();
        if is_past && self.until.is_none_or(|(day, _)| expires + 1 < day) {
            self.until = Some((expires + 1, "expired"));
        }
        self
    }
}

fn kind(verdict: Verdict, dice: &mut Dice) -> Option<Kind> {
    let (verified, waived, disputed) = match verdict {
        Verdict::Verify => (120, 5, 10),
        Verdict::Remaining => (0, 8, 3),
        Verdict::Met | Verdict::Unknown | Verdict::NotApplicable => return None,
    };
    match dice.below(1_000) {
        it if it < verified => Some(Kind::Verified),
        it if it < verified + waived => Some(Kind::Waived),
        it if it < verified + waived + disputed => Some(Kind::Disputed),
        _ => None,
    }
}

/// Contents from the first day on: stock images until the team comes by, then step by step.
fn versions(
    first: i64,
    team: Option<&Team>,
    pool: &Pool,
    calendar: Calendar,
    dice: &mut Dice,
) -> Vec<Version> {
    let recipe = pool.thrown(dice);
    let later = |day: i64, most: u64, dice: &mut Dice| {
        day + 1 + i64::try_from(dice.below(most)).unwrap_or_default()
    };
    // What is new while the team migrates begins further on.
    let is_late = team.is_some_and(|it| it.begins < first);
    let begin = if is_late && dice.happens(500) { Step::Hardened } else { Step::Stock };
    let mut steps = vec![(first, recipe, begin)];
    if dice.happens(250) {
        steps.push((calendar.from(first, dice), pool.thrown(dice), begin));
    }
    let migrates = dice.happens(if team.is_some() { 850 } else { 250 });
    if migrates {
        let begins = team.map_or_else(|| calendar.from(first, dice), |it| it.begins.max(first));
        let mut day = later(begins, team.map_or(300, |it| it.takes), dice);
        if dice.happens(300) {
            steps.push((day, recipe, Step::Built));
            day = later(day, 30, dice);
        }
        steps.push((day, recipe, Step::Hardened));
        if dice.happens(850) {
            day = later(day, 60, dice);
            steps.push((day, recipe, Step::Done));
            if dice.happens(60) {
                day = later(day, 120, dice);
                steps.push((
                    day,
                    recipe,
                    if dice.happens(500) { Step::Hardened } else { Step::Stock },
                ));
                if dice.happens(500) {
                    steps.push((later(day, 60, dice), recipe, Step::Done));
                }
            }
        }
    }
    steps.sort_by_key(|(day, _, _)| *day);
    steps.dedup_by_key(|(day, _, _)| *day);
    let steps = steps.into_iter().filter(|(day, _, _)| *day < calendar.days());
    steps.map(|(day, recipe, step)| Version { day, content: Some((recipe, step)) }).collect()
}
