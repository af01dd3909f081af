//! TOP3 客户异议类型 as a workbook: the counts by every dimension beside those of the days before, the
//! quotes, and the days one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::export::ExportError;
use super::sheet::{begin, exact, number};
use super::write::unwritable;
use crate::board::{Change, Counts};
use crate::domain::{CustomerId, Day, Label, PersonId};
use crate::store::{Store, StoreError, Teams};
use crate::top_three::Report;

/// Customers read at a time.
const PAGE: i64 = 5_000;
/// Rows of one dimension that are written one by one; a workbook is made in memory. The rest is
/// summed up in one more.
const MOST_ROWED: usize = 1_000;

/// What stands behind the ids of a report.
struct Names<'n> {
    people: BTreeMap<PersonId, String>,
    customers: BTreeMap<CustomerId, String>,
    teams: &'n Teams,
}

/// Writes the report, with the teams that its reader may know of. `base` is where the service's pages
/// are, for the links of quotes.
///
/// # Errors
/// When the store fails, `out` fails, or there are more rows than a workbook takes.
pub async fn objections(
    store: &Store,
    report: &Report,
    teams: &Teams,
    base: &str,
    mut out: impl Write,
) -> Result<(), ExportError> {
    let names = Names::of(store, report, teams).await?;
    let mut workbook = workbook(report, &names, base).map_err(unwritable)?;
    out.write_all(&workbook.save_to_buffer().map_err(unwritable)?)?;
    out.flush()?;
    Ok(())
}

