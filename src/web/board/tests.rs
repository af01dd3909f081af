//! The board with sample figures, peaceful and hostile.

use super::*;
use crate::board::{Counts, Snapshot};
use crate::domain::{Day, Label, PersonId, Timestamp};
use crate::store::{HitCount, HitRow, Person, Teams, ViewScope};
use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

const NOW: &str = "2026-11-25T15:20:00+08:00";

fn moment() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).expect("valid")
}

fn now(language: Language) -> Now {
    Now {
        at: moment(),
        language,
    }
}

fn counts(counts: &[(Label, u64)]) -> Counts {
    counts.iter().copied().collect()
}

fn snapshot(names: &[(&str, &str)], days: i64, factor: u64) -> Snapshot {
    let today = moment().day();
    let of_day = |back: i64| {
        let spread = |label: usize| {
            (u64::try_from(back).unwrap_or(0) * 5 + label as u64 * 3) % (7 - label as u64)
        };
        let counted = Label::ALL[..6]
            .iter()
            .enumerate()
            .map(|(place, label)| (*label, spread(place) * factor));
        (
            today.plus(-back),
            counted.filter(|(_, count)| *count > 0).collect::<Counts>(),
        )
    };
    let by_day: Vec<(Day, Counts)> = (0..days).rev().map(of_day).collect();
    let mut totals = Counts::new();
    for (label, count) in by_day.iter().flat_map(|(_, counts)| counts) {
        *totals.entry(*label).or_default() += count;
    }
    let mut top: Vec<_> = totals
        .iter()
        .map(|(label, count)| (*label, *count))
        .collect();
    top.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    top.truncate(3);
    let groups = |place: u64| {
        counts(&[
            (Label::Price, 19 - 2 * place.min(8)),
            (Label::Tender, 6),
            (Label::Delivery, 2),
        ])
    };
    let ids = |prefix: &str| {
        (0..names.len())
            .map(|place| format!("{prefix}{place}"))
            .collect::<Vec<_>>()
    };
    Snapshot {
        totals,
        by_day,
        by_region: names
            .iter()
            .zip(0..)
            .map(|((name, _), place)| (Some((*name).to_owned()), groups(place)))
            .chain([(None, counts(&[(Label::Delay, 1)]))])
            .collect(),
        by_rep: ids("p")
            .into_iter()
            .zip(0..)
            .map(|(id, place)| (id.parse().ok(), groups(place)))
            .collect(),
        by_customer: ids("c")
            .into_iter()
            .zip(0..)
            .map(|(id, place)| (id.parse().ok(), groups(place)))
            .collect(),
        by_product: vec![(Some("CNC-850".to_owned()), groups(0)), (None, groups(4))],
        on_trial: counts(&[(Label::Delay, 2), (Label::Trust, 1)]),
        newest: Vec::new(),
        top,
    }
}

fn hit(
    place: usize,
    text: &str,
    marked: &[(&str, Label)],
    customer: &str,
    rep: &str,
) -> Vec<HitRow> {
    let row = |(words, label): &(&str, Label)| {
        let first = text.find(words).expect("the words are in the text");
        HitRow {
            id: format!("s{place}"),
            shadow: false,
            recalled_at: None,
            customer_id: None,
            product: if place == 0 { "CNC-850" } else { "" }.to_owned(),
            message_id: format!("m{place}").parse().expect("an id"),
            chat_id: "kf-wk1-wm1".parse().expect("an id"),
            label: *label,
            first_byte: first as i64,
            end_byte: (first + words.len()) as i64,
            at: moment().minus(Duration::from_secs(place as u64 * 7_000)),
            text: text.to_owned(),
            contact: "陈立".to_owned(),
            customer: customer.to_owned(),
            rep: rep.to_owned(),
            region: "华东".to_owned(),
        }
    };
    marked.iter().map(row).collect()
}

/// The first one leads all others.
fn teams_of(names: &[(&str, &str)]) -> Teams {
    let id = |place: usize| -> PersonId { format!("p{place}").parse().expect("an id") };
    let person = |(place, (region, name)): (usize, &(&str, &str))| Person {
        id: id(place),
        name: (*name).to_owned(),
        role: crate::domain::Role::Rep,
        region: (*region).to_owned(),
        supervisor_id: (place > 0).then(|| id(0)),
        wecom_userid: String::new(),
        dingtalk_userid: None,
        dingtalk_unionid: None,
        mobile: None,
    };
    let people: Vec<Person> = names.iter().enumerate().map(person).collect();
    Teams::of(&people)
}

