//! A moment as people write it into a cell.

use crate::domain::Timestamp;

/// RFC 3339, or a day or moment without an offset, which is then China's.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let dashed = text.replace('/', "-");
    let padded = if dashed.len() > 10 {
        dashed.replacen(' ', "T", 1)
    } else {
        dashed
    };
    [
        padded.clone(),
        format!("{padded}+08:00"),
        format!("{padded}:00+08:00"),
        format!("{padded}T00:00:00+08:00"),
    ]
    .iter()
    .find_map(|text| Timestamp::parse_rfc3339(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_chinas_unless_they_say_otherwise() {
        for (text, moment) in [
            ("2026-11-23", "2026-11-23T00:00:00.000+08:00"),
            ("2026/11/23", "2026-11-23T00:00:00.000+08:00"),
            ("2026-11-23 09:30", "2026-11-23T09:30:00.000+08:00"),
            ("2026-11-23 09:30:05", "2026-11-23T09:30:05.000+08:00"),
            ("2026-11-23T01:30:00Z", "2026-11-23T09:30:00.000+08:00"),
        ] {
            assert_eq!(parse(text).map(Timestamp::rfc3339).as_deref(), Some(moment));
        }
        for text in ["", "yesterday", "2026-13-01", "46349"] {
            assert_eq!(parse(text), None);
        }
    }
}
