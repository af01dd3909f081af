//! The six golden nodes of `config/processes/golden-six.toml`, one file each: opened in every way,
//! answered wrong in every way, answered right, late, gone up, gating, and let off.
//!
//! Everything is seen from outside: on phones, on pages, and over the API. A story happens in two
//! deals at once, so that what one of them does can be told from what the other leaves undone.
//! What all nodes have in common stands here: how they are late, and how supervisors let them off.

mod competitor_response;
mod decision_chain;
mod lateness;
mod letting_off;
mod needs_clarification;
mod risk_registration;
mod solution_match;
mod terms_consensus;

use dingdan::domain::PersonId;
use serde_json::{Value, json};

use crate::app::{CUSTOMER, DIRECTOR, START, Setup, TestApp};
use crate::on_page::OnPage;
use crate::sightings::{cards, delivered, newest_card, receipts, task_id, texts, told};

/// 郑洁, who stands above the director in these stories.
pub const ABOVE: &str = "dd-zheng-jie";

/// A deal in which a node's story happens.
pub struct Deal {
    pub id: &'static str,
    pub name: &'static str,
    pub customer: &'static str,
    pub customer_id: &'static str,
    /// Who speaks for the customer.
    pub contact: &'static str,
    pub rep: &'static str,
    pub rep_id: &'static str,
    /// The rep, as WeCom names them.
    pub userid: &'static str,
}

pub const YUNSHAN: Deal = Deal {
    id: "deal-yunshan",
    name: "云杉机械产线改造",
    customer: "云杉机械",
    customer_id: "yunshan",
    contact: CUSTOMER,
    rep: "赵磊",
    rep_id: "rep-zhao",
    userid: "zhao.lei",
};

pub const HUAFENG: Deal = Deal {
    id: "deal-huafeng",
    name: "华丰电子产线改造",
    customer: "华丰电子",
    customer_id: "huafeng",
    contact: "wmHuafengLin003",
    rep: "钱悦",
    rep_id: "rep-qian",
    userid: "QianYue",
};

pub const BOTH: [&Deal; 2] = [&YUNSHAN, &HUAFENG];

/// A node and the service it lives in.
pub struct Node {
    pub app: TestApp,
    key: &'static str,
    title: &'static str,
}

impl Node {
    pub async fn begins(key: &'static str, title: &'static str) -> Self {
        Self::begins_at(START, key, title).await
    }

    pub async fn begins_at(moment: &str, key: &'static str, title: &'static str) -> Self {
        let app = TestApp::start_at(moment, Setup::default()).await;
        let mut tx = app.store.begin().await.unwrap();
        let director: PersonId = "director-east".parse().unwrap();
        let mut director = tx.person(&director).await.unwrap().unwrap();
        director.supervisor_id = Some("admin".parse().unwrap());
        tx.put_person(&director).await.unwrap();
        tx.commit().await.unwrap();
        Self { app, key, title }
    }

    // ── What happens ──

    pub async fn hears(&self, deal: &Deal, words: &str) {
        self.app.sandbox.customer(deal.contact).says(words).await;
        self.app.settle().await;
    }

    /// The rep opens the node by hand.
    pub async fn opened_by_hand(&self, deal: &Deal) -> (u16, Value) {
        let body = json!({ "node": self.key, "by": deal.rep_id });
        let path = format!("opportunities/{}/nodes", deal.id);
        let done = self.app.post_api(&path, &body).await;
        self.app.settle().await;
        done
    }

    pub async fn asks_for(&self, deal: &Deal, stage: &str) -> (u16, Value) {
        let body = json!({ "stage": stage, "by": deal.rep_id });
        let path = format!("opportunities/{}/stage", deal.id);
        let done = self.app.post_api(&path, &body).await;
        self.app.settle().await;
        done
    }

    /// The director does something with the newest run, or whoever the body names.
    pub async fn supervised(&self, deal: &Deal, act: &str, mut body: Value) -> (u16, Value) {
        if body["by"].is_null() {
            body["by"] = json!("director-east");
        }
        let id = self.run(deal).await["id"].as_str().unwrap().to_owned();
        let done = self.app.post_api(&format!("runs/{id}/{act}"), &body).await;
        self.app.settle().await;
        done
    }

    /// Another node that stands in the way of the stage is let off, and the deal goes there.
    pub async fn is_let_into(&self, deal: &Deal, stage: &str) {
        let (status, refusal) = self.asks_for(deal, stage).await;
        if status == 200 {
            return;
        }
        for run in refusal["missing"].as_array().unwrap() {
            let path = format!("runs/{}/waive", run["id"].as_str().unwrap());
            let waiver = json!({ "by": "director-east", "reason": "另一个节点的故事" });
            assert_eq!(self.app.post_api(&path, &waiver).await.0, 200);
        }
        assert_eq!(self.asks_for(deal, stage).await.0, 200);
    }

