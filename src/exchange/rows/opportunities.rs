//! Deals.

use std::collections::{BTreeMap, HashMap};

use ulid::Ulid;

use super::customers::Known;
use super::names::Rows;
use super::people::People;
use super::{moment, open_deal};
use crate::domain::{CustomerId, OpportunityId, PersonId, Timestamp};
use crate::engine::Process;
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::exchange::table::Row;
use crate::store::{NewOpportunity, OpportunityRow, Store, StoreError};

const PAGE: i64 = 1_000;

/// What an import can change of a deal.
#[derive(PartialEq, Eq)]
struct Described {
    customer: CustomerId,
    rep: PersonId,
    name: String,
}

/// What the cells name.
struct Lookup<'a> {
    customers: Known,
    people: People,
    deals: Deals,
    process: &'a Process,
    now: Timestamp,
}

/// Deals that are stored.
struct Deals {
    by_id: BTreeMap<String, OpportunityRow>,
    by_name: HashMap<(CustomerId, String), Vec<OpportunityId>>,
}

pub(in crate::exchange) async fn take_in(
    intake: &mut Intake<'_>,
    process: &Process,
    now: Timestamp,
) -> Result<(), ImportError> {
    let lookup = Lookup {
        customers: Known::read(intake.store).await?,
        people: People::of(intake.store.people().await?.iter()),
        deals: Deals::read(intake.store).await?,
        process,
        now,
    };
    let mut seen = Seen::default();
    for row in &intake.table.rows {
        take_row(intake, &lookup, &mut seen, row).await?;
    }
    Ok(())
}

/// Which deals the file has named so far.
#[derive(Default)]
struct Seen {
    ids: Rows,
    names: Rows,
}

/// Looks at every cell before it gives up a row.
async fn take_row(
    intake: &mut Intake<'_>,
    lookup: &Lookup<'_>,
    seen: &mut Seen,
    row: &Row,
) -> Result<(), ImportError> {
    let described = describe(intake, lookup, row);
    let id = id_of(intake, &lookup.deals, row, described.as_ref());
    let stored = id
        .as_ref()
        .and_then(|id| lookup.deals.by_id.get(id.as_str()));
    let beginning = match stored {
        Some(stored) => {
            refuse_other_stage(intake, lookup, row, stored);
            None
        }
        None => beginning(intake, lookup, row),
    };
    let (Some(described), Some(id)) = (described, id) else {
        return Ok(());
    };
    if let Some(first) = seen.before(row, &id, &described) {
        let found = format!("the deal of row {first} again");
        intake.refuse(row.number, "", found, "each deal once");
        return Ok(());
    }
    match (stored, beginning) {
        (Some(stored), _) => change(intake, stored, &described).await,
        (None, Some(beginning)) => make(intake, lookup, (id, described), beginning).await,
        (None, None) => Ok(()),
    }
}

impl Seen {
    /// The row that named the deal before, if one did.
    fn before(&mut self, row: &Row, id: &OpportunityId, described: &Described) -> Option<u32> {
        let by_name = format!("{} {}", described.customer, described.name);
        let same_name = if row.text("id").is_empty() {
            self.names.repeated(&by_name, row.number)
        } else {
            None
        };
        same_name.or_else(|| self.ids.repeated(id.as_str(), row.number))
    }
}

fn describe(intake: &mut Intake<'_>, lookup: &Lookup<'_>, row: &Row) -> Option<Described> {
    let customer = lookup.customers.find(row.text("customer"));
    let rep = lookup.people.find(row.text("rep"));
    let name = row.text("name");
    for (code, refused) in [
        ("customer", customer.as_ref().err()),
        ("rep", rep.as_ref().err()),
    ] {
        if let Some(expected) = refused {
            intake.refuse(row.number, code, shown(row.text(code)), expected.clone());
        }
    }
    if name.is_empty() {
        intake.refuse(row.number, "name", "nothing", "what people call the deal");
        return None;
    }
    Some(Described {
        customer: customer.ok()?,
        rep: rep.ok()?,
        name: name.to_owned(),
    })
}

