//! 异议看板: what customers object to, live.
//!
//! Figures come from the board, words from the store. When the board is away the page says so and
//! still shows the newest words.

mod calendar_note;
mod figures;
mod filters;
mod hits;
mod names;
mod opened;
mod question;
mod ranked;
mod rankings;
mod strip;
#[cfg(test)]
mod tests;
mod trend;
mod workbook;

use std::time::Duration;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use futures_util::stream;
use tokio_util::sync::CancellationToken;

use super::error::PageError;
use super::filters::FilterBar;
use super::frame::{Frame, Tab};
use super::language::Language;
use super::moments::Now;
use super::periods::{Period, Periods};
use super::sight::Sight;
use super::viewer::{PartViewer, Viewer};
use super::views::{Place, View};
use super::{events, moments, respond};
use crate::board::{Board, BoardError};
use crate::domain::{ChatId, Day};
use crate::shared::Shared;
use calendar_note::CalendarNote;
use figures::{Drawing, Figures, Snapshots};
use filters::{Chip, chips};
use hits::HitCard;
use names::Names;
pub(super) use opened::page as opened;
use question::{Wanted, just_before};
pub(super) use ranked::page as ranked;
use rankings::ROWS;
pub(super) use workbook::workbook;

/// Changes that come together are told together.
const GATHERED_FOR: Duration = Duration::from_millis(300);
/// Products to choose from; those that were heard most.
const PRODUCTS: usize = 50;

/// The page.
#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    filters: FilterBar,
    periods: Periods,
    wanted: Wanted,
    live: Live,
}

/// The part of it that changes by itself.
#[derive(Template)]
#[template(path = "board_live.html")]
struct Live {
    language: Language,
    wanted: Wanted,
    chips: Vec<Chip>,
    figures: Option<Figures>,
    hits: Vec<HitCard>,
    as_of: String,
    calendar: Option<CalendarNote>,
    /// Whether a team is asked for that isn't there: then nothing is shown of it.
    lacks_team: bool,
    /// What may be filtered by.
    products: Vec<String>,
}

/// `GET /`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::of(request.query_string(), &viewer.scope).board();
    let sight = Sight::of(&shared, &viewer.scope).await?;
    let now = viewer.now(&shared);
    let (live, chats) = live_part(&shared, &sight, wanted.clone(), now).await?;
    view(&shared, &viewer, &request).record(chats, None).await?;
    let page = BoardPage {
        frame: Frame::new(Tab::Board, &viewer),
        filters: filters::bar(&sight, &live.products, &wanted, now.language),
        periods: periods(&wanted, now),
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
    let wanted = Wanted::of(request.query_string(), &part.viewer.scope).board();
    let sight = Sight::of(&shared, &part.viewer.scope).await?;
    let now = part.viewer.now(&shared);
    let (live, chats) = live_part(&shared, &sight, wanted, now).await?;
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

/// What the board offers, today before all else.
fn periods(wanted: &Wanted, now: Now) -> Periods {
    let link = |period: Period| wanted.over(&period).href();
    let carried = wanted.carried();
    Periods::of(
        &[Period::Day, Period::Week, Period::Month],
        (wanted.period, now),
        ("/", carried),
        link,
    )
}

fn view<'a>(shared: &'a Shared, viewer: &'a Viewer, request: &'a HttpRequest) -> View<'a> {
    View {
        shared,
        viewer,
        request,
        place: Place::Board,
    }
}

/// The part that changes by itself, and the chats whose words it shows.
async fn live_part(
    shared: &Shared,
    sight: &Sight,
    wanted: Wanted,
    now: Now,
) -> Result<(Live, Vec<ChatId>), PageError> {
    let today = now.at.day();
    let rows = if sight.lacks_team(wanted.team.as_ref()) {
        Vec::new()
    } else {
        let filter = wanted.newest(now.at);
        let newest = shared
            .store
            .newest_hits(&sight.scope, &filter, None, hits::SIGNALS);
        newest.await?
    };
    let (rows, _) = hits::whole_messages(rows, hits::SIGNALS);
    let (hits, chats) = hits::cards(rows, now);
    // The keeper of the board says in the log that it is away; here its figures are only left out.
    let board = &shared.board_keeper.board;
    let snapshots = snapshots(board, &wanted, today, sight).await.ok();
    let (mut names, mut products) = (Names::default(), Vec::new());
    if let Some(snapshots) = &snapshots {
        names = Names::of(shared, &snapshots.now, &sight.reps, 0..ROWS).await?;
        let heard = snapshots.now.by_product.iter();
        products = heard
            .filter_map(|(product, _)| product.clone())
            .take(PRODUCTS)
            .collect();
    }
    let with = Drawing {
        names: &names,
        teams: &sight.teams,
        wanted: &wanted,
        today,
        language: now.language,
    };
    let live = Live {
        figures: snapshots.as_ref().map(|of| figures::figures(of, with)),
        chips: chips(&wanted, &names, &sight.teams, now.language),
        hits,
        as_of: moments::told(now.at, now),
        language: now.language,
        calendar: CalendarNote::of(&shared.calendar.load(), today),
        products,
        lacks_team: sight.lacks_team(wanted.team.as_ref()),
        wanted,
    };
    Ok((live, chats))
}

async fn snapshots(
    board: &Board,
    wanted: &Wanted,
    today: Day,
    sight: &Sight,
) -> Result<Snapshots, BoardError> {
    let ask = async |days: (Day, Day)| {
        let question = wanted.question(days, sight);
        board.snapshot(&question).await
    };
    let (days, strip) = (wanted.period.now(today), wanted.period.strip(today));
    let (now, before) = tokio::try_join!(ask(days), ask(wanted.period.before(today)))?;
    if strip == days {
        return Ok(Snapshots {
            strip: now.clone(),
            strip_before: before.clone(),
            now,
            before,
        });
    }
    let (strip, strip_before) = tokio::try_join!(ask(strip), ask(just_before(strip)))?;
    Ok(Snapshots {
        now,
        before,
        strip,
        strip_before,
    })
}
