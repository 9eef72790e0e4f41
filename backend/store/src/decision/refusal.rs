//! Why a decision is not taken, in sentences for the person who wanted it.

/// Why a decision was not taken or not withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The Dockerfile is not there any more.
    #[error("The Dockerfile is not in the repository any more.")]
    Gone,
    /// Nobody is named.
    #[error("Say who you are.")]
    NoName,
    /// A waiver or a dispute without a reason.
    #[error("Say why: others will read it.")]
    NoReason,
    /// More than anybody reads.
    #[error("That is too long: a reason has at most 2,000 characters, a name at most 100.")]
    TooLong,
    /// The last day is over.
    #[error("The last day is past already.")]
    Past,
    /// The evidence is not what the person was shown.
    #[error("The lines changed since you looked. Look again, then decide.")]
    Stale,
    /// `Verified` for another verdict than to verify.
    #[error("There is nothing to verify here any more.")]
    NothingToVerify,
    /// `Waived` where nothing is left.
    #[error("There is nothing left here that could be waived.")]
    NothingToWaive,
    /// The repository's file decides about this item.
    #[error("The repository\u{2019}s .drydock.yml decides this. Change it there.")]
    DecidedInFile,
    /// It has ended already, or there is none.
    #[error("That decision does not stand any more.")]
    NotStanding,
}