/// The given id; else that of the customer's one deal of this name; else a new one.
fn id_of(
    intake: &mut Intake<'_>,
    deals: &Deals,
    row: &Row,
    described: Option<&Described>,
) -> Option<OpportunityId> {
    let given = row.text("id");
    if !given.is_empty() {
        return given.parse().ok();
    }
    let described = described?;
    let of_name = deals
        .by_name
        .get(&(described.customer.clone(), described.name.clone()));
    match of_name.map_or(&[][..], Vec::as_slice) {
        [] => Ulid::generate().to_string().parse().ok(),
        [one] => Some(one.clone()),
        several => {
            let expected = format!(
                "an id, since the customer has {} deals of this name",
                several.len()
            );
            intake.refuse(row.number, "id", "nothing", expected);
            None
        }
    }
}

fn refuse_other_stage(
    intake: &mut Intake<'_>,
    lookup: &Lookup<'_>,
    row: &Row,
    stored: &OpportunityRow,
) {
    let stage = row.text("stage");
    let is_as_stored = stage.is_empty()
        || stage == stored.stage
        || stage_key(lookup.process, stage) == Some(&stored.stage);
    if !is_as_stored {
        let expected = format!(
            "{} as stored, or nothing; a stage is moved by POST /api/v1/opportunities/{}/stage, so that it is on record",
            stored.stage, stored.id
        );
        intake.refuse(row.number, "stage", shown(stage), expected);
    }
}

async fn change(
    intake: &mut Intake<'_>,
    stored: &OpportunityRow,
    wanted: &Described,
) -> Result<(), ImportError> {
    let described = Described {
        customer: stored.customer_id.clone(),
        rep: stored.rep_id.clone(),
        name: stored.name.clone(),
    };
    if intake.differs(Some(&described), wanted) && intake.is_clean() {
        intake
            .tx
            .describe_opportunity(&stored.id, &wanted.name, &wanted.rep, &wanted.customer)
            .await?;
    }
    Ok(())
}

/// The stage and the moment in which a new deal begins.
fn beginning(
    intake: &mut Intake<'_>,
    lookup: &Lookup<'_>,
    row: &Row,
) -> Option<(String, Timestamp)> {
    let (stage, opened_at) = (row.text("stage"), row.text("opened_at"));
    let key = stage_key(lookup.process, stage);
    if key.is_none() {
        let stages = lookup.process.stages().iter();
        let known: Vec<String> = stages
            .map(|stage| format!("{} {}", stage.key, stage.name))
            .collect();
        let expected = format!("one of: {}", known.join(", "));
        intake.refuse(row.number, "stage", shown(stage), expected);
    }
    let moment = match opened_at {
        "" => Some(lookup.now),
        text => moment::parse(text),
    };
    if moment.is_none() {
        let expected = "a day or moment such as 2026-11-23 or 2026-11-23T09:30:00+08:00";
        intake.refuse(row.number, "opened_at", shown(opened_at), expected);
    }
    Some((key?.clone(), moment?))
}

async fn make(
    intake: &mut Intake<'_>,
    lookup: &Lookup<'_>,
    (id, described): (OpportunityId, Described),
    (stage, opened_at): (String, Timestamp),
) -> Result<(), ImportError> {
    let deal = NewOpportunity {
        id,
        customer: described.customer,
        rep: described.rep,
        name: described.name,
        stage,
        opened_at,
    };
    intake.imported.made += 1;
    if intake.is_clean() {
        open_deal(intake.tx, &deal, lookup.process, lookup.now).await?;
    }
    Ok(())
}

/// The key of the stage that is named by key or name; of the first when none is.
fn stage_key<'p>(process: &'p Process, text: &str) -> Option<&'p String> {
    let mut stages = process.stages().iter();
    let stage = stages.find(|stage| text.is_empty() || stage.key == text || stage.name == text);
    stage.map(|stage| &stage.key)
}

impl Deals {
    async fn read(store: &Store) -> Result<Self, StoreError> {
        let mut deals = Self {
            by_id: BTreeMap::new(),
            by_name: HashMap::new(),
        };
        let mut after = String::new();
        loop {
            let page = store.opportunities(&after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(deals);
            };
            last.id.as_str().clone_into(&mut after);
            for deal in page {
                let of_name = deals
                    .by_name
                    .entry((deal.customer_id.clone(), deal.name.clone()))
                    .or_default();
                of_name.push(deal.id.clone());
                deals.by_id.insert(deal.id.as_str().to_owned(), deal);
            }
        }
    }
}
