//! Kinds of changes, and how many there are of each.

use super::ChangeCause;

/// What kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// A commit made an item met.
    Gained,
    /// A commit made a met item one that is left.
    Lost,
    /// A commit changed a verdict otherwise.
    Moved,
    /// A repository was finished.
    Finished,
    /// A finished repository is not finished any more.
    SlippedBack,
    /// A Dockerfile was seen for the first time.
    New,
    /// A Dockerfile went away.
    Removed,
    /// A person decided, or a decision ended.
    Decision,
    /// Our rules, the catalogue or settings changed: no progress.
    Ours,
}

/// How many changes of each kind there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ChangeSums {
    /// Verdicts that became met.
    pub gained: i64,
    /// Met verdicts that are left again.
    pub lost: i64,
    /// Verdicts that changed otherwise.
    pub moved: i64,
    /// Repositories.
    pub finished: i64,
    /// Repositories.
    pub slipped_back: i64,
    /// Dockerfiles.
    pub new: i64,
    /// Dockerfiles.
    pub removed: i64,
    /// Verdicts that a decision changed.
    pub decisions: i64,
    /// Verdicts that our rules changed.
    pub rules: i64,
    /// Verdicts that the catalogue changed.
    pub catalog: i64,
    /// Verdicts that settings changed.
    pub policy: i64,
}

impl ChangeKind {
    /// All nine, in the order in which pages name them.
    pub const ALL: [Self; 9] = [
        Self::Gained,
        Self::Lost,
        Self::Finished,
        Self::SlippedBack,
        Self::New,
        Self::Removed,
        Self::Moved,
        Self::Decision,
        Self::Ours,
    ];

    /// The name in addresses and JSON.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Gained => "gained",
            Self::Lost => "lost",
            Self::Moved => "moved",
            Self::Finished => "finished",
            Self::SlippedBack => "slipped-back",
            Self::New => "new",
            Self::Removed => "removed",
            Self::Decision => "decision",
            Self::Ours => "ours",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.slug() == slug)
    }

    /// It is about a repository, not about a Dockerfile.
    #[must_use]
    pub const fn is_milestone(self) -> bool {
        matches!(self, Self::Finished | Self::SlippedBack)
    }
}

impl ChangeSums {
    /// How many there are of a kind.
    #[must_use]
    pub const fn of(&self, kind: ChangeKind) -> i64 {
        match kind {
            ChangeKind::Gained => self.gained,
            ChangeKind::Lost => self.lost,
            ChangeKind::Moved => self.moved,
            ChangeKind::Finished => self.finished,
            ChangeKind::SlippedBack => self.slipped_back,
            ChangeKind::New => self.new,
            ChangeKind::Removed => self.removed,
            ChangeKind::Decision => self.decisions,
            ChangeKind::Ours => self.rules + self.catalog + self.policy,
        }
    }

    pub(super) fn count_mut(&mut self, kind: ChangeKind, cause: ChangeCause) -> &mut i64 {
        match kind {
            ChangeKind::Gained => &mut self.gained,
            ChangeKind::Lost => &mut self.lost,
            ChangeKind::Moved => &mut self.moved,
            ChangeKind::Finished => &mut self.finished,
            ChangeKind::SlippedBack => &mut self.slipped_back,
            ChangeKind::New => &mut self.new,
            ChangeKind::Removed => &mut self.removed,
            ChangeKind::Decision => &mut self.decisions,
            ChangeKind::Ours => match cause {
                ChangeCause::Catalog => &mut self.catalog,
                ChangeCause::Policy => &mut self.policy,
                ChangeCause::Rules
                | ChangeCause::FirstSight
                | ChangeCause::Commit
                | ChangeCause::Removed
                | ChangeCause::Decision => &mut self.rules,
            },
        }
    }
}
