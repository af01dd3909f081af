//! Both boards answer alike, whatever happens to them.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::board::Question;

/// What can happen to a board.
#[derive(Debug, Clone)]
enum Act {
    Record(Vec<Hit>),
    Withdraw(Vec<Hit>),
    Replace(Vec<Hit>),
    /// A rebuild from the first hits, during which the second are recorded.
    RebuildWhileRecording(Vec<Hit>, Vec<Hit>),
}

#[test]
fn the_board_in_redis_answers_as_the_one_in_process() {
    let redis = RedisServer::start();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut runner = TestRunner::new(Config::with_cases(40));
    let story = (
        proptest::collection::vec(act(), 1..6),
        proptest::collection::vec(question(), 6),
    );
    let mut board = 0;
    let next_prefix = std::cell::RefCell::new(|| {
        board += 1;
        format!("board{board}")
    });

    let outcome = runner.run(&story, |(acts, questions)| {
        let prefix = (next_prefix.borrow_mut())();
        runtime.block_on(async {
            let here = Board::in_process();
            let there = Board::redis_lazy(&redis.url(), &prefix).expect("a good address");
            for act in &acts {
                let counted = play(&here, act).await;
                prop_assert_eq!(counted, play(&there, act).await);
            }
            for question in &questions {
                let expected = here.snapshot(question).await.expect("answered");
                let answer = there.snapshot(question).await.expect("answered");
                prop_assert_eq!(expected, answer, "{:?}", question);
            }
            Ok(())
        })
    });
    outcome.expect("they agree");
}

async fn play(board: &Board, act: &Act) -> usize {
    match act {
        Act::Record(hits) => board.record(hits).await.expect("counted"),
        Act::Withdraw(hits) => board.withdraw(hits).await.expect("taken off"),
        Act::Replace(hits) => {
            let hits = hits.clone().into_iter();
            board.replace(hits).await.expect("replaced")
        }
        Act::RebuildWhileRecording(stored, live) => {
            let mut rebuild = board.rebuild().await.expect("begun");
            let (early, late) = live.split_at(live.len() / 2);
            board.record(early).await.expect("counted");
            rebuild.add(stored).await.expect("counted");
            rebuild.remove(early).await.expect("taken off");
            board.record(late).await.expect("counted");
            rebuild.finish().await.expect("finished")
        }
    }
}

fn act() -> impl Strategy<Value = Act> {
    let hits = || proptest::collection::vec(any_hit(), 0..90);
    prop_oneof![
        4 => hits().prop_map(Act::Record),
        2 => hits().prop_map(Act::Withdraw),
        1 => hits().prop_map(Act::Replace),
        1 => (hits(), hits()).prop_map(|(stored, live)| Act::RebuildWhileRecording(stored, live)),
    ]
}

/// Few enough names, messages and moments for hits to meet in all of them.
fn any_hit() -> impl Strategy<Value = Hit> {
    let midnight = moment("2026-11-24T00:00:00+08:00").0;
    (
        0..60_i64,
        select(&Label::ALL[..5]),
        optional(&["华东", "华南", "a\tb", ""]),
        optional(&["li", "wang"]),
        optional(&["acme", "beta", "c\n1"]),
        optional(&["泵", "阀\t1", ""]),
        proptest::bool::weighted(0.2),
    )
        .prop_map(
            move |(n, label, region, rep, customer, product, on_trial)| Hit {
                message: id(&format!("m{n}")),
                label,
                // A message has one moment; several messages share each.
                at: Timestamp(midnight + (n % 20 - 10) * 12 * 3_600_000 - n % 2),
                region,
                rep: rep.as_deref().map(id),
                customer: customer.as_deref().map(id),
                product,
                on_trial,
            },
        )
}

fn question() -> impl Strategy<Value = Question> {
    let today = day("2026-11-24");
    (
        -7..7_i64,
        -1..9_i64,
        optional(&["华东", "a\tb", "华北"]),
        optional(&["li", "wang"]),
        optional(&["acme", "c\n1"]),
        optional(&["泵", ""]),
        proptest::option::of(proptest::sample::subsequence(vec!["li", "wang"], 0..=2)),
    )
        .prop_map(
            move |(from, length, region, rep, customer, product, team)| Question {
                from: today.plus(from),
                to: today.plus(from + length),
                region,
                rep: rep.as_deref().map(id),
                customer: customer.as_deref().map(id),
                product,
                team: team.map(|team| team.into_iter().map(id).collect()),
            },
        )
}

fn optional(texts: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(select(texts).prop_map(str::to_owned))
}
