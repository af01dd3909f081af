//! How a figure stands beside the one of the period before, told honestly.

/// Below this a percentage says more than there is to say: one hit more is 50 %.
const FEW: u64 = 5;

/// A figure beside the one of the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Of the period.
    pub now: u64,
    /// Of the period before.
    pub before: u64,
}

impl Change {
    /// Whether there is more than before.
    #[must_use]
    pub const fn is_up(self) -> bool {
        self.now > self.before
    }

    /// Whether there is less than before.
    #[must_use]
    pub const fn is_down(self) -> bool {
        self.now < self.before
    }

    const fn by(self) -> u64 {
        self.now.abs_diff(self.before)
    }

    /// `+12`, `−3`, `持平`.
    #[must_use]
    pub fn absolute(self) -> String {
        match (self.is_up(), self.is_down()) {
            (true, _) => format!("+{}", self.by()),
            (_, true) => format!("−{}", self.by()),
            _ => "持平".to_owned(),
        }
    }

    /// `+40%`; none where there was little or nothing before, of which no part can be told.
    #[must_use]
    pub fn percent(self) -> Option<String> {
        if self.before < FEW || self.by() == 0 {
            return None;
        }
        let percent = (self.by() * 200 + self.before) / (self.before * 2);
        let sign = if self.is_up() { '+' } else { '−' };
        Some(format!("{sign}{percent}%"))
    }

    /// `+12（+40%）`; `新出现` where there was nothing before.
    #[must_use]
    pub fn told(self) -> String {
        if self.before == 0 && self.now > 0 {
            return "新出现".to_owned();
        }
        match self.percent() {
            Some(percent) => format!("{}（{percent}）", self.absolute()),
            None => self.absolute(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_no_more_than_the_figures_hold() {
        for (now, before, told) in [
            (0, 0, "持平"),
            (3, 0, "新出现"),
            (3, 1, "+2"),
            (1, 4, "−3"),
            (0, 2, "−2"),
            (7, 5, "+2（+40%）"),
            (5, 5, "持平"),
            (0, 8, "−8（−100%）"),
            (1001, 1000, "+1（+0%）"),
            (2, 6, "−4（−67%）"),
        ] {
            assert_eq!(Change { now, before }.told(), told, "{now} after {before}");
        }
    }
}
