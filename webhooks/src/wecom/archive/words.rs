//! What a reader sees of a message, and what of it the sender said themself: a quoted question of the
//! rep's, a forwarded chat or the headline of an article are not the customer's words.

use std::fmt;
use std::ops::Range;

use super::kind::{ArchiveKind, Notice, RecordItem};

/// A message in words. `Debug` shows lengths only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// All that is shown; empty for kinds without words.
    pub text: String,
    /// The bytes of it that are the sender's own words; empty where none are.
    pub own: Range<usize>,
}

/// A quote begins with one of these (91774), in Chinese and in English clients.
const QUOTES: [&str; 4] = [
    "这是一条引用/回复消息：",
    "这是一条引用/回复消息:",
    "This is a quote/reply:",
    "This is a quote/reply：",
];
/// Ends the quoted part. The answer stands behind it.
const RULE: &str = "------";

impl Words {
    /// What the sender said themself.
    #[must_use]
    pub fn own_words(&self) -> &str {
        self.text.get(self.own.clone()).unwrap_or_default()
    }

    fn all_own(text: String) -> Self {
        let own = 0..text.len();
        Self { text, own }
    }

    fn others(text: String) -> Self {
        Self { text, own: 0..0 }
    }

    /// Words in which something may be quoted.
    fn said(text: String) -> Self {
        let own = answer(&text);
        Self { text, own }
    }
}

pub(super) fn of(kind: &ArchiveKind) -> Words {
    match kind {
        ArchiveKind::Text { content } | ArchiveKind::Markdown { content } => {
            Words::said(content.clone())
        }
        ArchiveKind::Mixed { items } => mixed(items),
        other => match shown(other) {
            text if text.is_empty() => Words::all_own(text),
            text => Words::others(text),
        },
    }
}

/// The sender's own words in one piece, with a word in brackets for each other part: what a card, a
/// forwarded chat or a link says is no more theirs here than alone. It stands behind their words.
fn mixed(items: &[RecordItem]) -> Words {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for item in items {
        match &item.kind {
            ArchiveKind::Text { content } | ArchiveKind::Markdown { content } => {
                // The first text may begin with a quote that ends further below.
                let said = match own.is_empty() {
                    true => 0..content.len(),
                    false => answer(content),
                };
                others.push(content[..said.start].trim().to_owned());
                own.push(content[said].to_owned());
            }
            ArchiveKind::Attachment(attachment) => {
                own.push(format!("[{}]", named(attachment.kind.name())));
                others.push(attachment.name.clone());
            }
            other => {
                let text = shown(other);
                if !text.is_empty() {
                    own.push(format!("[{}]", named(other.name())));
                    others.push(text);
                }
            }
        }
    }
    own.retain(|part| !part.is_empty());
    others.retain(|part| !part.is_empty());
    let own = own.join("\n");
    let answer = answer(&own);
    let whole = std::iter::once(own).filter(|own| !own.is_empty());
    Words {
        text: whole.chain(others).collect::<Vec<_>>().join("\n"),
        own: answer,
    }
}

/// Where the answer to a quote stands; all of a text that quotes nothing. What is quoted may be a
/// reply itself, with such a line in it, so the last line counts; a quote without one has no answer:
/// better to miss a word than to take the rep's for the customer's.
fn answer(text: &str) -> Range<usize> {
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    if !QUOTES.iter().any(|quote| begin.starts_with(quote)) {
        return 0..text.len();
    }
    let mut at = 0;
    let mut behind = text.len();
    for line in text.split_inclusive('\n') {
        at += line.len();
        if is_rule(line) {
            behind = at;
        }
    }
    let answer = text.get(behind..).unwrap_or_default();
    text.len() - answer.trim_start().len()..text.len()
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= RULE.len() && line.bytes().all(|byte| byte == b'-')
}

fn lines(items: &[RecordItem]) -> String {
    let lines = items.iter().map(|item| match &item.kind {
        ArchiveKind::Attachment(attachment) if attachment.name.is_empty() => {
            format!("[{}]", named(attachment.kind.name()))
        }
        kind => shown(kind),
    });
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// What stands for something without words.
fn named(kind: &str) -> &str {
    match kind {
        "image" => "图片",
        "voice" => "语音",
        "video" => "视频",
        "emotion" => "表情",
        "chatrecord" => "聊天记录",
        "location" => "位置",
        "card" => "名片",
        "mixed" => "图文消息",
        "link" | "news" => "链接",
        "weapp" => "小程序",
        "file" | "recording" => "文件",
        _ => "其他消息",
    }
}

fn shown(kind: &ArchiveKind) -> String {
    match kind {
        ArchiveKind::Text { content } | ArchiveKind::Markdown { content } => content.clone(),
        ArchiveKind::Attachment(attachment) => attachment.name.clone(),
        ArchiveKind::Location { title, address, .. } => {
            format!("{title} {address}").trim().to_owned()
        }
        ArchiveKind::Card { corp_name, .. } => corp_name.clone(),
        ArchiveKind::Notice(Notice {
            title, description, ..
        }) => format!("{title}\n{description}").trim().to_owned(),
        ArchiveKind::Record { title, items } => {
            format!("{title}\n{}", lines(items)).trim().to_owned()
        }
        ArchiveKind::Mixed { items } => lines(items),
        ArchiveKind::Revoke { .. }
        | ArchiveKind::Consent { .. }
        | ArchiveKind::Call { .. }
        | ArchiveKind::Other { .. } => String::new(),
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words(<{} bytes>, own {:?})", self.text.len(), self.own)
    }
}
