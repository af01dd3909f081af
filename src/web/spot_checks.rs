//! 人工抽查: what no program can read and a person has to look at, the oldest first.

use actix_web::HttpResponse;
use actix_web::web::Data;
use askama::Template;

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::moments::Now;
use super::query::path_of;
use super::run::{files, given_told};
use super::viewer::Viewer;
use super::{moments, respond};
use crate::domain::Timestamp;
use crate::engine::{Answer, Definitions, Run, State};
use crate::shared::Shared;
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

/// An answer that waits.
pub(super) struct Check {
    /// The run's page.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) customer: String,
    pub(super) deal: String,
    pub(super) rep: String,
    /// When it was given.
    pub(super) at: String,
    /// What has to be looked at.
    pub(super) waiting: Given,
    /// The question's key, by which a decision names it.
    pub(super) key: String,
    /// The file that is shown, by which a decision names it.
    pub(super) sha256: String,
    /// The run's other answers.
    pub(super) others: Vec<Given>,
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
    let (definitions, now) = (shared.definitions(), viewer.now(&shared));
    let mut checks = Vec::new();
    for row in rows {
        checks.extend(drawn(&row, &definitions, now)?);
    }
    checks.sort_by_key(|(given, _)| *given);
    respond::page(&SpotChecksPage {
        frame: Frame::new(Tab::SpotChecks, &viewer),
        checks: checks.into_iter().map(|(_, check)| check).collect(),
        may_decide: viewer.is_supervisor(),
    })
}

/// Each answer of the run that waits, with when it was given.
fn drawn(
    row: &WaitingCheck,
    definitions: &Definitions,
    now: Now,
) -> Result<Vec<(Timestamp, Check)>, StoreError> {
    let state = State::read(&row.state, row.opened_at)
        .map_err(|error| StoreError::Unreadable("the deal's state", error))?;
    let Some(run) = state.runs.get(&row.run_id) else {
        return Ok(Vec::new());
    };
    let drawn = |key: &str, answer: &Answer| Given {
        question: title(definitions, run, key),
        answer: given_told(&answer.given, now.language),
        file: files::path(&row.run_id, &answer.given),
    };
    let waiting = run.unseen().map(|(key, answer)| {
        let others = run.answers.iter().filter(|(other, _)| *other != key);
        let check = Check {
            path: path_of(&["runs", row.run_id.as_str()]),
            title: row.title.clone(),
            customer: row.customer.clone(),
            deal: row.deal.clone(),
            rep: row.rep.clone(),
            at: moments::told(answer.at, now),
            waiting: drawn(key, answer),
            key: key.to_owned(),
            sha256: answer.sha256().to_owned(),
            others: others.map(|(key, answer)| drawn(key, answer)).collect(),
        };
        (answer.at, check)
    });
    Ok(waiting.collect())
}

fn title(definitions: &Definitions, run: &Run, key: &str) -> String {
    let node = definitions.node_of(run);
    let question = node.and_then(|node| node.question(key));
    question.map_or_else(|| key.to_owned(), |question| question.title.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

    fn page_of(text: &str, may_decide: bool) -> String {
        let given = || Given {
            question: text.to_owned(),
            answer: text.to_owned(),
            file: Some("/runs/o1-1/files/abc".to_owned()),
        };
        let check = Check {
            path: "/runs/o1-1".to_owned(),
            title: text.to_owned(),
            customer: text.to_owned(),
            deal: text.to_owned(),
            rep: text.to_owned(),
            at: "今天 09:30".to_owned(),
            waiting: given(),
            key: text.to_owned(),
            sha256: text.to_owned(),
            others: vec![given()],
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

        assert!(html.contains("value=\"approve\"") && html.contains("value=\"refuse\""));
        assert!(html.contains("<a href=\"/runs/o1-1/files/abc\">首次需求澄清</a>"));
        assert!(!page_of("首次需求澄清", false).contains("name=\"act\""));
        assert_escaped(&page_of(HOSTILE, true));
    }
}
