//! The report as DingTalk shows it. Pure.

use super::{Quote, Report, Top};
use crate::journal::plain;

/// Where a quote leads.
pub(crate) type Link<'a> = &'a dyn Fn(&Quote) -> String;

/// The headline: `上周 TOP3 客户异议：价格、招标、交期`.
pub(crate) fn title(report: &Report) -> String {
    let names: Vec<&str> = report.tops.iter().map(|top| top.label.chinese()).collect();
    format!("TOP3 客户异议：{}", names.join("、"))
}

/// The longest text that `fits`: as many quotes of each kind as possible, each with its link; the
/// figures in any case. `whose` says whose figures they are.
pub(crate) fn markdown(
    report: &Report,
    whose: &str,
    link: Link<'_>,
    fits: impl Fn(&str) -> bool,
) -> String {
    let with_so_many = |quotes: usize| written(report, whose, link, quotes);
    let most = report.tops.iter().map(|top| top.quotes.len()).max();
    let texts = (0..=most.unwrap_or(0)).rev().map(with_so_many);
    texts
        .into_iter()
        .find(|text| fits(text))
        .unwrap_or_else(|| with_so_many(0))
}

fn written(report: &Report, whose: &str, link: Link<'_>, quotes: usize) -> String {
    let (from, to) = report.days;
    let total = report.total();
    let mut text = format!(
        "### TOP3 客户异议类型\n\n{from} 至 {to} · {}\n\n共 {} 次，比前 {} 天 {}\n\n",
        plain(whose),
        total.now,
        to.0 - from.0 + 1,
        total.told()
    );
    for (place, top) in (1..).zip(&report.tops) {
        text.push_str(&one(place, top, link, quotes));
    }
    text
}

fn one(place: usize, top: &Top, link: Link<'_>, quotes: usize) -> String {
    let mut text = format!(
        "**{place}. {} {} 次**　{}\n\n",
        top.label.chinese(),
        top.change.now,
        top.change.told()
    );
    for quote in top.quotes.iter().take(quotes) {
        text.push_str(&format!(
            "> {} [看原话]({})\n\n",
            plain(&quote.text),
            link(quote)
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::board::{Change, Snapshot};
    use crate::domain::{Label, Timestamp, day};

    fn report() -> Report {
        let quote = |text: &str| Quote {
            message: "m1".parse().expect("an id"),
            chat: "c1".parse().expect("an id"),
            at: Timestamp(0),
            region: String::new(),
            product: String::new(),
            text: text.to_owned(),
            words: String::new(),
        };
        let top = |label, now, before| Top {
            label,
            change: Change { now, before },
            quotes: vec![quote("太贵了 [点这里](http://x)"), quote("再便宜点")],
        };
        Report {
            days: (day("2026-11-16"), day("2026-11-22")),
            before_days: (day("2026-11-09"), day("2026-11-15")),
            now: Snapshot {
                totals: [(Label::Price, 14), (Label::Tender, 2)].into(),
                ..Snapshot::default()
            },
            before: Snapshot {
                totals: [(Label::Price, 10)].into(),
                ..Snapshot::default()
            },
            tops: vec![top(Label::Price, 14, 10), top(Label::Tender, 2, 0)],
        }
    }

    #[test]
    fn a_digest_names_figures_changes_and_quotes_and_runs_no_customers_link() {
        let link: Link<'_> = &|quote| format!("https://d.example/{}", quote.message);
        let text = markdown(&report(), "华东", link, |_| true);

        assert_eq!(title(&report()), "TOP3 客户异议：价格、招标");
        for part in [
            "2026-11-16 至 2026-11-22 · 华东",
            "共 16 次，比前 7 天 +6（+60%）",
            "**1. 价格 14 次**　+4（+40%）",
            "**2. 招标 2 次**　新出现",
            "> 太贵了 ［点这里］（http://x） [看原话](https://d.example/m1)",
            "再便宜点",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn quotes_go_before_figures_when_room_is_short() {
        let link: Link<'_> = &|_| "https://d.example".to_owned();
        let text = markdown(&report(), "华东", link, |text| {
            text.matches('>').count() < 3
        });
        let none = markdown(&report(), "华东", link, |_| false);

        assert!(
            text.contains("太贵了") && !text.contains("再便宜点"),
            "{text}"
        );
        assert!(none.contains("招标 2 次") && !none.contains('>'), "{none}");
    }
}
