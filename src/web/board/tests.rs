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
        periods: periods(&wanted, now(language)),
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
