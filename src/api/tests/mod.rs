//! The API as a caller meets it, on a store of its own.

mod access;
mod described;
mod lists;
mod moving;
mod opening;
mod seed;
mod supervising;

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::App;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use serde_json::Value;

use crate::app::Application;
use crate::clock::Clock;
use crate::config::sample;
use crate::domain::{Label, Timestamp};
use crate::engine::Event;
use crate::journal::{self, Cause};
use crate::shared::Shared;
use crate::store::fresh_url;

const NOW: &str = "2026-11-23T12:00:00+08:00";
const READER: &str = "reader-0123456789-0123456789";
const WRITER: &str = "writer-0123456789-0123456789";

/// A service with some deals, and a caller who may write.
struct Api {
    shared: Arc<Shared>,
    _folder: tempfile::TempDir,
}

/// What a caller gets.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    json: Value,
}

impl Api {
    async fn with_deals() -> Self {
        let api = Self::empty().await;
        seed::deals(&api.shared.store).await;
        api.shared.board_keeper.mend().await.unwrap();
        api
    }

    /// A customer of `deal-1` speaks of a tender: the run `deal-1-1` opens.
    async fn hear_tender(&self) {
        let tender = Event::SignalHeard {
            label: Label::Tender,
            words: "要走招标".to_owned(),
            quote: seed::WORDS.to_owned(),
            message: "m-1".parse().unwrap(),
            chat: "chat-1".parse().unwrap(),
        };
        let (cause, deal) = (
            Cause {
                key: "test",
                click: None,
            },
            "deal-1".parse().unwrap(),
        );
        let mut tx = self.shared.store.begin().await.unwrap();
        journal::step(&self.shared, &mut tx, &deal, &[tender], cause)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = fresh_url(folder.path()).await;
        let tokens = format!(
            r#"
            [api]
            tokens = [
                {{ name = "reader", token = "{READER}", scope = "read" }},
                {{ name = "writer", token = "{WRITER}", scope = "write" }},
            ]
            "#,
        );
        let settings = sample(&database, &tokens);
        let clock = Clock::frozen_at(at(NOW));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let application = Application::build_on(listener, settings, clock)
            .await
            .unwrap();
        Self {
            shared: Arc::clone(&application.shared),
            _folder: folder,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Some(READER), None).await
    }

    /// How it is answered, whatever the answer is: a workbook is no JSON.
    async fn status(&self, path: &str) -> StatusCode {
        let shared = Data::from(Arc::clone(&self.shared));
        let app = init_service(App::new().app_data(shared).configure(super::routes)).await;
        let request =
            TestRequest::with_uri(path).insert_header((AUTHORIZATION, format!("Bearer {READER}")));
        call_service(&app, request.to_request()).await.status()
    }

    /// The items of a list, all on one page.
    async fn items(&self, path: &str) -> Vec<Value> {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.json);
        answer.json["items"].as_array().unwrap().clone()
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(WRITER), Some(body.to_string()))
            .await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> Answer {
        let mut request = TestRequest::with_uri(path).method(method);
        if let Some(token) = token {
            request = request.insert_header((AUTHORIZATION, format!("Bearer {token}")));
        }
        if let Some(body) = body {
            request = request
                .insert_header((CONTENT_TYPE, "application/json"))
                .set_payload(body);
        }
        self.send(request).await
    }

    async fn send(&self, request: TestRequest) -> Answer {
        let shared = Data::from(Arc::clone(&self.shared));
        let app = init_service(App::new().app_data(shared).configure(super::routes)).await;
        let answer = call_service(&app, request.to_request()).await;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let json = serde_json::from_slice(&read_body(answer).await).unwrap();
        Answer {
            status,
            headers,
            json,
        }
    }
}

impl Answer {
    /// Checks that it is a problem of that status and kind; what it says.
    #[track_caller]
    fn problem(&self, status: u16, kind: &str) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.json);
        assert_eq!(
            self.headers.get(CONTENT_TYPE).unwrap(),
            "application/problem+json"
        );
        assert_eq!(self.json["status"], status);
        assert_eq!(
            self.json["type"],
            format!("urn:problem-type:dingdan:{kind}")
        );
        assert!(
            self.json["instance"]
                .as_str()
                .unwrap()
                .starts_with("urn:ulid:")
        );
        self.json["detail"].as_str().unwrap()
    }
}

fn at(moment: &str) -> Timestamp {
    Timestamp::parse_rfc3339(moment).unwrap()
}

fn ids(items: &[Value]) -> Vec<&str> {
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}
