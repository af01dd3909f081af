//! A whole service with two regions, and browsers that visit it.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use tokio_util::sync::CancellationToken;

use crate::app::{Application, Shared};
use crate::clock::Clock;
use crate::config::{Document, Settings};
use crate::domain::{ChatId, Label, PersonId, Role, Speaker, Timestamp};
use crate::sandbox::{Options, Sandbox};
use crate::store::{Contact, Customer, NewMessage, NewOpportunity, NewSignal, Person};
use crate::web::session;

pub(super) const EAST: &str = "kf-wk1-wmEast";
pub(super) const NORTH: &str = "kf-wk1-wmNorth";
const START: &str = "2026-11-23T09:30:00+08:00";

/// The service, its platforms and its clock.
pub(super) struct Site {
    pub(super) shared: Arc<Shared>,
    pub(super) sandbox: Sandbox,
    pub(super) clock: Clock,
    pub(super) url: String,
    stop: CancellationToken,
    _folder: tempfile::TempDir,
}

impl Site {
    pub(super) async fn open() -> Self {
        let clock = Clock::frozen_at(Timestamp::parse_rfc3339(START).unwrap());
        let options = Options {
            clock: clock.clone(),
            seed: Some(7),
            ..Options::default()
        };
        let (sandbox, platforms) = Sandbox::start_with(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let file = folder.path().join("dingdan.db");
        let text = configuration(
            &sandbox,
            &platforms,
            &url,
            &format!("sqlite://{}", file.display()),
        );
        let settings = Settings::from_document(&Document::new("dingdan.toml", text)).unwrap();
        let application = Application::build_on(listener, settings, clock.clone())
            .await
            .unwrap();
        let shared = Arc::clone(&application.shared);
        seed(&shared, &sandbox).await;
        let stop = CancellationToken::new();
        tokio::spawn(application.answer(stop.clone()));
        Self {
            shared,
            sandbox,
            clock,
            url,
            stop,
            _folder: folder,
        }
    }

    /// A browser that nobody has logged in with.
    pub(super) fn stranger(&self) -> Browser {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Browser {
            client,
            url: self.url.clone(),
            cookies: Vec::new(),
        }
    }

    /// A browser that this person has logged in with.
    pub(super) async fn browser_of(&self, person: &str) -> Browser {
        let token = session::begin(&self.shared, &id(person)).await.unwrap();
        let mut browser = self.stranger();
        browser
            .cookies
            .push(("dingdan".to_owned(), token.expose().to_owned()));
        browser
    }

    /// Adds a line to a chat, and its signals.
    pub(super) async fn says(
        &self,
        chat: &str,
        number: i64,
        speaker: Speaker,
        text: &str,
        words: &[(&str, Label)],
    ) {
        says(&self.shared, chat, number, speaker, text, words).await;
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A browser as far as these tests need one.
pub(super) struct Browser {
    client: reqwest::Client,
    url: String,
    pub(super) cookies: Vec<(String, String)>,
}

/// What it was answered.
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) text: String,
}

impl Page {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl Browser {
    pub(super) async fn get(&mut self, path: &str) -> Page {
        let request = self.client.get(self.address(path));
        self.send(request).await
    }

    /// Posts a form as one of our own pages would, or as told.
    pub(super) async fn post(
        &mut self,
        path: &str,
        fetch_site: &str,
        form: &[(&str, &str)],
    ) -> Page {
        let request = self
            .client
            .post(self.address(path))
            .header("sec-fetch-site", fetch_site)
            .form(form);
        self.send(request).await
    }

    pub(super) async fn post_json(&mut self, path: &str, body: &serde_json::Value) -> Page {
        let request = self
            .client
            .post(self.address(path))
            .header("origin", &self.url)
            .json(body);
        self.send(request).await
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.url)
        }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        Page {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.unwrap(),
        }
    }
}

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

fn configuration(sandbox: &Sandbox, platforms: &str, url: &str, storage: &str) -> String {
    let company = sandbox.company();
    let (app, dingtalk) = (&company.apps[0], &company.dingtalk);
    format!(
        r#"
[server]
bind = "127.0.0.1:0"
public_url = "{url}"
workers = 1
[storage]
url = "{storage}"
[wecom]
corp_id = "{}"
api_base = "{platforms}/sandbox/wecom"
oauth_base = "{platforms}/sandbox/wecom"
[[wecom.app]]
name = "{}"
agent_id = {}
secret = "{}"
token = "{}"
encoding_aes_key = "{}"
[dingtalk]
api_base = "{platforms}/sandbox/dingtalk/api"
oapi_base = "{platforms}/sandbox/dingtalk/oapi"
login_base = "{platforms}/sandbox/dingtalk/login"
jsapi_url = "{platforms}/sandbox/dingtalk/dingtalk.js"
corp_id = "{}"
app_key = "{}"
app_secret = "{}"
agent_id = {}
"#,
        company.corp_id,
        app.name,
        app.agent_id,
        app.secret,
        app.token,
        app.encoding_aes_key,
        dingtalk.corp_id,
        dingtalk.app_key,
        dingtalk.app_secret,
        dingtalk.agent_id,
    )
}

