//! `GET /board/ranking`: all rows of one of the board's rankings, page by page.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::figures::Drawing;
use super::filters::{Chip, chips};
use super::names::Names;
use super::question::Wanted;
use super::rankings::{Dimension, Ranking, ranked};
use crate::shared::Shared;
use crate::web::error::PageError;
use crate::web::frame::{Frame, Tab};
use crate::web::query::Parameters;
use crate::web::respond;
use crate::web::sight::Sight;
use crate::web::viewer::Viewer;

/// Rows of one page.
const ROWS: usize = 100;

/// The page.
#[derive(Template)]
#[template(path = "board_ranking.html")]
pub(super) struct RankingPage {
    pub(super) frame: Frame,
    pub(super) wanted: Wanted,
    pub(super) chips: Vec<Chip>,
    pub(super) behind: usize,
    /// Nothing while the board is away.
    pub(super) ranking: Option<Ranking>,
    pub(super) by: Dimension,
}

impl RankingPage {
    /// The same ranking without one of the filters.
    fn without(&self, chip: &Chip) -> String {
        chip.without.ranked(self.by, 0)
    }

    /// Rows from here on, with those of further pages.
    fn rows(&self) -> usize {
        let further = |ranking: &Ranking| ranking.further.as_ref().map_or(0, |rest| rest.rows);
        let ranking = self.ranking.as_ref();
        ranking.map_or(0, |ranking| ranking.rows.len() + further(ranking))
    }

    /// Their hits.
    fn hits(&self) -> u64 {
        let further = |ranking: &Ranking| ranking.further.as_ref().map_or(0, |rest| rest.hits);
        let shown = |ranking: &Ranking| ranking.rows.iter().map(|row| row.count).sum::<u64>();
        let ranking = self.ranking.as_ref();
        ranking.map_or(0, |ranking| shown(ranking) + further(ranking))
    }
}

/// `GET /board/ranking`.
pub(in crate::web) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    let asked = Parameters::of(request.query_string());
    let by = asked.get("by").and_then(Dimension::of);
    let by = by.ok_or(PageError::NotFound)?;
    let behind = asked.get("behind").and_then(|rows| rows.parse().ok());
    let behind: usize = behind.unwrap_or(0);
    let places = behind..behind.saturating_add(ROWS);
    let wanted = Wanted::strictly(request.query_string(), &viewer.scope)?.board();
    let sight = Sight::of(&shared, &viewer.scope).await?;
    let now = viewer.now(&shared);
    let today = now.at.day();
    let question = wanted.question(wanted.period.now(today), &sight);
    let snapshot = shared.board_keeper.board.snapshot(&question).await.ok();
    let mut names = Names::default();
    if let Some(snapshot) = &snapshot {
        names = Names::of(&shared, snapshot, &sight.reps, places.clone()).await?;
    }
    let with = Drawing {
        names: &names,
        teams: &sight.teams,
        wanted: &wanted,
        today,
        language: now.language,
    };
    let page = RankingPage {
        frame: Frame::new(Tab::Board, &viewer),
        ranking: snapshot.map(|snapshot| ranked(by, &snapshot, with, places)),
        chips: chips(&wanted, &names, &sight.teams, now.language),
        wanted,
        behind,
        by,
    };
    respond::page(&page)
}
