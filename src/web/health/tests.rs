//! The pages with samples: peaceful, hostile and empty.

use std::collections::BTreeMap;

use askama::Template as _;

use super::behind::{Listed, RunsPage};
use super::course::course;
use super::question::Wanted;
use super::{causes, heat, rates};
use crate::domain::{Timestamp, day};
use crate::health::{Closed, Tally, by_band, since_when, taken_apart};
use crate::health_report::{Asked, Cause, Causes, Grain, Report, Series};
use crate::store::{RepNode, SeenPerson, Teams, ViewScope};
use crate::web::frame::{Frame, Tab};
use crate::web::language::Language;
use crate::web::moments::Now;
use crate::web::standing::Light;
use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

fn now() -> Now {
    Now {
        at: Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").expect("a moment"),
        language: Language::Chinese,
    }
}

fn asked() -> (Wanted, Asked) {
    let wanted = Wanted::of("period=30d");
    let asked = wanted.asked(&ViewScope::All, now().at);
    (wanted, asked)
}

fn tally(done: u64, due: u64) -> Tally {
    Tally::of("done", false, done.min(1))
        + Tally::of("done", true, done.saturating_sub(1))
        + Tally::of("overdue", true, due - done)
        + Tally::of("waived", true, 1)
}

/// Two reps and two nodes; the second node of the first rep fell.
fn report(text: &str) -> Report {
    let (_, asked) = asked();
    let cell =
        |rep: &str, node: &str| -> RepNode { (rep.parse().expect("an id"), node.to_owned()) };
    let person = |id: &str| SeenPerson {
        id: id.parse().expect("an id"),
        name: text.to_owned(),
        region: text.to_owned(),
    };
    Report {
        period: asked.question.period,
        counted_until: now().at,
        before: asked.before,
        people: vec![person("r1"), person("r2")],
        nodes: vec![
            ("demo".to_owned(), text.to_owned()),
            ("roi".to_owned(), text.to_owned()),
        ],
        tallies: BTreeMap::from([
            (cell("r1", "demo"), tally(18, 20)),
            (cell("r1", "roi"), tally(4, 20)),
            (cell("r2", "demo"), tally(15, 20)),
        ]),
        earlier: BTreeMap::from([
            (cell("r1", "demo"), tally(18, 20)),
            (cell("r1", "roi"), tally(18, 20)),
            (cell("r2", "demo"), tally(15, 20)),
        ]),
    }
}

fn causes_of(report: &Report) -> Causes {
    let groups = report.by(Clone::clone);
    let of = |side: fn(&crate::health_report::Beside) -> Tally| -> BTreeMap<RepNode, Tally> {
        groups
            .iter()
            .map(|(key, beside)| (key.clone(), side(beside)))
            .collect()
    };
    let (before, after) = (of(|beside| beside.before), of(|beside| beside.now));
    let steps: Vec<_> = (0..9)
        .map(|week| day("2026-09-21").plus(week * 7))
        .collect();
    let series = vec![
        tally(9, 10),
        tally(9, 10),
        tally(9, 10),
        tally(9, 10),
        tally(3, 10),
        tally(2, 10),
    ];
    let alone = |side: &BTreeMap<RepNode, Tally>| {
        BTreeMap::from([((), side.values().copied().sum::<Tally>())])
    };
    let nodes = |side: &BTreeMap<RepNode, Tally>| {
        let mut nodes: BTreeMap<String, Tally> = BTreeMap::new();
        for ((_, node), tally) in side {
            *nodes.entry(node.clone()).or_default() += *tally;
        }
        nodes
    };
    let parts = taken_apart(&nodes(&before), &nodes(&after))
        .expect("due")
        .parts
        .into_iter();
    let cells = taken_apart(&before, &after).expect("due").parts.into_iter();
    Causes {
        whole: taken_apart(&alone(&before), &alone(&after)).expect("due"),
        nodes: parts
            .map(|part| Cause {
                since: since_when(&series, part.before, part.now).map(|step| steps[step]),
                series: Some(Series(series.clone())),
                part,
            })
            .collect(),
        cells: cells
            .map(|part| Cause {
                part,
                series: None,
                since: None,
            })
            .collect(),
        series: Series(series),
        steps,
        grain: Grain::Week,
        regions: Vec::new(),
        reps: Vec::new(),
    }
}

fn frame(tab: Tab, text: &str) -> Frame {
    Frame::sample(tab, text)
}

