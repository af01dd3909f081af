//! 异议看板: what customers object to, live.
//!
//! Figures come from the board, words from the store. When the board is away the page says so and
//! still shows the newest words.

mod calendar_note;
mod figures;
mod hits;
mod question;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::viewer::{PartViewer, Viewer};
use super::views::{Place, View};
use super::{events, moments, respond};
use crate::board::{Board, BoardError, Snapshot};
use crate::domain::{ChatId, CustomerId, PersonId};
use crate::shared::Shared;
use crate::store::{StoreError, ViewScope};
use calendar_note::CalendarNote;
use figures::{Figures, Names, Snapshots};
use hits::HitCard;
use question::{Period, Wanted};

/// Changes that come together are told together.
const GATHERED_FOR: Duration = Duration::from_millis(300);

/// The page.
#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    wanted: Wanted,
    regions: Vec<Choice>,
    reps: Vec<Choice>,
    live: Live,
}

/// The part of it that changes by itself.
#[derive(Template)]
#[template(path = "board_live.html")]
struct Live {
    wanted: Wanted,
    figures: Option<Figures>,
    hits: Vec<HitCard>,
    as_of: String,
    calendar: Option<CalendarNote>,
}

/// An entry of a filter.
struct Choice {
    value: String,
    name: String,
    chosen: bool,
}

/// `GET /`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::of(request.query_string(), &viewer.scope);
    let reps = shared.store.reps_in(&viewer.scope).await?;
    let (live, chats) = live_part(&shared, &viewer, wanted.clone(), &reps).await?;
    view(&shared, &viewer, &request).record(chats, None).await?;
    let page = BoardPage {
        frame: Frame::new(Tab::Board, &viewer),
        regions: region_choices(&viewer.scope, &reps, &wanted),
        reps: rep_choices(&viewer.scope, &reps, &wanted),
        wanted,
        live,
    };
    respond::page(&page)
}

/// `GET /board/live`.
pub(super) async fn live(
    shared: Data<Shared>,
    part: PartViewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::of(request.query_string(), &part.viewer.scope);
    let reps = shared.store.reps_in(&part.viewer.scope).await?;
    let (live, chats) = live_part(&shared, &part.viewer, wanted, &reps).await?;
    view(&shared, &part.viewer, &request)
        .record_new(chats)
        .await?;
    respond::page(&live)
}

/// `GET /board/events`.
pub(super) async fn changes(
    shared: Data<Shared>,
    stop: Data<CancellationToken>,
    _viewer: PartViewer,
) -> HttpResponse {
    let changes = shared.board_keeper.board.changes();
    let gathered = stream::unfold(changes, |mut changes| async {
        changes.next().await?;
        tokio::time::sleep(GATHERED_FOR).await;
        Some(((), changes))
    });
    events::answer(gathered, stop.as_ref().clone())
}

fn view<'a>(shared: &'a Shared, viewer: &'a Viewer, request: &'a HttpRequest) -> View<'a> {
    View {
        shared,
        viewer,
        request,
        place: Place::Board,
    }
}

type Reps = [(PersonId, String, String)];

/// The part that changes by itself, and the chats whose words it shows.
async fn live_part(
    shared: &Shared,
    viewer: &Viewer,
    wanted: Wanted,
    reps: &Reps,
) -> Result<(Live, Vec<ChatId>), PageError> {
    let now = shared.clock.now();
    let rows = shared
        .store
        .newest_hits(&viewer.scope, &wanted.hits(now), hits::SIGNALS)
        .await?;
    let (hits, chats) = hits::cards(rows, now);
    // The keeper of the board says in the log that it is away; here its figures are only left out.
    let figures = match snapshots(
        &shared.board_keeper.board,
        &wanted,
        now.day(),
        &viewer.scope,
    )
    .await
    {
        Ok(snapshots) => {
            let names = names(shared, &snapshots.now, reps).await?;
            Some(figures::figures(&snapshots, &names, &wanted, now.day()))
        }
        Err(_) => None,
    };
    let live = Live {
        wanted,
        figures,
        hits,
        as_of: moments::told(now, now),
        calendar: CalendarNote::of(&shared.calendar.load(), now.day()),
    };
    Ok((live, chats))
}

async fn snapshots(
    board: &Board,
    wanted: &Wanted,
    today: crate::domain::Day,
    scope: &ViewScope,
) -> Result<Snapshots, BoardError> {
    let ask = |(from, to)| wanted.question(from, to, scope);
    let (now, before, strip) = (
        ask(wanted.period.now(today)),
        ask(wanted.period.before(today)),
        ask(wanted.period.strip(today)),
    );
    let (now, before, strip) = tokio::try_join!(
        board.snapshot(&now),
        board.snapshot(&before),
        board.snapshot(&strip)
    )?;
    Ok(Snapshots { now, before, strip })
}

/// The names behind the ids that the page shows.
async fn names(shared: &Shared, snapshot: &Snapshot, reps: &Reps) -> Result<Names, StoreError> {
    let mut customers: BTreeMap<CustomerId, String> = BTreeMap::new();
    let shown = snapshot
        .by_customer
        .iter()
        .filter_map(|(id, _)| id.as_ref());
    for id in shown.take(figures::ROWS) {
        if let Some(customer) = shared.store.customer(id).await? {
            customers.insert(id.clone(), customer.name);
        }
    }
    let mut people: BTreeMap<PersonId, String> = reps
        .iter()
        .map(|(id, name, _)| (id.clone(), name.clone()))
        .collect();
    let shown = snapshot.by_rep.iter().filter_map(|(id, _)| id.as_ref());
    for id in shown.take(figures::ROWS) {
        // Whoever left the region or was promoted is not among its reps, but in its figures.
        if !people.contains_key(id)
            && let Some(person) = shared.store.person(id).await?
        {
            people.insert(id.clone(), person.name);
        }
    }
    Ok(Names {
        reps: people,
        customers,
    })
}

fn region_choices(scope: &ViewScope, reps: &Reps, wanted: &Wanted) -> Vec<Choice> {
    if *scope != ViewScope::All {
        return Vec::new();
    }
    let regions: BTreeSet<&str> = reps.iter().map(|(_, _, region)| region.as_str()).collect();
    let choice = |region: &str| Choice {
        value: region.to_owned(),
        name: region.to_owned(),
        chosen: wanted.region.as_deref() == Some(region),
    };
    regions
        .into_iter()
        .filter(|region| !region.is_empty())
        .map(choice)
        .collect()
}

fn rep_choices(scope: &ViewScope, reps: &Reps, wanted: &Wanted) -> Vec<Choice> {
    if matches!(scope.on_board(), ViewScope::Rep(_)) {
        return Vec::new();
    }
    let is_meant = |region: &str| {
        wanted
            .region
            .as_deref()
            .is_none_or(|wanted| wanted == region)
    };
    let choice = |(id, name, region): &(PersonId, String, String)| Choice {
        value: id.to_string(),
        name: if *scope == ViewScope::All {
            format!("{name} · {region}")
        } else {
            name.clone()
        },
        chosen: wanted.rep.as_ref() == Some(id),
    };
    reps.iter()
        .filter(|(_, _, region)| is_meant(region))
        .map(choice)
        .collect()
}
