//! The service under test, started as `main` starts it, with its own store and board.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use dingdan::app::{Application, Rounds};
use dingdan::clock::Clock;
use dingdan::config::{Document, Settings};
use dingdan::domain::{PersonId, Role, Timestamp};
use dingdan::sandbox::{Company, Options, Sandbox, Security};
use dingdan::shared::Shared;
use dingdan::store::{Contact, Customer, NewOpportunity, Person, Store};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(crate) use crate::browser::{Browser, Page, client};

/// A Monday morning in Ningbo.
pub const START: &str = "2026-11-23T09:30:00+08:00";
pub const API_TOKEN: &str = "token-of-the-tests-0123456789";
pub const READ_TOKEN: &str = "reader-of-the-tests-9876543210";

/// The people of [`Company::sample`], by what they are for us.
pub const REP: &str = "zhao.lei";
pub const DIRECTOR: &str = "dd-zhou-min";
pub const OTHER_DIRECTOR: &str = "dd-wu-jun";
pub const CUSTOMER: &str = "wmYunshanChen01";

static COUNTER: AtomicU32 = AtomicU32::new(0);

pub struct TestApp {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub url: String,
    pub store: Store,
    pub shared: Arc<Shared>,
    pub http: reqwest::Client,
    rounds: Rounds,
    stop: CancellationToken,
    served: JoinHandle<()>,
    world: World,
}

/// What outlives a service: the platforms, and the place where everything is kept.
#[derive(Clone)]
pub struct World {
    pub sandbox: Sandbox,
    pub clock: Clock,
    /// The platforms' address.
    pub platforms: String,
    /// The store's address.
    pub storage: String,
    /// What the keys in Redis begin with: the same for all services on this store.
    prefix: String,
    folder: Arc<tempfile::TempDir>,
}

/// A calendar without nights and weekends.
const ALWAYS: &str = "\
workdays = [\"周一\", \"周二\", \"周三\", \"周四\", \"周五\", \"周六\", \"周日\"]
hours = [\"00:00-24:00\"]
";

/// Working time never ends: for tests by the system's clock, which run on Sundays too.
pub const ALWAYS_WORKING: &str = "[process]\ncalendar = \"always.toml\"\n";

/// What the week's objections are told is what tests of it say.
pub const NO_WEEKLY: &str = "[weekly]\nat = \"none\"\n";

/// Each alert by itself, at any hour: what most tests are about. Digests have tests of their own.
pub const ONE_BY_ONE: &str = "[alerts]\ndigest_seconds = 0\nquiet_hours = \"none\"\n";

/// How a service under test differs from the usual one.
pub struct Setup {
    /// Further lines of the configuration.
    pub extra: String,
    /// What else is different in the configuration.
    pub change: fn(String) -> String,
    pub seed: bool,
    /// Works by itself, as `serve` does; else only when the test says so.
    pub runs: bool,
    /// How often it asks for lines without a notice; 0 for never.
    pub kf_pull_minutes: u32,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            extra: String::new(),
            change: |text| text,
            seed: true,
            runs: false,
            kf_pull_minutes: 0,
        }
    }
}

impl Setup {
    /// Alerts go these ways and no others.
    pub fn alerts_by(channels: &[&str]) -> Self {
        Self {
            extra: format!("{ONE_BY_ONE}channels = {channels:?}\n"),
            ..Self::default()
        }
    }
}

impl World {
    /// The platforms at this moment, and an empty store.
    pub async fn at(now: Timestamp) -> Self {
        let clock = Clock::frozen_at(now);
        let options = Options {
            clock: clock.clone(),
            seed: Some(7),
            ..Options::default()
        };
        let (sandbox, platforms) = Sandbox::start_with(options).await.unwrap();
        let folder = Arc::new(tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("always.toml"), ALWAYS).unwrap();
        let storage = storage_url(&folder).await;
        Self {
            sandbox,
            clock,
            platforms,
            storage,
            prefix: format!(
                "test-{}-{}",
                std::process::id(),
                COUNTER.fetch_add(1, Ordering::Relaxed)
            ),
            folder,
        }
    }

