//! DingTalk's literal answers, and what becomes of them.

mod login;
mod people;
mod robot;

use serde_json::json;

use super::*;
use crate::clock::Clock;
use crate::config::Secret;
use crate::platform::tests::{Platform, Reply, Seen, patient};

const TOKEN: &str = "/v1.0/oauth2/accessToken";
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn client(base: &str) -> Dingtalk {
    let settings = DingtalkSettings {
        callback: None,
        api_base: base.to_owned(),
        oapi_base: base.to_owned(),
        login_base: base.to_owned(),
        jsapi_url: base.to_owned(),
        corp_id: Some("ding1".to_owned()),
        app_key: "dingkey".to_owned(),
        app_secret: "app-secret".parse::<Secret>().expect("a secret"),
        agent_id: 42,
        robot_code: "dingkey".to_owned(),
        monthly_calls: 5_000,
        monthly_webhooks: 3_000,
        robots: Vec::new(),
    };
    Dingtalk::new(&settings, Tokens::new(Clock::frozen_at(NOW)), patient())
}

/// Gives a token, and answers everything else by `script`.
async fn platform(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> (Platform, Dingtalk) {
    let platform = Platform::play(move |seen: &Seen| match seen.path() {
        TOKEN => Reply::json(&json!({ "accessToken": "T1", "expireIn": 7200 })),
        _ => script(seen),
    })
    .await;
    let dingtalk = client(&platform.base);
    (platform, dingtalk)
}

async fn answering(status: u16, body: &str) -> (Platform, Dingtalk) {
    let reply = Reply::Body(status, body.to_owned());
    platform(move |_| reply.clone()).await
}

fn card() -> ActionCard {
    ActionCard {
        title: "节点超时".to_owned(),
        markdown: "### 风险预判登记\n\n甲公司 已超 30 分钟".to_owned(),
        button: "看原始聊天".to_owned(),
        url: "https://d.example.com/chat/1".to_owned(),
    }
}

fn robot(base: &str, secret: Option<&str>, keyword: Option<&str>) -> GroupRobot {
    GroupRobot {
        name: "directors".to_owned(),
        webhook: format!("{base}/robot/send?access_token=RT")
            .parse()
            .expect("a secret"),
        secret: secret.map(|secret| secret.parse().expect("a secret")),
        keyword: keyword.map(str::to_owned),
        regions: Vec::new(),
    }
}

fn refusal(error: &CallError) -> Option<Refusal> {
    match error {
        CallError::Refused { refusal, .. } => Some(*refusal),
        _ => None,
    }
}
