//! `GET /board/hits`: the words behind one of the board's figures.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::filters::{Chip, chips};
use super::hits::{self, HitCard};
use super::names::Names;
use super::question::Wanted;
use super::view;
use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::store::{HitCount, HitPlace};
use crate::web::error::PageError;
use crate::web::frame::{Frame, Tab};
use crate::web::next_path::query_of;
use crate::web::query::Parameters;
use crate::web::respond;
use crate::web::sight::Sight;
use crate::web::viewer::Viewer;

/// Signals read for one page.
const SIGNALS: i64 = 200;

/// The page.
#[derive(Template)]
#[template(path = "board_hits.html")]
pub(super) struct HitsPage {
    pub(super) frame: Frame,
    pub(super) wanted: Wanted,
    pub(super) chips: Vec<Chip>,
    pub(super) count: HitCount,
    pub(super) hits: Vec<HitCard>,
    /// Whether a team is asked for that isn't there.
    pub(super) lacks_team: bool,
    /// The page with what follows.
    pub(super) further: Option<String>,
}

impl HitsPage {
    /// Hits that are counted, whose words the viewer may not read.
    const fn hidden(&self) -> i64 {
        self.count.counted - self.count.readable
    }

    /// What the page is about, in a few words.
    fn title(&self) -> String {
        let language = self.frame.look.language;
        let all = language.say("全部异议", "All objections");
        let name = self
            .wanted
            .label
            .map_or(all, |label| language.label(&label));
        format!("{name} · {}", self.wanted.period.name(&language))
    }
}

/// `GET /board/hits`.
pub(in crate::web) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let wanted = Wanted::strictly(request.query_string(), &viewer.scope)?;
    let sight = Sight::of(&shared, &viewer.scope).await?;
    let now = viewer.now(&shared);
    let days = wanted.period.now(now.at.day());
    let filter = wanted.hits(days);
    let behind = behind(request.query_string());
    let lacks_team = sight.lacks_team(wanted.team.as_ref());
    let (rows, count) = if lacks_team {
        (Vec::new(), HitCount::default())
    } else {
        let store = &shared.store;
        let rows = store.newest_hits(&viewer.scope, &filter, behind.as_ref(), SIGNALS);
        (rows.await?, store.count_hits(&viewer.scope, &filter).await?)
    };
    let (rows, last) = hits::whole_messages(rows, SIGNALS);
    let names = names(&sight, &rows);
    let (cards, chats) = hits::cards(rows, now);
    view(&shared, &viewer, &request).record(chats, None).await?;
    let page = HitsPage {
        frame: Frame::new(Tab::Board, &viewer),
        chips: chips(&wanted, &names, &sight.teams, now.language),
        further: last.map(|(at, message)| further(&wanted, at, &message)),
        lacks_team,
        wanted,
        count,
        hits: cards,
    };
    respond::page(&page)
}

fn further(wanted: &Wanted, at: Timestamp, message: &str) -> String {
    let place = query_of(&[("before", &at.0.to_string()), ("behind", message)]);
    format!("{}&{place}", wanted.open())
}

fn behind(query: &str) -> Option<HitPlace> {
    let asked = Parameters::of(query);
    let at = asked.get("before")?.parse().ok()?;
    Some((Timestamp(at), asked.get("behind")?.to_owned()))
}

/// Of whom words are shown, by name; nobody else's name is told.
fn names(sight: &Sight, rows: &[crate::store::HitRow]) -> Names {
    let reps = sight.reps.iter();
    let customers = rows.iter().filter_map(|row| {
        let id = row.customer_id.clone()?;
        (!row.customer.is_empty()).then(|| (id, row.customer.clone()))
    });
    Names {
        reps: reps
            .map(|(id, name, _)| (id.clone(), name.clone()))
            .collect(),
        customers: customers.collect(),
    }
}
