//! 过程健康度, 合规率 and 归因 as workbooks: all rows, with the definition beside them.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::export::ExportError;
use super::sheet::{begin, number, share};
use super::write::unwritable;
use crate::domain::PersonId;
use crate::health::{Band, BandFigures, Tally, Unbanded};
use crate::health_report::{Beside, Cause, Causes, Report};
use crate::store::Teams;

const DEFINITION: [&str; 5] = [
    "合规率 = 已完成 ÷ 应完成 × 100%。",
    "应完成：截止时间在这段时间内、并且已经到了的节点；还有时间的不算。",
    "已完成：到现在为止完成的，超时完成的也算；按时率另外列出。",
    "豁免、不适用、暂停、在截止之前商机就结束的，另外列出，不计入。",
    "节点算在商机现在的销售名下，和他现在的区域、团队里。",
];
const COUNTS: [&str; 11] = [
    "合规率",
    "按时率",
    "应完成",
    "已完成",
    "按时完成",
    "豁免",
    "不适用",
    "暂停",
    "商机已结束",
    "前期合规率",
    "前期应完成",
];

/// Reps × nodes.
///
/// # Errors
/// When there are more rows than a workbook takes.
pub fn health(report: &Report) -> Result<Vec<u8>, ExportError> {
    saved(|workbook| {
        let sheet = workbook.add_worksheet();
        headed(sheet, "健康度", &["销售", "区域", "节点"], &[16, 12, 22])?;
        for (row, ((rep, node), beside)) in (1..).zip(report.by(Clone::clone)) {
            let (name, region) = person(report, &rep);
            sheet.write_string(row, 0, name)?;
            sheet.write_string(row, 1, region)?;
            sheet.write_string(row, 2, report.node_name(&node))?;
            figures(sheet, (row, 3), beside)?;
        }
        about(workbook.add_worksheet(), report)
    })
}

/// By region, team and rep, and what each band won.
///
/// # Errors
/// As [`health`].
pub fn compliance(
    report: &Report,
    teams: &Teams,
    (bands, unbanded): &([BandFigures; 3], Unbanded),
) -> Result<Vec<u8>, ExportError> {
    saved(|workbook| {
        let sheet = workbook.add_worksheet();
        headed(sheet, "合规率", &["维度", "名称"], &[10, 22])?;
        for (row, (kind, name, beside)) in (1..).zip(groups(report, teams)) {
            sheet.write_string(row, 0, kind)?;
            sheet.write_string(row, 1, name)?;
            figures(sheet, (row, 2), beside)?;
        }
        won(workbook.add_worksheet(), bands, unbanded)?;
        about(workbook.add_worksheet(), report)
    })
}

/// The change in parts, a sheet a dimension.
///
/// # Errors
/// As [`health`].
pub fn attribution(report: &Report, causes: Option<&Causes>) -> Result<Vec<u8>, ExportError> {
    saved(|workbook| {
        if let Some(causes) = causes {
            let node = |key: &String| vec![report.node_name(key).to_owned()];
            parts(
                workbook.add_worksheet(),
                ("按节点", &["节点"]),
                &causes.nodes,
                node,
            )?;
            let region = |region: &String| vec![region.clone()];
            parts(
                workbook.add_worksheet(),
                ("按区域", &["区域"]),
                &causes.regions,
                region,
            )?;
            let rep = |id: &PersonId| vec![person(report, id).0.to_owned()];
            parts(
                workbook.add_worksheet(),
                ("按销售", &["销售"]),
                &causes.reps,
                rep,
            )?;
            parts(
                workbook.add_worksheet(),
                ("按销售和节点", &["销售", "节点"]),
                &causes.cells,
                |(id, key)| {
                    let (name, _) = person(report, id);
                    vec![name.to_owned(), report.node_name(key).to_owned()]
                },
            )?;
        }
        about(workbook.add_worksheet(), report)
    })
}

fn saved(
    write: impl FnOnce(&mut Workbook) -> Result<(), XlsxError>,
) -> Result<Vec<u8>, ExportError> {
    let mut workbook = Workbook::new();
    write(&mut workbook).map_err(unwritable)?;
    workbook.save_to_buffer().map_err(unwritable)
}

fn headed(
    sheet: &mut Worksheet,
    name: &str,
    whose: &[&str],
    widths: &[u16],
) -> Result<(), XlsxError> {
    let headers = whose.iter().chain(&COUNTS);
    let headers: Vec<String> = headers.map(|header| (*header).to_owned()).collect();
    begin(sheet, name, &headers, widths)
}

fn figures(
    sheet: &mut Worksheet,
    (row, first): (u32, u16),
    Beside { now, before }: Beside,
) -> Result<(), XlsxError> {
    share(sheet, row, first, now.rate())?;
    share(sheet, row, first + 1, now.on_time_rate())?;
    let Tally {
        due,
        done,
        on_time,
        waived,
        not_applicable,
        paused,
        ended,
    } = now;
    let counts = [due, done, on_time, waived, not_applicable, paused, ended];
    for (column, count) in (first + 2..).zip(counts) {
        number(sheet, row, column, count)?;
    }
    share(sheet, row, first + 9, before.rate())?;
    number(sheet, row, first + 10, before.due)
}

fn groups(report: &Report, teams: &Teams) -> Vec<(&'static str, String, Beside)> {
    let mut groups = vec![("全部", "全部".to_owned(), report.total())];
    let regions = report.by_region().into_iter();
    groups.extend(regions.map(|(region, beside)| match region.as_str() {
        "" => ("区域", "没有区域".to_owned(), beside),
        _ => ("区域", region, beside),
    }));
    let of_teams = report.by_team(teams).into_iter();
    groups.extend(of_teams.map(|(lead, beside)| {
        let name = teams
            .get(&lead)
            .map_or_else(|| lead.to_string(), |team| team.lead.clone());
        ("团队", name, beside)
    }));
    let reps = report.by_rep().into_iter();
    groups.extend(reps.map(|(rep, beside)| ("销售", person(report, &rep).0.to_owned(), beside)));
    groups
}