impl<'n> Names<'n> {
    /// Those of the report's customers that are written one by one, and of all people.
    async fn of(store: &Store, report: &Report, teams: &'n Teams) -> Result<Self, StoreError> {
        let written = ranked(&report.now.by_customer, &report.before.by_customer);
        let written: BTreeSet<&CustomerId> = written
            .iter()
            .take(MOST_ROWED)
            .filter_map(|(customer, ..)| customer.as_ref())
            .collect();
        let people = store.people().await?;
        let mut customers = BTreeMap::new();
        let mut after = String::new();
        loop {
            let page = store.customers(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.to_string();
            customers.extend(
                page.into_iter()
                    .filter(|customer| written.contains(&customer.id))
                    .map(|customer| (customer.id, customer.name)),
            );
        }
        Ok(Self {
            teams,
            people: people
                .into_iter()
                .map(|person| (person.id, person.name))
                .collect(),
            customers,
        })
    }

    fn person(&self, id: &PersonId) -> String {
        self.people
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }

    fn customer(&self, id: &CustomerId) -> String {
        self.customers
            .get(id)
            .cloned()
            .unwrap_or_else(|| id.to_string())
    }
}

fn workbook(report: &Report, names: &Names<'_>, base: &str) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    counts(workbook.add_worksheet(), report, names)?;
    quotes(workbook.add_worksheet(), report, base)?;
    trend(workbook.add_worksheet(), report)?;
    Ok(workbook)
}

/// A row of the first sheet: a dimension, its value, and what was counted then and before.
type Group = (&'static str, String, Counts, Counts);

fn counts(sheet: &mut Worksheet, report: &Report, names: &Names<'_>) -> Result<(), XlsxError> {
    let days = |(from, to): (Day, Day)| format!("{from} 至 {to}");
    let headers = [
        "维度".to_owned(),
        "名称".to_owned(),
        "异议".to_owned(),
        days(report.days),
        format!("前期 {}", days(report.before_days)),
        "变化".to_owned(),
        "变化比例".to_owned(),
    ];
    begin(sheet, "统计", &headers, &[10, 30, 12, 26, 30, 10, 12])?;
    let mut row = 0;
    for (dimension, name, now, before) in groups(report, names) {
        let total = Change {
            now: now.values().sum(),
            before: before.values().sum(),
        };
        row += 1;
        figures(sheet, row, (dimension, &name, "合计"), total)?;
        for label in Label::ALL {
            let count = |counts: &Counts| counts.get(&label).copied().unwrap_or_default();
            let change = Change {
                now: count(&now),
                before: count(&before),
            };
            if change.now + change.before > 0 {
                row += 1;
                figures(sheet, row, (dimension, &name, label.chinese()), change)?;
            }
        }
    }
    Ok(())
}

fn figures(
    sheet: &mut Worksheet,
    row: u32,
    (dimension, name, label): (&str, &str, &str),
    change: Change,
) -> Result<(), XlsxError> {
    sheet.write_string(row, 0, dimension)?;
    sheet.write_string(row, 1, name)?;
    sheet.write_string(row, 2, label)?;
    number(sheet, row, 3, change.now)?;
    number(sheet, row, 4, change.before)?;
    sheet.write_number(row, 5, exact(change.now) - exact(change.before))?;
    // Of nothing, and of next to nothing, there is no share.
    if let Some(percent) = change.percent() {
        sheet.write_string(row, 6, percent)?;
    }
    Ok(())
}

/// All groups that have hits now or had before; those of now first, as the board ranks them.
fn groups(report: &Report, names: &Names<'_>) -> Vec<Group> {
    let (now, before) = (&report.now, &report.before);
    let mut groups = vec![(
        "全部",
        "全部".to_owned(),
        now.totals.clone(),
        before.totals.clone(),
    )];
    let known =
        |name: &Option<String>, unknown: &str| name.clone().unwrap_or_else(|| unknown.to_owned());
    add(
        &mut groups,
        "区域",
        &now.by_region,
        &before.by_region,
        |region| known(region, "区域未知"),
    );
    let teams = (
        names.teams.sums(&now.by_rep),
        names.teams.sums(&before.by_rep),
    );
    add(&mut groups, "团队", &teams.0, &teams.1, |lead| {
        names.person(lead)
    });
    add(&mut groups, "销售", &now.by_rep, &before.by_rep, |rep| {
        rep.as_ref()
            .map_or("没有接待人员".to_owned(), |id| names.person(id))
    });
    add(
        &mut groups,
        "客户",
        &now.by_customer,
        &before.by_customer,
        |customer| {
            customer
                .as_ref()
                .map_or("尚未识别的客户".to_owned(), |id| names.customer(id))
        },
    );
    add(
        &mut groups,
        "产品",
        &now.by_product,
        &before.by_product,
        |product| known(product, "没有提到产品"),
    );
    let is_tried = !(now.on_trial.is_empty() && before.on_trial.is_empty());
    groups.extend(is_tried.then(|| {
        let name = "不计入以上数字".to_owned();
        (
            "试运行",
            name,
            now.on_trial.clone(),
            before.on_trial.clone(),
        )
    }));
    groups
}

fn add<K: Ord>(
    groups: &mut Vec<Group>,
    dimension: &'static str,
    now: &[(K, Counts)],
    before: &[(K, Counts)],
    name: impl Fn(&K) -> String,
) {
    let ranked = ranked(now, before);
    let (written, rest) = ranked.split_at(ranked.len().min(MOST_ROWED));
    for (key, now, before) in written {
        groups.push((dimension, name(key), (*now).clone(), (*before).clone()));
    }
    if !rest.is_empty() {
        let of_now = sum(rest.iter().map(|(_, now, _)| *now));
        let of_before = sum(rest.iter().map(|(.., before)| *before));
        groups.push((dimension, further(rest.len()), of_now, of_before));
    }
}

/// What the rows that aren't written one by one are called.
fn further(rows: usize) -> String {
    format!("其余 {rows} 个合计（只逐个列出前 {MOST_ROWED} 个）")
}

fn sum<'c>(all: impl Iterator<Item = &'c Counts>) -> Counts {
    let mut sum = Counts::new();
    for (label, hits) in all.flatten() {
        *sum.entry(*label).or_default() += hits;
    }
    sum
}

static NONE: Counts = Counts::new();

/// Whatever has hits now or had some before; those of now first, as the board ranks them.
fn ranked<'c, K: Ord>(
    now: &'c [(K, Counts)],
    before: &'c [(K, Counts)],
) -> Vec<(&'c K, &'c Counts, &'c Counts)> {
    let earlier: BTreeMap<&K, &Counts> = before.iter().map(|(key, counts)| (key, counts)).collect();
    let counted: BTreeSet<&K> = now.iter().map(|(key, _)| key).collect();
    let of_now = now.iter().map(|(key, counts)| {
        let before = earlier.get(key).copied().unwrap_or(&NONE);
        (key, counts, before)
    });
    let gone = before.iter().filter(|(key, _)| !counted.contains(key));
    let gone = gone.map(|(key, counts)| (key, &NONE, counts));
    of_now.chain(gone).collect()
}

