//! Moments and spans as people say them.

use std::time::Duration;

use crate::domain::{Day, Timestamp};

/// `今天 09:30`, `昨天 09:30`, `11月23日 09:30`.
pub(super) fn told(at: Timestamp, now: Timestamp) -> String {
    match now.day().0 - at.day().0 {
        0 => format!("今天 {}", at.clock_face()),
        1 => format!("昨天 {}", at.clock_face()),
        _ => at.for_people(),
    }
}

/// `今天`, `昨天`, `11月21日`; of another year `2025-11-21`.
pub(super) fn day(day: Day, today: Day) -> String {
    match today.0 - day.0 {
        0 => "今天".to_owned(),
        1 => "昨天".to_owned(),
        _ => of_year(day, today),
    }
}

fn of_year(day: Day, today: Day) -> String {
    let (date, today) = (day.to_string(), today.to_string());
    let mut parts = date.split('-').map(|part| part.trim_start_matches('0'));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(year), Some(month), Some(day)) if today.starts_with(year) => {
            format!("{month}月{day}日")
        }
        _ => date,
    }
}

/// The two largest units that matter: `3 天 4 小时`, `2 小时 5 分`, `40 分`.
pub(super) fn span(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => "不到 1 分".to_owned(),
        (0, 0, minutes) => format!("{minutes} 分"),
        (0, hours, 0) => format!("{hours} 小时"),
        (0, hours, minutes) => format!("{hours} 小时 {minutes} 分"),
        (days, 0, _) => format!("{days} 天"),
        (days, hours, _) => format!("{days} 天 {hours} 小时"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_at_most_two_units() {
        for (minutes, expected) in [
            (0, "不到 1 分"),
            (40, "40 分"),
            (60, "1 小时"),
            (125, "2 小时 5 分"),
            (1440, "1 天"),
            (1440 * 3 + 250, "3 天 4 小时"),
        ] {
            assert_eq!(span(Duration::from_secs(minutes * 60)), expected);
        }
    }

    #[test]
    fn near_days_are_named() {
        let now = Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").expect("valid");

        assert_eq!(told(now, now), "今天 12:00");
        assert_eq!(
            told(now.minus(Duration::from_secs(13 * 3600)), now),
            "昨天 23:00"
        );
        for (ago, told) in [
            (0, "今天"),
            (1, "昨天"),
            (2, "11月21日"),
            (400, "2025-10-19"),
        ] {
            assert_eq!(day(now.day().plus(-ago), now.day()), told);
        }
    }
}
