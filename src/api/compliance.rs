//! `GET /compliance`: how much of what was due was done, and done in time.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer::known;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::shared::Shared;
use crate::store::ComplianceRow;

/// What the figures count, for whoever reads them without this file.
const DEFINITION: &str = "Counted are runs whose deadline lies in the period: from `from` on, before `to`, and not later than \
the moment of asking (`counted_until`), so that what still has time counts neither way. `due` is how many there are, \
`done` how many of them are done by now, `on_time` how many were done before their deadline. `rate` is on_time / due, \
from 0 to 1, and null where nothing was due. Runs that a director let off (`waived`) or that don't apply to their \
deal (`not_applicable`) are counted apart and are not part of `due`; runs whose clock is stopped count neither way. A run belongs to the rep who owns its deal now and to that rep's region \
now; reps and regions where nothing was counted are left out.";

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Figures {
    due: i64,
    done: i64,
    on_time: i64,
    waived: i64,
    not_applicable: i64,
}

/// Per rep, per region and in total. Without `from`, the current month.
pub(super) async fn compliance(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let now = shared.clock.now();
    let from = parameters
        .moment("from")
        .unwrap_or_else(|| now.day().month_start().start());
    let until = parameters.moment("to").unwrap_or(now);
    if until < from {
        parameters.refuse("to", &until.rfc3339(), "a moment after `from`");
    }
    parameters.finish()?;

    let counted_until = until.min(now);
    let rows = shared.store.compliance(from, counted_until).await?;
    let (mut total, mut regions) = (Figures::default(), BTreeMap::<String, Figures>::new());
    let mut reps = Vec::new();
    for row in rows {
        let figures = Figures::of(&row);
        total.add(figures);
        regions.entry(row.region.clone()).or_default().add(figures);
        let whose = json!({ "rep_id": row.rep_id, "rep": row.rep, "region": known(&row.region) });
        reps.push(figures.shown(whose));
    }
    let regions = regions
        .iter()
        .map(|(region, figures)| figures.shown(json!({ "region": known(region) })));
    Ok(HttpResponse::Ok().json(json!({
        "from": from.rfc3339(),
        "to": until.rfc3339(),
        "counted_until": counted_until.rfc3339(),
        "definition": DEFINITION,
        "reps": reps,
        "regions": regions.collect::<Vec<_>>(),
        "total": total.shown(json!({})),
    })))
}

impl Figures {
    const fn of(row: &ComplianceRow) -> Self {
        Self {
            due: row.due,
            done: row.done,
            on_time: row.on_time,
            waived: row.waived,
            not_applicable: row.not_applicable,
        }
    }

    const fn add(&mut self, other: Self) {
        self.due += other.due;
        self.done += other.done;
        self.on_time += other.on_time;
        self.waived += other.waived;
        self.not_applicable += other.not_applicable;
    }

    #[expect(clippy::cast_precision_loss, reason = "a share of counts")]
    fn rate(self) -> Option<f64> {
        (self.due > 0).then(|| self.on_time as f64 / self.due as f64)
    }

    /// The figures beside whom they belong to.
    fn shown(self, mut whose: Value) -> Value {
        whose["due"] = self.due.into();
        whose["done"] = self.done.into();
        whose["on_time"] = self.on_time.into();
        whose["waived"] = self.waived.into();
        whose["not_applicable"] = self.not_applicable.into();
        whose["rate"] = self.rate().into();
        whose
    }
}
