//! What can be imported and exported.

use std::fmt;
use std::str::FromStr;

/// A kind of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reps, directors and administrators.
    Reps,
    /// Companies.
    Customers,
    /// People of customers.
    Contacts,
    /// Deals.
    Opportunities,
    /// 微信客服 accounts and the reps who serve them.
    Accounts,
    /// What customers bought before.
    Purchases,
    /// Nodes opened for deals. Export only.
    Runs,
    /// What customers' messages meant. Export only.
    Signals,
    /// Lines whose labels a person corrected, as a training corpus takes them. Export only.
    Corrections,
    /// What directors were told. Export only.
    Alerts,
}

impl Kind {
    /// All kinds, as the command line lists them.
    pub const ALL: [Self; 10] = [
        Self::Reps,
        Self::Customers,
        Self::Contacts,
        Self::Opportunities,
        Self::Accounts,
        Self::Purchases,
        Self::Runs,
        Self::Signals,
        Self::Corrections,
        Self::Alerts,
    ];

    /// The word of the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reps => "reps",
            Self::Customers => "customers",
            Self::Contacts => "contacts",
            Self::Opportunities => "opportunities",
            Self::Accounts => "accounts",
            Self::Purchases => "purchases",
            Self::Runs => "runs",
            Self::Signals => "signals",
            Self::Corrections => "corrections",
            Self::Alerts => "alerts",
        }
    }

    /// Whether it can be imported too. The others are made by the service from what happened.
    #[must_use]
    pub const fn is_importable(self) -> bool {
        matches!(
            self,
            Self::Reps
                | Self::Customers
                | Self::Contacts
                | Self::Opportunities
                | Self::Accounts
                | Self::Purchases
        )
    }
}

/// The word names no kind that this version knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KindError {
    /// It is planned.
    #[error(
        "{0} can't be imported or exported yet: acceptance standards have no place in the store so far; known are reps, customers, contacts, opportunities, accounts, purchases, and for export also runs, signals, corrections, alerts"
    )]
    NotYet(&'static str),
    /// It is none.
    #[error(
        "{0:?} is no kind of rows; expected reps, customers, contacts, opportunities, accounts or purchases, and for export also runs, signals, corrections, alerts or objections"
    )]
    Unknown(String),
}

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(word: &str) -> Result<Self, KindError> {
        match word {
            "standards" => Err(KindError::NotYet("standards")),
            other => Self::ALL
                .into_iter()
                .find(|kind| kind.as_str() == other)
                .ok_or_else(|| KindError::Unknown(other.to_owned())),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
