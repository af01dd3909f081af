//! What the figures of health, compliance and attribution ask for. The database counts, rep by rep from
//! an index that holds all that is counted; what a count means is said in [`Tally`] alone.
//!
//! Each question carries what its viewer may see, as in `pages`.

use std::collections::BTreeMap;

use super::database::on_reader;
use super::pages::{reps_of_director, team_of};
use super::{Period, Store, StoreError, ViewScope};
use crate::domain::{PersonId, Timestamp};
use crate::health::Tally;

/// Whose runs, and with a deadline in which period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthQuestion {
    /// From the first moment on, before the second.
    pub period: Period,
    /// Only of reps of this region.
    pub region: Option<String>,
    /// Only of whoever stands below this person, and of that person.
    pub team: Option<PersonId>,
    /// Only of this rep.
    pub rep: Option<PersonId>,
}

/// Somebody whose deals the viewer may see.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SeenPerson {
    /// Who.
    pub id: PersonId,
    /// What people call them.
    pub name: String,
    /// Where; empty when they have no region.
    pub region: String,
}

/// A rep and a node, by its key.
pub type RepNode = (PersonId, String);

/// What the steps of a period are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepsBy {
    /// By nothing: each step has one tally, under the name `""`.
    Whole,
    /// By the node's key.
    Node,
    /// By the rep's region.
    Region,
}

/// Equal steps into which a period is cut, such as weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// The first moment of the first step.
    pub from: Timestamp,
    /// How long each step is, in milliseconds; never zero.
    pub step_ms: i64,
}

#[derive(sqlx::FromRow)]
struct CellRow {
    rep_id: PersonId,
    node: String,
    status: String,
    late: bool,
    runs: i64,
}

#[derive(sqlx::FromRow)]
struct StepRow {
    name: String,
    step: i64,
    status: String,
    late: bool,
    runs: i64,
}

/// Who is counted. `$1` is the scope's, `$2` and `$3` the period; `cross join` holds SQLite to going
/// from people to what is theirs, by an index.
macro_rules! of_people {
    ($scope:expr, $select:literal, $within:expr, $rest:literal) => {
        match $scope {
            ViewScope::All => of_people!(@ "$1 = ''", $select, $within, $rest),
            ViewScope::Director { .. } => {
                of_people!(@ concat!("person.id in ", reps_of_director!()), $select, $within, $rest)
            }
            ViewScope::Rep(_) => of_people!(@ "person.id = $1", $select, $within, $rest),
        }
    };
    (@ $scope:expr, $select:literal, $within:expr, $rest:literal) => {
        concat!(
            $select, " where ", $scope,
            " and ($4 = '' or person.region = $4) and ($5 = '' or person.id in ", team_of!("$5"),
            ") and ($6 = '' or person.id = $6) and ", $within, " ", $rest
        )
    };
}

pub(super) use of_people;

/// A run whose deadline lies in the period, and its rep.
macro_rules! due_runs {
    () => {
        "run.rep_id = person.id and run.due_at >= $2 and run.due_at < $3"
    };
}

pub(super) use due_runs;

impl HealthQuestion {
    /// Whatever lies in the period.
    #[must_use]
    pub const fn all(period: Period) -> Self {
        Self {
            period,
            region: None,
            team: None,
            rep: None,
        }
    }

    pub(super) fn region(&self) -> &str {
        self.region.as_deref().unwrap_or_default()
    }

    pub(super) fn team(&self) -> &str {
        self.team.as_ref().map(PersonId::as_str).unwrap_or_default()
    }

    pub(super) fn rep(&self) -> &str {
        self.rep.as_ref().map(PersonId::as_str).unwrap_or_default()
    }
}

