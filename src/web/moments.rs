//! Moments and spans as people say them, in the language that they read.

use std::time::Duration;

use super::language::{Language, say};
use crate::domain::{Day, Timestamp};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// When somebody reads a page, and in which language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) at: Timestamp,
    pub(super) language: Language,
}

/// `今天 09:30`, `昨天 09:30`, `11月23日 09:30`; `today 09:30`, `23 Nov 09:30`.
pub(super) fn told(at: Timestamp, now: Now) -> String {
    match now.at.day().0 - at.day().0 {
        0 => format!("{} {}", now.language.say("今天", "today"), at.clock_face()),
        1 => format!(
            "{} {}",
            now.language.say("昨天", "yesterday"),
            at.clock_face()
        ),
        _ => dated(at, now),
    }
}

/// `11月23日 09:30`, `23 Nov 09:30`; of another year `2025-11-23 09:30`.
pub(super) fn dated(at: Timestamp, now: Now) -> String {
    let day = of_year(at.day(), now.at.day(), now.language);
    format!("{day} {}", at.clock_face())
}

/// `今天`, `昨天`, `11月21日`, `21 Nov`; of another year `2025-11-21`.
pub(super) fn day(day: Day, today: Day, language: Language) -> String {
    match today.0 - day.0 {
        0 => language.say("今天", "today").to_owned(),
        1 => language.say("昨天", "yesterday").to_owned(),
        _ => of_year(day, today, language),
    }
}

fn of_year(day: Day, today: Day, language: Language) -> String {
    let (date, today) = (day.to_string(), today.to_string());
    let mut parts = date.split('-').map(|part| part.trim_start_matches('0'));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) if today.starts_with(year) => {
            let number: usize = month.parse().unwrap_or(0);
            let name = MONTHS.get(number.wrapping_sub(1)).unwrap_or(&month);
            say!(language, "{month}月{day}日", "{day} {name}")
        }
        _ => date,
    }
}

/// The two largest units that matter: `3 天 4 小时`, `2 h 5 min`, `40 分`.
pub(super) fn span(span: Duration, language: Language) -> String {
    let minutes = span.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => language.say("不到 1 分", "less than 1 min").to_owned(),
        (0, 0, minutes) => say!(language, "{minutes} 分", "{minutes} min"),
        (0, hours, 0) => say!(language, "{hours} 小时", "{hours} h"),
        (0, hours, minutes) => {
            say!(
                language,
                "{hours} 小时 {minutes} 分",
                "{hours} h {minutes} min"
            )
        }
        (days, 0, _) => say!(language, "{days} 天", "{days} d"),
        (days, hours, _) => say!(language, "{days} 天 {hours} 小时", "{days} d {hours} h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_at_most_two_units() {
        for (minutes, chinese, english) in [
            (0, "不到 1 分", "less than 1 min"),
            (40, "40 分", "40 min"),
            (60, "1 小时", "1 h"),
            (125, "2 小时 5 分", "2 h 5 min"),
            (1440, "1 天", "1 d"),
            (1440 * 3 + 250, "3 天 4 小时", "3 d 4 h"),
        ] {
            let length = Duration::from_secs(minutes * 60);
            assert_eq!(span(length, Language::Chinese), chinese);
            assert_eq!(span(length, Language::English), english);
        }
    }

    #[test]
    fn near_days_are_named() {
        let at = Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").expect("valid");
        let before = |hours: u64| at.minus(Duration::from_secs(hours * 3600));
        for (moment, chinese, english) in [
            (at, "今天 12:00", "today 12:00"),
            (before(13), "昨天 23:00", "yesterday 23:00"),
            (before(24 * 22), "11月1日 12:00", "1 Nov 12:00"),
            (before(24 * 400), "2025-10-19 12:00", "2025-10-19 12:00"),
        ] {
            for (language, expected) in [(Language::Chinese, chinese), (Language::English, english)]
            {
                assert_eq!(told(moment, Now { at, language }), expected);
            }
        }
        let today = at.day();
        for (ago, chinese, english) in [
            (0, "今天", "today"),
            (1, "昨天", "yesterday"),
            (2, "11月21日", "21 Nov"),
            (400, "2025-10-19", "2025-10-19"),
        ] {
            assert_eq!(day(today.plus(-ago), today, Language::Chinese), chinese);
            assert_eq!(day(today.plus(-ago), today, Language::English), english);
        }
    }
}
