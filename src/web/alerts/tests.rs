//! The alerts with samples, peaceful and hostile.

use super::*;
use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

fn alert(status_now: AlertStatus, reason: &str, text: &str, why: &str) -> AlertRow {
    let body = AlertBody {
        title: format!("{text}：风险预判登记超时"),
        lines: [
            ("客户", "云杉机械"),
            ("商机", "二期产线自动化改造"),
            ("销售", text),
            ("已超时", "2 小时 5 分"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into(),
        quote: format!("{text}你们太贵了,今年要走招标"),
        path: "/chats/kf-wk1-wm1?message=m7".to_owned(),
    };
    AlertRow {
        id: "01K".parse().expect("an id"),
        opportunity_id: "o1".parse().expect("an id"),
        run_id: "r1".parse().expect("an id"),
        reason: reason.to_owned(),
        person_id: None,
        person: text.to_owned(),
        region: "华东".to_owned(),
        body: serde_json::to_string(&body).expect("an alert is JSON"),
        raised_at: Timestamp(1_795_500_000_000),
        status: status_now,
        channel: Some("robot".to_owned()),
        status_at: Timestamp(1_795_500_002_000),
        why: why.to_owned(),
    }
}

fn page_of(rows: Vec<AlertRow>, name: &str) -> String {
    let now = Now {
        at: Timestamp(1_795_503_000_000),
        language: Language::Chinese,
    };
    AlertsPage {
        frame: Frame::sample(Tab::Alerts, name),
        alerts: rows
            .into_iter()
            .zip(
                [
                    Some(Taken::ByNobody(Some(
                        "/deals/o1/rules/demo_dwell/acknowledge".to_owned(),
                    ))),
                    Some(Taken::By(format!("今天 09:30 {name} 确认了预警"))),
                ]
                .into_iter()
                .chain(std::iter::repeat_with(|| None)),
            )
            .map(|(row, taken)| drawn(row, &runs(name), taken, now))
            .collect(),
        older: Some("/alerts?before=1.a".to_owned()),
        is_newest: true,
        quotas: vec![
            Quota {
                name: "接口调用",
                left: 3_874,
                allowed: 5_000,
                is_low: false,
            },
            Quota {
                name: "群机器人",
                left: 212,
                allowed: 3_000,
                is_low: true,
            },
        ],
    }
    .render()
    .expect("the alerts render")
}

/// The run of all alerts: done later.
fn runs(by: &str) -> HashMap<RunId, RunRow> {
    let run = RunRow {
        id: "r1".parse().expect("an id"),
        opportunity_id: "o1".parse().expect("an id"),
        node: "risk".to_owned(),
        title: "风险预判登记".to_owned(),
        status: "done".to_owned(),
        opened_at: Timestamp(1_795_490_000_000),
        expected_at: None,
        due_at: Timestamp(1_795_500_000_000),
        done_at: Some(Timestamp(1_795_502_400_000)),
        late: true,
        answers: "{}".to_owned(),
        done_by: Some(by.to_owned()),
        spot_check: None,
    };
    HashMap::from([(run.id.clone(), run)])
}

fn ledger_of(text: &str) -> String {
    let attempt = |status| Attempt {
        at: "今天 09:31".to_owned(),
        channel: "机器人单聊",
        status,
        why: text.to_owned(),
    };
    let attempts = vec![
        attempt(outcome_status("refused", Language::Chinese)),
        attempt(outcome_status("sent", Language::Chinese)),
        attempt(outcome_status("unknown", Language::Chinese)),
    ];
    Deliveries {
        language: Language::Chinese,
        attempts,
    }
    .render()
    .expect("the ledger renders")
}

#[test]
fn alerts_say_whether_they_were_told() {
    let rows = vec![
        alert(AlertStatus::Sent, "late", "赵磊", ""),
        alert(
            AlertStatus::Refused,
            "opened",
            "迪丽热巴·阿卜杜热依木",
            "60011: the app may not see this person; 开发者后台 → 应用 → 权限管理",
        ),
        alert(
            AlertStatus::Queued,
            "late",
            "钱悦",
            "90018: too fast; again in 60s",
        ),
        alert(
            AlertStatus::Unknown,
            "late",
            "孙浩",
            "the platform did not answer in time; it may have arrived",
        ),
    ];

    let html = page_of(rows, "周敏");
    keep(
        "alerts",
        &html.replace("查看送达记录", &ledger_of("60011: not visible")),
    );

    for words in [
        "已送出",
        "未送达",
        "排队中",
        "结果不明",
        "机器人单聊",
        "3874",
        "超时完成",
        "超 40 分",
        "由 周敏 完成",
        "href=\"/chats/kf-wk1-wm1?message=m7\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn hostile_words_stay_text_and_hostile_links_lead_nowhere() {
    let mut row = alert(AlertStatus::Refused, "late", HOSTILE, HOSTILE);
    assert_escaped(&page_of(vec![row.clone()], HOSTILE));
    assert_escaped(&ledger_of(HOSTILE));

    row.body = row.body.replace("/chats/", "//evil.example/");
    assert!(!page_of(vec![row], "周敏").contains("evil.example"));
}
