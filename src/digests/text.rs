//! What a digest says: every alert by name, the latest things first.

use crate::journal::{AlertBody, plain, short_number};
use crate::store::HeldAlert;

/// As much of an alert's lines as a digest shows, in characters.
const LONGEST_LINE: usize = 60;

pub(super) fn title(alerts: &[HeldAlert]) -> String {
    let red = alerts.iter().filter(|alert| alert.red).count();
    match red {
        0 => format!("{} 条预警", alerts.len()),
        red => format!("{} 条预警，{red} 条超时", alerts.len()),
    }
}

/// Each alert with its number; the first one's stands at the head too, since a text that equals
/// another of the day would be dropped.
pub(super) fn markdown(title: &str, alerts: &[HeldAlert], bodies: &[AlertBody]) -> String {
    let number = alerts
        .first()
        .map_or("", |first| short_number(&first.alert_id));
    let mut text = format!("### {title}\n\n编号 {number}\n\n");
    for (place, (alert, body)) in alerts.iter().zip(bodies).enumerate() {
        let values = body.lines.iter().map(|(_, value)| plain(value));
        let values = values.collect::<Vec<_>>().join(" · ");
        text.push_str(&format!(
            "{}. **{}**（{}）{}\n",
            place + 1,
            plain(&body.title),
            short_number(&alert.alert_id),
            cut(&values)
        ));
    }
    text
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