fn page_of(
    query: &str,
    names: &[(&str, &str)],
    hits: Vec<HitRow>,
    has_figures: bool,
    is_empty: bool,
) -> String {
    let wanted = Wanted::of(query, &ViewScope::All);
    let days = if wanted.period == Period::Month {
        30
    } else {
        7
    };
    let snapshots = if is_empty {
        Snapshots {
            now: Snapshot::default(),
            before: Snapshot::default(),
            strip: Snapshot::default(),
            strip_before: Snapshot::default(),
        }
    } else {
        Snapshots {
            now: snapshot(names, days, 2),
            before: snapshot(names, days - 2, 2),
            strip: snapshot(names, days, 1),
            strip_before: Snapshot::default(),
        }
    };
    let language = Language::Chinese;
    let id = |prefix: &str, place: usize| format!("{prefix}{place}");
    let known = Names {
        reps: names
            .iter()
            .enumerate()
            .map(|(place, (_, rep))| (id("p", place).parse().expect("an id"), (*rep).to_owned()))
            .collect(),
        customers: names
            .iter()
            .enumerate()
            .map(|(place, (name, _))| {
                (
                    id("c", place).parse().expect("an id"),
                    format!("{name}某某智能装备制造（集团）股份有限公司"),
                )
            })
            .collect(),
    };
    let reps: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(place, (region, rep))| {
            (
                id("p", place).parse().expect("an id"),
                (*rep).to_owned(),
                (*region).to_owned(),
            )
        })
        .collect();
    let today = moment().day();
    let sight = Sight::new(ViewScope::All, reps, teams_of(names));
    let with = Drawing {
        names: &known,
        teams: &sight.teams,
        wanted: &wanted,
        today,
        language,
    };
    let products = ["CNC-850".to_owned()];
    BoardPage {
        frame: Frame::sample(Tab::Board, names.first().map_or("周敏", |(_, rep)| rep)),
        filters: filters::bar(&sight, &products, &wanted, language),
        periods: periods(
            &wanted,
            Period::asked(&Parameters::of(query)).1,
            now(language),
        ),
        live: Live {
            figures: has_figures.then(|| figures::figures(&snapshots, with)),
            chips: chips(&wanted, &known, &sight.teams, language),
            language,
            lacks_team: false,
            products: products.to_vec(),
            hits: hits::cards(hits, now(language)).0,
            calendar: None,
            as_of: moments::told(moment(), now(language)),
            wanted: wanted.clone(),
        },
        wanted,
    }
    .render()
    .expect("the board renders")
}

const NAMES: [(&str, &str); 10] = [
    ("华东", "赵磊"),
    ("华北", "钱悦"),
    ("华南", "孙浩"),
    ("西南", "欧阳建国"),
    ("西北", "迪丽热巴·阿卜杜热依木"),
    ("东北", "吴军"),
    ("华中", "郑爽"),
    ("港澳", "Alexander Hamilton-Smythe"),
    ("海外", "王五"),
    ("其他", "李四"),
];

fn some_hits() -> Vec<HitRow> {
    [
        hit(0, "你们太贵了,今年要走招标", &[("太贵", Label::Price), ("要走招标", Label::Tender)], "云杉机械", "赵磊"),
        hit(3, "上次说的那个方案我们内部讨论了两轮，生产那边没意见，设备科也看过样机了，总体还可以，就是财务那边算下来投资回收期要五年多，他们觉得划不来，要再和集团财务一起过一遍才能给你准信，你先别急着改合同", &[("投资回收期要五年多", Label::Finance), ("要再和集团财务一起过一遍", Label::Finance)], "宁波市鄞州区东海之星精密自动化智能装备制造（集团）股份有限公司", "迪丽热巴·阿卜杜热依木"),
        hit(9, "交期能不能再往前赶一赶", &[("往前赶一赶", Label::Delivery)], "北辰重工", "赵磊"),
        hit(14, "先放放吧，年后再说", &[("先放放", Label::Delay)], "华丰电子", "钱悦"),
        hit(20, "行，就按这个下单，先来两台", &[("下单，先来两台", Label::Intent)], "", ""),
    ]
    .concat()
}

