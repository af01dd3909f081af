//! `GET /health`: reps × nodes, beside the period before. `GET /attribution`: what a change of the rate
//! comes from.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer::known;
use super::parameters::Parameters;
use super::problem::Problem;
use super::tallies::{asked, before, begun, rep, shown};
use crate::domain::Day;
use crate::health_report::{Cause, Causes, Grain, Report, Series};
use crate::shared::Shared;

/// Each rep's figures of each node.
pub(super) async fn health(
    shared: Data<Shared>,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let asked = asked(parameters, shared.clock.now())?;
    let report = Report::of(&shared.store, &shared.process.load(), &asked).await?;

    let mut answer = begun(&report);
    answer["before"] = before(&report);
    answer["cells"] = report
        .by(Clone::clone)
        .into_iter()
        .map(|((id, node), beside)| {
            let mut whose = rep(&report, &id);
            whose["node"] = node.clone().into();
            whose["node_name"] = report.node_name(&node).into();
            whose["before"] = shown(beside.before, json!({}));
            shown(beside.now, whose)
        })
        .collect();
    Ok(HttpResponse::Ok().json(answer))
}

/// The change, by node, region, rep, and rep and node.
pub(super) async fn attribution(
    shared: Data<Shared>,
    parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let asked = asked(parameters, shared.clock.now())?;
    let report = Report::of(&shared.store, &shared.process.load(), &asked).await?;
    let causes = Causes::of(&shared.store, (&asked, &report)).await?;

    let mut answer = begun(&report);
    answer["before"] = shown(report.total().before, before(&report));
    answer["total"] = shown(report.total().now, json!({}));
    answer["change"] = causes
        .as_ref()
        .map(|causes| causes.whole.whole.value())
        .into();
    answer["step"] = causes.as_ref().map(|causes| word(causes.grain)).into();
    answer["series"] = series(causes.as_ref());
    let node = |key: &String| json!({ "node": key, "node_name": report.node_name(key) });
    answer["nodes"] = parts(causes.as_ref(), |causes| &causes.nodes, node);
    let region = |region: &String| json!({ "region": known(region) });
    answer["regions"] = parts(causes.as_ref(), |causes| &causes.regions, region);
    answer["reps"] = parts(
        causes.as_ref(),
        |causes| &causes.reps,
        |id| rep(&report, id),
    );
    answer["cells"] = parts(
        causes.as_ref(),
        |causes| &causes.cells,
        |(id, key)| {
            let mut whose = rep(&report, id);
            whose["node"] = key.clone().into();
            whose["node_name"] = report.node_name(key).into();
            whose
        },
    );
    Ok(HttpResponse::Ok().json(answer))
}

const fn word(grain: Grain) -> &'static str {
    match grain {
        Grain::Day => "day",
        Grain::Week => "week",
    }
}

fn series(causes: Option<&Causes>) -> Value {
    let steps = causes.map_or(&[][..], |causes| &causes.steps);
    let Series(tallies) = causes
        .map(|causes| causes.series.clone())
        .unwrap_or_default();
    let steps = steps.iter().zip(tallies);
    steps
        .map(|(from, tally)| {
            json!({
                "from": from.to_string(),
                "due": tally.due,
                "done": tally.done,
                "on_time": tally.on_time,
                "rate": tally.rate(),
            })
        })
        .collect()
}

/// The parts of one dimension; none where there is no change to take apart.
fn parts<K>(
    causes: Option<&Causes>,
    of: impl Fn(&Causes) -> &Vec<Cause<K>>,
    whose: impl Fn(&K) -> Value,
) -> Value {
    let causes = causes.map_or(&[][..], |causes| of(causes));
    let shown = |cause: &Cause<K>| {
        let part = &cause.part;
        let mut shown = whose(&part.group);
        for (name, tally) in [("before", part.before), ("now", part.now)] {
            shown[name] = json!({ "due": tally.due, "done": tally.done, "rate": tally.rate() });
        }
        shown["adds"] = part.total.value().into();
        shown["by_rate"] = part.by_rate.into();
        shown["by_share"] = part.by_share().into();
        shown["since"] = cause.since.map(|day: Day| day.to_string()).into();
        shown
    };
    causes.iter().map(shown).collect()
}
