//! A run in the words of its page.

use super::RunPage;
use super::acting::Can;
use super::files;
use crate::domain::{Label, RunId, Timestamp};
use crate::engine::{
    Actor, Answer, Cause, ClockChange, Definitions, Evidence, Finding, Given, Phase, Run,
    SignatureFound, Signed, SpotCheck, TitleFound,
};
use crate::standing_run::StandingRun;
use crate::store::FileView;
use crate::web::frame::Frame;
use crate::web::language::{Language, say};
use crate::web::moments::{self, Now};
use crate::web::next_path::query_of;
use crate::web::query::path_of;
use crate::web::standing;

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
    now: Now,
) -> RunPage {
    let StandingRun { row, deal, run } = found;
    let light = standing::light(row, now.at);
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
        why: cause_told(&run.cause, now.language),
        quote: quote(run, now),
        decisions: decisions(run, now),
        questions: questions(definitions, &row.id, run, now),
        clock: Vec::new(),
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
pub(super) fn looks(run: &Run, views: Vec<FileView>, now: Now) -> Vec<(String, String, String)> {
    let look = |view: FileView| {
        let file = files::name(run, &view.sha256);
        let file = file.unwrap_or_else(|| view.sha256.chars().take(12).collect());
        (view.name, file, moments::told(view.at, now))
    };
    views.into_iter().map(look).collect()
}

fn quote(run: &Run, now: Now) -> Option<Quote> {
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

fn decisions(run: &Run, now: Now) -> Vec<String> {
    let language = now.language;
    let by = |signed: &Signed| format!("{} {}", moments::told(signed.at, now), signed.by.name);
    let phase = match &run.phase {
        Phase::Waived { signed, why, .. } => {
            let (by, why) = (by(signed), &why.0);
            Some(say!(language, "{by} 豁免：{why}", "{by} waived it: {why}"))
        }
        Phase::NotApplicable { signed, why, .. } => {
            let (by, why) = (by(signed), &why.0);
            Some(say!(
                language,
                "{by} 标为不适用：{why}",
                "{by} called it not applicable: {why}"
            ))
        }
        Phase::Done { signed, .. } => {
            let by = by(signed);
            Some(say!(language, "{by} 完成", "{by} finished it"))
        }
        Phase::Overdue {
            acknowledged: Some(signed),
            ..
        } => {
            let by = by(signed);
            Some(say!(
                language,
                "{by} 确认了预警",
                "{by} acknowledged the alert"
            ))
        }
        _ => None,
    };
    let returned = run.returned.as_ref();
    let returned = returned.map(|returned| {
        let (by, why) = (by(&returned.signed), &returned.why);
        say!(language, "{by} 退回：{why}", "{by} sent it back: {why}")
    });
    let to_be_seen = run.unseen().next();
    let to_be_seen = to_be_seen.map(|_| {
        language
            .say(
                "有程序读不了的内容，等待人工抽查",
                "Something of it no program can read; it waits for a spot check",
            )
            .to_owned()
    });
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

fn questions(definitions: &Definitions, id: &RunId, run: &Run, now: Now) -> Vec<Question> {
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
                .map(|past| shown(id, &past.answer, left_out(&past.why, now.language), now))
                .collect(),
        }
    };
    run.questions.iter().map(drawn).collect()
}

fn shown(run: &RunId, answer: &Answer, why: &'static str, now: Now) -> Shown {
    let language = now.language;
    let mut findings = match &answer.given {
        Given::Evidence { evidence } => findings(evidence, language),
        _ => Vec::new(),
    };
    findings.extend(answer.spot_check.as_ref().map(|check| {
        match check {
            SpotCheck::Wanted => language
                .say("待人工抽查", "waits for a spot check")
                .to_owned(),
            SpotCheck::Approved(signed) => {
                let (at, name) = (moments::told(signed.at, now), &signed.by.name);
                say!(language, "{at} {name} 抽查通过", "approved by {name}, {at}")
            }
        }
    }));
    Shown {
        text: given_told(&answer.given, language),
        file: files::path(run, &answer.given),
        at: moments::told(answer.at, now),
        findings,
        why,
    }
}

/// Why the run was opened.
fn cause_told(cause: &Cause, language: Language) -> String {
    if language == Language::Chinese {
        return cause.shown();
    }
    match cause {
        Cause::Signal(heard) => format!("The customer said “{}”", heard.words),
        Cause::Entered { stage } => format!("The deal entered “{stage}”"),
        Cause::Gate { stage } => format!("To be done before “{stage}”"),
        Cause::Hand { by } => format!("Opened by {}", by.name),
    }
}

/// An answer in a line.
pub(in crate::web) fn given_told(given: &Given, language: Language) -> String {
    let Given::Evidence { evidence } = given else {
        return given.shown();
    };
    match (language, &evidence.finding) {
        (Language::English, Finding::Voice { milliseconds, .. }) => {
            format!("Voice, {} s", milliseconds / 1000)
        }
        (
            Language::English,
            Finding::PartsList {
                matched,
                unmatched,
                more_matched,
                more_unmatched,
                ..
            },
        ) => {
            let matched = matched.len() + more_matched;
            let total = matched + unmatched.len() + more_unmatched;
            format!("{} ({matched} of {total} matched)", evidence.name)
        }
        _ => given.shown(),
    }
}

fn left_out(why: &str, language: Language) -> &'static str {
    match why {
        "amended" => language.say("已修改", "amended"),
        "taken_back" => language.say("已撤回", "taken back"),
        "returned" => language.say("被退回", "sent back"),
        _ => language.say("不再有效", "doesn't count any more"),
    }
}

