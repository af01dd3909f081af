//! What is counted, for whom, and how often.

use super::*;
use crate::board::{NewestHit, Question};

on_both!(
    hits_are_counted_by_label_day_region_rep_and_customer,
    a_filter_holds_for_every_figure_and_for_the_newest_list,
    a_hit_delivered_again_counts_once,
    the_same_hits_from_all_sides_at_once_count_once,
    a_day_begins_at_midnight_in_china,
    the_top_three_has_a_stable_order_among_equals,
    the_newest_list_ends_at_fifty,
    the_newest_list_goes_back_as_far_as_a_filter_needs,
    hits_of_nobody_known_are_counted_too,
    odd_names_stay_apart,
    products_are_counted_and_asked_for,
    a_team_is_the_sum_of_its_reps,
    what_is_on_trial_is_counted_apart,
    a_question_about_no_days_has_an_empty_answer,
);

async fn hits_are_counted_by_label_day_region_rep_and_customer(stage: Stage) {
    let hits = [
        hit("m1"),
        hit("m1").label(Label::Tender),
        hit("m2").at("2026-11-24T10:00:00+08:00").customer("beta"),
        hit("m3")
            .at("2026-11-24T11:00:00+08:00")
            .region("华南")
            .rep("wang")
            .customer("gamma"),
    ];

    assert_eq!(stage.board.record(&hits).await.expect("counted"), 4);

    let week = Question::week_of(day("2026-11-24"));
    let snapshot = stage.replica().snapshot(&week).await.expect("answered");
    let (one, two) = (counts([(Label::Price, 1)]), counts([(Label::Price, 2)]));
    let both = |price| counts([(Label::Price, price), (Label::Tender, 1)]);
    assert_eq!(snapshot.totals, both(3));
    assert_eq!(
        snapshot.by_day,
        [(day("2026-11-23"), both(1)), (day("2026-11-24"), two)]
    );
    assert_eq!(
        snapshot.by_region,
        [
            (Some("华东".to_owned()), both(2)),
            (Some("华南".to_owned()), one.clone())
        ]
    );
    assert_eq!(
        snapshot.by_rep,
        [(Some(rep("li")), both(2)), (Some(rep("wang")), one.clone())]
    );
    assert_eq!(
        snapshot.by_customer,
        [
            (Some(customer("acme")), both(1)),
            (Some(customer("beta")), one.clone()),
            (Some(customer("gamma")), one)
        ]
    );
    assert_eq!(snapshot.top, [(Label::Price, 3), (Label::Tender, 1)]);
    assert_eq!(messages(&snapshot), ["m3", "m2", "m1", "m1"]);
    assert_eq!(
        snapshot.newest[0],
        NewestHit {
            message: id("m3"),
            label: Label::Price,
            at: moment("2026-11-24T11:00:00+08:00"),
        }
    );
}

async fn a_filter_holds_for_every_figure_and_for_the_newest_list(stage: Stage) {
    let hits = [
        hit("east-li-acme"),
        hit("east-li-beta").customer("beta"),
        hit("east-wang-acme").rep("wang"),
        hit("south-li-acme").region("华南"),
        hit("yesterday").at("2026-11-22T09:00:00+08:00"),
    ];
    stage.board.record(&hits).await.expect("counted");
    let today = Question::day(day("2026-11-23"));

    for (question, expected) in [
        (
            today.clone().in_region("华东"),
            vec!["east-wang-acme", "east-li-beta", "east-li-acme"],
        ),
        (
            today.clone().of_rep(rep("li")),
            vec!["south-li-acme", "east-li-beta", "east-li-acme"],
        ),
        (
            today.clone().of_customer(customer("acme")),
            vec!["south-li-acme", "east-wang-acme", "east-li-acme"],
        ),
        (
            today.clone().in_region("华东").of_rep(rep("li")),
            vec!["east-li-beta", "east-li-acme"],
        ),
        (
            today
                .clone()
                .in_region("华东")
                .of_rep(rep("li"))
                .of_customer(customer("beta")),
            vec!["east-li-beta"],
        ),
        (today.in_region("华北"), vec![]),
    ] {
        let snapshot = stage.board.snapshot(&question).await.expect("answered");

        let hits = expected.len() as u64;
        assert_eq!(messages(&snapshot), expected, "{question:?}");
        assert_eq!(snapshot.totals.values().sum::<u64>(), hits);
        assert_eq!(total(&snapshot.by_day), hits);
        assert_eq!(total(&snapshot.by_region), hits);
        assert_eq!(total(&snapshot.by_rep), hits);
        assert_eq!(total(&snapshot.by_customer), hits);
        assert_eq!(snapshot.top.iter().map(|(_, hits)| hits).sum::<u64>(), hits);
    }
}

