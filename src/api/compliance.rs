//! `GET /compliance`: how much of what was due was done, and done in time.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer::known;
use super::parameters::Parameters;
use super::problem::Problem;
use super::tallies::{asked, before, begun, rep, shown};
use crate::health::{BandFigures, LEAST_CLOSED, LEAST_DUE, Unbanded};
use crate::health_report::{Report, bands};
use crate::shared::Shared;
use crate::store::Teams;

/// What the figures count, for whoever reads them without this file.
const DEFINITION: &str = "Counted are runs whose deadline lies in the period: from `from` on, before `to`, and not later than \
the moment of asking (`counted_until`), so that what still has time counts neither way. `due` is how many there are, \
`done` how many of them are done by now, in time or late, `on_time` how many were done before their deadline. `rate` is \
done / due and `on_time_rate` is on_time / due, from 0 to 1, and null where nothing was due. Counted apart, and no part \
of `due`, are runs that a director let off (`waived`), that don't apply to their deal (`not_applicable`), whose clock is \
stopped (`paused`), and whose deal was over before their deadline (`ended`). A run belongs to the rep who owns its deal \
now, to that rep's region now, and to every team in which they stand now; reps, regions and teams where nothing was \
counted are left out.";

/// Per rep, region, team and in total, and what each band of reps won.
pub(super) async fn compliance(
    shared: Data<Shared>,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let asked = asked(parameters, shared.clock.now())?;
    let process = shared.process.load();
    let report = Report::of(&shared.store, &process, &asked).await?;
    let teams = shared.store.teams().await?;
    let (by_band, without) = bands(&shared.store, &process, (&asked, &report)).await?;

    let reps = report.by_rep().into_iter();
    let reps = reps.filter(|(_, beside)| !beside.now.is_empty());
    let regions = report.by_region().into_iter();
    let regions = regions.filter(|(_, beside)| !beside.now.is_empty());
    let mut answer = begun(&report);
    answer["before"] = shown(report.total().before, before(&report));
    answer["definition"] = DEFINITION.into();
    answer["reps"] = reps
        .map(|(id, beside)| shown(beside.now, rep(&report, &id)))
        .collect();
    answer["regions"] = regions
        .map(|(region, beside)| shown(beside.now, json!({ "region": known(&region) })))
        .collect();
    answer["teams"] = of_teams(&report, &teams);
    answer["total"] = shown(report.total().now, json!({}));
    answer["bands"] = by_band.iter().map(band).collect();
    answer["without_band"] = left_out(without);
    Ok(HttpResponse::Ok().json(answer))
}

fn of_teams(report: &Report, teams: &Teams) -> Value {
    let sums = report.by_team(teams).into_iter();
    let sums = sums.filter(|(_, beside)| !beside.now.is_empty());
    sums.map(|(lead, beside)| {
        let name = teams.get(&lead).map(|team| team.lead.clone());
        shown(beside.now, json!({ "lead_id": lead, "lead": name }))
    })
    .collect()
}

fn band(figures: &BandFigures) -> Value {
    json!({
        "band": figures.band.word(),
        "reps": figures.reps,
        "due": figures.tally.due,
        "done": figures.tally.done,
        "won": figures.closed.won,
        "lost": figures.closed.lost,
        "win_rate": figures.closed.win_rate(),
        "least_closed": LEAST_CLOSED,
    })
}

fn left_out(without: Unbanded) -> Value {
    json!({
        "reps": without.reps,
        "won": without.closed.won,
        "lost": without.closed.lost,
        "least_due": LEAST_DUE,
    })
}
