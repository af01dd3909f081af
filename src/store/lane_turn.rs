//! Whose turn it is among the lanes of the inbox or the outbox.

/// The lanes between two words. What has places of its own has a span of its own.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// They come after this word
    pub after: &'static str,
    /// and before this one.
    pub before: &'static str,
}

impl Span {
    /// Every lane: each begins with a word.
    pub const ALL: Self = Self {
        after: "",
        before: "zzz",
    };
}

/// Remembers the last lane that was served, so that the next look begins behind it and no lane
/// waits for a busier one.
#[derive(Debug, Default)]
pub struct LaneTurn {
    last: String,
}

impl LaneTurn {
    /// The lane behind which to look.
    pub(super) fn last_in(&self, span: Span) -> &str {
        if self.last.is_empty() {
            span.after
        } else {
            &self.last
        }
    }

    /// Notes the lanes that a look for `limit` rows found. `false` when the look began midway and
    /// found nothing: then it has to be repeated from the first lane.
    pub(super) fn took<'a>(&mut self, lanes: impl Iterator<Item = &'a str>, limit: usize) -> bool {
        let began_midway = !self.last.is_empty();
        let (mut found, mut last) = (0, "");
        for lane in lanes {
            found += 1;
            last = last.max(lane);
        }
        let reached_the_end = found < limit;
        let last = if reached_the_end { "" } else { last };
        last.clone_into(&mut self.last);
        found > 0 || !began_midway
    }
}

#[cfg(test)]
mod tests {
    use super::{LaneTurn, Span};

    #[test]
    fn a_full_look_goes_on_behind_its_last_lane_and_a_short_one_begins_anew() {
        let mut turn = LaneTurn::default();
        assert!(turn.took(["b", "a"].into_iter(), 2));
        assert_eq!(turn.last_in(Span::ALL), "b");
        assert!(turn.took(["c"].into_iter(), 2));
        assert_eq!(turn.last_in(Span::ALL), "");
    }

    #[test]
    fn an_empty_look_from_midway_is_repeated_once_from_the_first_lane() {
        let mut turn = LaneTurn::default();
        assert!(turn.took(["a"].into_iter(), 1));
        assert!(!turn.took([].into_iter(), 1));
        assert!(turn.took([].into_iter(), 1));
    }
}
