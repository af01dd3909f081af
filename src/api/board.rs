//! `GET /board`: what customers object to, as counted by the board.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::parameters::Parameters;
use super::problem::Problem;
use crate::board::{Question, Snapshot};
use crate::domain::{CustomerId, Day, PersonId};
use crate::shared::Shared;

/// The longest question; the board itself keeps about as many days.
const MOST_DAYS: i64 = 400;
const PERIODS: [&str; 3] = ["day", "week", "month"];

/// Of today, this week or this month, or of the days from `from` to `to`, both included.
pub(super) async fn board(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let question = question(&mut parameters, shared.clock.now().day());
    parameters.finish()?;

    let snapshot = shared.board_keeper.board.snapshot(&question).await?;
    let people = shared.store.people().await?;
    let names: HashMap<&PersonId, &str> = people
        .iter()
        .map(|person| (&person.id, person.name.as_str()))
        .collect();
    Ok(HttpResponse::Ok().json(shown(&question, &snapshot, &names)))
}

fn question(parameters: &mut Parameters, today: Day) -> Question {
    let period = parameters.one_of("period", &PERIODS);
    let (from, to) = (parameters.day("from"), parameters.day("to"));
    if period.is_some() && (from.is_some() || to.is_some()) {
        parameters.refuse(
            "period",
            "from or to beside it",
            "either period, or from and to",
        );
    }
    let mut question = match period.as_deref() {
        Some("week") => Question::week_of(today),
        Some("month") => Question::month_of(today),
        _ => Question::days(from.or(to).unwrap_or(today), to.unwrap_or(today)),
    };
    let days = question.to.0.saturating_sub(question.from.0);
    if !(0..MOST_DAYS).contains(&days) {
        parameters.refuse(
            "to",
            &question.to.to_string(),
            &format!("a day not before `from`, and less than {MOST_DAYS} days after it"),
        );
    }
    question.region = parameters.text("region");
    question.rep = parameters.parsed::<PersonId>("rep", "a rep's id");
    question.customer = parameters.parsed::<CustomerId>("customer", "a customer's id");
    question
}

fn shown(question: &Question, board: &Snapshot, names: &HashMap<&PersonId, &str>) -> Value {
    let rep = |(id, hits): &(Option<PersonId>, _)| json!({ "rep_id": id, "rep": id.as_ref().and_then(|id| names.get(id)), "hits": hits });
    json!({
        "from": question.from.to_string(),
        "to": question.to.to_string(),
        "totals": board.totals,
        "top": board.top.iter().map(|(label, hits)| json!({ "label": label, "label_name": label.chinese(), "hits": hits })).collect::<Vec<_>>(),
        "by_day": board.by_day.iter().map(|(day, hits)| json!({ "day": day.to_string(), "hits": hits })).collect::<Vec<_>>(),
        "by_region": board.by_region.iter().map(|(region, hits)| json!({ "region": region, "hits": hits })).collect::<Vec<_>>(),
        "by_rep": board.by_rep.iter().map(rep).collect::<Vec<_>>(),
        "by_customer": board.by_customer.iter().map(|(id, hits)| json!({ "customer_id": id, "hits": hits })).collect::<Vec<_>>(),
        "newest": board.newest.iter().map(|hit| json!({ "message_id": hit.message, "label": hit.label, "at": hit.at.rfc3339() })).collect::<Vec<_>>(),
    })
}
