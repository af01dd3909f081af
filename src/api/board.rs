//! `GET /board`: what customers object to, as counted by the board; `GET /board/top3.xlsx`: the same as
//! a workbook, with quotes.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::access::Caller;
use super::parameters::Parameters;
use super::problem::Problem;
use super::views;
use crate::board::{Counts, Question, Snapshot};
use crate::domain::{CustomerId, Day, PersonId};
use crate::exchange;
use crate::shared::Shared;
use crate::store::{HitFilter, Person, Teams, ViewScope};
use crate::top_three::{Asked, Report, just_before};

/// The longest question; the board itself keeps twice as many days, for the same before it.
const MOST_DAYS: i64 = 200;
const PERIODS: [&str; 5] = ["day", "week", "month", "7d", "30d"];
/// What a workbook is.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Of today, this week or this month, of the last days, or of the days from `from` to `to`, both
/// included; beside as many days before.
pub(super) async fn board(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let people = shared.store.people().await?;
    let teams = Teams::of(&people);
    let (question, _) = question(&mut parameters, shared.clock.now().day(), &teams);
    parameters.finish()?;

    let board = &shared.board_keeper.board;
    let (from, to) = just_before((question.from, question.to));
    let earlier = question.over(from, to);
    let (now, before) = tokio::try_join!(board.snapshot(&question), board.snapshot(&earlier))?;
    let shown = Shown {
        names: names(&people),
        teams: &teams,
    };
    Ok(HttpResponse::Ok().json(shown.answer(&question, &now, (&earlier, &before))))
}

/// The workbook of the same question.
pub(super) async fn workbook(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let teams = shared.store.teams().await?;
    let (question, team) = question(&mut parameters, shared.clock.now().day(), &teams);
    parameters.finish()?;

    let id = |id: Option<&PersonId>| id.map(ToString::to_string).unwrap_or_default();
    let filter = HitFilter {
        since: question.from.start(),
        until: question.to.plus(1).start(),
        region: question.region.clone().unwrap_or_default(),
        rep: id(question.rep.as_ref()),
        team: id(team.as_ref()),
        customer: question
            .customer
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        product: question.product.clone().unwrap_or_default(),
        ..HitFilter::default()
    };
    let asked = Asked {
        scope: ViewScope::All,
        before: just_before((question.from, question.to)),
        question,
        filter,
    };
    let dictionaries = shared.detector.load().dictionaries().clone();
    let report = Report::of(&shared.store, &dictionaries, &asked).await?;
    views::record(&shared, &caller, &request, "top3", report.chats(), None).await?;
    let mut bytes = Vec::new();
    let base = &shared.settings.server.public_url;
    exchange::objections(&shared.store, &report, &teams, base, &mut bytes).await?;
    let disposition = format!("attachment; filename=\"{}\"", report.file_name());
    Ok(HttpResponse::Ok()
        .content_type(XLSX)
        .insert_header(("content-disposition", disposition))
        .body(bytes))
}

fn names(people: &[Person]) -> HashMap<&PersonId, &str> {
    let named = people
        .iter()
        .map(|person| (&person.id, person.name.as_str()));
    named.collect()
}

/// The question, and whose team it asks for.
fn question(
    parameters: &mut Parameters,
    today: Day,
    teams: &Teams,
) -> (Question, Option<PersonId>) {
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
        Some("7d") => Question::days(today.plus(-6), today),
        Some("30d") => Question::days(today.plus(-29), today),
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
    question.product = parameters.text("product");
    let team = parameters.parsed::<PersonId>("team", "the id of who leads the team");
    question.team = team.as_ref().map(|lead| teams.members(lead));
    (question, team)
}

/// What an answer is written with.
struct Shown<'a> {
    names: HashMap<&'a PersonId, &'a str>,
    teams: &'a Teams,
}

impl Shown<'_> {
    fn answer(
        &self,
        question: &Question,
        board: &Snapshot,
        (earlier, before): (&Question, &Snapshot),
    ) -> Value {
        let top = board.top.iter().map(|(label, hits)| {
            let before = before.totals.get(label).copied().unwrap_or_default();
            json!({ "label": label, "label_name": label.chinese(), "hits": hits, "before": before })
        });
        let teams = self.teams.sums(&board.by_rep);
        json!({
            "from": question.from.to_string(),
            "to": question.to.to_string(),
            "totals": board.totals,
            "before": {
                "from": earlier.from.to_string(),
                "to": earlier.to.to_string(),
                "totals": before.totals,
            },
            "top": top.collect::<Vec<_>>(),
            "by_day": board.by_day.iter().map(|(day, hits)| json!({ "day": day.to_string(), "hits": hits })).collect::<Vec<_>>(),
            "by_region": groups("region", &board.by_region),
            "by_team": teams.iter().map(|(lead, hits)| self.person(("lead_id", "lead"), Some(lead), hits)).collect::<Vec<_>>(),
            "by_rep": board.by_rep.iter().map(|(rep, hits)| self.person(("rep_id", "rep"), rep.as_ref(), hits)).collect::<Vec<_>>(),
            "by_customer": groups("customer_id", &board.by_customer),
            "by_product": groups("product", &board.by_product),
            "on_trial": board.on_trial,
            "newest": board.newest.iter().map(|hit| json!({ "message_id": hit.message, "label": hit.label, "at": hit.at.rfc3339() })).collect::<Vec<_>>(),
        })
    }

    fn person(&self, (id, name): (&str, &str), person: Option<&PersonId>, hits: &Counts) -> Value {
        let named = person.and_then(|id| self.names.get(id));
        json!({ id: person, name: named, "hits": hits })
    }
}

fn groups<K: serde::Serialize>(name: &str, groups: &[(K, Counts)]) -> Vec<Value> {
    let group = |(key, hits): &(K, Counts)| json!({ name: key, "hits": hits });
    groups.iter().map(group).collect()
}
