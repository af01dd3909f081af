//! The phones: what the demo's page shows and presses, as JSON under `/sandbox/phones`.
//!
//! Three people hold one phone each: a customer in WeChat (微信客服), a rep in WeCom, a director in
//! DingTalk. The page is drawn from one `GET state`, again whenever the event stream says so.
//! Errors of this API are `{"error": "one sentence"}` with 400 (unreadable), 404 (no such person,
//! card or chat) or 409 (that can't be pressed now).
//!
//! # `GET /sandbox/phones/api/state?customer=wm…&rep=zhao.lei&director=dd-zhou`
//!
//! Each parameter may be left out: the first person of that kind is shown.
//!
//! ```json
//! {
//!   "version": 42,
//!   "now_ms": 1795397400000,
//!   "now": "2026-11-23T09:30:00.000+08:00",
//!   "people": {
//!     "customers": [{ "id": "wmYunshan01", "name": "陈采购" }],
//!     "reps":      [{ "id": "zhao.lei", "name": "赵磊" }],
//!     "directors": [{ "id": "dd-zhou", "name": "周敏" }]
//!   },
//!   "customer": {
//!     "id": "wmYunshan01", "name": "陈采购", "open_kfid": "wkSales01", "account": "云杉专属顾问",
//!     "lines": [
//!       { "id": "msg-1", "at_ms": 1795397400000, "from": "customer", "name": "陈采购",
//!         "text": "你们太贵了,今年要走招标", "recalled": false },
//!       { "id": "msg-2", "at_ms": 1795397401000, "from": "rep", "name": "赵磊",
//!         "text": "您觉得太贵吗", "recalled": false }
//!     ]
//!   },
//!   "rep": {
//!     "id": "zhao.lei", "name": "赵磊", "app": "sales",
//!     "lines": [
//!       { "id": "m-7", "at_ms": 1795397402000, "from": "app", "kind": "template_card",
//!         "text": null,
//!         "card": {
//!           "task_id": "run-01@1", "state": "open", "replaced_by": null, "chosen": {},
//!           "content": { "card_type": "multiple_interaction", "main_title": { "title": "风险预判登记" },
//!                        "select_list": [], "submit_button": { "text": "提交", "key": "submit" } }
//!         } },
//!       { "id": "m-8", "at_ms": 1795397409000, "from": "rep", "kind": "text", "text": "状态", "card": null },
//!       { "id": "m-9", "at_ms": 1795397410000, "from": "app", "kind": "markdown", "text": "还差 **1** 项", "card": null },
//!       { "id": "m-10", "at_ms": 1795397410000, "from": "app", "kind": "textcard", "text": null, "card": null,
//!         "textcard": { "title": "…", "description": "…", "url": "https://…", "btntxt": "详情" } }
//!     ],
//!     "chats": [{ "id": "wmYunshan01", "name": "陈采购", "open_kfid": "wkSales01", "lines": [] }]
//!   },
//!   "director": {
//!     "id": "dd-zhou", "name": "周敏",
//!     "lines": [
//!       { "id": "d-3", "at_ms": 1795483803000, "channel": "robot", "from": "盯单", "kind": "action_card",
//!         "title": "节点超时", "text": "### 风险预判登记 超时\n\n客户…",
//!         "buttons": [{ "title": "看原始聊天", "url": "https://…" }] }
//!     ],
//!     "todos": [
//!       { "id": "task00000001x…", "at_ms": 1795483803000, "subject": "调取…记录",
//!         "description": "方案演示停留过久：…", "url": "https://…", "done": false }
//!     ]
//!   }
//! }
//! ```
//!
//! - `customer.lines` and `rep.chats[].lines` have one shape; `from` is `customer` or `rep`. A
//!   recalled line keeps its text and has `recalled: true`.
//! - `rep.lines[].kind` is `text`, `markdown`, `textcard` or `template_card`; `textcard` is only
//!   there for that kind. `from` is `app` or `rep`.
//! - `card.content` is the card's present JSON in WeCom's own words
//!   (`developer.work.weixin.qq.com/document/path/90236`), after updates. `card.state`:
//!   `open` (can be pressed), `pressed` (this rep has pressed; `chosen` holds question → option
//!   ids, `pressed` the key), `closed` (the buttons were replaced by the grey text `replaced_by`,
//!   or the card has nothing that calls back).
//! - `director.lines[].channel` is `robot` (one-to-one), `work_notice` or `group` (`from` is then
//!   the group robot's name). `kind` is `text`, `markdown`, `link`, `action_card`, `feed_card`,
//!   `oa` or `image`; `title` may be null; `text` is markdown for `markdown` and `action_card`,
//!   plain otherwise; every address that can be pressed is in `buttons`.
//! - `director.todos` is DingTalk's list of to-dos, done or not, oldest first.
//!
//! # What is pressed
//!
//! | request | body | does |
//! | --- | --- | --- |
//! | `POST api/customer/says` | `{"id":"wm…","text":"…"}` | a customer's line, and the notice to the service |
//! | `POST api/customer/recalls` | `{"id":"wm…","line":"msg-1"}` | takes the customer's line back |
//! | `POST api/rep/replies` | `{"id":"zhao.lei","customer":"wm…","text":"…"}` | the rep's line in the customer's chat |
//! | `POST api/rep/says` | `{"id":"zhao.lei","text":"…"}` | the rep's message to the app |
//! | `POST api/rep/talks` | `{"id":"zhao.lei","seconds":35}` | a voice message to the app, of 1 to 60 seconds |
//! | `POST api/rep/shows` | `{"id":"zhao.lei"}` | a picture to the app |
//! | `POST api/rep/stands` | `{"id":"zhao.lei","latitude":29.87,"longitude":121.55,"label":"…"}` | a place to the app |
//! | `POST api/rep/presses` | `{"id":"zhao.lei","task_id":"…","key":"submit","selections":{"risk":["price"]},"again":false}` | presses a card; `again: true` presses a used one too |
//! | `POST api/director/ticks` | `{"id":"dd-zhou","todo":"task00000001x…"}` | ticks a to-do off |
//! | `POST api/clock` | `{"advance_ms":3600000}` or `{"to":"next_deadline"}` | moves time |
//!
//! Each answers `{"version": 43}` after the service has acknowledged the callback, or after the
//! platform gave up on it. `selections` must hold what the rep chose for every question of the
//! card (a drop-down's first option unless `selected_id` says otherwise).
//!
//! # `GET /sandbox/phones/open?as=dd-zhou&url=https%3A%2F%2F…`
//!
//! Opens a link as that person's phone does: sets the cookie `sandbox_user` (which the simulated
//! login pages and `dingtalk.js` ask for), unwraps `dingtalk://dingtalkclient/page/link?url=…`, and
//! redirects. Every link on a phone goes through it. Only links to the host of the page itself are
//! opened; others are answered with 400.
//!
//! # `GET /sandbox/phones/events`
//!
//! Server-sent events, one `data: {"version":43}` whenever something changed, the present version
//! at once after connecting.

