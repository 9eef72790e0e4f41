//! Faults that a test orders: which requests go wrong, and how.

use std::time::Duration;

use crate::world::Dice;

/// What a faulty request gets instead of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This status with the body that GitHub sends along with it.
    Status(u16),
    /// The connection ends in the middle of the answer.
    Cut,
    /// The answer is JSON cut in the middle, with a status of 200.
    Malformed,
    /// A page for people instead of JSON, with a status of 200.
    NotJson,
    /// A GraphQL answer that lacks one of the objects asked for, with an error of this
    /// type or of none.
    Partial(Option<&'static str>),
    /// The primary limit is used up until so many seconds from now: 403 by REST,
    /// 200 with an error of type `RATE_LIMIT` by GraphQL.
    PrimaryLimit(u32),
    /// GraphQL's limit on the work of one query: 200 with an error of type
    /// `RESOURCE_LIMITS_EXCEEDED` and no data.
    ResourceLimits,
    /// The secondary limit: 403 with `Retry-After` in seconds.
    SecondaryLimit(u32),
    /// The secondary limit in its other form: 429 with `Retry-After` in seconds.
    TooManyRequests(u32),
    /// The answer, but only after this time.
    Late(Duration),
}

/// Which requests a fault is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// Every request.
    Any,
    /// Every REST request.
    Rest,
    /// Every GraphQL request.
    Graphql,
    /// REST requests about the repository of this name.
    Repository(String),
    /// REST requests whose path contains this text.
    Path(String),
}

/// A fault and when it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRule {
    on: On,
    fault: Fault,
    skip: u32,
    every: u32,
    times: u32,
    matched: u32,
}

impl FaultRule {
    /// A fault for all requests that `on` names.
    #[must_use]
    pub fn new(on: On, fault: Fault) -> Self {
        Self { on, fault, skip: 0, every: 1, times: u32::MAX, matched: 0 }
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Only every so many-th matching request fails.
    #[must_use]
    pub fn every(mut self, requests: u32) -> Self {
        self.every = requests.max(1);
        self
    }

    /// Ends after so many faulty requests.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }
}

/// What happens at random to any request.
const ANYWHERE: [Fault; 11] = [
    Fault::Status(500),
    Fault::Status(502),
    Fault::Status(503),
    Fault::Late(Duration::from_millis(40)),
    Fault::Cut,
    Fault::Malformed,
    Fault::NotJson,
    Fault::SecondaryLimit(1),
    Fault::TooManyRequests(1),
    Fault::PrimaryLimit(1),
    Fault::PrimaryLimit(2),
];

/// What happens at random to GraphQL requests only.
const GRAPHQL: [Fault; 3] =
    [Fault::Partial(Some("SERVICE_UNAVAILABLE")), Fault::Partial(None), Fault::ResourceLimits];

/// All rules in force; the first that matches decides, and chance if none does.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<FaultRule>,
    chance: Option<Chance>,
}

#[derive(Debug)]
struct Chance {
    rate: f64,
    dice: Dice,
}

impl Chance {
    fn next(&mut self, is_graphql: bool) -> Option<Fault> {
        let thrown = u32::try_from(self.dice.throw() >> 32).unwrap_or_default();
        if f64::from(thrown) / f64::from(u32::MAX) >= self.rate {
            return None;
        }
        let graphql = if is_graphql { GRAPHQL.as_slice() } else { &[] };
        let possible: Vec<Fault> = ANYWHERE.iter().chain(graphql).copied().collect();
        self.dice.pick(&possible).copied()
    }
}

impl Faults {
    pub(crate) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    pub(crate) fn at_random(&mut self, rate: f64, seed: u64) {
        self.chance = Some(Chance { rate, dice: Dice::new(seed) });
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The fault of a request, given its path; GraphQL has none of its own.
    pub(crate) fn next(&mut self, path: &str, is_graphql: bool) -> Option<Fault> {
        for rule in &mut self.rules {
            if !matches(&rule.on, path, is_graphql) {
                continue;
            }
            rule.matched = rule.matched.saturating_add(1);
            let counted = rule.matched.saturating_sub(rule.skip);
            if counted > 0 && counted.is_multiple_of(rule.every) && rule.times > 0 {
                rule.times -= 1;
                return Some(rule.fault);
            }
        }
        self.chance.as_mut()?.next(is_graphql)
    }
}

fn matches(on: &On, path: &str, is_graphql: bool) -> bool {
    match on {
        On::Any => true,
        On::Rest => !is_graphql,
        On::Graphql => is_graphql,
        On::Path(part) => !is_graphql && path.contains(part.as_str()),
        On::Repository(name) => {
            let mut parts = path.split('/').skip_while(|it| *it != "repos");
            !is_graphql && parts.nth(2).is_some_and(|it| it.eq_ignore_ascii_case(name))
        }
    }
}