    /// The configuration of a service that pages and callbacks reach at `url`.
    pub fn configuration(&self, url: &str) -> String {
        configuration(self, url)
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

impl TestApp {
    /// A service that works on what waits when told to [`TestApp::settle`].
    pub async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    /// A service that works by itself, as `serve` does.
    pub async fn running() -> Self {
        Self::start_with(Setup {
            runs: true,
            ..Setup::default()
        })
        .await
    }

    pub async fn start_with(setup: Setup) -> Self {
        Self::start_at(START, setup).await
    }

    /// A service whose time begins at that moment.
    pub async fn start_at(moment: &str, setup: Setup) -> Self {
        let world = World::at(Timestamp::parse_rfc3339(moment).unwrap()).await;
        Self::start_in(world, setup).await
    }

    /// A service in a world that may have had another before it.
    pub async fn start_in(world: World, setup: Setup) -> Self {
        dingdan::telemetry::begin_logging(false);
        let World { sandbox, clock, .. } = world.clone();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let kf_pull = format!("kf_pull_minutes = {}", setup.kf_pull_minutes);
        let text = world.configuration(&url);
        let text = text.replace("kf_pull_minutes = 0", &kf_pull);
        let text = if setup.extra.contains("[alerts]") {
            text.replace(ONE_BY_ONE, "")
        } else {
            text
        };
        let text = if setup.extra.contains("[redis]") {
            text.replace(&redis_section(&world.prefix), "")
        } else {
            text
        };
        let text = if setup.extra.contains("[weekly]") {
            text.replace(NO_WEEKLY, "")
        } else {
            text
        };
        let text = (setup.change)(format!("{text}\n{}", setup.extra));
        let document = Document::new(world.folder().join("dingdan.toml"), text);
        let mut settings = Settings::from_document(&document).unwrap();
        if let Some(archive) = &mut settings.wecom.archive {
            // This process is no `dingdan`, which has the command that holds the library.
            archive.program = Some(env!("CARGO_BIN_EXE_dingdan").into());
        }
        sandbox.set_callback_url("archive", &format!("{url}/wecom/callback/archive"));
        sandbox.set_callback_url("sales", &format!("{url}/wecom/callback/sales"));

        sandbox.set_dingtalk_callback_url(&format!("{url}/dingtalk/callback"));

        let application = Application::build_on(listener, settings, clock.clone())
            .await
            .unwrap();
        let shared = Arc::clone(&application.shared);
        let store = shared.store.clone();
        if setup.seed {
            seed(&store, &sandbox.company(), clock.now()).await;
        }
        let rounds = application.rounds();
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let served = if setup.runs {
            tokio::spawn(async move { application.run(stopping).await.unwrap() })
        } else {
            tokio::spawn(async move { application.answer(stopping).await.unwrap() })
        };
        Self {
            sandbox,
            clock,
            url,
            store,
            shared,
            http: client(),
            rounds,
            stop,
            served,
            world,
        }
    }

    /// Ends the service; what it kept stays.
    pub async fn stop(mut self) -> World {
        self.stop.cancel();
        (&mut self.served).await.unwrap();
        self.store.close().await;
        self.world.clone()
    }

    /// What outlives it, for another service beside it.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Another service on what this one kept, with the platforms' keys of now.
    pub async fn restart(self) -> Self {
        self.restart_with(Setup::default()).await
    }

    pub async fn restart_with(self, setup: Setup) -> Self {
        let world = self.stop().await;
        let seeded = Setup {
            seed: false,
            ..setup
        };
        Self::start_in(world, seeded).await
    }

    /// Works until nothing is left that is due now.
    pub async fn settle(&self) {
        self.rounds.settle().await.unwrap();
    }

    /// Moves time, and works on what is due then.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.settle().await;
    }

    /// Moves time to that moment, and works on what is due then.
    pub async fn is_at(&self, moment: &str) {
        let moment = Timestamp::parse_rfc3339(moment).unwrap();
        assert!(moment > self.clock.now(), "time only goes on");
        self.advance(moment.since(self.clock.now())).await;
    }

    /// How many files are kept, finished and unfinished.
    pub fn kept_files(&self) -> usize {
        files_in(&self.world.folder().join("files"))
    }

    /// An answer of the API.
    pub async fn api(&self, path: &str) -> Value {
        let answer = self.get_api(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    pub async fn get_api(&self, path: &str) -> reqwest::Response {
        self.http
            .get(format!("{}/api/v1/{path}", self.url))
            .bearer_auth(API_TOKEN)
            .send()
            .await
            .unwrap()
    }

    /// The items of a list of the API.
    pub async fn items(&self, path: &str) -> Vec<Value> {
        self.api(path).await["items"].as_array().unwrap().clone()
    }

    /// Ends the deal, so that nothing is due of it any more.
    pub async fn ends(&self, deal: &str) {
        let moved = self
            .http
            .post(format!("{}/api/v1/opportunities/{deal}/stage", self.url))
            .bearer_auth(API_TOKEN)
            .json(&serde_json::json!({ "stage": "lost" }));
        assert_eq!(moved.send().await.unwrap().status(), 200);
        self.settle().await;
    }

    /// A browser that keeps its cookies and follows no redirect by itself.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url, self.http.clone())
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Page {
    /// Where it leads, if it leads anywhere.
    pub fn location(&self) -> Option<&str> {
        let location = self.header("location");
        (!location.is_empty()).then_some(location)
    }

    /// What the page's forms have to carry.
    pub fn csrf(&self) -> String {
        self.hidden("csrf")
    }

    /// What the first hidden field of that name holds.
    pub fn hidden(&self, name: &str) -> String {
        let begins = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.text.split_once(&begins).unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

fn files_in(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { files_in(&path) } else { 1 })
        .sum()
}

/// The Redis that the tests were given, if there is one.
fn redis_section(prefix: &str) -> String {
    std::env::var("DINGDAN_TEST_REDIS").map_or_else(
        |_| String::new(),
        |redis| format!("[redis]\nurl = \"{redis}\"\nprefix = \"{prefix}\"\n"),
    )
}

/// The configuration that points to the sandbox: base URLs are all that differs from the real thing.
fn configuration(world: &World, url: &str) -> String {
    let World {
        platforms,
        storage,
        prefix,
        ..
    } = world;
    let company = world.sandbox.company();
    let app = &company.apps[0];
    let dingtalk = &company.dingtalk;
    let robot = &company.robots[0];
    let Security::Sign(secret) = &robot.security else {
        panic!("the sample's robot signs")
    };
    let redis = redis_section(prefix);
    format!(
        r#"
[server]
bind = "127.0.0.1:0"
public_url = "{url}"
workers = 1
[storage]
url = "{storage}"
files = "{files}"
{redis}
[wecom]
corp_id = "{corp}"
api_base = "{platforms}/sandbox/wecom"
oauth_base = "{platforms}/sandbox/wecom"
jssdk_url = "{platforms}/sandbox/wecom/jssdk.js"
kf_pull_minutes = 0
[[wecom.app]]
name = "{name}"
agent_id = {agent}
secret = "{app_secret}"
token = "{token}"
encoding_aes_key = "{key}"
[dingtalk]
api_base = "{platforms}/sandbox/dingtalk/api"
oapi_base = "{platforms}/sandbox/dingtalk/oapi"
login_base = "{platforms}/sandbox/dingtalk/login"
jsapi_url = "{platforms}/sandbox/dingtalk/dingtalk.js"
corp_id = "{ding_corp}"
app_key = "{app_key}"
app_secret = "{ding_secret}"
agent_id = {ding_agent}
callback_token = "{ding_token}"
callback_aes_key = "{ding_key}"
[[dingtalk.robot]]
name = "{robot_name}"
webhook = "{platforms}/sandbox/dingtalk/oapi/robot/send?access_token={robot_token}"
secret = "{secret}"
{NO_WEEKLY}[api]
tokens = [
  {{ name = "tests", token = "{API_TOKEN}", scope = "write" }},
  {{ name = "reader", token = "{READ_TOKEN}", scope = "read" }},
]
{ONE_BY_ONE}"#,
        corp = company.corp_id,
        files = world.folder().join("files").display(),
        name = app.name,
        agent = app.agent_id,
        app_secret = app.secret,
        token = app.token,
        key = app.encoding_aes_key,
        ding_corp = dingtalk.corp_id,
        app_key = dingtalk.app_key,
        ding_secret = dingtalk.app_secret,
        ding_agent = dingtalk.agent_id,
        ding_token = dingtalk.callback_token,
        ding_key = dingtalk.callback_aes_key,
        robot_name = robot.name,
        robot_token = robot.access_token,
    )
}

/// A store of its own: a file, or a database on the test server.
pub async fn storage_url(folder: &tempfile::TempDir) -> String {
    let Ok(server) = std::env::var("DINGDAN_TEST_POSTGRES") else {
        return format!("sqlite://{}", folder.path().join("dingdan.db").display());
    };
    let name = format!(
        "test_{}_{}",
        std::process::id(),
        COUNTER.fetch_add(1, Ordering::Relaxed)
    );
    make_database(&server, &name).await;
    format!("{server}/{name}")
}

async fn make_database(server: &str, name: &str) {
    use sqlx::Connection as _;
    let mut connection = sqlx::PgConnection::connect(&format!("{server}/postgres"))
        .await
        .unwrap();
    // Databases are copied from the template one at a time; others who copy it make this wait.
    let mut statement = sqlx::QueryBuilder::<sqlx::Postgres>::new("create database ");
    statement.push(name).push(" strategy file_copy");
    statement.build().execute(&mut connection).await.unwrap();
}

/// East: zhao.lei, QianYue under 周敏. North: sun.hao under 吴军. 郑洁 administrates.
pub async fn seed(store: &Store, company: &Company, now: Timestamp) {
    let mut tx = store.begin().await.unwrap();
    let people = [
        ("admin", "zheng.jie", Role::Admin, "总部", None),
        ("director-east", "zhou.min", Role::Director, "华东", None),
        ("director-north", "wu.jun", Role::Director, "华北", None),
        (
            "rep-zhao",
            "zhao.lei",
            Role::Rep,
            "华东",
            Some("director-east"),
        ),
        (
            "rep-qian",
            "QianYue",
            Role::Rep,
            "华东",
            Some("director-east"),
        ),
        ("rep-sun", "sun.hao", Role::Rep, "华北", None),
    ];
    for (id, wecom, role, region, supervisor) in people {
        let known = company
            .people
            .iter()
            .find(|person| person.wecom.as_deref() == Some(wecom))
            .unwrap();
        let dingtalk = known.dingtalk.as_ref().unwrap();
        tx.put_person(&Person {
            id: id.parse().unwrap(),
            name: known.name.clone(),
            role,
            region: region.to_owned(),
            supervisor_id: supervisor.map(|id: &str| id.parse::<PersonId>().unwrap()),
            wecom_userid: wecom.to_owned(),
            dingtalk_userid: Some(dingtalk.userid.clone()),
            dingtalk_unionid: Some(dingtalk.unionid.clone()),
            mobile: Some(known.mobile.clone()),
        })
        .await
        .unwrap();
    }
    let deals = [
        ("yunshan", "云杉机械", "wmYunshanChen01", Some("rep-zhao")),
        ("beichen", "北辰重工", "wmBeichenLiu002", None),
        ("huafeng", "华丰电子", "wmHuafengLin003", Some("rep-qian")),
        ("gangcheng", "港城物流", "wmGangchengMa05", Some("rep-sun")),
    ];
    for (id, name, contact, rep) in deals {
        tx.put_customer(&Customer {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            industry: "机械".to_owned(),
            region: "华东".to_owned(),
        })
        .await
        .unwrap();
        tx.put_contact(&Contact {
            id: contact.parse().unwrap(),
            customer_id: Some(id.parse().unwrap()),
            name: String::new(),
        })
        .await
        .unwrap();
        let Some(rep) = rep else { continue };
        let deal = NewOpportunity {
            id: format!("deal-{id}").parse().unwrap(),
            customer: id.parse().unwrap(),
            rep: rep.parse().unwrap(),
            name: format!("{name}产线改造"),
            // Only the first one stands where staying too long is told.
            stage: if id == "yunshan" { "demo" } else { "lead" }.to_owned(),
            opened_at: now,
        };
        assert!(tx.create_opportunity(&deal).await.unwrap());
    }
    for (account, rep) in [
        ("wkZhaoLei0001", "rep-zhao"),
        ("wkQianYue0002", "rep-qian"),
        ("wkSunHao00003", "rep-sun"),
    ] {
        tx.put_service_account(account, Some(&rep.parse().unwrap()))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

impl Browser {
    /// Submits a form of one of the service's own pages.
    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.to_post(path).header("sec-fetch-site", "same-origin");
        self.send(request.form(fields)).await
    }

    /// Submits a form with a file.
    pub async fn post_file(&mut self, path: &str, csrf: &str, name: &str, bytes: Vec<u8>) -> Page {
        let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new()
            .text("csrf", csrf.to_owned())
            .part("file", file);
        let request = self.to_post(path).header("sec-fetch-site", "same-origin");
        self.send(request.multipart(form)).await
    }

    /// Does what the login page's script does with the code that the client gave it.
    pub async fn log_in_inside_dingtalk(&mut self, login_page: &str, code: &str, next: &str) {
        let state = login_page
            .split_once("data-state=\"")
            .unwrap()
            .1
            .split('"')
            .next()
            .unwrap();
        let body = serde_json::json!({ "code": code, "state": state });
        let page = self.post_json("/login/dingtalk", &body).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let answer: Value = serde_json::from_str(&page.text).unwrap();
        assert_eq!(answer["next"], next);
    }
}
