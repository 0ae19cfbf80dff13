//! What an anchor should not do.

/// What is wrong with the statements of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misconduct {
    /// Statements are signed by a key that is nobody's, under the name of the anchor's.
    ForgedStatement,
    /// Its own configuration names another key, and everything is signed by that.
    OtherKeys,
    /// Statements have expired.
    ExpiredStatement,
    /// Statements are issued by somebody else.
    OtherIssuer,
    /// Statements are about somebody else.
    OtherSubject,
    /// Statements demand what no reader may ignore, and nobody knows.
    UnknownCritical,
    /// A policy operator that everybody must know, and nobody does.
    UnknownCriticalOperator,
    /// A policy leaves providers nothing that they could register clients by.
    ForbiddingPolicy,
    /// Statements do not allow providers, but name constraints that exclude them.
    ForbiddingConstraint,
    /// Answers never end.
    Endless,
}

impl Misconduct {
    /// All of it.
    pub const ALL: [Self; 10] = [
        Self::ForgedStatement,
        Self::OtherKeys,
        Self::ExpiredStatement,
        Self::OtherIssuer,
        Self::OtherSubject,
        Self::UnknownCritical,
        Self::UnknownCriticalOperator,
        Self::ForbiddingPolicy,
        Self::ForbiddingConstraint,
        Self::Endless,
    ];
}
