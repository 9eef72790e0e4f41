//! How long a session lasts. Pure: the time is a parameter.

use chrono::{DateTime, TimeDelta, Utc};

/// Uses are written down no more often.
const BETWEEN_NOTES: TimeDelta = TimeDelta::minutes(1);

/// The longest that a session may lie unused, and may last at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionRules {
    /// Unused.
    pub idle: TimeDelta,
    /// At all.
    pub absolute: TimeDelta,
}

/// When a session was used last, and when it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// Its last use, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// Over then, unless it is used before.
    pub idle_until: DateTime<Utc>,
    /// Over then, however much it is used.
    pub ends_at: DateTime<Utc>,
}

impl Default for SessionRules {
    fn default() -> Self {
        Self { idle: TimeDelta::hours(12), absolute: TimeDelta::days(7) }
    }
}

impl SessionRules {
    /// The times of a session that begins now.
    #[must_use]
    pub fn begin(self, now: DateTime<Utc>) -> SessionTimes {
        let ends_at = now + self.absolute;
        SessionTimes { last_used_at: now, idle_until: (now + self.idle).min(ends_at), ends_at }
    }

    /// The times after a use now; none while they need not be written down.
    #[must_use]
    pub fn renewed(self, times: SessionTimes, now: DateTime<Utc>) -> Option<SessionTimes> {
        let idle_until = (now + self.idle).min(times.ends_at);
        let is_due = times.is_alive(now) && is_note_due(Some(times.last_used_at), now);
        is_due.then_some(SessionTimes { last_used_at: now, idle_until, ..times })
    }
}

impl SessionTimes {
    /// Whether the session lets its person in.
    #[must_use]
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        now < self.idle_until && now < self.ends_at
    }
}

/// Whether a use is to be written down, of a session or of an API token.
pub(crate) fn is_note_due(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last.is_none_or(|it| now - it >= BETWEEN_NOTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
    }

    #[test]
    fn an_unused_session_is_over_after_twelve_hours_to_the_second() {
        let times = SessionRules::default().begin(at(0));
        assert!(times.is_alive(at(12) - TimeDelta::seconds(1)) && !times.is_alive(at(12)));
    }

    #[test]
    fn a_used_session_goes_on_until_its_seventh_day_is_over_and_no_longer() {
        let rules = SessionRules::default();
        let mut times = rules.begin(at(0));
        for hour in (11..168).step_by(11) {
            times = rules.renewed(times, at(hour)).unwrap();
        }
        assert!(times.is_alive(at(168) - TimeDelta::seconds(1)));
        assert_eq!(times.idle_until, at(168));
        assert!(!times.is_alive(at(168)) && rules.renewed(times, at(168)).is_none());
    }

    #[test]
    fn a_use_is_written_down_once_a_minute() {
        let rules = SessionRules::default();
        let times = rules.begin(at(0));
        assert!(rules.renewed(times, at(0) + TimeDelta::seconds(59)).is_none());
        let renewed = rules.renewed(times, at(0) + TimeDelta::seconds(60)).unwrap();
        assert_eq!(renewed.idle_until, at(12) + TimeDelta::seconds(60));
    }

    #[test]
    fn a_session_that_is_over_is_not_renewed() {
        let rules = SessionRules::default();
        assert!(rules.renewed(rules.begin(at(0)), at(13)).is_none());
    }
}
