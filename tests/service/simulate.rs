//! `dingdan simulate`: what an administrator reads before a threshold is put in use.

use crate::child::run;

async fn simulated(arguments: &[&str]) -> (Option<i32>, String, String) {
    let whole: Vec<&str> = ["simulate"].iter().chain(arguments).copied().collect();
    let output = run(&whole).await;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[tokio::test]
async fn a_process_is_played_and_its_alerts_are_counted_by_node_rule_and_day() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/config/processes/golden-six.toml"
    );
    let arguments = [
        "--process",
        file,
        "--reps",
        "5",
        "--days",
        "21",
        "--seed",
        "7",
    ];

    let (code, table, _) = simulated(&arguments).await;
    let (_, again, _) = simulated(&arguments).await;

    assert_eq!(code, Some(0));
    assert_eq!(table, again, "the same seed gives the same time");
    for part in [
        "5 名销售",
        "21 天",
        "种子 7",
        "风险预判登记",
        "方案演示停留过久",
        "按时率",
        "逐级上报",
    ] {
        assert!(table.contains(part), "{part} is missing in\n{table}");
    }
    let days = table
        .lines()
        .filter(|line| line.starts_with("20") && line.contains(" 周"));
    assert_eq!(days.count(), 21, "{table}");
}

#[tokio::test]
async fn a_wrong_process_is_told_with_all_its_mistakes_and_nothing_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.toml");
    let golden = include_str!("../../config/processes/golden-six.toml");
    let wrong = golden
        .replacen("opens_on = [", "opens_on = [\"NONSENSE\", ", 1)
        .replacen("late_after = \"48h\"", "late_after = \"bald\"", 1);
    std::fs::write(&file, wrong).unwrap();
    let file = file.to_str().unwrap();

    let (code, table, mistakes) = simulated(&["--process", file]).await;
    let (missing, _, why) = simulated(&["--calendar", "/nowhere/cn.toml", "--process", file]).await;

    assert_eq!((code, table.as_str()), (Some(2), ""));
    assert!(
        mistakes.contains("NONSENSE") && mistakes.contains("bald"),
        "{mistakes}"
    );
    assert_eq!(missing, Some(2));
    assert!(why.contains("cn.toml") && why.contains("NONSENSE"), "{why}");
}

#[tokio::test]
async fn figures_out_of_range_are_wrong_usage() {
    for arguments in [["--reps", "0"], ["--days", "0"], ["--seed", "many"]] {
        let (code, table, _) = simulated(&arguments).await;
        assert_eq!((code, table.as_str()), (Some(2), ""), "{arguments:?}");
    }
}
