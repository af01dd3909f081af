//! The sandbox, called as the service would call it.

mod agreement;
mod callbacks;
mod dingtalk_login;
mod dingtalk_messages;
mod faults;
mod phones;
mod receiver;
mod robot;
mod wecom_card_refusals;
mod wecom_cards;
mod wecom_external_contact;
mod wecom_login;
mod wecom_refusals;
mod wecom_send;
mod wecom_sync;

use std::time::Duration;

use serde_json::{Value, json};

use super::{Company, Endpoint, Options, Sandbox};
use crate::clock::Clock;
use crate::domain::Timestamp;

const AGENT: i64 = 1_000_002;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A sandbox on a port with its clock at a standstill, and someone who calls it.
struct Peer {
    sandbox: Sandbox,
    base: String,
    http: reqwest::Client,
}

impl Peer {
    async fn start() -> Self {
        let nine_thirty = Timestamp::parse_rfc3339("2026-11-23T09:30:00+08:00").unwrap();
        let options = Options {
            clock: Clock::frozen_at(nine_thirty),
            seed: Some(7),
            ..Options::default()
        };
        let (sandbox, base) = Sandbox::start_with(options).await.unwrap();
        sandbox.set_callback_url("sales", "http://127.0.0.1:9/wecom/callback/sales");
        let no_redirects = reqwest::redirect::Policy::none();
        let http = reqwest::Client::builder().no_proxy().redirect(no_redirects);
        Self {
            sandbox,
            base,
            http: http.build().unwrap(),
        }
    }

    fn company(&self) -> Company {
        self.sandbox.company()
    }

    fn later(&self, by: Duration) {
        self.sandbox.clock().advance(by);
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}/sandbox{path}", self.base);
        self.http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/sandbox{path}", self.base);
        let request = self.http.post(url).json(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A DingTalk call of the new family; its status and answer.
    async fn post_new(&self, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}/sandbox/dingtalk/api{path}", self.base);
        let request = self.http.post(url).json(body);
        let request = request.header("x-acs-dingtalk-access-token", token);
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    async fn wecom_token(&self) -> String {
        let company = self.company();
        let (corp, secret) = (&company.corp_id, &company.apps[0].secret);
        let path = format!("/wecom/cgi-bin/gettoken?corpid={corp}&corpsecret={secret}");
        text(&self.get(&path).await["access_token"])
    }

    async fn dingtalk_token(&self) -> String {
        let app = self.company().dingtalk;
        let (key, secret) = (&app.app_key, &app.app_secret);
        let path = format!("/dingtalk/oapi/gettoken?appkey={key}&appsecret={secret}");
        text(&self.get(&path).await["access_token"])
    }

    /// `message/send` with a valid token.
    async fn send(&self, message: &Value) -> Value {
        let token = self.wecom_token().await;
        let path = format!("/wecom/cgi-bin/message/send?access_token={token}");
        self.post(&path, message).await
    }

    /// `update_template_card` with a valid token.
    async fn update(&self, change: &Value) -> Value {
        let token = self.wecom_token().await;
        let path = format!("/wecom/cgi-bin/message/update_template_card?access_token={token}");
        self.post(&path, change).await
    }

    /// A call of DingTalk's old API with a valid token.
    async fn oapi(&self, path: &str, body: &Value) -> Value {
        let token = self.dingtalk_token().await;
        self.post(&format!("/dingtalk/oapi{path}?access_token={token}"), body)
            .await
    }

    fn calls(&self, endpoint: Endpoint) -> usize {
        self.sandbox.ledger().calls(endpoint).len()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn text_message(to: &str, content: &str) -> Value {
    json!({ "touser": to, "msgtype": "text", "agentid": AGENT, "text": { "content": content } })
}

fn card_message(to: &str, card: Value) -> Value {
    json!({ "touser": to, "msgtype": "template_card", "agentid": AGENT, "template_card": card })
}

/// A card that asks for a risk and a strategy.
fn risk_card(task_id: &str) -> Value {
    let options = |ids: [&str; 2]| ids.map(|id| json!({ "id": id, "text": id }));
    json!({
        "card_type": "multiple_interaction",
        "task_id": task_id,
        "source": { "desc": "盯单" },
        "main_title": { "title": "风险预判登记", "desc": "云杉机械" },
        "select_list": [
            { "question_key": "risk", "title": "风险", "option_list": options(["none", "price"]) },
            { "question_key": "strategy", "title": "策略", "selected_id": "roi",
              "option_list": options(["discount", "roi"]) },
        ],
        "submit_button": { "text": "提交", "key": "submit" },
    })
}

/// A card with two buttons.
fn button_card(task_id: &str) -> Value {
    json!({
        "card_type": "button_interaction",
        "task_id": task_id,
        "main_title": { "title": "确认" },
        "button_list": [
            { "text": "完成", "style": 1, "key": "done" },
            { "text": "打开", "type": 1, "url": "https://h5.example.com/f" },
        ],
    })
}