#[test]
fn the_board_is_drawn_with_its_figures_and_words() {
    let html = page_of("period=7d", &NAMES, some_hits(), true, false);
    keep("board", &html);
    keep(
        "board-month",
        &page_of("period=30d", &NAMES, some_hits(), true, false),
    );

    assert!(html.contains(
        r#"<mark class="t-money">太贵</mark>了,今年<mark class="t-rival">要走招标</mark>"#
    ));
    assert!(html.contains("href=\"/chats/kf-wk1-wm1?message=m0\""));
    assert!(html.contains("比前 7 天"));
    assert!(
        html.contains("href=\"/board/hits?period=7d&#38;label=PRICE&#38;trial=1\"")
            || html.contains("trial=1")
    );
    assert!(html.contains("赵磊的团队"));
    assert!(html.contains("name=\"from\" value=\"2026-11-19\""));
    let own = page_of(
        "from=2026-11-16&to=2026-11-20",
        &NAMES,
        some_hits(),
        true,
        false,
    );
    assert!(own.contains("<summary aria-current=\"true\">自定</summary>"));
    assert!(
        html.contains("/board/hits?from=2026-11-25&#38;to=2026-11-25"),
        "{html}"
    );
}

/// One hit each day.
fn daily((first, last): (Day, Day)) -> Snapshot {
    let by_day = (first.0..=last.0).map(|day| (Day(day), counts(&[(Label::Price, 1)])));
    let days = u64::try_from(last.0 - first.0 + 1).expect("some days");
    Snapshot {
        by_day: by_day.collect(),
        totals: counts(&[(Label::Price, days)]),
        top: vec![(Label::Price, days)],
        ..Snapshot::default()
    }
}

fn daily_figures(period: Period) -> Figures {
    let today = moment().day();
    let snapshots = Snapshots {
        now: daily(period.now(today)),
        before: daily(period.before(today)),
        strip: daily(period.strip(today)),
        strip_before: daily(period.strip_before(today)),
    };
    let wanted = Wanted::of("", &ViewScope::All).over(&period);
    let with = Drawing {
        names: &Names::default(),
        teams: &Teams::default(),
        wanted: &wanted,
        today,
        language: Language::Chinese,
    };
    figures::figures(&snapshots, with)
}

/// How many days the words behind a figure are of: as many hits as the figure, of one each day.
fn days_behind(link: &str) -> u64 {
    let (_, query) = link.split_once('?').expect("a query");
    let (from, to) = Period::of(&Parameters::of(query)).now(moment().day());
    u64::try_from(to.0 - from.0 + 1).expect("some days")
}

#[test]
fn every_figure_of_every_period_counts_the_words_that_its_link_opens() {
    let day = |date: &str| date.parse::<Day>().expect("a day");
    let own = [
        Period::Days(day("2026-11-03"), day("2026-11-09")),
        Period::Days(day("2026-08-01"), day("2026-11-20")),
    ];
    for period in OFFERED.into_iter().chain(own) {
        let figures = daily_figures(period);
        let (trend, total) = (&figures.trend, figures.total);
        assert_eq!(total, days_behind(&figures.open), "{period:?}");
        let before = figures.before.expect("its days are kept");
        assert_eq!(
            before.change.before,
            days_behind(&before.open),
            "{period:?}"
        );
        assert_eq!(trend.total, days_behind(&trend.open), "{period:?}");
        assert_eq!(trend.before, days_behind(&trend.open_before), "{period:?}");
        let mut lines = 0;
        for bar in &trend.bars {
            assert_eq!(bar.count, days_behind(&bar.open), "{period:?}");
            if bar.before > 0 {
                assert_eq!(bar.before, days_behind(&bar.open_before), "{period:?}");
            }
            lines += bar.before;
        }
        assert_eq!(lines, trend.before.min(trend.total), "{period:?}");
        for row in &figures.strip.rows {
            assert_eq!(row.total, days_behind(&row.open), "{period:?}");
            for cell in &row.cells {
                assert_eq!(cell.count, days_behind(&cell.open), "{period:?}");
            }
        }
    }
}

#[test]
fn the_period_that_is_chosen_is_the_one_that_is_lit() {
    for period in OFFERED {
        let (_, word) = period.pairs().remove(0);
        let html = page_of(&format!("period={word}"), &NAMES, some_hits(), true, false);
        let lit = format!(
            "aria-current=\"true\">{}</a>",
            period.name(&Language::Chinese)
        );
        assert!(html.contains(&lit), "{lit}");
        assert!(!html.contains("<summary aria-current"), "{word}");
    }
}

