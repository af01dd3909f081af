//! 人工抽查: what no program can read and a person has to look at, the oldest first.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::query::path_of;
use super::run::files;
use super::viewer::Viewer;
use super::{moments, respond};
use crate::domain::{RunId, Timestamp};
use crate::engine::{Answer, Process};
use crate::shared::Shared;
use crate::standing_run::standing_run;
use crate::store::{StoreError, WaitingCheck};

const SHOWN: i64 = 100;

#[derive(Template)]
#[template(path = "spot_checks.html")]
pub(super) struct SpotChecksPage {
    pub(super) frame: Frame,
    pub(super) checks: Vec<Check>,
    /// Reps see theirs and decide nothing.
    pub(super) may_decide: bool,
}

/// A run that waits.
pub(super) struct Check {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) customer: String,
    pub(super) deal: String,
    pub(super) rep: String,
    pub(super) at: String,
    /// Only what is done can be sent back.
    pub(super) is_done: bool,
    pub(super) answers: Vec<Given>,
}

/// A question and what was given.
pub(super) struct Given {
    pub(super) question: String,
    pub(super) answer: String,
    /// Where the file is that was given.
    pub(super) file: Option<String>,
}

/// `GET /spot-checks`.
pub(super) async fn page(shared: Data<Shared>, viewer: Viewer) -> Result<HttpResponse, PageError> {
    let rows = shared.store.spot_checks_in(&viewer.scope, SHOWN).await?;
    let now = shared.clock.now();
    let mut checks = Vec::with_capacity(rows.len());
    for row in rows {
        let files = files_of(&shared, &row.run_id).await?;
        checks.push(drawn(row, &files, &shared.process.load(), now));
    }
    respond::page(&SpotChecksPage {
        frame: Frame::new(Tab::SpotChecks, &viewer),
        checks,
        may_decide: viewer.is_supervisor(),
    })
}

/// Question key → where the file is that was given for it.
async fn files_of(shared: &Shared, run: &RunId) -> Result<BTreeMap<String, String>, StoreError> {
    let Some(row) = shared.store.run(run).await? else {
        return Ok(BTreeMap::new());
    };
    let found = standing_run(shared, row).await?;
    let answers = found.into_iter().flat_map(|found| found.run.answers);
    let file = |(key, answer): (String, Answer)| Some((key, files::path(run, &answer.given)?));
    Ok(answers.filter_map(file).collect())
}

fn drawn(
    row: WaitingCheck,
    files: &BTreeMap<String, String>,
    process: &Process,
    now: Timestamp,
) -> Check {
    let node = process.node(&row.node);
    let given: BTreeMap<String, String> = serde_json::from_str(&row.answers).unwrap_or_default();
    let titled = |(key, answer): (String, String)| {
        let question = node.and_then(|node| node.question(&key));
        Given {
            file: files.get(&key).cloned(),
            question: question.map_or(key, |question| question.title.clone()),
            answer,
        }
    };
    Check {
        path: path_of(&["runs", row.run_id.as_str()]),
        title: row.title,
        customer: row.customer,
        deal: row.deal,
        rep: row.rep,
        at: row
            .done_at
            .map(|at| moments::told(at, now))
            .unwrap_or_default(),
        is_done: row.done_at.is_some(),
        answers: given.into_iter().map(titled).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

    fn page_of(text: &str, may_decide: bool) -> String {
        let check = Check {
            path: "/runs/o1-1".to_owned(),
            title: text.to_owned(),
            customer: text.to_owned(),
            deal: text.to_owned(),
            rep: text.to_owned(),
            at: "今天 09:30".to_owned(),
            is_done: true,
            answers: vec![Given {
                question: text.to_owned(),
                answer: text.to_owned(),
                file: Some("/runs/o1-1/files/abc".to_owned()),
            }],
        };
        SpotChecksPage {
            frame: Frame::sample(Tab::SpotChecks, text),
            checks: vec![check],
            may_decide,
        }
        .render()
        .expect("the list renders")
    }

    #[test]
    fn supervisors_decide_and_reps_only_read() {
        let html = page_of("首次需求澄清", true);
        keep("spot_checks", &html);

        assert!(html.contains("value=\"approve\"") && html.contains("value=\"return\""));
        assert!(html.contains("<a href=\"/runs/o1-1/files/abc\">首次需求澄清</a>"));
        assert!(!page_of("首次需求澄清", false).contains("name=\"act\""));
        assert_escaped(&page_of(HOSTILE, true));
    }
}
