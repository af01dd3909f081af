//! The two languages of the pages. Chinese comes first; whoever wants English chooses it, and their
//! browser remembers.
//!
//! Both wordings stand beside each other where they are used, so that nobody looks anything up:
//! `{{ frame.say("预警", "Alerts") }}` in the template of a page, `language.say("预警", "Alerts")` in
//! Rust and in parts of pages, and `say!(language, "还剩 {left}", "{left} left")` where something is
//! put in. Functions that templates call take references, since templates give nothing else. What people and configurations call things (names, messages, nodes, stages, rules) is data
//! and stays as it is; so do cards and messages in WeCom and DingTalk, which are Chinese.

use crate::domain::Label;

/// A language that the pages speak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Language {
    #[default]
    Chinese,
    English,
}

impl Language {
    /// The wording in this language.
    pub(super) const fn say(self, chinese: &'static str, english: &'static str) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    /// Chosen by that word of a form or a cookie.
    pub(super) fn of(word: &str) -> Option<Self> {
        match word {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// The word that chooses it.
    pub(super) const fn as_str(self) -> &'static str {
        self.say("zh", "en")
    }

    /// As HTML names it.
    pub(super) const fn tag(self) -> &'static str {
        self.say("zh-CN", "en")
    }

    pub(super) const fn other(self) -> Self {
        match self {
            Self::Chinese => Self::English,
            Self::English => Self::Chinese,
        }
    }

    /// What its speakers call it.
    pub(super) const fn name(self) -> &'static str {
        self.say("中文", "English")
    }

    pub(super) const fn is_english(self) -> bool {
        matches!(self, Self::English)
    }

    /// What people call a signal.
    pub(super) const fn label(self, label: &Label) -> &'static str {
        match self {
            Self::Chinese => label.chinese(),
            Self::English => match label {
                Label::Price => "Price",
                Label::Budget => "Budget",
                Label::Tender => "Tender",
                Label::Competitor => "Competitor",
                Label::Finance => "Finance",
                Label::Delivery => "Delivery",
                Label::Tech => "Tech",
                Label::Authority => "Authority",
                Label::Trust => "Trust",
                Label::Delay => "Delay",
                Label::Intent => "Intent",
                Label::Payment => "Payment",
            },
        }
    }
}

/// `1 hit`, `2 hits`.
pub(super) fn counted(count: impl ToString, one: &str, many: &str) -> String {
    let count = count.to_string();
    let noun = if count == "1" { one } else { many };
    format!("{count} {noun}")
}

/// Whether a text is written in Chinese, as what the engine says to reps is on every page.
pub(super) fn is_chinese(text: &str) -> bool {
    text.chars()
        .any(|character| matches!(character, '\u{4e00}'..='\u{9fff}'))
}

/// A wording with something put in: `say!(language, "还剩 {left}", "{left} left")`.
macro_rules! say {
    ($language:expr, $chinese:literal, $english:literal) => {
        match $language {
            $crate::web::language::Language::Chinese => format!($chinese),
            $crate::web::language::Language::English => format!($english),
        }
    };
}
pub(super) use say;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_several() {
        let hits = |count: u64| counted(count, "hit", "hits");
        assert_eq!(
            [0, 1, 2, 11].map(hits),
            ["0 hits", "1 hit", "2 hits", "11 hits"]
        );
    }
}
