//! A whole service with two regions.

use std::net::TcpListener;
use std::sync::Arc;

use sqlx::Connection as _;
use tokio_util::sync::CancellationToken;

use crate::app::Application;
use crate::clock::Clock;
use crate::config::{Document, Settings};
use crate::domain::{ChatId, ChatKind, Label, PersonId, Role, Speaker, Timestamp};
use crate::sandbox::{Options, Sandbox};
use crate::shared::Shared;
use crate::store::{Contact, Customer, NewChat, NewMessage, NewOpportunity, NewSignal, Person};
use crate::web::session;

use super::browser::{Browser, client};

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
        let storage = storage_url(&folder).await;
        let text = configuration(&sandbox, &platforms, &url, &storage);
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
        Browser::new(&self.url, client())
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

    /// Tells the service to stop.
    pub(super) fn stop(&self) {
        self.stop.cancel();
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop();
    }
}

fn id<T: std::str::FromStr>(text: &str) -> T
where
    T::Err: std::fmt::Debug,
{
    text.parse().unwrap()
}

/// A store of its own: a file, or a database on the server that the tests were given.
async fn storage_url(folder: &tempfile::TempDir) -> String {
    let Ok(server) = std::env::var("DINGDAN_TEST_POSTGRES") else {
        return format!("sqlite://{}", folder.path().join("dingdan.db").display());
    };
    let name = format!(
        "pages_{}",
        ulid::Ulid::generate().to_string().to_lowercase()
    );
    let mut connection = sqlx::PgConnection::connect(&format!("{server}/postgres"))
        .await
        .unwrap();
    let mut statement = sqlx::QueryBuilder::<sqlx::Postgres>::new("create database ");
    statement.push(&name).push(" strategy file_copy");
    statement.build().execute(&mut connection).await.unwrap();
    format!("{server}/{name}")
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
jssdk_url = "{platforms}/sandbox/wecom/jssdk.js"
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
        tx.put_chat(NewChat {
            id: &id(chat),
            kind: ChatKind::Kf,
            account: "wk1",
            name: "",
            contact: &contact.id,
            rep: Some(&rep),
            at: shared.clock.now(),
        })
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
        contact: None,
        sent_at: shared.clock.now(),
        position: number,
        received_at: shared.clock.now(),
        kind: "text".to_owned(),
        text: text.to_owned(),
        heard: None,
        payload: "{}".to_owned(),
    };
    let mut tx = shared.store.begin().await.unwrap();
    assert!(tx.store_message(&message).await.unwrap());
    for (part, label) in words {
        let first = text.find(part).unwrap();
        let signal = NewSignal {
            product: String::new(),
            words: String::new(),
            quote: String::new(),
            id: format!("{chat}-{number}-{label}"),
            message: message.id.clone(),
            label: *label,
            first_byte: first as i64,
            end_byte: (first + part.len()) as i64,
            rule: "test".to_owned(),
            dictionaries: "1".to_owned(),
            model: String::new(),
            why: String::new(),
            shadow: false,
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