    pub async fn says(&self, deal: &Deal, words: &str) {
        self.app.sandbox.rep(deal.userid).says(words).await;
        self.app.settle().await;
    }

    pub async fn talks(&self, deal: &Deal, seconds: usize) {
        self.app.sandbox.rep(deal.userid).talks(seconds).await;
        self.app.settle().await;
    }

    pub async fn clicks(&self, deal: &Deal, card: &str, choices: &[(&str, &[&str])]) {
        let rep = self.app.sandbox.rep(deal.userid);
        let pressed = rep.clicks(card, "submit", choices).await;
        pressed.expect("the card is open");
        self.app.settle().await;
    }

    /// The rep asks for the stage by a card in WeCom; what the card shows then.
    pub async fn asks_by_card(&self, deal: &Deal, stage: &str) -> String {
        self.says(deal, "推进").await;
        let card = newest_card(&self.app, deal.userid);
        self.clicks(deal, &card, &[("stage", &[stage])]).await;
        let (changed, shown) = receipts(&self.app).pop().expect("it became something else");
        assert_eq!(changed, card);
        shown
    }

    /// The rep opens the page of the newest run.
    pub async fn page(&self, deal: &Deal) -> OnPage {
        let run = self.run(deal).await;
        let path = format!("/m/runs/{}", run["id"].as_str().unwrap());
        OnPage::of(&self.app, deal.userid, &path).await
    }

    // ── What is seen ──

    /// The deal's runs of the node, the newest last.
    pub async fn runs(&self, deal: &Deal) -> Vec<Value> {
        let path = format!("runs?opportunity={}&node={}", deal.id, self.key);
        self.app.items(&path).await
    }

    /// The newest run, whole.
    pub async fn run(&self, deal: &Deal) -> Value {
        let runs = self.runs(deal).await;
        let newest = runs.last().expect("the node was opened");
        let id = newest["id"].as_str().unwrap();
        self.app.api(&format!("runs/{id}")).await
    }

    pub async fn status(&self, deal: &Deal) -> String {
        self.run(deal).await["status"].as_str().unwrap().to_owned()
    }

    /// A question of the newest run, with its answer and its history.
    pub async fn question(&self, deal: &Deal, key: &str) -> Value {
        let run = self.run(deal).await;
        let mut questions = run["questions"].as_array().unwrap().iter();
        let of_key = questions.find(|question| question["key"] == key);
        of_key.expect("it is asked").clone()
    }

    /// The texts on the rep's phone, oldest first.
    pub fn said(&self, deal: &Deal) -> Vec<String> {
        texts(&self.app, deal.userid)
    }

    pub fn newest(&self, deal: &Deal) -> String {
        self.said(deal).pop().expect("a text came")
    }

    /// The cards of the node on the rep's phone, by their task ids, oldest first.
    pub fn cards(&self, deal: &Deal) -> Vec<String> {
        let shown = cards(&self.app, deal.userid).into_iter();
        let own = shown.filter(|card| card.content["main_title"]["title"] == self.title);
        own.map(|card| task_id(&card)).collect()
    }

    pub fn newest_card(&self, deal: &Deal) -> String {
        self.cards(deal).pop().expect("a card came")
    }

    /// What someone was told on DingTalk of the node's being late in the deal.
    pub fn told_late(&self, userid: &str, deal: &Deal) -> Vec<String> {
        let headline = format!("{}超时：{}", self.title, deal.customer);
        let to_them = delivered(&self.app).into_iter();
        let to_them = to_them.filter(|message| message.to == userid);
        let texts = to_them.map(|message| told(&message));
        texts.filter(|text| text.contains(&headline)).collect()
    }

    /// Nobody above the rep has heard of the node.
    pub fn assert_no_supervisor_was_told(&self) {
        for message in delivered(&self.app) {
            let text = told(&message);
            assert!(!text.contains(self.title), "{text}");
        }
        let above = [DIRECTOR, ABOVE];
        assert!(BOTH.iter().all(|deal| {
            let mut above = above.iter();
            above.all(|userid| self.told_late(userid, deal).is_empty())
        }));
    }

    /// A done run, as people see it: in time, and with its receipt in the chat.
    pub async fn assert_done(&self, deal: &Deal) {
        self.app.settle().await;
        let run = self.run(deal).await;
        assert_eq!(
            (&run["status"], &run["late"], &run["done_by"]),
            (&json!("done"), &json!(false), &json!(deal.rep)),
            "{run}"
        );
        let receipt = format!("已登记 · {}", self.title);
        let said = self.said(deal);
        let mut receipts = said.iter().filter(|text| text.contains(&receipt));
        assert!(
            receipts
                .next_back()
                .is_some_and(|text| text.contains(deal.rep)),
            "{said:?}"
        );
    }
}
