//! 过程健康度, 合规率, 归因: three pages over the same figures, each with its workbook, and the runs behind
//! every figure.
//!
//! `question` is what an address asks, `bar` the controls above a page, `figures` and `course` how
//! numbers are told and drawn. Colours say nothing that the figure beside them doesn't.

mod bar;
mod behind;
mod causes;
mod course;
mod figures;
mod heat;
mod question;
mod rates;
#[cfg(test)]
mod tests;
mod workbook;

use actix_web::web::{ServiceConfig, get};

const HEALTH: &str = "/health";
const RUNS: &str = "/health/runs";
const COMPLIANCE: &str = "/compliance";
const ATTRIBUTION: &str = "/attribution";

/// The pages and their workbooks.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route(HEALTH, get().to(heat::page))
        .route(RUNS, get().to(behind::page))
        .route(COMPLIANCE, get().to(rates::page))
        .route(ATTRIBUTION, get().to(causes::page))
        .route("/health.xlsx", get().to(workbook::health))
        .route("/compliance.xlsx", get().to(workbook::compliance))
        .route("/attribution.xlsx", get().to(workbook::attribution));
}
