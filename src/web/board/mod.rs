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
use super::language::{Language, say};
use super::moments::Now;
use super::periods::{Period, Periods, Unaccepted};
use super::query::Parameters;
use super::sight::Sight;
use super::viewer::{PartViewer, Viewer};
use super::views::{Place, View};
use super::{events, moments, respond};
use crate::board::{Board, BoardError, DAYS_KEPT};
use crate::domain::{ChatId, Day, stored_number};
use crate::shared::Shared;
use calendar_note::CalendarNote;
use figures::{Drawing, Figures, Snapshots};
use filters::{Chip, chips};
use hits::HitCard;
use names::Names;
pub(super) use opened::page as opened;
use question::Wanted;
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
        periods: periods(
            &wanted,
            Period::asked(&Parameters::of(request.query_string())).1,
            now,
        ),
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
const OFFERED: [Period; 6] = [
    Period::Day,
    Period::Week,
    Period::Month,
    Period::ThisWeek,
    Period::ThisMonth,
    Period::LastMonth,
];

/// The first day whose figures the board keeps for certain.
fn kept_since(today: Day) -> Day {
    today.plus(1 - stored_number(DAYS_KEPT))
}

fn periods(wanted: &Wanted, unaccepted: Option<Unaccepted>, now: Now) -> Periods {
    let link = |period: Period| wanted.over(&period).href();
    let carried = wanted.carried();
    let (period, language) = (wanted.period, now.language);
    let since = kept_since(now.at.day());
    let offered = (OFFERED.as_slice(), since);
    let unaccepted = unaccepted.map(|unaccepted| unaccepted.told(period, language));
    let lacking = lacking(period, now).map(|why| {
        let kept = say!(
            language,
            "看板保留最近 {DAYS_KEPT} 天的数字（{since} 起）",
            "The board keeps the figures of the last {DAYS_KEPT} days (since {since})"
        );
        say!(language, "{kept}，{why}。", "{kept}: {why}.")
    });
    Periods {
        notices: unaccepted.into_iter().chain(lacking).collect(),
        ..Periods::of(offered, (period, now), ("/", carried), link)
    }
}

/// What a period lacks because the board doesn't keep its days any more.
fn lacking(period: Period, now: Now) -> Option<&'static str> {
    let (language, today) = (now.language, now.at.day());
    let since = kept_since(today);
    let (first, last) = period.now(today);
    if last < since {
        return Some(language.say(
            "所选日期更早，没有数字；原话仍在下方",
            "there are none of these days, but customers' words are below",
        ));
    }
    if first < since {
        return Some(language.say(
            "所选日期里更早的部分不在数字里，也不作对比",
            "earlier days are in none of the figures, and nothing is compared",
        ));
    }
    (period.before(today).0 < since).then(|| {
        language.say(
            "对比的日期更早，所以不作对比",
            "the days to compare with are earlier, so nothing is compared",
        )
    })
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
    let period = wanted.period;
    let (days, strip) = (period.now(today), period.strip(today));
    let (now, before) = tokio::try_join!(ask(days), ask(period.before(today)))?;
    if strip == days {
        return Ok(Snapshots {
            strip: now.clone(),
            strip_before: before.clone(),
            now,
            before,
        });
    }
    let (strip, strip_before) = tokio::try_join!(ask(strip), ask(period.strip_before(today)))?;
    Ok(Snapshots {
        now,
        before,
        strip,
        strip_before,
    })
}
