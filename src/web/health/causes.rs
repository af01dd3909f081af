//! 归因: what a change of the rate comes from, and since when, in one sentence and in parts.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::bar::Bar;
use super::course::{Course, course, spark};
use super::figures::{Change, Figures, percent, points};
use super::question::Wanted;
use super::{ATTRIBUTION, RUNS};
use crate::domain::{Day, PersonId};
use crate::health_report::{Asked, Cause, Causes, Grain, Report};
use crate::shared::Shared;
use crate::store::Teams;
use crate::web::error::PageError;
use crate::web::filters::FilterBar;
use crate::web::frame::{Frame, Tab};
use crate::web::language::say;
use crate::web::moments::{self, Now};
use crate::web::periods::Periods;
use crate::web::respond;
use crate::web::viewer::Viewer;

/// Parts of one table; what the others add is said in one line.
const PARTS: usize = 8;
/// Reps that the sentence names.
const NAMED: usize = 3;

#[derive(Template)]
#[template(path = "attribution.html")]
pub(super) struct AttributionPage {
    pub(super) frame: Frame,
    pub(super) periods: Periods,
    pub(super) filters: FilterBar,
    pub(super) workbook: String,
    pub(super) unfiltered: Option<String>,
    pub(super) period: String,
    /// What it is compared with.
    pub(super) before: String,
    pub(super) total: Figures,
    pub(super) href: String,
    /// What it comes from, in a sentence each; nothing where there is nothing to take apart.
    pub(super) sentences: Vec<String>,
    pub(super) course: Course,
    pub(super) tables: Vec<Table>,
}

/// The parts by one dimension.
pub(super) struct Table {
    pub(super) title: &'static str,
    pub(super) parts: Vec<Part>,
    /// How many further ones there are, and what they add together.
    pub(super) others: Option<(usize, String)>,
    /// What all add: the whole.
    pub(super) sum: String,
}

/// A part.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) href: String,
    /// `90% → 40%`, and the counts.
    pub(super) rates: String,
    pub(super) counts: String,
    pub(super) adds: Change,
    /// Of its own rate, of its share: in points.
    pub(super) by_rate: String,
    pub(super) by_share: String,
    /// The bar from the middle, of a width of 100: where it begins, and how long it is.
    pub(super) bar: (i64, i64),
    pub(super) since: String,
    pub(super) spark: String,
}

/// `GET /attribution`.
pub(in crate::web) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::of(request.query_string());
    let now = viewer.now(&shared);
    let asked = wanted.asked(&viewer.scope, now.at);
    let report = Report::of(&shared.store, &shared.process.load(), &asked).await?;
    let causes = Causes::of(&shared.store, (&asked, &report)).await?;
    let teams = shared.store.teams().await?;
    let frame = Frame::new(Tab::Attribution, &viewer);
    respond::page(&drawn(
        frame,
        (&report, causes.as_ref(), &teams),
        (&wanted, &asked),
        now,
    ))
}

pub(super) fn drawn(
    frame: Frame,
    (report, causes, teams): (&Report, Option<&Causes>, &Teams),
    (wanted, asked): (&Wanted, &Asked),
    now: Now,
) -> AttributionPage {
    let begins = asked.question.period.from.day();
    let paths = (ATTRIBUTION, "/attribution.xlsx");
    let bar = Bar::of(paths, wanted, (report, teams), now);
    let page = AttributionPage {
        frame,
        periods: bar.periods,
        filters: bar.filters,
        workbook: bar.workbook,
        unfiltered: bar.unfiltered,
        period: wanted.period.name(&now.language),
        before: wanted.period.name_before(&now.language),
        total: Figures::of(report.total()),
        href: wanted.at(RUNS, &[("of", "missing")]),
        sentences: Vec::new(),
        course: Course::default(),
        tables: Vec::new(),
    };
    let Some(causes) = causes else {
        return page;
    };
    AttributionPage {
        sentences: sentences(report, causes, now),
        course: course(&causes.series.0, &causes.steps, begins, now),
        tables: tables(report, causes, wanted, now),
        ..page
    }
}

/// The nodes that make it, with their reps and weeks.
fn sentences(report: &Report, causes: &Causes, now: Now) -> Vec<String> {
    let whole = causes.whole.whole.tenths();
    let language = now.language;
    let (from, to) = (causes.whole.before, causes.whole.now);
    let (from, to) = (percent(from.done, from.due), percent(to.done, to.due));
    let change = points(whole);
    let first = match whole.signum() {
        0 => say!(
            language,
            "合规率没有变化：{from} → {to}。",
            "The rate didn't change: {from} → {to}."
        ),
        -1 => say!(
            language,
            "合规率从 {from} 降到 {to}（{change} 个百分点）。",
            "The rate fell from {from} to {to} ({change} points)."
        ),
        _ => say!(
            language,
            "合规率从 {from} 升到 {to}（{change} 个百分点）。",
            "The rate rose from {from} to {to} ({change} points)."
        ),
    };
    if whole == 0 {
        return vec![first];
    }
    let main = causes.main_nodes();
    if main.is_empty() {
        let none = language.say(
            "没有哪一个节点单独占到变化的四分之一：看下面各部分。",
            "No single step makes a quarter of it: see the parts below.",
        );
        return vec![first, none.to_owned()];
    }
    let rest = whole - main.iter().map(|cause| cause.part.tenths).sum::<i64>();
    let rest = points(rest);
    let others = say!(
        language,
        "其余节点合计 {rest}。",
        "All other steps together: {rest}."
    );
    let of_nodes = main
        .into_iter()
        .map(|cause| of_node(report, causes, cause, now));
    std::iter::once(first)
        .chain(of_nodes)
        .chain([others])
        .collect()
}