fn heat(report: &Report, text: &str) -> String {
    let (wanted, _) = asked();
    let page = heat::drawn(
        frame(Tab::Health, text),
        (report, &Teams::default()),
        &wanted,
        0,
        now(),
    );
    page.render().expect("the heat map renders")
}

fn rates(report: &Report, text: &str) -> String {
    let (wanted, _) = asked();
    let closed = Closed { won: 7, lost: 3 };
    let bands = by_band([
        (tally(19, 20), closed),
        (tally(15, 20), Closed { won: 1, lost: 2 }),
    ]);
    let frame = frame(Tab::Compliance, text);
    let mut page = rates::drawn(frame, (report, &Teams::default()), &wanted, bands, now());
    let causes = causes_of(report);
    page.course = course(&causes.series.0, &causes.steps, day("2026-10-25"), now());
    page.render().expect("the rates render")
}

fn attribution(report: &Report, causes: Option<&Causes>, text: &str) -> String {
    let (wanted, asked) = asked();
    let frame = frame(Tab::Attribution, text);
    let page = causes::drawn(
        frame,
        (report, causes, &Teams::default()),
        (&wanted, &asked),
        now(),
    );
    page.render().expect("the causes render")
}

fn runs(text: &str) -> String {
    let run = Listed {
        path: "/runs/o1-1".to_owned(),
        title: text.to_owned(),
        light: Light::Overdue,
        when: "已超 2 小时".to_owned(),
        due: "今天 09:30".to_owned(),
        rep: text.to_owned(),
        deal: text.to_owned(),
    };
    RunsPage {
        frame: frame(Tab::Health, text),
        about: vec![text.to_owned(), text.to_owned()],
        back: "/health?period=30d".to_owned(),
        kinds: vec![("/health/runs?of=all".to_owned(), "全部", true)],
        runs: vec![run],
        further: Some("/health/runs?due=1&behind=x".to_owned()),
    }
    .render()
    .expect("the runs render")
}

#[test]
fn a_heat_map_tells_figures_and_opens_their_runs() {
    let html = heat(&report("赵磊"), "赵磊");
    keep("health", &html);

    for words in [
        "href=\"/health/runs?period=30d&#38;rep=r1&#38;node=roi\"",
        "<b>20%</b>",
        "<span>4/20</span>",
        "▼−70",
        "class=\"b-low\"",
        "按时 5%",
        "href=\"/health.xlsx?period=30d\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(html.find(">r1<").is_none(), "names, not ids");
}

#[test]
fn rates_come_with_their_denominator_their_definition_and_their_sample_sizes() {
    let html = rates(&report("赵磊"), "赵磊");
    keep("compliance", &html);

    for words in [
        "应完成 60，已完成 37",
        "豁免 3",
        "12 + 8 + 5 = 25",
        "7/10",
        "<b>70%</b>",
        "1/3",
        "样本太少",
        "href=\"/health/runs?period=30d&#38;of=missing\"",
        "class=\"course-begins\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn a_fall_is_told_in_a_sentence_that_names_node_rep_and_week() {
    let report = report("赵磊");
    let html = attribution(&report, Some(&causes_of(&report)), "赵磊");
    keep("attribution", &html);

    assert!(html.contains("合规率从 85% 降到 61.7%（−23.3 个百分点）"));
    assert!(html.contains("其中「赵磊」−23.3，从10月19日那一周起，来自 赵磊 −23.3。"));
    assert!(html.contains("其余节点合计 0。"));
}

#[test]
fn without_anything_due_each_page_says_so() {
    let mut nothing = report("赵磊");
    nothing.tallies.clear();
    nothing.earlier.clear();

    assert!(heat(&nothing, "赵磊").contains("这段时间没有到期的节点"));
    assert!(attribution(&nothing, None, "赵磊").contains("没有变化可以拆开"));
    let (wanted, _) = asked();
    let frame = frame(Tab::Compliance, "赵磊");
    let empty = rates::drawn(
        frame,
        (&nothing, &Teams::default()),
        &wanted,
        by_band([]),
        now(),
    );
    assert!(
        empty
            .render()
            .expect("it renders")
            .contains("所以没有合规率")
    );
}

#[test]
fn hostile_words_stay_text() {
    let report = report(HOSTILE);
    assert_escaped(&heat(&report, HOSTILE));
    assert_escaped(&rates(&report, HOSTILE));
    assert_escaped(&attribution(&report, Some(&causes_of(&report)), HOSTILE));
    assert_escaped(&runs(HOSTILE));
}
