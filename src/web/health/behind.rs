//! The runs behind a figure, the latest deadline first.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::question::Wanted;
use super::{HEALTH, RUNS};
use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::store::{Behind, DueRun, RunsOf};
use crate::web::error::PageError;
use crate::web::frame::{Frame, Tab};
use crate::web::moments::{self, Now};
use crate::web::query::{Parameters, path_of};
use crate::web::respond;
use crate::web::standing::{self, Light};
use crate::web::viewer::Viewer;

/// Runs of one page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "health_runs.html")]
pub(super) struct RunsPage {
    pub(super) frame: Frame,
    /// What the figure was about: the period, a node, a region, a team, a rep.
    pub(super) about: Vec<String>,
    pub(super) back: String,
    /// Address, name, and whether it is shown.
    pub(super) kinds: Vec<(String, &'static str, bool)>,
    pub(super) runs: Vec<Listed>,
    pub(super) further: Option<String>,
}

/// A run.
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) light: Light,
    pub(super) when: String,
    pub(super) due: String,
    pub(super) rep: String,
    pub(super) deal: String,
}

/// `GET /health/runs`.
pub(in crate::web) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let parameters = Parameters::of(request.query_string());
    let wanted = Wanted::read(&parameters);
    let node = parameters.get("node");
    let of = kind(parameters.get("of"));
    let now = viewer.now(&shared);
    let asked = wanted.asked(&viewer.scope, now.at);
    let question = asked.over(asked.counted());
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut runs = shared
        .store
        .due_runs(
            &viewer.scope,
            (&question, node, of),
            (&place(&parameters), limit),
        )
        .await?;
    let more = runs.len() > SHOWN;
    runs.truncate(SHOWN);
    let with = |further: &[(&str, &str)]| {
        let node = node.map(|node| ("node", node));
        let all: Vec<(&str, &str)> = node.into_iter().chain(further.iter().copied()).collect();
        wanted.at(RUNS, &all)
    };
    let last = runs.last().filter(|_| more);
    let further = last.map(|last| {
        let (due, id) = (last.run.due_at.0.to_string(), last.run.id.as_str());
        with(&[("of", of.word()), ("due", &due), ("behind", id)])
    });
    let kinds = kinds(now).map(|(kind, name)| (with(&[("of", kind.word())]), name, kind == of));
    respond::page(&RunsPage {
        frame: Frame::new(Tab::Health, &viewer),
        about: about(&shared, &viewer, &wanted, (node, now)).await?,
        back: wanted.at(HEALTH, &[]),
        kinds: kinds.into(),
        runs: runs.iter().map(|run| listed(&viewer, run, now)).collect(),
        further,
    })
}

fn kind(word: Option<&str>) -> RunsOf {
    let all = [RunsOf::All, RunsOf::Missing, RunsOf::Late, RunsOf::Apart];
    let known = all.into_iter().find(|of| Some(of.word()) == word);
    known.unwrap_or(RunsOf::Due)
}

fn kinds(now: Now) -> [(RunsOf, &'static str); 5] {
    let say = |chinese, english| now.language.say(chinese, english);
    [
        (RunsOf::Due, say("应完成", "Due")),
        (RunsOf::Missing, say("未完成", "Not done")),
        (RunsOf::Late, say("超时完成", "Done late")),
        (RunsOf::Apart, say("不计入", "Not counted")),
        (RunsOf::All, say("全部", "All")),
    ]
}

fn place(parameters: &Parameters) -> Behind {
    let due = parameters.get("due").and_then(|due| due.parse().ok());
    match (due, parameters.get("behind")) {
        (Some(due), Some(id)) => Behind {
            due_at: Timestamp(due),
            id: id.to_owned(),
        },
        _ => Behind::nothing(),
    }
}

/// Names only of whom the viewer may see; others are told apart from nobody by nothing.
async fn about(
    shared: &Shared,
    viewer: &Viewer,
    wanted: &Wanted,
    (node, now): (Option<&str>, Now),
) -> Result<Vec<String>, PageError> {
    let people = shared.store.people_seen(&viewer.scope).await?;
    let name = |id: &crate::domain::PersonId| {
        let person = people.iter().find(|person| person.id == *id);
        person.map(|person| person.name.clone())
    };
    let process = shared.process.load();
    let node = node.map(|key| {
        let known = process.node(key);
        known.map_or_else(|| key.to_owned(), |node| node.name.clone())
    });
    let period = Some(wanted.period.name(&now.language));
    let all = [
        period,
        node,
        wanted.region.clone(),
        wanted.team.as_ref().and_then(name),
        wanted.rep.as_ref().and_then(name),
    ];
    Ok(all.into_iter().flatten().collect())
}

fn listed(viewer: &Viewer, due: &DueRun, now: Now) -> Listed {
    let light = standing::light(&due.run, now.at);
    let path = if viewer.is_supervisor() {
        path_of(&["runs", due.run.id.as_str()])
    } else {
        path_of(&["m", "runs", due.run.id.as_str()])
    };
    Listed {
        path,
        title: due.run.title.clone(),
        light,
        when: standing::when(&due.run, light, now),
        due: moments::told(due.run.due_at, now),
        rep: due.rep.clone(),
        deal: format!("{} · {}", due.customer, due.deal),
    }
}
