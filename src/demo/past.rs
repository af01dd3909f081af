//! What customers and reps wrote in the last two weeks, so that the board has something to show.

mod sunan;
mod zhedong;

use crate::domain::{Label, Speaker, Timestamp};
use sunan::{HUACHI, SHENLIAN, WEIFENG, XIDA};
use zhedong::{HAISHENG, HENGRUI, JIESU, YONGXIAN};

/// A chat line of the past.
pub(super) struct PastLine {
    moment: Moment,
    pub(super) speaker: Speaker,
    pub(super) text: &'static str,
    /// What a reader takes it to mean.
    means: &'static [Label],
}

/// Counted back from the demo's start.
enum Moment {
    /// So many days ago, at this hour and minute in China.
    Day { ago: i64, hour: i64, minute: i64 },
    /// So many minutes ago.
    Minutes(i64),
}

const DAY_MS: i64 = 24 * 3600 * 1000;

impl PastLine {
    const fn means(mut self, labels: &'static [Label]) -> Self {
        self.means = labels;
        self
    }

    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        match self.moment {
            Moment::Minutes(ago) => Timestamp(now.0 - ago * 60_000),
            Moment::Day { ago, hour, minute } => {
                let day = now.day().start().0 - ago * DAY_MS;
                Timestamp(day + (hour * 60 + minute) * 60_000)
            }
        }
    }
}

const fn line(moment: Moment, speaker: Speaker, text: &'static str) -> PastLine {
    PastLine {
        moment,
        speaker,
        text,
        means: &[],
    }
}

/// A customer's line, days ago.
const fn c(ago: i64, hour: i64, minute: i64, text: &'static str) -> PastLine {
    line(Moment::Day { ago, hour, minute }, Speaker::Customer, text)
}

/// A rep's line, days ago.
const fn r(ago: i64, hour: i64, minute: i64, text: &'static str) -> PastLine {
    line(Moment::Day { ago, hour, minute }, Speaker::Rep, text)
}

/// A customer's line, minutes ago.
const fn now_c(ago: i64, text: &'static str) -> PastLine {
    line(Moment::Minutes(ago), Speaker::Customer, text)
}

/// A rep's line, minutes ago.
const fn now_r(ago: i64, text: &'static str) -> PastLine {
    line(Moment::Minutes(ago), Speaker::Rep, text)
}

/// The chats by [`super::cast::Buyer::id`], each in the order in which it was written.
pub(super) const CHATS: [(&str, &[PastLine]); 8] = [
    ("haisheng", HAISHENG),
    ("yongxian", YONGXIAN),
    ("hengrui", HENGRUI),
    ("jiesu", JIESU),
    ("huachi", HUACHI),
    ("weifeng", WEIFENG),
    ("xida", XIDA),
    ("shenlian", SHENLIAN),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProcessSettings;
    use crate::demo::cast::BUYERS;
    use crate::loaded::load_detector;
    use crate::signals::Line;

    #[test]
    fn every_buyer_has_a_past_that_is_told_in_order_and_lies_behind() {
        let noon = Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").expect("a time");

        for buyer in &BUYERS {
            let (_, lines) = CHATS
                .iter()
                .find(|(id, _)| *id == buyer.id)
                .expect("a chat");
            let times: Vec<_> = lines.iter().map(|line| line.at(noon)).collect();
            assert!(
                times.is_sorted() && times.iter().all(|at| *at < noon),
                "{}",
                buyer.id
            );
        }
    }

    #[test]
    fn each_line_is_heard_as_a_reader_takes_it() {
        let ours = load_detector(&ProcessSettings::default())
            .unwrap_or_else(|problems| panic!("{problems}"));
        for line in CHATS.iter().flat_map(|(_, lines)| *lines) {
            let heard = ours.hear(Line {
                speaker: line.speaker,
                text: line.text,
                previous: None,
            });
            let mut heard: Vec<_> = heard.iter().map(|signal| signal.label).collect();
            let mut means = line.means.to_vec();
            heard.sort_unstable();
            heard.dedup();
            means.sort_unstable();

            assert_eq!(heard, means, "{}", line.text);
        }
    }
}