#[test]
fn days_that_are_not_shown_or_not_kept_are_told() {
    let page = |query: &str| page_of(query, &NAMES, some_hits(), true, false);
    let alert = "class=\"notice\" role=\"alert\"";
    assert!(!page("from=2026-11-20&to=2026-11-16").contains(alert));
    for (query, told) in [
        (
            "from=2026-01-01&to=2026-11-16",
            "一次最多看 200 天，现在显示的是：近 7 天。",
        ),
        (
            "from=2026-11-16&to=",
            "没有选结束日期，现在显示的是：近 7 天。",
        ),
        ("from=2025-05-01&to=2025-10-01", "所选日期更早，没有数字"),
        (
            "from=2025-10-20&to=2025-11-20",
            "所选日期里更早的部分不在数字里",
        ),
        ("from=2025-10-25&to=2025-11-20", "所以不作对比"),
    ] {
        let html = page(query);
        keep("board-notice", &html);
        assert!(
            html.contains(alert) && html.contains(told),
            "{query}: {told}"
        );
        let compares = html.contains("<p class=\"change\">");
        assert_eq!(compares, html.contains("现在显示的是"), "{query}");
    }
    assert!(page("period=7d").contains("min=\"2025-10-22\""));
}

#[test]
fn a_long_range_stands_week_by_week() {
    let html = page_of(
        "from=2026-05-10&to=2026-11-25",
        &NAMES,
        some_hits(),
        true,
        false,
    );
    keep("board-long", &html);

    assert!(html.contains("逐周分布") && html.contains("200 天"));
    assert_eq!(html.matches("class=\"trend-bar\"").count(), 29);
}

#[test]
fn a_board_that_is_away_says_so_and_still_shows_the_words() {
    let html = page_of("period=7d", &NAMES, some_hits(), false, false);
    keep("board-away", &html);

    assert!(html.contains("统计数字暂时不可用"));
    assert!(html.contains("太贵"));
    assert!(!html.contains("逐日分布"));
}

#[test]
fn an_empty_board_says_what_will_appear_where() {
    let html = page_of("period=day", &[], Vec::new(), true, true);
    keep("board-empty", &html);

    assert!(html.contains("今日还没有听到异议"));
    assert!(html.contains("客户一旦提出异议"));
}

#[test]
fn hostile_names_and_words_stay_text() {
    let hits = hit(0, HOSTILE, &[("script", Label::Price)], HOSTILE, HOSTILE);
    let query = format!("region={HOSTILE}&rep={HOSTILE}&label={HOSTILE}&period={HOSTILE}");

    assert_escaped(&page_of(&query, &[(HOSTILE, HOSTILE)], hits, true, false));
}

fn hits_page(query: &str, hits: Vec<HitRow>, count: HitCount) -> String {
    let wanted = Wanted::of(query, &ViewScope::All);
    let language = Language::Chinese;
    opened::HitsPage {
        frame: Frame::sample(Tab::Board, "周敏"),
        chips: chips(&wanted, &Names::default(), &Teams::default(), language),
        lacks_team: false,
        wanted,
        count,
        hits: hits::cards(hits, now(language)).0,
        further: Some("/board/hits?before=1".to_owned()),
    }
    .render()
    .expect("the hits render")
}

#[test]
fn a_figure_opens_its_words_and_says_which_are_not_shown() {
    let mut hits = some_hits();
    for hit in &mut hits {
        hit.shadow = true;
    }
    let count = HitCount {
        counted: 9,
        readable: 7,
    };
    let html = hits_page("period=7d&label=PRICE&trial=1", hits, count);
    keep("board-hits", &html);

    assert!(html.contains("9 次命中"));
    assert!(html.contains("其中 2 次的原话现在不归您查看"));
    assert!(html.contains("试运行"));
    assert!(html.contains("CNC-850"));

    let query = format!("region={HOSTILE}&customer={HOSTILE}&product={HOSTILE}");
    let hostile = hit(0, HOSTILE, &[("script", Label::Price)], HOSTILE, HOSTILE);
    assert_escaped(&hits_page(&query, hostile, count));
}