mod dingtalk_line;
mod events;
mod press;
mod view;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, JsonConfig, QueryConfig, ServiceConfig};

use super::{Sandbox, lock};

pub(crate) use press::PICTURE;

/// What the phones' clock was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeMove {
    /// On by this much.
    By(Duration),
    /// To the moment of the nearest deadline.
    ToNextDeadline,
}

/// Moves time for the whole demo; answers whether it could.
pub(super) type MoveTime =
    Arc<dyn Fn(TimeMove) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

impl Sandbox {
    /// Says how time is moved when a phone asks for it. Without this only the sandbox's clock
    /// moves, and nobody knows the nearest deadline.
    pub fn on_advance<F>(&self, move_time: impl Fn(TimeMove) -> F + Send + Sync + 'static)
    where
        F: Future<Output = bool> + Send + 'static,
    {
        let boxed: MoveTime = Arc::new(move |wanted| Box::pin(move_time(wanted)));
        *lock(&self.0.move_time) = Some(boxed);
    }

    async fn move_time(&self, wanted: TimeMove) -> bool {
        let held = lock(&self.0.move_time).clone();
        let has_moved = match (held, wanted) {
            (Some(move_time), _) => move_time(wanted).await,
            (None, TimeMove::By(duration)) => {
                self.clock().advance(duration);
                true
            }
            (None, TimeMove::ToNextDeadline) => false,
        };
        self.deliver().await;
        has_moved
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(
        web::scope("/phones")
            .app_data(JsonConfig::default().error_handler(|_, _| press::unreadable()))
            .app_data(QueryConfig::default().error_handler(|_, _| press::unreadable()))
            .route("/api/state", web::get().to(view::state))
            .route("/api/customer/says", web::post().to(press::customer_says))
            .route(
                "/api/customer/recalls",
                web::post().to(press::customer_recalls),
            )
            .route("/api/rep/replies", web::post().to(press::rep_replies))
            .route("/api/rep/says", web::post().to(press::rep_says))
            .route("/api/rep/talks", web::post().to(press::rep_talks))
            .route("/api/rep/shows", web::post().to(press::rep_shows))
            .route("/api/rep/stands", web::post().to(press::rep_stands))
            .route("/api/rep/presses", web::post().to(press::rep_presses))
            .route("/api/director/ticks", web::post().to(press::director_ticks))
            .route("/api/clock", web::post().to(press::clock))
            .route("/open", web::get().to(press::open))
            .route("/events", web::get().to(events::events)),
    );
}
