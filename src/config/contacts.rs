//! `[contacts]`: how a contact whom nobody knows becomes known.

use std::time::Duration;

use super::Section;

const DAY: u64 = 24 * 3600;

/// `[contacts]`.
#[derive(Debug, Clone)]
pub struct ContactSettings {
    /// Whether WeCom is asked who a contact is (客户联系).
    pub look_up: bool,
    /// The app that asks; `None` for the first one.
    pub app: Option<String>,
    /// WeCom's answer is good for so long.
    pub refresh: Duration,
    /// A rep who didn't say whose a contact is, is asked again after this; `None` for never.
    pub ask_again: Option<Duration>,
    /// When a contact becomes known, what they said within this opens nodes; what is older only
    /// counts on the board.
    pub judge: Duration,
}

impl Default for ContactSettings {
    fn default() -> Self {
        Self {
            look_up: true,
            app: None,
            refresh: Duration::from_secs(30 * DAY),
            ask_again: None,
            judge: Duration::from_secs(7 * DAY),
        }
    }
}

impl ContactSettings {
    /// `apps` are the names of the configured apps.
    pub(super) fn read(root: &Section<'_>, apps: &[&str]) -> Self {
        let usual = Self::default();
        let Some(section) = root.section("contacts") else {
            return usual;
        };
        let look_up = section.boolean("look_up");
        let app = section.filled_text("app", "the name of an app");
        let refresh = section.integer("refresh_days", 1..=3650);
        let ask_again = section.integer("ask_again_days", 0..=3650);
        let judge = section.integer("judge_days", 0..=365);
        section.finish();
        if let Some(app) = &app
            && !apps.is_empty()
            && !apps.contains(&app.value.as_str())
        {
            let expected = format!("the name of a [[wecom.app]]: {}", apps.join(", "));
            section.refuse(app, format!("{:?}", app.value), expected);
        }
        let days = |days: i64| Duration::from_secs(days.unsigned_abs() * DAY);
        Self {
            look_up: look_up.map_or(usual.look_up, |found| found.value),
            app: app.map(|found| found.value),
            refresh: refresh.map_or(usual.refresh, |found| days(found.value)),
            ask_again: ask_again
                .map(|found| days(found.value))
                .filter(|again| !again.is_zero()),
            judge: judge.map_or(usual.judge, |found| days(found.value)),
        }
    }
}