fn total<K>(groups: &[(K, Counts)]) -> u64 {
    groups.iter().flat_map(|(_, counts)| counts.values()).sum()
}

async fn a_hit_delivered_again_counts_once(stage: Stage) {
    let board = &stage.board;
    assert_eq!(board.record(&[hit("m1")]).await.expect("counted"), 1);

    let again = [hit("m1"), hit("m1"), hit("m1").region("华南").rep("wang")];
    assert_eq!(board.record(&again).await.expect("counted"), 0);

    let today = Question::day(day("2026-11-23"));
    let snapshot = board.snapshot(&today).await.expect("answered");
    assert_eq!(snapshot.totals, counts([(Label::Price, 1)]));
    assert_eq!(
        snapshot.by_region,
        [(Some("华东".to_owned()), snapshot.totals)]
    );
    assert_eq!(snapshot.newest.len(), 1);
}

async fn the_same_hits_from_all_sides_at_once_count_once(stage: Stage) {
    let hits: Vec<Hit> = (0..150).map(|n| hit(&format!("m{n}"))).collect();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (board, hits) = (stage.replica(), hits.clone());
            tokio::spawn(async move { board.record(&hits).await })
        })
        .collect();

    let mut counted = 0;
    for task in tasks {
        counted += task.await.expect("no panic").expect("counted");
    }

    let today = Question::day(day("2026-11-23"));
    let snapshot = stage.board.snapshot(&today).await.expect("answered");
    assert_eq!(counted, 150);
    assert_eq!(snapshot.totals, counts([(Label::Price, 150)]));
}

async fn a_day_begins_at_midnight_in_china(stage: Stage) {
    let hits = [
        hit("late").at("2026-11-23T23:59:59.999+08:00"),
        hit("early").at("2026-11-24T00:00:00+08:00"),
        hit("utc").at("2026-11-23T16:00:00Z"),
    ];
    stage.board.record(&hits).await.expect("counted");

    for (date, expected) in [
        ("2026-11-23", vec!["late"]),
        ("2026-11-24", vec!["utc", "early"]),
    ] {
        let question = Question::day(day(date));
        let snapshot = stage.board.snapshot(&question).await.expect("answered");
        assert_eq!(messages(&snapshot), expected);
    }
}

async fn the_top_three_has_a_stable_order_among_equals(stage: Stage) {
    let hits = [
        hit("m1").label(Label::Payment),
        hit("m2").label(Label::Tender),
        hit("m3").label(Label::Budget),
        hit("m4").label(Label::Trust),
        hit("m5").label(Label::Trust),
    ];
    stage.board.record(&hits).await.expect("counted");

    let month = Question::month_of(day("2026-11-23"));
    let snapshot = stage.board.snapshot(&month).await.expect("answered");
    assert_eq!(
        snapshot.top,
        [(Label::Trust, 2), (Label::Budget, 1), (Label::Tender, 1)]
    );
}

async fn the_newest_list_ends_at_fifty(stage: Stage) {
    let hits: Vec<Hit> = (0..70)
        .map(|n| {
            let rep = if n % 2 == 0 { "li" } else { "wang" };
            let hit = hit(&format!("m{n:02}")).rep(rep);
            let at = Timestamp(hit.at.0 + n / 3);
            Hit { at, ..hit }
        })
        .collect();
    stage.board.record(&hits).await.expect("counted");

    let today = Question::day(day("2026-11-23"));
    let snapshot = stage.board.snapshot(&today).await.expect("answered");
    let expected: Vec<String> = (20..70).rev().map(|n| format!("m{n:02}")).collect();
    assert_eq!(messages(&snapshot), expected);
    assert_eq!(snapshot.totals, counts([(Label::Price, 70)]));
}

async fn the_newest_list_goes_back_as_far_as_a_filter_needs(stage: Stage) {
    let mut hits: Vec<Hit> = (0..80)
        .map(|n| hit(&format!("busy{n}")).at("2026-11-24T09:00:00+08:00"))
        .collect();
    hits.push(
        hit("quiet-new")
            .customer("quiet")
            .at("2026-11-24T08:00:00+08:00"),
    );
    hits.push(
        hit("quiet-old")
            .customer("quiet")
            .at("2026-10-01T08:00:00+08:00"),
    );
    stage.board.record(&hits).await.expect("counted");

    let autumn = Question::days(day("2026-10-01"), day("2026-11-30"));
    let question = autumn.of_customer(customer("quiet"));
    let snapshot = stage.board.snapshot(&question).await.expect("answered");
    assert_eq!(messages(&snapshot), ["quiet-new", "quiet-old"]);
}

