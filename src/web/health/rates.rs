//! 合规率: the rate for everything, region, team and rep, its course, and what each band won.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::bar::Bar;
use super::course::{Course, course};
use super::figures::{Figures, band_name, percent};
use super::heat::{Cell, ranked};
use super::question::Wanted;
use super::{COMPLIANCE, RUNS};
use crate::health::{BandFigures, LEAST_CLOSED, LEAST_DUE, Tally, Unbanded};
use crate::health_report::{Report, bands};
use crate::shared::Shared;
use crate::store::{StepsBy, Teams};
use crate::web::error::PageError;
use crate::web::filters::FilterBar;
use crate::web::frame::{Frame, Tab};
use crate::web::moments::Now;
use crate::web::periods::Periods;
use crate::web::respond;
use crate::web::viewer::Viewer;

/// Rows of a table; the workbook has all.
const ROWS: usize = 30;

#[derive(Template)]
#[template(path = "compliance.html")]
pub(super) struct CompliancePage {
    pub(super) frame: Frame,
    pub(super) periods: Periods,
    pub(super) filters: FilterBar,
    pub(super) workbook: String,
    pub(super) unfiltered: Option<String>,
    pub(super) period: String,
    /// What it is compared with.
    pub(super) before: String,
    pub(super) total: Cell,
    /// What is done late or not at all, each with its runs.
    pub(super) missing: (u64, String),
    pub(super) late: (u64, String),
    pub(super) apart: (String, String),
    pub(super) course: Course,
    pub(super) tables: Vec<Table>,
    pub(super) bands: Vec<Band>,
    pub(super) unbanded: Unbanded,
    pub(super) least_due: u64,
    pub(super) least_closed: u64,
}

/// The rates of one kind of groups.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) rows: Vec<Group>,
    /// How many there are beyond these.
    pub(super) more: usize,
}

/// A group's rate.
pub(super) struct Group {
    pub(super) name: String,
    /// This page, of the group alone.
    pub(super) own: String,
    pub(super) cell: Cell,
}

/// A band's row.
pub(super) struct Band {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) reps: u64,
    pub(super) runs: String,
    pub(super) won: u64,
    pub(super) closed: u64,
    /// Empty of too few deals.
    pub(super) win_rate: String,
}

/// `GET /compliance`.
pub(in crate::web) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::of(request.query_string());
    let now = viewer.now(&shared);
    let asked = wanted.asked(&viewer.scope, now.at);
    let process = shared.process.load();
    let report = Report::of(&shared.store, &process, &asked).await?;
    let teams = shared.store.teams().await?;
    let figures = bands(&shared.store, &process, (&asked, &report)).await?;
    let by = (StepsBy::Whole, asked.grid());
    let steps = shared
        .store
        .tally_steps(&viewer.scope, &asked.over(asked.both()), by)
        .await?;
    let days = asked.grid().days_until(asked.both().until);
    let of_step = |step| {
        let tally = steps.get(&(String::new(), step));
        tally.copied().unwrap_or_default()
    };
    let tallies: Vec<Tally> = (0..days.len()).map(of_step).collect();
    let frame = Frame::new(Tab::Compliance, &viewer);
    let mut page = drawn(frame, (&report, &teams), &wanted, figures, now);
    page.course = course(&tallies, &days, asked.question.period.from.day(), now);
    respond::page(&page)
}

/// Without its course.
pub(super) fn drawn(
    frame: Frame,
    (report, teams): (&Report, &Teams),
    wanted: &Wanted,
    (bands, unbanded): ([BandFigures; 3], Unbanded),
    now: Now,
) -> CompliancePage {
    let total = report.total();
    let open = |of| wanted.at(RUNS, &[("of", of)]);
    let figures = Figures::of(total);
    let bar = Bar::of(
        (COMPLIANCE, "/compliance.xlsx"),
        wanted,
        (report, teams),
        now,
    );
    CompliancePage {
        frame,
        periods: bar.periods,
        filters: bar.filters,
        workbook: bar.workbook,
        unfiltered: bar.unfiltered,
        period: wanted.period.name(&now.language),
        before: wanted.period.name_before(&now.language),
        missing: (total.now.missing(), open("missing")),
        late: (total.now.done - total.now.on_time, open("late")),
        apart: (figures.apart(&now.language), open("apart")),
        total: Cell {
            figures,
            href: wanted.at(RUNS, &[]),
        },
        course: Course::default(),
        tables: tables((report, teams), wanted, now),
        bands: bands.iter().map(band).collect(),
        unbanded,
        least_due: LEAST_DUE,
        least_closed: LEAST_CLOSED,
    }
}

fn tables((report, teams): (&Report, &Teams), wanted: &Wanted, now: Now) -> Vec<Table> {
    let say = |chinese, english| now.language.say(chinese, english);
    let group = |name: String, own: &Wanted, beside| Group {
        name,
        own: own.at(COMPLIANCE, &[]),
        cell: Cell {
            figures: Figures::of(beside),
            href: own.at(RUNS, &[]),
        },
    };
    let has_any = |beside: &crate::health_report::Beside| !beside.now.is_empty();
    let seen = report.teams_seen(teams);
    let regions = report
        .by_region()
        .into_iter()
        .filter(|(_, beside)| has_any(beside));
    let regions = regions.map(|(region, beside)| {
        let name = match region.as_str() {
            "" => say("没有区域", "No region").to_owned(),
            name => name.to_owned(),
        };
        group(name, &wanted.in_region(&region), beside)
    });
    let of_teams = report
        .by_team(&seen)
        .into_iter()
        .filter(|(_, beside)| has_any(beside));
    let of_teams = of_teams.map(|(lead, beside)| {
        let name = seen
            .get(&lead)
            .map_or_else(|| lead.to_string(), |team| team.lead.clone());
        group(name, &wanted.of_team(&lead), beside)
    });
    let reps = ranked(report).into_iter().map(|(rep, beside)| {
        let name = report
            .person(&rep)
            .map_or_else(|| rep.to_string(), |rep| rep.name.clone());
        group(name, &wanted.of_rep(&rep), beside)
    });
    [
        table(say("区域", "Regions"), regions.collect()),
        table(say("团队", "Teams"), of_teams.collect()),
        table(say("销售", "Reps"), reps.collect()),
    ]
    .into_iter()
    .filter(|table| !table.rows.is_empty())
    .collect()
}

fn table(title: &'static str, mut rows: Vec<Group>) -> Table {
    let more = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    Table { title, rows, more }
}

fn band(figures: &BandFigures) -> Band {
    let closed = figures.closed;
    Band {
        name: band_name(figures.band),
        class: match figures.band {
            crate::health::Band::High => "b-high",
            crate::health::Band::Middle => "b-middle",
            crate::health::Band::Low => "b-low",
        },
        reps: figures.reps,
        runs: format!("{}/{}", figures.tally.done, figures.tally.due),
        won: closed.won,
        closed: closed.all(),
        win_rate: closed
            .win_rate()
            .map(|_| percent(closed.won, closed.all()))
            .unwrap_or_default(),
    }
}
