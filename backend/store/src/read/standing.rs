//! Where an organization stands: its sums.

use std::iter::Sum;
use std::ops::AddAssign;

use super::words::ItemVerdict;

/// Item verdicts counted over many Dockerfiles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Provably met.
    pub met: i64,
    /// To verify, and a person did.
    pub verified: i64,
    /// A person must look.
    pub verify: i64,
    /// Could not be read.
    pub unknown: i64,
    /// Provably not met.
    pub remaining: i64,
    /// Left, and a person waived it; outside the denominator.
    pub waived: i64,
    /// The subject does not occur; outside the denominator.
    pub not_applicable: i64,
}

impl Tally {
    /// A single verdict.
    #[must_use]
    pub fn one(verdict: ItemVerdict) -> Self {
        Self::of([verdict])
    }

    /// Some verdicts.
    #[must_use]
    pub fn of(verdicts: impl IntoIterator<Item = ItemVerdict>) -> Self {
        // Without a branch for each: there may be a hundred thousand.
        let mut counts = [0; ItemVerdict::ALL.len()];
        for verdict in verdicts {
            if let Some(count) = counts.get_mut(verdict as usize) {
                *count += 1;
            }
        }
        let mut tally = Self::default();
        for (verdict, count) in ItemVerdict::ALL.into_iter().zip(counts) {
            *tally.count_mut(verdict) = count;
        }
        tally
    }

    /// Counts one more verdict.
    pub fn add(&mut self, verdict: ItemVerdict) {
        *self.count_mut(verdict) += 1;
    }

    /// How many verdicts are this one.
    #[must_use]
    pub fn count(mut self, verdict: ItemVerdict) -> i64 {
        *self.count_mut(verdict)
    }

    /// Met or verified.
    #[must_use]
    pub const fn done(self) -> i64 {
        self.met + self.verified
    }

    /// Remaining, to verify or unknown.
    #[must_use]
    pub const fn left(self) -> i64 {
        self.remaining + self.verify + self.unknown
    }

    /// The denominator of progress: all but waived and not applicable.
    #[must_use]
    pub const fn counted(self) -> i64 {
        self.done() + self.left()
    }

    fn count_mut(&mut self, verdict: ItemVerdict) -> &mut i64 {
        match verdict {
            ItemVerdict::Met => &mut self.met,
            ItemVerdict::Verified => &mut self.verified,
            ItemVerdict::Verify => &mut self.verify,
            ItemVerdict::Unknown => &mut self.unknown,
            ItemVerdict::Remaining => &mut self.remaining,
            ItemVerdict::Waived => &mut self.waived,
            ItemVerdict::NotApplicable => &mut self.not_applicable,
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.met += other.met;
        self.verified += other.verified;
        self.verify += other.verify;
        self.unknown += other.unknown;
        self.remaining += other.remaining;
        self.waived += other.waived;
        self.not_applicable += other.not_applicable;
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |mut sum, it| {
            sum += it;
            sum
        })
    }
}

/// Where an organization stands now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Our own id of the organization.
    pub organization_id: i64,
    /// Repositories in the count.
    pub repositories: i64,
    /// Of these, finished.
    pub finished: i64,
    /// Of these, finished since the given moment.
    pub finished_lately: i64,
    /// Of these, finished once and not any more.
    pub slipped_back: i64,
    /// Of these, with a verdict that a commit changed since the given moment.
    pub changed_lately: i64,
    /// Of these, finished but for one item.
    pub quick_wins: i64,
    /// Of these, not to be read at the last attempt.
    pub unreadable: i64,
    /// Repositories out of scope.
    pub out_of_scope: i64,
    /// Repositories without a Dockerfile in scope.
    pub no_dockerfile: i64,
    /// Dockerfiles in scope.
    pub dockerfiles: i64,
    /// Their item verdicts.
    pub tally: Tally,
}
