//! 过程健康度: reps × nodes. Every figure opens the runs that it counts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::bar::Bar;
use super::figures::Figures;
use super::question::Wanted;
use super::{HEALTH, RUNS};
use crate::domain::PersonId;
use crate::health_report::{Beside, Report};
use crate::shared::Shared;
use crate::store::Teams;
use crate::web::error::PageError;
use crate::web::filters::FilterBar;
use crate::web::frame::{Frame, Tab};
use crate::web::moments::Now;
use crate::web::periods::Periods;
use crate::web::query::Parameters;
use crate::web::respond;
use crate::web::viewer::Viewer;

/// Reps of one page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "health.html")]
pub(super) struct HealthPage {
    pub(super) frame: Frame,
    pub(super) periods: Periods,
    pub(super) filters: FilterBar,
    pub(super) workbook: String,
    pub(super) unfiltered: Option<String>,
    pub(super) period: String,
    /// What it is compared with.
    pub(super) before: String,
    /// The nodes' names.
    pub(super) nodes: Vec<String>,
    pub(super) total: Row,
    pub(super) rows: Vec<Row>,
    /// The rows before and behind these.
    pub(super) earlier: Option<String>,
    pub(super) further: Option<String>,
}

/// A line of the heat map.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) region: String,
    pub(super) all: Cell,
    pub(super) cells: Vec<Cell>,
}

/// A figure, and the runs that it counts.
pub(super) struct Cell {
    pub(super) figures: Figures,
    pub(super) href: String,
}

/// `GET /health`.
pub(in crate::web) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let asked = Parameters::of(request.query_string());
    let wanted = Wanted::read(&asked);
    let behind = asked.get("behind").and_then(|rows| rows.parse().ok());
    let now = viewer.now(&shared);
    let question = wanted.asked(&viewer.scope, now.at);
    let report = Report::of(&shared.store, &shared.process.load(), &question).await?;
    let teams = shared.store.teams().await?;
    let frame = Frame::new(Tab::Health, &viewer);
    let page = drawn(frame, (&report, &teams), &wanted, behind.unwrap_or(0), now);
    respond::page(&page)
}

pub(super) fn drawn(
    frame: Frame,
    (report, teams): (&Report, &Teams),
    wanted: &Wanted,
    behind: usize,
    now: Now,
) -> HealthPage {
    let reps = ranked(report);
    let at = |behind: usize| wanted.at(HEALTH, &[("behind", &behind.to_string())]);
    // Behind the last there is nothing to see.
    let behind = behind.min(reps.len().saturating_sub(1) / ROWS * ROWS);
    let rows = reps.iter().skip(behind).take(ROWS);
    let bar = Bar::of((HEALTH, "/health.xlsx"), wanted, (report, teams), now);
    HealthPage {
        frame,
        periods: bar.periods,
        filters: bar.filters,
        workbook: bar.workbook,
        unfiltered: bar.unfiltered,
        period: wanted.period.name(&now.language),
        before: wanted.period.name_before(&now.language),
        nodes: report.nodes.iter().map(|(_, name)| name.clone()).collect(),
        total: total(report, wanted, now),
        rows: rows
            .map(|(rep, beside)| row(report, wanted, rep, *beside))
            .collect(),
        earlier: (behind > 0).then(|| at(behind.saturating_sub(ROWS))),
        further: (reps.len() > behind + ROWS).then(|| at(behind + ROWS)),
    }
}

/// The worst rate first; reps of whom nothing was due at the end.
pub(super) fn ranked(report: &Report) -> Vec<(PersonId, Beside)> {
    let reps = report.by_rep().into_iter();
    let mut reps: Vec<(PersonId, Beside)> = reps.filter(|(_, all)| !all.now.is_empty()).collect();
    reps.sort_by(|(one, a), (other, b)| {
        let rate = |beside: &Beside| beside.now.rate().unwrap_or(2.0);
        let by_rate = rate(a).total_cmp(&rate(b));
        let by_missing = b.now.missing().cmp(&a.now.missing());
        by_rate.then(by_missing).then_with(|| one.cmp(other))
    });
    reps
}

fn total(report: &Report, wanted: &Wanted, now: Now) -> Row {
    let by_node = report.by(|(_, node)| node.clone());
    let cells = report.nodes.iter().map(|(key, _)| Cell {
        figures: Figures::of(by_node.get(key).copied().unwrap_or_default()),
        href: wanted.at(RUNS, &[("node", key)]),
    });
    Row {
        name: now.language.say("全部", "All").to_owned(),
        region: String::new(),
        all: Cell {
            figures: Figures::of(report.total()),
            href: wanted.at(RUNS, &[]),
        },
        cells: cells.collect(),
    }
}

fn row(report: &Report, wanted: &Wanted, rep: &PersonId, all: Beside) -> Row {
    let wanted = wanted.of_rep(rep);
    let person = report.person(rep);
    let cells = report.nodes.iter().map(|(key, _)| {
        let cell = (rep.clone(), key.clone());
        let of = |tallies: &std::collections::BTreeMap<_, _>| {
            tallies.get(&cell).copied().unwrap_or_default()
        };
        let beside = Beside {
            now: of(&report.tallies),
            before: of(&report.earlier),
        };
        Cell {
            figures: Figures::of(beside),
            href: wanted.at(RUNS, &[("node", key)]),
        }
    });
    Row {
        name: person.map_or_else(|| rep.to_string(), |person| person.name.clone()),
        region: person
            .map(|person| person.region.clone())
            .unwrap_or_default(),
        cells: cells.collect(),
        all: Cell {
            figures: Figures::of(all),
            href: wanted.at(RUNS, &[]),
        },
    }
}
