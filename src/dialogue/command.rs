//! What a rep can tell the app to do.

use unicode_normalization::UnicodeNormalization;

/// A text that is an order to the app, and no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// 帮助: what can be said.
    Help,
    /// 状态: what is open.
    Status,
    /// 返回: take the last answer back.
    Back,
    /// 稍后: ask again later.
    Later,
    /// 推进: ask for a deal's next stage; with a number, for that deal of the list.
    Advance(Option<usize>),
    /// 继续: ask now; with a number, that one of the list.
    Resume(Option<usize>),
}

impl Command {
    /// The whole text has to be the command: an answer may well contain one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let plain: String = text.nfkc().flat_map(char::to_lowercase).collect();
        let plain = plain.trim();
        if plain == "?" {
            return Some(Self::Help);
        }
        let is_mark =
            |symbol: char| "。.!?,;:~「」『』\"'“”".contains(symbol) || symbol.is_whitespace();
        let plain = plain.trim_matches(is_mark);
        Some(match plain {
            "帮助" | "help" => Self::Help,
            "状态" | "status" => Self::Status,
            "返回" | "back" => Self::Back,
            "稍后" | "later" => Self::Later,
            "推进" | "advance" => Self::Advance(None),
            "继续" | "resume" => Self::Resume(None),
            numbered => return Self::numbered(numbered),
        })
    }

    fn numbered(plain: &str) -> Option<Self> {
        let after = |words: [&str; 2]| {
            let number = words
                .into_iter()
                .find_map(|word| plain.strip_prefix(word))?;
            number_in(number)
        };
        let resumed = after(["继续", "resume"]).map(|number| Self::Resume(Some(number)));
        resumed.or_else(|| after(["推进", "advance"]).map(|number| Self::Advance(Some(number))))
    }
}

/// A number that stands alone: `2`, `２`, `第2项`, `2.`.
pub(super) fn number_in(text: &str) -> Option<usize> {
    let plain: String = text.nfkc().collect();
    let plain = plain.trim().trim_start_matches('第');
    let plain = plain.trim_end_matches(['项', '个', '.', '。', '、', ')']);
    plain.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_however_they_are_typed() {
        for (text, command) in [
            ("帮助", Command::Help),
            (" HELP ", Command::Help),
            ("？", Command::Help),
            ("「状态」", Command::Status),
            ("返回。", Command::Back),
            ("稍后！", Command::Later),
            ("继续", Command::Resume(None)),
            ("继续 2", Command::Resume(Some(2))),
            ("继续２", Command::Resume(Some(2))),
            ("继续第3项", Command::Resume(Some(3))),
            ("推进", Command::Advance(None)),
            ("推进第２个", Command::Advance(Some(2))),
        ] {
            assert_eq!(Command::read(text), Some(command), "{text}");
        }
    }

    #[test]
    fn an_answer_that_begins_like_a_command_is_an_answer() {
        for text in [
            "继续推进高层拜访",
            "推进到三楼",
            "状态良好",
            "帮助客户算一笔账",
            "",
            "2",
        ] {
            assert_eq!(Command::read(text), None, "{text}");
        }
    }
}