fn quotes(sheet: &mut Worksheet, report: &Report, base: &str) -> Result<(), XlsxError> {
    let headers = [
        "名次",
        "异议",
        "次数",
        "客户原话（人名、公司名、号码已隐去）",
        "命中的词",
        "产品",
        "区域",
        "时间",
        "原话链接",
    ]
    .map(str::to_owned);
    begin(sheet, "原话", &headers, &[6, 10, 8, 70, 24, 16, 10, 20, 40])?;
    let mut row = 0;
    for (place, top) in (1..).zip(&report.tops) {
        for quote in &top.quotes {
            row += 1;
            let chat = crate::percent_encoded::percent_encoded(quote.chat.as_str());
            let message = crate::percent_encoded::percent_encoded(quote.message.as_str());
            number(sheet, row, 0, place)?;
            sheet.write_string(row, 1, top.label.chinese())?;
            number(sheet, row, 2, top.change.now)?;
            sheet.write_string(row, 3, &quote.text)?;
            sheet.write_string(row, 4, &quote.words)?;
            sheet.write_string(row, 5, &quote.product)?;
            sheet.write_string(row, 6, &quote.region)?;
            sheet.write_string(row, 7, quote.at.for_people())?;
            sheet.write_string(row, 8, format!("{base}/chats/{chat}?message={message}"))?;
        }
    }
    Ok(())
}

fn trend(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    let headers: Vec<String> = ["日期", "合计"]
        .into_iter()
        .chain(Label::ALL.iter().map(|label| label.chinese()))
        .map(str::to_owned)
        .collect();
    begin(sheet, "走势", &headers, &[14])?;
    let by_day: BTreeMap<Day, &Counts> = report
        .before
        .by_day
        .iter()
        .chain(&report.now.by_day)
        .map(|(day, counts)| (*day, counts))
        .collect();
    let (first, last) = (report.before_days.0, report.days.1);
    for (row, day) in (1..).zip((first.0..=last.0).map(Day)) {
        sheet.write_string(row, 0, day.to_string())?;
        let counts = by_day.get(&day).copied();
        let count = |label: &Label| {
            let found = counts.and_then(|counts| counts.get(label));
            found.copied().unwrap_or_default()
        };
        number(
            sheet,
            row,
            1,
            counts.map_or(0, |counts| counts.values().sum()),
        )?;
        for (column, label) in (2..).zip(&Label::ALL) {
            number(sheet, row, column, count(label))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_long_dimension_is_summed_up_and_said_to_be() {
        let counts = |hits| Counts::from([(Label::Price, hits)]);
        let now: Vec<(u64, Counts)> = (0..1_003).map(|key| (key, counts(2))).collect();
        let before = vec![(5, counts(7)), (2_000, counts(1))];
        let mut groups = Vec::new();

        add(&mut groups, "客户", &now, &before, u64::to_string);

        assert_eq!(groups.len(), MOST_ROWED + 1);
        assert_eq!(groups[5], ("客户", "5".to_owned(), counts(2), counts(7)));
        let name = "其余 4 个合计（只逐个列出前 1000 个）".to_owned();
        assert_eq!(groups[MOST_ROWED], ("客户", name, counts(6), counts(1)));
    }
}