async fn hits_of_nobody_known_are_counted_too(stage: Stage) {
    let stranger = Hit {
        region: None,
        rep: None,
        customer: None,
        ..hit("m1")
    };
    stage.board.record(&[stranger]).await.expect("counted");

    let today = Question::day(day("2026-11-23"));
    let snapshot = stage.board.snapshot(&today).await.expect("answered");
    let one = counts([(Label::Price, 1)]);
    assert_eq!(snapshot.by_region, [(None, one.clone())]);
    assert_eq!(snapshot.by_rep, [(None, one.clone())]);
    assert_eq!(snapshot.by_customer, [(None, one.clone())]);
    assert_eq!(snapshot.by_product, [(None, one)]);
    assert_eq!(messages(&snapshot), ["m1"]);

    let of_li = today.of_rep(rep("li"));
    let snapshot = stage.board.snapshot(&of_li).await.expect("answered");
    assert_eq!(snapshot, Snapshot::default());
}

async fn odd_names_stay_apart(stage: Stage) {
    let regions = ["", "a\tb", "a\t=b", "a\nb", "a:b", "{a}", "=", " "];
    let hits: Vec<Hit> = regions
        .iter()
        .map(|region| hit(&format!("m\t{region}")).region(region))
        .collect();
    stage.board.record(&hits).await.expect("counted");

    let today = Question::day(day("2026-11-23"));
    for region in regions {
        let question = today.clone().in_region(region);
        let snapshot = stage.board.snapshot(&question).await.expect("answered");
        assert_eq!(messages(&snapshot), [format!("m\t{region}")]);
    }
}

async fn products_are_counted_and_asked_for(stage: Stage) {
    let hits = [
        hit("m1").about("泵"),
        hit("m2").about("泵").label(Label::Tender),
        hit("m3").about("阀"),
        hit("m4"),
    ];
    stage.board.record(&hits).await.expect("counted");

    let today = Question::day(day("2026-11-23"));
    let all = stage.board.snapshot(&today).await.expect("answered");
    let pumps = stage.board.snapshot(&today.about("泵")).await;
    let pumps = pumps.expect("answered");

    let one = || counts([(Label::Price, 1)]);
    assert_eq!(
        all.by_product,
        [
            (
                Some("泵".to_owned()),
                counts([(Label::Price, 1), (Label::Tender, 1)])
            ),
            (None, one()),
            (Some("阀".to_owned()), one()),
        ]
    );
    assert_eq!(messages(&pumps), ["m2", "m1"]);
    assert_eq!(pumps.by_product.len(), 1);
}

async fn a_team_is_the_sum_of_its_reps(stage: Stage) {
    let hits = [
        hit("m1"),
        hit("m2").rep("wang"),
        hit("m3").rep("zhao"),
        Hit {
            rep: None,
            ..hit("m4")
        },
    ];
    stage.board.record(&hits).await.expect("counted");

    let today = || Question::day(day("2026-11-23"));
    let team = today().of_team([rep("li"), rep("wang"), rep("nobody")].into());
    let team = stage.board.snapshot(&team).await.expect("answered");
    let nobody = stage.board.snapshot(&today().of_team([].into())).await;

    assert_eq!(messages(&team), ["m2", "m1"]);
    assert_eq!(team.totals, counts([(Label::Price, 2)]));
    assert_eq!(nobody.expect("answered"), Snapshot::default());
}

async fn what_is_on_trial_is_counted_apart(stage: Stage) {
    let hits = [
        hit("m1"),
        hit("m1").on_trial(),
        hit("m2").on_trial(),
        hit("m2").on_trial(),
    ];
    let counted = stage.board.record(&hits).await.expect("counted");

    let today = Question::day(day("2026-11-23"));
    let snapshot = stage.board.snapshot(&today).await.expect("answered");

    assert_eq!(counted, 3);
    assert_eq!(snapshot.totals, counts([(Label::Price, 1)]));
    assert_eq!(snapshot.on_trial, counts([(Label::Price, 2)]));
    assert_eq!(
        snapshot.by_rep,
        [(Some(rep("li")), counts([(Label::Price, 1)]))]
    );
    assert_eq!(messages(&snapshot), ["m1"]);
}

async fn a_question_about_no_days_has_an_empty_answer(stage: Stage) {
    stage.board.record(&[hit("m1")]).await.expect("counted");

    for (from, to) in [("2026-11-24", "2026-11-22"), ("2027-01-01", "2027-12-31")] {
        let question = Question::days(day(from), day(to));
        let snapshot = stage.board.snapshot(&question).await.expect("answered");
        assert_eq!(snapshot, Snapshot::default());
    }
}
