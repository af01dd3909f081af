//! What the app says of its own accord. What belongs to a node is worded in the definition.

use std::fmt::Write as _;

use super::media::{Candidate, Media};
use super::open::OpenRun;
use crate::engine::Light;

/// A list longer than this is cut: a text holds 2,048 bytes.
const MOST_LISTED: usize = 9;
/// Of what may be chosen by its number all is listed as far as it can be told apart: the more, the
/// shorter, in characters.
const MOST_TO_CHOOSE: usize = 25;
const ROOM_TO_CHOOSE: usize = 560;
/// Leaves room for the other lines.
const LONGEST_LINE: usize = 60;

pub(super) const HELP: &str = "\
可以这样回复：
状态：看还有哪些没做完
继续：接着填；「继续 2」接着填状态里的第 2 项
返回：撤回上一个回答，重新填
稍后：过一会儿再问
推进：把商机推进到另一个阶段
正在问的问题直接回复；语音、图片、位置直接发过来就行。";
pub(super) const OPEN: &str = "还没做完的：";
pub(super) const NO_TEXT_WANTED: &str = "收到。现在没有等您用文字回答的问题。还没做完的：";
pub(super) const NOTHING_SAID: &str = "现在没有正在问的问题。还没做完的：";
pub(super) const NO_SUCH_NUMBER: &str = "没有这一项，或者已经做完了。还没做完的：";
const NOTHING_OPEN: &str =
    "收到。现在没有等您回答的问题；有新的事项时会发卡片给您。回复「帮助」看可以怎么用。";
const HOW_TO_RESUME: &str = "回复「继续 1」接着填第 1 项，其他项类推。";

pub(super) const GONE: &str = "这条消息在企业微信里已经过期，取不到了，请重新发送。";
pub(super) const ONE_MORE: &str =
    "这条也收到了。请先回复数字，选择前一条属于哪一项，然后会问这一条。";

/// The lead, and each run with its number, customer, node, what is left, when it is due, its light.
pub(super) fn list(lead: &str, open: &[OpenRun]) -> String {
    if open.is_empty() {
        return NOTHING_OPEN.to_owned();
    }
    let mut text = lead.to_owned();
    for (run, number) in open.iter().zip(1..).take(MOST_LISTED) {
        text += &format!("\n{number}. {}", line(run));
    }
    if let Some(more) = open.len().checked_sub(MOST_LISTED).filter(|more| *more > 0) {
        text += &format!("\n……还有 {more} 项");
    }
    text + "\n" + HOW_TO_RESUME
}

fn line(run: &OpenRun) -> String {
    let required = run.unanswered.iter().filter(|question| question.required);
    let left: Vec<&str> = required.map(|question| question.title.as_str()).collect();
    let mut text = format!("{}「{}」还差：{}", run.customer, run.node, left.join("、"));
    text = shortened(&text, LONGEST_LINE);
    if run.is_paused {
        return text + "；已停表" + &asked_again(run);
    }
    let light = match run.light {
        Some(Light::Green) => "绿灯",
        Some(Light::Yellow) => "黄灯",
        Some(Light::Red) => "红灯，已超时",
        None => "",
    };
    text += &format!("；{} 截止，{light}", run.due.for_people());
    text + &asked_again(run)
}

fn asked_again(run: &OpenRun) -> String {
    let again = run.put_off.map(|again| again.for_people());
    again
        .map(|again| format!("，{again} 再问"))
        .unwrap_or_default()
}

/// Asks which of several questions something answers.
pub(super) fn which(media: &Media, candidates: &[Candidate]) -> String {
    let mut text = format!("收到{}，它属于哪一项？请回复数字：", media.chinese());
    let room = ROOM_TO_CHOOSE / candidates.len().clamp(1, MOST_TO_CHOOSE);
    for (candidate, number) in candidates.iter().zip(1..).take(MOST_TO_CHOOSE) {
        let shown = shortened(&candidate.shown, room.min(LONGEST_LINE));
        text += &format!("\n{number}. {shown}");
    }
    let more = candidates.len().saturating_sub(MOST_TO_CHOOSE);
    if more > 0 {
        text += &format!("\n……还有 {more} 项：完成上面的以后重新发送，就会列出");
    }
    text
}

/// Nothing takes what was sent.
pub(super) fn nothing_takes(media: &Media, open: &[OpenRun]) -> String {
    let mut lead = format!(
        "收到{}，但现在没有要用{}回答的问题。",
        media.chinese(),
        media.chinese()
    );
    if open.is_empty() {
        lead += "有新的事项时会发卡片给您。";
        return lead;
    }
    let _ = write!(lead, "还没做完的：");
    list(&lead, open)
}

fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most).collect();
    kept + "…"
}
