//! What the page shows of a run.

mod answers;
mod control;

use askama::Template;

use super::Opened;
use super::posted::{Fields, Row};
use super::sdk::Sdk;
use crate::engine::{Form, Phase, Run};
use crate::web::error::PageError;
use crate::web::language::{Language, say};
use crate::web::look::Look;
use crate::web::moments::{self, Now};
use crate::web::query::path_of;
use answers::{Shown, former, shown};
pub(super) use control::takes_files;
use control::{Control, control};

/// The page.
#[derive(Template)]
#[template(path = "rep_page.html")]
pub(super) struct RepPage {
    look: Look,
    /// This page's own address.
    here: String,
    pub(super) csrf: String,
    /// What the page can do inside WeCom.
    sdk: Option<Sdk>,
    pub(super) node: String,
    pub(super) customer: String,
    pub(super) deal: String,
    pub(super) why: String,
    pub(super) standing: Standing,
    /// What a supervisor has to say or to look at.
    pub(super) notes: Vec<String>,
    pub(super) sections: Vec<Section>,
}

/// How the run stands.
pub(super) struct Standing {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    pub(super) says: String,
    pub(super) is_open: bool,
}

/// One question.
pub(super) struct Section {
    pub(super) anchor: String,
    pub(super) action: String,
    pub(super) title: String,
    pub(super) ask: String,
    pub(super) is_required: bool,
    pub(super) is_lacking: bool,
    pub(super) error: Option<String>,
    pub(super) answer: Option<Shown>,
    pub(super) past: Vec<Shown>,
    pub(super) control: Control,
}

/// What was typed and is not saved.
pub(super) struct Draft {
    question: String,
    error: Option<String>,
    fields: Fields,
    rows: Option<Vec<Row>>,
}

impl Draft {
    /// A table under construction.
    pub(super) fn of_rows(question: String, rows: Vec<Row>) -> Self {
        Self {
            question,
            error: None,
            fields: Fields::default(),
            rows: Some(rows),
        }
    }

    /// An answer that doesn't do, and why.
    pub(super) fn wrong(question: String, error: String, fields: Fields) -> Self {
        Self {
            question,
            error: Some(error),
            fields,
            rows: None,
        }
    }
}

impl RepPage {
    /// Inside WeCom.
    pub(super) fn with_sdk(self, sdk: Option<Sdk>) -> Self {
        Self { sdk, ..self }
    }

    /// Where a script comes from that is not ours.
    pub(super) fn further_origin(&self) -> Option<String> {
        self.sdk.as_ref().map(|sdk| sdk.origin.clone())
    }

    pub(super) fn new(
        opened: &Opened,
        form: &Form<'_>,
        csrf: &str,
        largest_file: u64,
        draft: Option<&Draft>,
        look: Look,
    ) -> Result<Self, PageError> {
        let run = opened.run()?;
        let language = look.language;
        let now = Now {
            at: opened.now,
            language,
        };
        let numbered = form.questions.iter().zip(1_usize..);
        let sections = numbered.map(|(asked, number)| {
            let key = asked.question.key.as_str();
            let draft = draft.filter(|draft| draft.question == key);
            let mut action = path_of(&["m", "runs", opened.id.as_str(), "questions", key]);
            if takes_files(asked.question) {
                action.push_str("/file");
            }
            Section {
                anchor: format!("q{number}"),
                action,
                title: asked.question.title.clone(),
                ask: asked.ask.clone(),
                is_required: asked.question.required,
                is_lacking: asked.is_lacking,
                error: draft.and_then(|draft| draft.error.clone()),
                answer: asked
                    .answer
                    .map(|answer| shown(asked.question, answer, &opened.id, now)),
                past: asked
                    .past
                    .iter()
                    .map(|past| former(asked.question, past, &opened.id, now))
                    .collect(),
                control: control(asked, draft, largest_file, language),
            }
        });
        Ok(Self {
            here: opened.path(),
            csrf: csrf.to_owned(),
            sdk: None,
            node: form.node.to_owned(),
            customer: opened.deal.context.customer.clone(),
            deal: opened.deal.context.opportunity_name.clone(),
            why: form.why.clone(),
            standing: standing(&run.phase, now),
            notes: notes(run, language),
            look,
            sections: sections.collect(),
        })
    }
}

fn standing(phase: &Phase, now: Now) -> Standing {
    let language = now.language;
    let dated = |at| moments::dated(at, now);
    let (class, name, says) = match phase {
        Phase::Open { due, .. } => {
            let (due, left) = (dated(*due), moments::span(due.since(now.at), language));
            let says = say!(
                language,
                "{due} 前完成，还剩 {left}",
                "Due {due}, {left} left"
            );
            ("open", language.say("进行中", "Under way"), says)
        }
        Phase::Paused { why, .. } => ("open", language.say("已暂停", "Paused"), why.0.clone()),
        Phase::Overdue { missed, .. } => {
            let due = dated(*missed);
            let says = say!(
                language,
                "应在 {due} 前完成，请尽快补上",
                "Was due {due}; please do it as soon as you can"
            );
            ("overdue", language.say("已超时", "Overdue"), says)
        }
        Phase::Done { signed, late, .. } => {
            let name = if *late {
                language.say("超时完成", "Done late")
            } else {
                language.say("已登记", "Done")
            };
            let says = format!("{} {}", signed.by.name, dated(signed.at));
            ("done", name, says)
        }
        Phase::Waived { signed, why, .. } => {
            let says = format!("{}{}{}", signed.by.name, language.say("：", ": "), why.0);
            ("done", language.say("已豁免", "Waived"), says)
        }
        Phase::NotApplicable { signed, why, .. } => {
            let says = format!("{}{}{}", signed.by.name, language.say("：", ": "), why.0);
            ("done", language.say("不适用", "Not applicable"), says)
        }
        Phase::Ended { .. } => (
            "ended",
            language.say("不用再填", "Not needed any more"),
            language.say("商机已结束", "The deal is closed").to_owned(),
        ),
    };
    Standing {
        class,
        name,
        says,
        is_open: phase.is_unfinished(),
    }
}

fn notes(run: &Run, language: Language) -> Vec<String> {
    let returned = run.returned.as_ref();
    let returned = returned.map(|back| {
        let (name, why) = (&back.signed.by.name, &back.why);
        say!(language, "{name}退回：{why}", "Sent back by {name}: {why}")
    });
    let to_be_seen = run.unseen().next().is_some();
    let to_be_seen = to_be_seen.then(|| {
        language
            .say(
                "有文件程序无法判读，已收下，等主管人工抽查。",
                "A file that no program can read is kept; it waits for a director's spot check.",
            )
            .to_owned()
    });
    returned.into_iter().chain(to_be_seen).collect()
}
