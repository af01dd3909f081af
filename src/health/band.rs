//! Bands of reps by their rate, and what each band won.

use super::Tally;
use super::tally::share;

/// A rep of whom less was due has no band: one run more or less would move them into another.
pub const LEAST_DUE: u64 = 5;
/// Of fewer closed deals no win rate is shown.
pub const LEAST_CLOSED: u64 = 5;

/// Where a rate lies. The borders belong to the middle: 85 % and 70 % are 70–85 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// Above 85 %.
    High,
    /// From 70 % to 85 %.
    Middle,
    /// Below 70 %.
    Low,
}

impl Band {
    /// The best first.
    pub const ALL: [Self; 3] = [Self::High, Self::Middle, Self::Low];

    /// The band of a rate; `None` where nothing was due. Compared in whole numbers, so that 17 of 20
    /// are exactly 85 %.
    #[must_use]
    pub fn of(tally: Tally) -> Option<Self> {
        let (done, due) = (u128::from(tally.done) * 100, u128::from(tally.due));
        match () {
            () if due == 0 => None,
            () if done > due * 85 => Some(Self::High),
            () if done >= due * 70 => Some(Self::Middle),
            () => Some(Self::Low),
        }
    }

    /// The word that the API uses.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "above_85",
            Self::Middle => "70_to_85",
            Self::Low => "below_70",
        }
    }
}

/// Deals that came to an end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Closed {
    /// The customer bought.
    pub won: u64,
    /// They didn't, or nobody goes on with it.
    pub lost: u64,
}

impl Closed {
    /// All of them.
    #[must_use]
    pub const fn all(self) -> u64 {
        self.won + self.lost
    }

    /// Won ÷ closed; `None` of fewer than [`LEAST_CLOSED`].
    #[must_use]
    pub fn win_rate(self) -> Option<f64> {
        share(self.won, self.all()).filter(|_| self.all() >= LEAST_CLOSED)
    }
}

/// What the reps of one band did and won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandFigures {
    /// Which.
    pub band: Band,
    /// How many reps.
    pub reps: u64,
    /// Their runs.
    pub tally: Tally,
    /// Their deals that were closed in the same period.
    pub closed: Closed,
}

/// Reps of whom too little was due for a band.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unbanded {
    /// How many.
    pub reps: u64,
    /// Their deals that were closed.
    pub closed: Closed,
}

/// The three bands, the best first, and those without one. Each rep is given once, with their runs and
/// closed deals of one period.
#[must_use]
pub fn by_band(reps: impl IntoIterator<Item = (Tally, Closed)>) -> ([BandFigures; 3], Unbanded) {
    let mut bands = Band::ALL.map(|band| BandFigures {
        band,
        reps: 0,
        tally: Tally::default(),
        closed: Closed::default(),
    });
    let mut without = Unbanded::default();
    for (tally, closed) in reps {
        let band = Band::of(tally).filter(|_| tally.due >= LEAST_DUE);
        let figures = band.and_then(|band| bands.iter_mut().find(|known| known.band == band));
        let into = if let Some(figures) = figures {
            figures.reps += 1;
            figures.tally += tally;
            &mut figures.closed
        } else {
            without.reps += 1;
            &mut without.closed
        };
        into.won += closed.won;
        into.lost += closed.lost;
    }
    (bands, without)
}