impl Store {
    /// Everybody whose deals the viewer may see, by region, name and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people_seen(&self, scope: &ViewScope) -> Result<Vec<SeenPerson>, StoreError> {
        macro_rules! people {
            ($within:expr) => {
                concat!(
                    "select person.id, person.name, person.region from person where ",
                    $within,
                    " order by person.region, person.name, person.id"
                )
            };
        }
        let sql = match scope {
            ViewScope::All => people!("$1 = ''"),
            ViewScope::Director { .. } => people!(concat!("person.id in ", reps_of_director!())),
            ViewScope::Rep(_) => people!("person.id = $1"),
        };
        Ok(on_reader!(self, pool => sqlx::query_as(sql).bind(scope.key()).fetch_all(pool).await)?)
    }

    /// How runs with a deadline in the period stand now, by rep and node. Whoever counts what was due
    /// lets the period end no later than now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies(
        &self,
        scope: &ViewScope,
        asked: &HealthQuestion,
    ) -> Result<BTreeMap<RepNode, Tally>, StoreError> {
        let sql = tallies_sql(scope);
        let rows: Vec<CellRow> = on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(asked.period.from).bind(asked.period.until)
            .bind(asked.region()).bind(asked.team()).bind(asked.rep())
            .fetch_all(pool).await)?;
        let mut tallies: BTreeMap<RepNode, Tally> = BTreeMap::new();
        for row in rows {
            let tally = Tally::of(&row.status, row.late, counted(row.runs));
            *tallies.entry((row.rep_id, row.node)).or_default() += tally;
        }
        Ok(tallies)
    }

    /// The same, step by step: by name and the step's place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tally_steps(
        &self,
        scope: &ViewScope,
        asked: &HealthQuestion,
        (by, grid): (StepsBy, Grid),
    ) -> Result<BTreeMap<(String, usize), Tally>, StoreError> {
        let sql = steps_sql(scope, by);
        let rows: Vec<StepRow> = on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(asked.period.from).bind(asked.period.until)
            .bind(asked.region()).bind(asked.team()).bind(asked.rep())
            .bind(grid.from).bind(grid.step_ms)
            .fetch_all(pool).await)?;
        let mut steps: BTreeMap<(String, usize), Tally> = BTreeMap::new();
        for row in rows {
            let tally = Tally::of(&row.status, row.late, counted(row.runs));
            let step = usize::try_from(row.step).unwrap_or_default();
            *steps.entry((row.name, step)).or_default() += tally;
        }
        Ok(steps)
    }

    /// How many deals of each rep came to an end in the period, by the stage that they stand in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn closed_deals(
        &self,
        scope: &ViewScope,
        asked: &HealthQuestion,
    ) -> Result<Vec<(PersonId, String, u64)>, StoreError> {
        let sql = closed_sql(scope);
        let rows: Vec<(PersonId, String, i64)> = on_reader!(self, pool => sqlx::query_as(sql)
            .bind(scope.key()).bind(asked.period.from).bind(asked.period.until)
            .bind(asked.region()).bind(asked.team()).bind(asked.rep())
            .fetch_all(pool).await)?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(rep, stage, deals)| (rep, stage, counted(deals)))
            .collect())
    }
}

pub(super) fn tallies_sql(scope: &ViewScope) -> &'static str {
    of_people!(
        scope,
        "select person.id as rep_id, run.node, run.status, run.late, count(*) as runs \
         from person cross join run",
        due_runs!(),
        "group by person.id, run.node, run.status, run.late"
    )
}

pub(super) fn steps_sql(scope: &ViewScope, by: StepsBy) -> &'static str {
    // Grouped by the place of the column, since Postgres can't know that two bindings are the same.
    match by {
        StepsBy::Whole => of_people!(
            scope,
            "select '' as name, (run.due_at - $7) / $8 as step, run.status, run.late, \
             count(*) as runs from person cross join run",
            due_runs!(),
            "group by 2, 3, 4"
        ),
        StepsBy::Node => of_people!(
            scope,
            "select run.node as name, (run.due_at - $7) / $8 as step, run.status, run.late, \
             count(*) as runs from person cross join run",
            due_runs!(),
            "group by 1, 2, 3, 4"
        ),
        StepsBy::Region => of_people!(
            scope,
            "select person.region as name, (run.due_at - $7) / $8 as step, run.status, run.late, \
             count(*) as runs from person cross join run",
            due_runs!(),
            "group by 1, 2, 3, 4"
        ),
    }
}

pub(super) fn closed_sql(scope: &ViewScope) -> &'static str {
    of_people!(
        scope,
        "select person.id, opportunity.stage, count(*) from person cross join opportunity",
        "opportunity.rep_id = person.id and opportunity.closed_at is not null \
         and opportunity.closed_at >= $2 and opportunity.closed_at < $3",
        "group by person.id, opportunity.stage"
    )
}

fn counted(rows: i64) -> u64 {
    u64::try_from(rows).unwrap_or_default()
}