fn of_node(report: &Report, causes: &Causes, main: &Cause<String>, now: Now) -> String {
    let language = now.language;
    let node = report.node_name(&main.part.group);
    let adds = points(main.part.tenths);
    let since = since(main.since, causes.grain, now);
    let since = match since.as_str() {
        "" => String::new(),
        since => say!(language, "，{since}", ", {since}"),
    };
    let who = causes.of_node(&main.part.group);
    let more = who.len().saturating_sub(NAMED);
    let named = who.iter().take(NAMED).map(|cause| {
        let (name, adds) = (
            name_of(report, &cause.part.group.0),
            points(cause.part.tenths),
        );
        say!(language, "{name} {adds}", "{name} {adds}")
    });
    let mut named = named.collect::<Vec<_>>().join(language.say("、", ", "));
    if more > 0 {
        let all = more + NAMED;
        named.push_str(&say!(language, " 等 {all} 人", " and {more} more"));
    }
    match named.is_empty() {
        true => say!(
            language,
            "其中「{node}」{adds}{since}。",
            "“{node}” makes {adds} of it{since}."
        ),
        false => say!(
            language,
            "其中「{node}」{adds}{since}，来自 {named}。",
            "“{node}” makes {adds} of it{since}: {named}."
        ),
    }
}

fn since(day: Option<Day>, grain: Grain, now: Now) -> String {
    let Some(day) = day else {
        return String::new();
    };
    let day = moments::day(day, now.at.day(), now.language);
    match grain {
        Grain::Day => say!(now.language, "从{day}起", "since {day}"),
        Grain::Week => say!(now.language, "从{day}那一周起", "since the week of {day}"),
    }
}

fn name_of(report: &Report, id: &PersonId) -> String {
    let person = report.person(id);
    person.map_or_else(|| id.to_string(), |person| person.name.clone())
}

fn tables(report: &Report, causes: &Causes, wanted: &Wanted, now: Now) -> Vec<Table> {
    let say = |chinese, english| now.language.say(chinese, english);
    let whole = (causes.whole.whole.tenths(), causes.grain, now);
    let node = |key: &String| {
        (
            report.node_name(key).to_owned(),
            wanted.at(RUNS, &[("node", key)]),
        )
    };
    let region = |region: &String| {
        let name = match region.as_str() {
            "" => say("没有区域", "No region").to_owned(),
            name => name.to_owned(),
        };
        (name, wanted.in_region(region).at(ATTRIBUTION, &[]))
    };
    let rep = |id: &PersonId| (name_of(report, id), wanted.of_rep(id).at(ATTRIBUTION, &[]));
    let cell = |(id, key): &(PersonId, String)| {
        let name = format!("{} · {}", name_of(report, id), report.node_name(key));
        (name, wanted.of_rep(id).at(RUNS, &[("node", key)]))
    };
    vec![
        table(say("按节点", "By step"), &causes.nodes, whole, node),
        table(say("按区域", "By region"), &causes.regions, whole, region),
        table(say("按销售", "By rep"), &causes.reps, whole, rep),
        table(
            say("按销售和节点", "By rep and step"),
            &causes.cells,
            whole,
            cell,
        ),
    ]
    .into_iter()
    .filter(|table| table.parts.len() > 1)
    .collect()
}

fn table<K>(
    title: &'static str,
    causes: &[Cause<K>],
    (whole, grain, now): (i64, Grain, Now),
    named: impl Fn(&K) -> (String, String),
) -> Table {
    let greatest = causes.iter().map(|cause| cause.part.tenths.abs()).max();
    let greatest = greatest.unwrap_or(1).max(1);
    // What changes nothing is read only while there is room.
    let shown = &causes[..causes.len().min(PARTS)];
    let others = &causes[shown.len()..];
    let rest: i64 = others.iter().map(|cause| cause.part.tenths).sum();
    let part = |cause: &Cause<K>| {
        let part = &cause.part;
        let (name, href) = named(&part.group);
        let by_rate = super::figures::tenths(part.by_rate);
        let length = part.tenths.abs() * 50 / greatest;
        Part {
            name,
            href,
            rates: format!(
                "{} → {}",
                percent(part.before.done, part.before.due),
                percent(part.now.done, part.now.due)
            ),
            counts: format!(
                "{}/{} → {}/{}",
                part.before.done, part.before.due, part.now.done, part.now.due
            ),
            adds: Change::of(part.tenths),
            by_rate: points(by_rate),
            by_share: points(part.tenths - by_rate),
            bar: (if part.tenths < 0 { 50 - length } else { 50 }, length),
            since: since(cause.since, grain, now),
            spark: cause
                .series
                .as_ref()
                .map(|series| spark(&series.0))
                .unwrap_or_default(),
        }
    };
    Table {
        title,
        parts: shown.iter().map(part).collect(),
        others: (!others.is_empty()).then(|| (others.len(), points(rest))),
        sum: points(whole),
    }
}