fn won(
    sheet: &mut Worksheet,
    bands: &[BandFigures; 3],
    unbanded: &Unbanded,
) -> Result<(), XlsxError> {
    let headers = [
        "合规率",
        "销售",
        "应完成",
        "已完成",
        "赢单",
        "输单",
        "赢单率",
    ]
    .map(str::to_owned);
    begin(sheet, "赢单率", &headers, &[14])?;
    for (row, figures) in (1..).zip(bands) {
        sheet.write_string(
            row,
            0,
            match figures.band {
                Band::High => "> 85%",
                Band::Middle => "70–85%",
                Band::Low => "< 70%",
            },
        )?;
        let closed = figures.closed;
        let tally = figures.tally;
        let counts = [figures.reps, tally.due, tally.done, closed.won, closed.lost];
        for (column, count) in (1..).zip(counts) {
            number(sheet, row, column, count)?;
        }
        share(sheet, row, 6, closed.win_rate())?;
    }
    sheet.write_string(4, 0, "不分档")?;
    number(sheet, 4, 1, unbanded.reps)?;
    number(sheet, 4, 4, unbanded.closed.won)?;
    number(sheet, 4, 5, unbanded.closed.lost)
}

fn parts<K>(
    sheet: &mut Worksheet,
    (name, whose): (&str, &[&str]),
    causes: &[Cause<K>],
    named: impl Fn(&K) -> Vec<String>,
) -> Result<(), XlsxError> {
    let figures = [
        "前期应完成",
        "前期完成",
        "应完成",
        "完成",
        "贡献",
        "其中自身完成率",
        "其中份额",
        "从",
    ];
    let headers = whose.iter().chain(&figures);
    let headers: Vec<String> = headers.map(|header| (*header).to_owned()).collect();
    begin(sheet, name, &headers, &[22, 16])?;
    for (row, cause) in (1..).zip(causes) {
        let part = &cause.part;
        let mut column = 0;
        for name in named(&part.group) {
            sheet.write_string(row, column, name)?;
            column += 1;
        }
        for count in [
            part.before.due,
            part.before.done,
            part.now.due,
            part.now.done,
        ] {
            number(sheet, row, column, count)?;
            column += 1;
        }
        for adds in [part.total.value(), part.by_rate, part.by_share()] {
            share(sheet, row, column, Some(adds))?;
            column += 1;
        }
        if let Some(since) = cause.since {
            sheet.write_string(row, column, since.to_string())?;
        }
    }
    Ok(())
}

/// The periods and the definition.
fn about(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    let headers = ["说明".to_owned(), String::new()];
    begin(sheet, "说明", &headers, &[14, 60])?;
    let days = |from: crate::domain::Timestamp, until: crate::domain::Timestamp| {
        let last = crate::domain::Timestamp(until.0.saturating_sub(1)).day();
        format!("{} 至 {last}", from.day())
    };
    let told = [
        ("时间", days(report.period.from, report.period.until)),
        ("计到", report.counted_until.rfc3339()),
        ("前期", days(report.before.from, report.before.until)),
    ];
    for (row, (name, value)) in (1..).zip(&told) {
        sheet.write_string(row, 0, *name)?;
        sheet.write_string(row, 1, value)?;
    }
    for (row, sentence) in (5..).zip(DEFINITION) {
        sheet.write_string(row, 1, sentence)?;
    }
    Ok(())
}

fn person<'r>(report: &'r Report, id: &'r PersonId) -> (&'r str, &'r str) {
    let person = report.person(id);
    person.map_or((id.as_str(), ""), |person| (&person.name, &person.region))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{Cursor, Read as _};

    use super::*;
    use crate::domain::{Timestamp, day};
    use crate::health::by_band;
    use crate::store::{Period, SeenPerson};

    fn report() -> Report {
        let period = Period {
            from: day("2026-11-01").start(),
            until: day("2026-12-01").start(),
        };
        let rep: PersonId = "r1".parse().expect("an id");
        Report {
            period,
            counted_until: Timestamp(period.until.0),
            before: period,
            people: vec![SeenPerson {
                id: rep.clone(),
                name: "=1+1".to_owned(),
                region: "@SUM(A1)".to_owned(),
            }],
            nodes: vec![("roi".to_owned(), "+roi".to_owned())],
            tallies: BTreeMap::from([((rep, "roi".to_owned()), Tally::of("done", true, 3))]),
            earlier: BTreeMap::new(),
        }
    }

    #[test]
    fn no_name_becomes_a_formula() {
        let report = report();
        let books = [
            health(&report),
            compliance(&report, &Teams::default(), &by_band([])),
            attribution(&report, None),
        ];
        let mut texts = String::new();
        for book in books {
            let bytes = Cursor::new(book.expect("written"));
            let mut archive = zip::ZipArchive::new(bytes).expect("a workbook");
            for place in 0..archive.len() {
                let mut entry = archive.by_index(place).expect("an entry");
                entry.read_to_string(&mut texts).expect("XML");
            }
        }

        assert!(!texts.contains("<f>") && !texts.contains("<f "));
        for text in ["=1+1", "@SUM(A1)", "+roi", "合规率 = 已完成 ÷ 应完成"] {
            assert!(texts.contains(text), "{text}");
        }
    }
}
