//! A run in the words of its page.

use super::RunPage;
use super::acting::Can;
use super::files;
use crate::domain::{Label, RunId, Timestamp};
use crate::engine::{
    Answer, ClockChange, Definitions, Evidence, Finding, Given, Phase, Run, SignatureFound, Signed,
    SpotCheck, TitleFound,
};
use crate::standing_run::StandingRun;
use crate::store::FileView;
use crate::web::frame::Frame;
use crate::web::next_path::query_of;
use crate::web::query::path_of;
use crate::web::{moments, standing};

/// The customer's words that opened it, and where they stand.
pub(super) struct Quote {
    pub(super) text: String,
    pub(super) at: String,
    pub(super) href: String,
    /// Where it is said that it was a false alarm, and of which label of which line.
    pub(super) corrections: String,
    pub(super) message: String,
    pub(super) label: Label,
}

/// A question, what was given, and what had been given before.
pub(super) struct Question {
    pub(super) title: String,
    pub(super) required: bool,
    pub(super) answer: Option<Shown>,
    pub(super) past: Vec<Shown>,
}

/// An answer.
pub(super) struct Shown {
    pub(super) text: String,
    /// Where the file is that was given.
    pub(super) file: Option<String>,
    pub(super) at: String,
    /// What was found in a file, a voice message or a place.
    pub(super) findings: Vec<String>,
    /// Why it doesn't count any more; empty when it does.
    pub(super) why: &'static str,
}

/// An answer that waits for a person, as this page shows it.
pub(super) struct Waiting {
    pub(super) question: String,
    pub(super) title: String,
    pub(super) sha256: String,
}

pub(super) fn page(
    frame: Frame,
    found: &StandingRun,
    definitions: &Definitions,
    is_supervisor: bool,
    now: Timestamp,
) -> RunPage {
    let StandingRun { row, deal, run } = found;
    let light = standing::light(row, now);
    RunPage {
        frame,
        path: path_of(&["runs", row.id.as_str()]),
        title: row.title.clone(),
        customer: deal.customer.clone(),
        deal: deal.name.clone(),
        deal_path: path_of(&["deals", deal.id.as_str()]),
        rep: deal.rep.clone(),
        light,
        when: standing::when(row, light, now),
        why: run.cause.shown(),
        quote: quote(run, now),
        decisions: decisions(run, now),
        questions: questions(definitions, &row.id, run, now),
        clock: run
            .clock
            .iter()
            .map(|entry| (moments::told(entry.at, now), told(&entry.change, now)))
            .collect(),
        can: if is_supervisor {
            Can::of(run)
        } else {
            Can::default()
        },
        looks: Vec::new(),
        waiting: if is_supervisor {
            waiting(definitions, run)
        } else {
            Vec::new()
        },
        refusal: None,
    }
}

/// Who opened which file, and when.
pub(super) fn looks(
    run: &Run,
    views: Vec<FileView>,
    now: Timestamp,
) -> Vec<(String, String, String)> {
    let look = |view: FileView| {
        let file = files::name(run, &view.sha256);
        let file = file.unwrap_or_else(|| view.sha256.chars().take(12).collect());
        (view.name, file, moments::told(view.at, now))
    };
    views.into_iter().map(look).collect()
}

fn quote(run: &Run, now: Timestamp) -> Option<Quote> {
    let heard = run.cause.heard()?;
    let chat = path_of(&["chats", heard.chat.as_str()]);
    let message = query_of(&[("message", heard.message.as_str())]);
    Some(Quote {
        text: heard.quote.clone(),
        at: moments::told(heard.at, now),
        href: format!("{chat}?{message}"),
        corrections: format!("{chat}/corrections"),
        message: heard.message.to_string(),
        label: heard.label,
    })
}

fn decisions(run: &Run, now: Timestamp) -> Vec<String> {
    let by = |signed: &Signed| format!("{} {}", moments::told(signed.at, now), signed.by.name);
    let phase = match &run.phase {
        Phase::Waived { signed, why, .. } => Some(format!("{} 豁免：{}", by(signed), why.0)),
        Phase::NotApplicable { signed, why, .. } => {
            Some(format!("{} 标为不适用：{}", by(signed), why.0))
        }
        Phase::Done { signed, .. } => Some(format!("{} 完成", by(signed))),
        Phase::Overdue {
            acknowledged: Some(signed),
            ..
        } => Some(format!("{} 确认了预警", by(signed))),
        _ => None,
    };
    let returned = run.returned.as_ref();
    let returned =
        returned.map(|returned| format!("{} 退回：{}", by(&returned.signed), returned.why));
    let to_be_seen = run.unseen().next();
    let to_be_seen = to_be_seen.map(|_| "有程序读不了的内容，等待人工抽查".to_owned());
    [returned, phase, to_be_seen]
        .into_iter()
        .flatten()
        .collect()
}

fn waiting(definitions: &Definitions, run: &Run) -> Vec<Waiting> {
    let node = definitions.node_of(run);
    let waiting = |(key, answer): (&str, &Answer)| {
        let question = node.and_then(|node| node.question(key));
        Waiting {
            question: key.to_owned(),
            title: question.map_or_else(|| key.to_owned(), |question| question.title.clone()),
            sha256: answer.sha256().to_owned(),
        }
    };
    run.unseen().map(waiting).collect()
}

