//! `POST /opportunities/{id}/contacts|facts|nodes`: what people report of a deal.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::access::Caller;
use super::body::Body;
use super::opportunities::{shown, stored, unknown};
use super::people::known_person;
use super::problem::Problem;
use super::{run, stage};
use crate::domain::{OpportunityId, RunId};
use crate::engine::{Actor, ContactKind, Definitions, Event, State};
use crate::shared::Shared;
use crate::store::{OpportunityRow, Person};

const LONGEST_ID: usize = 64;

/// The rep was in touch with the customer.
pub(super) async fn contact(
    shared: Data<Shared>,
    caller: Caller,
    id: Path<String>,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let kind = body.one_of("kind", &["visit", "contact"]);
    let by = body.required_text("by", LONGEST_ID);
    body.finish()?;
    let kind = match kind.as_deref() {
        Some("visit") => ContactKind::Visit,
        _ => ContactKind::Contact,
    };
    let definitions = shared.definitions();
    let deal = open_deal(&shared, &id).await?;
    let person = named(&shared, by).await?;
    let event = Event::Contacted {
        kind,
        by: person.id,
    };
    reported(&shared, &definitions, &deal, event, &caller).await
}

/// A person confirmed a fact of the deal.
pub(super) async fn fact(
    shared: Data<Shared>,
    caller: Caller,
    id: Path<String>,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let fact = body.required_text("fact", LONGEST_ID);
    if let Some(name) = fact.as_deref().filter(|name| !is_key(name)) {
        let found = format!("{name:?}");
        body.refuse("fact", &found, "a name of a-z, 0-9 and _");
    }
    let by = body.required_text("by", LONGEST_ID);
    body.finish()?;
    let definitions = shared.definitions();
    let deal = open_deal(&shared, &id).await?;
    let by = actor(named(&shared, by).await?);
    let fact = fact.unwrap_or_default();
    let event = Event::FactConfirmed { fact, by };
    reported(&shared, &definitions, &deal, event, &caller).await
}

/// A person opens a node by hand. One that is open is asked again.
pub(super) async fn node(
    shared: Data<Shared>,
    caller: Caller,
    request: HttpRequest,
    id: Path<String>,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let node = body.required_text("node", LONGEST_ID);
    let by = body.required_text("by", LONGEST_ID);
    body.finish()?;
    let definitions = shared.definitions();
    let node = by_hand(&definitions, &node.unwrap_or_default())?;
    let deal = open_deal(&shared, &id).await?;
    let by = actor(named(&shared, by).await?);
    let event = Event::NodeOpened {
        node: node.clone(),
        by,
    };
    let cause = format!("api:{}", caller.name);
    let stepped = stage::record(&shared, &definitions, &deal.id, event, &cause).await?;
    let opened = newest_open(&stepped.state, &node);
    let opened =
        opened.ok_or_else(|| Problem::senseless("the node does not open for this deal"))?;
    run::answer(&shared, &caller, &request, opened).await
}

async fn reported(
    shared: &Data<Shared>,
    definitions: &Definitions,
    deal: &OpportunityRow,
    event: Event,
    caller: &Caller,
) -> Result<HttpResponse, Problem> {
    let cause = format!("api:{}", caller.name);
    stage::record(shared, definitions, &deal.id, event, &cause).await?;
    Ok(HttpResponse::Ok().json(shown(&stored(shared, &deal.id).await?)))
}

/// The deal, which is not won or lost.
async fn open_deal(shared: &Shared, id: &str) -> Result<OpportunityRow, Problem> {
    let id: OpportunityId = id.parse().map_err(|_| unknown())?;
    let deal = stored(shared, &id).await?;
    if deal.closed_at.is_some() {
        return Err(Problem::senseless("the deal is closed"));
    }
    Ok(deal)
}

async fn named(shared: &Shared, by: Option<String>) -> Result<Person, Problem> {
    let by = by.ok_or_else(|| Problem::malformed("by has to be there"))?;
    known_person(shared, &by).await
}

fn actor(person: Person) -> Actor {
    Actor {
        id: person.id,
        name: person.name,
    }
}

/// The node's key, if people may open it.
fn by_hand(definitions: &Definitions, key: &str) -> Result<String, Problem> {
    let process = definitions.current();
    let Some(node) = process.node(key) else {
        let known: Vec<&str> = process
            .nodes()
            .iter()
            .map(|node| node.key.as_str())
            .collect();
        return Err(Problem::unknown_node(key, &known));
    };
    if !node.opening.by_hand {
        return Err(Problem::senseless(
            "the process definition doesn't let people open this node (opens_by_hand)",
        ));
    }
    Ok(node.key.clone())
}

fn newest_open<'s>(state: &'s State, node: &str) -> Option<&'s RunId> {
    let open = state.runs.iter();
    let open = open.filter(|(_, run)| run.node == node && run.phase.is_unfinished());
    let newest = open.max_by_key(|(_, run)| run.number)?;
    Some(newest.0)
}

fn is_key(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(fits)
}