fn findings(evidence: &Evidence, language: Language) -> Vec<String> {
    let mut found = match &evidence.finding {
        Finding::Pdf {
            pages,
            title,
            signature,
        } => vec![
            say!(language, "{pages} 页", "{pages} pages"),
            title_told(*title, language).to_owned(),
            signature_told(*signature, language).to_owned(),
        ],
        Finding::Voice {
            milliseconds,
            sound_ms,
        } => {
            let sound = sound_ms.map(|sound| {
                let sound = sound / 1000;
                say!(language, "有声音 {sound} 秒", "{sound} s with sound")
            });
            let length = milliseconds / 1000;
            let length = say!(language, "{length} 秒", "{length} s");
            std::iter::once(length).chain(sound).collect()
        }
        Finding::PartsList {
            unmatched,
            more_unmatched,
            has_history,
            ..
        } => {
            let history = (!has_history).then(|| {
                let told = language.say("客户没有采购历史", "the customer bought nothing before");
                told.to_owned()
            });
            let missing = unmatched.iter().map(|part| {
                let model = &part.model;
                match part.nearest.first() {
                    Some(nearest) => say!(
                        language,
                        "未匹配 {model}（最接近 {nearest}）",
                        "no match for {model} (nearest {nearest})"
                    ),
                    None => say!(language, "未匹配 {model}", "no match for {model}"),
                }
            });
            let more = (*more_unmatched > 0).then(|| {
                say!(
                    language,
                    "另有 {more_unmatched} 个型号未匹配",
                    "{more_unmatched} more models without a match"
                )
            });
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

const fn title_told(title: TitleFound, language: Language) -> &'static str {
    match title {
        TitleFound::Yes => language.say("标题相符", "the title fits"),
        TitleFound::No => language.say("没有找到标题", "no such title found"),
        TitleFound::Unreadable => {
            language.say("扫描件，读不出标题", "a scan: its title can't be read")
        }
    }
}

const fn signature_told(signature: SignatureFound, language: Language) -> &'static str {
    match signature {
        SignatureFound::Digital => language.say("有电子签名", "signed digitally"),
        SignatureFound::Ink => language.say("有手写签字", "signed by hand"),
        SignatureFound::Picture => language.say("签字页有图片", "a picture on the page to sign"),
        SignatureFound::None => language.say("没有找到签字", "no signature found"),
        SignatureFound::Unreadable => {
            language.say("扫描件，看不出签字", "a scan: a signature can't be told")
        }
    }
}

fn degrees(millionths: i64) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let whole = millionths.unsigned_abs();
    format!("{sign}{}.{:06}", whole / 1_000_000, whole % 1_000_000)
}

/// What happened to the clock.
pub(super) fn told(change: &ClockChange, now: Now) -> String {
    let language = now.language;
    let until = |due: &Timestamp| moments::told(*due, now);
    match change {
        ClockChange::Started { due } => {
            let due = until(due);
            say!(
                language,
                "开始计时，截止 {due}",
                "The clock started, due {due}"
            )
        }
        ClockChange::TurnedYellow => language
            .say("黄灯：已提醒销售", "Yellow: the rep was reminded")
            .to_owned(),
        ClockChange::TurnedRed => language
            .say("红灯：到截止时间没有完成", "Red: not done by its deadline")
            .to_owned(),
        ClockChange::Escalated { level } => say!(
            language,
            "没有人确认，升级到上面第 {level} 级",
            "Nobody acknowledged it: told level {level} above"
        ),
        ClockChange::Acknowledged { by } => {
            let name = &by.name;
            say!(
                language,
                "{name} 确认了预警",
                "{name} acknowledged the alert"
            )
        }
        ClockChange::Paused { by, why } => match (by, &why.0) {
            (Some(Actor { name, .. }), why) => {
                say!(
                    language,
                    "{name} 暂停计时：{why}",
                    "{name} stopped the clock: {why}"
                )
            }
            (None, why) => say!(language, "停表：{why}", "The clock stopped: {why}"),
        },
        ClockChange::Resumed { by, due } => match (by, until(due)) {
            (Some(Actor { name, .. }), due) => say!(
                language,
                "{name} 恢复计时，截止 {due}",
                "{name} started the clock again, due {due}"
            ),
            (None, due) => {
                say!(
                    language,
                    "恢复计时，截止 {due}",
                    "The clock went on, due {due}"
                )
            }
        },
        ClockChange::Extended { by, why, due } => {
            let (name, due, why) = (&by.name, until(due), &why.0);
            say!(
                language,
                "{name} 延期，截止 {due}：{why}",
                "{name} extended it, due {due}: {why}"
            )
        }
        ClockChange::Returned { by, due } => {
            let (name, due) = (&by.name, until(due));
            say!(
                language,
                "{name} 退回，重新计时，截止 {due}",
                "{name} sent it back, the clock starts anew, due {due}"
            )
        }
    }
}