/// Two regions, each with a director, a rep, a customer, a deal and a chat; and an administrator.
async fn seed(shared: &Shared, sandbox: &Sandbox) {
    let company = sandbox.company();
    let mut tx = shared.store.begin().await.unwrap();
    for (person, wecom, role, region) in [
        ("admin", "zheng.jie", Role::Admin, "总部"),
        ("director-east", "zhou.min", Role::Director, "华东"),
        ("director-north", "wu.jun", Role::Director, "华北"),
        ("rep-east", "zhao.lei", Role::Rep, "华东"),
        ("rep-north", "sun.hao", Role::Rep, "华北"),
    ] {
        let known = company
            .people
            .iter()
            .find(|person| person.wecom.as_deref() == Some(wecom))
            .unwrap();
        let person = Person {
            id: id(person),
            name: known.name.clone(),
            role,
            region: region.to_owned(),
            supervisor_id: None,
            wecom_userid: wecom.to_owned(),
            dingtalk_userid: known
                .dingtalk
                .as_ref()
                .map(|dingtalk| dingtalk.userid.clone()),
            dingtalk_unionid: None,
            mobile: None,
        };
        tx.put_person(&person).await.unwrap();
    }
    for (name, chat, rep) in [("East", EAST, "rep-east"), ("North", NORTH, "rep-north")] {
        let customer = Customer {
            id: id(name),
            name: format!("{name}机械"),
            industry: String::new(),
            region: String::new(),
        };
        tx.put_customer(&customer).await.unwrap();
        let contact = Contact {
            id: id(&format!("wm{name}")),
            customer_id: Some(id(name)),
            name: format!("{name}陈立"),
        };
        tx.put_contact(&contact).await.unwrap();
        let rep: PersonId = id(rep);
        tx.put_chat(
            &id(chat),
            "wk1",
            &contact.id,
            Some(&rep),
            shared.clock.now(),
        )
        .await
        .unwrap();
        let deal = NewOpportunity {
            id: id(&format!("deal-{name}")),
            customer: id(name),
            rep,
            name: format!("{name}二期"),
            stage: "quote".to_owned(),
            opened_at: shared.clock.now(),
        };
        assert!(tx.create_opportunity(&deal).await.unwrap());
    }
    tx.commit().await.unwrap();
    for chat in [EAST, NORTH] {
        says(
            shared,
            chat,
            0,
            Speaker::Customer,
            "你们太贵了,今年要走招标",
            &[("太贵", Label::Price), ("要走招标", Label::Tender)],
        )
        .await;
    }
}

async fn says(
    shared: &Shared,
    chat: &str,
    number: i64,
    speaker: Speaker,
    text: &str,
    words: &[(&str, Label)],
) {
    let chat_id: ChatId = id(chat);
    let row = shared
        .store
        .chat_in(&crate::store::ViewScope::All, chat)
        .await
        .unwrap()
        .unwrap();
    let message = NewMessage {
        id: id(&format!("{chat}-{number}")),
        platform_id: format!("kf:msg:{chat}-{number}"),
        chat: chat_id.clone(),
        speaker,
        sender: "zhao.lei".to_owned(),
        sent_at: shared.clock.now(),
        position: number,
        received_at: shared.clock.now(),
        kind: "text".to_owned(),
        text: text.to_owned(),
        payload: "{}".to_owned(),
    };
    let mut tx = shared.store.begin().await.unwrap();
    assert!(tx.store_message(&message).await.unwrap());
    for (part, label) in words {
        let first = text.find(part).unwrap();
        let signal = NewSignal {
            id: format!("{chat}-{number}-{label}"),
            message: message.id.clone(),
            label: *label,
            first_byte: first as i64,
            end_byte: (first + part.len()) as i64,
            rule: "test".to_owned(),
            dictionaries: "1".to_owned(),
            at: message.sent_at,
            chat: chat_id.clone(),
            region: row.region.clone(),
            rep: row.rep_id.clone(),
            customer: row.customer_id.clone(),
        };
        tx.store_signal(&signal).await.unwrap();
    }
    tx.commit().await.unwrap();
    shared.board_keeper.count(&message.id).await;
}
