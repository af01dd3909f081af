//! Writes what is stored. Of an empty store, the template for an import.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Write;
use std::str::FromStr;

use super::write::{Sheet, Value};
use super::{Kind, export_rows as rows};
use crate::domain::Timestamp;
use crate::store::{
    AlertFilter, Fields, OpportunityFilter, Period, Purchase, RunFilter, SignalFilter, Store,
    StoreError,
};

/// A moment and an id.
type Key = (Timestamp, String);

const PAGE: i64 = 1_000;
const ALWAYS: Period = Period {
    from: Timestamp(i64::MIN),
    until: Timestamp(i64::MAX),
};

/// How an export is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A workbook; every cell is text, and a second sheet explains the columns.
    Xlsx,
    /// UTF-8 with a mark at its start, so that Excel reads it as such; cells that could run as
    /// formulas are guarded by an apostrophe, which an import takes away.
    Csv,
    /// An array of objects under the columns' English names.
    Json,
}

/// The word names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no format; expected xlsx, csv or json")]
pub struct UnknownFormat(pub String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        match word {
            "xlsx" => Ok(Self::Xlsx),
            "csv" => Ok(Self::Csv),
            "json" => Ok(Self::Json),
            other => Err(UnknownFormat(other.to_owned())),
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Json => "json",
        })
    }
}

/// The export broke off; what was written so far is worth nothing.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The rows could not be written.
    #[error("can't write the export")]
    Write(#[from] std::io::Error),
    /// A workbook takes no more rows.
    #[error("there are more rows than a workbook takes (1,048,575); export as csv or json")]
    TooManyRows,
}

/// Writes what an import of the kind takes: the columns, without rows.
///
/// # Errors
/// When `out` fails.
pub fn template(kind: Kind, format: Format, out: impl Write) -> Result<(), ExportError> {
    Sheet::begin(kind, format, Vec::new(), out)?.finish()
}

/// Writes all rows of a kind.
///
/// # Errors
/// When the store fails, `out` fails, or there are more rows than the format takes.
pub async fn export(
    store: &Store,
    kind: Kind,
    format: Format,
    out: impl Write,
) -> Result<(), ExportError> {
    let fields = match kind {
        Kind::Customers => store.customers_fields().await?,
        _ => BTreeMap::new(),
    };
    let further = further(&fields);
    let mut sheet = Sheet::begin(kind, format, further.clone(), out)?;
    let sheet_rows = &mut sheet;
    match kind {
        Kind::Reps => {
            let read = async |after: &str| store.people_page(None, None, after, PAGE).await;
            by_id(sheet_rows, read, |person| person.id.as_str(), rows::person).await?;
        }
        Kind::Customers => {
            let read = async |after: &str| store.customers(after, PAGE).await;
            by_id(
                sheet_rows,
                read,
                |customer| customer.id.as_str(),
                |customer| rows::customer(customer, &further, fields.get(customer.id.as_str())),
            )
            .await?;
        }
        Kind::Contacts => {
            let read = async |after: &str| store.contacts(after, PAGE).await;
            by_id(
                sheet_rows,
                read,
                |contact| contact.id.as_str(),
                rows::contact,
            )
            .await?;
        }
        Kind::Opportunities => {
            let filter = OpportunityFilter::default();
            let read = async |after: &str| store.opportunities_page(&filter, after, PAGE).await;
            by_id(sheet_rows, read, |deal| deal.id.as_str(), rows::opportunity).await?;
        }
        Kind::Accounts => {
            for account in &store.service_accounts().await? {
                sheet_rows.row(rows::service_account(account))?;
            }
        }
        Kind::Purchases => purchases(sheet_rows, store).await?,
        Kind::Runs => {
            let filter = RunFilter {
                opened: ALWAYS,
                opportunity: None,
                rep: None,
                node: None,
                status: None,
                spot_check: None,
            };
            let read = async |after: Option<&Key>| store.runs_page(&filter, after, PAGE).await;
            by_time(
                sheet_rows,
                read,
                |run| (run.opened_at, run.id.as_str().to_owned()),
                rows::run,
            )
            .await?;
        }
        Kind::Signals => {
            let filter = SignalFilter {
                at: ALWAYS,
                label: None,
                chat: None,
                rep: None,
                customer: None,
                region: None,
                shadow: None,
                dismissed: None,
            };
            let read = async |after: Option<&Key>| store.signals_page(&filter, after, PAGE).await;
            by_time(
                sheet_rows,
                read,
                |signal| (signal.at, signal.id.clone()),
                rows::signal,
            )
            .await?;
        }
        Kind::Corrections => {
            let read = async |after: &str| store.labelled_lines(after, PAGE).await;
            by_id(
                sheet_rows,
                read,
                |line| line.message.as_str(),
                rows::labelled_line,
            )
            .await?;
        }
        Kind::Alerts => {
            let filter = AlertFilter {
                raised: ALWAYS,
                opportunity: None,
                person: None,
                status: None,
            };
            let read = async |after: Option<&Key>| store.alerts_page(&filter, after, PAGE).await;
            by_time(
                sheet_rows,
                read,
                |alert| (alert.raised_at, alert.id.as_str().to_owned()),
                rows::alert,
            )
            .await?;
        }
    }
    sheet.finish()
}

/// The headers of all further columns that some customer has, in their order.
fn further(fields: &BTreeMap<String, Fields>) -> Vec<String> {
    let headers: BTreeSet<&String> = fields.values().flat_map(Fields::keys).collect();
    headers.into_iter().cloned().collect()
}

async fn purchases(sheet: &mut Sheet<impl Write>, store: &Store) -> Result<(), ExportError> {
    let mut after: Option<Purchase> = None;
    loop {
        let page = store.purchases(after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(last.clone());
        for purchase in &page {
            sheet.row(rows::purchase(purchase))?;
        }
    }
}

/// Page after page of a list that is ordered by id.
async fn by_id<R>(
    sheet: &mut Sheet<impl Write>,
    mut read: impl AsyncFnMut(&str) -> Result<Vec<R>, StoreError>,
    id: impl Fn(&R) -> &str,
    cells: impl Fn(&R) -> Vec<Value>,
) -> Result<(), ExportError> {
    let mut after = String::new();
    loop {
        let page = read(&after).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        id(last).clone_into(&mut after);
        for row in &page {
            sheet.row(cells(row))?;
        }
    }
}

/// Page after page of a list that is ordered by moment and id.
async fn by_time<R>(
    sheet: &mut Sheet<impl Write>,
    mut read: impl AsyncFnMut(Option<&Key>) -> Result<Vec<R>, StoreError>,
    key: impl Fn(&R) -> Key,
    cells: impl Fn(&R) -> Vec<Value>,
) -> Result<(), ExportError> {
    let mut after = None;
    loop {
        let page = read(after.as_ref()).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(key(last));
        for row in &page {
            sheet.row(cells(row))?;
        }
    }
}