fn questions(definitions: &Definitions, id: &RunId, run: &Run, now: Timestamp) -> Vec<Question> {
    let node = definitions.node_of(run);
    let drawn = |key: &String| {
        let question = node.and_then(|node| node.question(key));
        let past = run.past.iter().filter(|past| past.question == *key);
        Question {
            title: question.map_or_else(|| key.clone(), |question| question.title.clone()),
            required: question.is_some_and(|question| question.required),
            answer: run
                .answers
                .get(key)
                .map(|answer| shown(id, answer, "", now)),
            past: past
                .map(|past| shown(id, &past.answer, left_out(&past.why), now))
                .collect(),
        }
    };
    run.questions.iter().map(drawn).collect()
}

fn shown(run: &RunId, answer: &Answer, why: &'static str, now: Timestamp) -> Shown {
    let mut findings = match &answer.given {
        Given::Evidence { evidence } => findings(evidence),
        _ => Vec::new(),
    };
    findings.extend(answer.spot_check.as_ref().map(|check| match check {
        SpotCheck::Wanted => "待人工抽查".to_owned(),
        SpotCheck::Approved(signed) => {
            let at = moments::told(signed.at, now);
            format!("{at} {} 抽查通过", signed.by.name)
        }
    }));
    Shown {
        text: answer.shown(),
        file: files::path(run, &answer.given),
        at: moments::told(answer.at, now),
        findings,
        why,
    }
}

fn left_out(why: &str) -> &'static str {
    match why {
        "amended" => "已修改",
        "taken_back" => "已撤回",
        "returned" => "被退回",
        _ => "不再有效",
    }
}

fn findings(evidence: &Evidence) -> Vec<String> {
    let mut found = match &evidence.finding {
        Finding::Pdf {
            pages,
            title,
            signature,
        } => vec![
            format!("{pages} 页"),
            title_told(*title).to_owned(),
            signature_told(*signature).to_owned(),
        ],
        Finding::Voice {
            milliseconds,
            sound_ms,
        } => {
            let sound = sound_ms.map(|sound| format!("有声音 {} 秒", sound / 1000));
            let length = format!("{} 秒", milliseconds / 1000);
            std::iter::once(length).chain(sound).collect()
        }
        Finding::PartsList {
            unmatched,
            more_unmatched,
            has_history,
            ..
        } => {
            let history = (!has_history).then(|| "客户没有采购历史".to_owned());
            let missing = unmatched.iter().map(|part| match part.nearest.first() {
                Some(nearest) => format!("未匹配 {}（最接近 {nearest}）", part.model),
                None => format!("未匹配 {}", part.model),
            });
            let more = (*more_unmatched > 0).then(|| format!("另有 {more_unmatched} 个型号未匹配"));
            history.into_iter().chain(missing).chain(more).collect()
        }
        Finding::Place {
            latitude,
            longitude,
        } => vec![format!("{} {}", degrees(*latitude), degrees(*longitude))],
        Finding::File { .. } => Vec::new(),
    };
    if !evidence.sha256.is_empty() {
        let short: String = evidence.sha256.chars().take(12).collect();
        found.push(format!("{} KB", evidence.size.div_ceil(1024)));
        found.push(format!("SHA-256 {short}…"));
    }
    found
}

const fn title_told(title: TitleFound) -> &'static str {
    match title {
        TitleFound::Yes => "标题相符",
        TitleFound::No => "没有找到标题",
        TitleFound::Unreadable => "扫描件，读不出标题",
    }
}

const fn signature_told(signature: SignatureFound) -> &'static str {
    match signature {
        SignatureFound::Digital => "有电子签名",
        SignatureFound::Ink => "有手写签字",
        SignatureFound::Picture => "签字页有图片",
        SignatureFound::None => "没有找到签字",
        SignatureFound::Unreadable => "扫描件，看不出签字",
    }
}

fn degrees(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let whole = millionths.unsigned_abs();
    format!("{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
}

fn told(change: &ClockChange, now: Timestamp) -> String {
    let until = |due: &Timestamp| format!("截止 {}", moments::told(*due, now));
    match change {
        ClockChange::Started { due } => format!("开始计时，{}", until(due)),
        ClockChange::TurnedYellow => "黄灯：已提醒销售".to_owned(),
        ClockChange::TurnedRed => "红灯：到截止时间没有完成".to_owned(),
        ClockChange::Escalated { level } => format!("没有人确认，升级到上面第 {level} 级"),
        ClockChange::Acknowledged { by } => format!("{} 确认了预警", by.name),
        ClockChange::Paused { by, why } => match by {
            Some(by) => format!("{} 暂停计时：{}", by.name, why.0),
            None => format!("停表：{}", why.0),
        },
        ClockChange::Resumed { by, due } => match by {
            Some(by) => format!("{} 恢复计时，{}", by.name, until(due)),
            None => format!("恢复计时，{}", until(due)),
        },
        ClockChange::Extended { by, why, due } => {
            format!("{} 延期，{}：{}", by.name, until(due), why.0)
        }
        ClockChange::Returned { by, due } => format!("{} 退回，重新计时，{}", by.name, until(due)),
    }
}
