//! A demo as it is run, with its story told as fast as the service follows.

use tokio_util::sync::CancellationToken;

use super::cast::{BUYERS, COLLEAGUES};
use super::story::{Pace, Progress, Roles, State, start};
use super::{Demo, Options, Stage};
use crate::domain::{Label, Timestamp};
use crate::sandbox::{Entry, Record};
use crate::store::{Period, RunFilter, Store};

struct Running {
    url: String,
    stage: Stage,
    stop: CancellationToken,
    served: tokio::task::JoinHandle<anyhow::Result<()>>,
}

impl Running {
    async fn start(data_dir: Option<std::path::PathBuf>) -> Self {
        let demo = Demo::build(Options {
            port: 0,
            speed: 1.0,
            data_dir,
            process: None,
        })
        .await
        .expect("a demo");
        let (url, stage, stop) = (demo.url(), demo.stage.clone(), CancellationToken::new());
        let served = tokio::spawn(demo.run(stop.clone()));
        Self {
            url,
            stage,
            stop,
            served,
        }
    }

    fn store(&self) -> &Store {
        &self.stage.shared().store
    }

    async fn told(&self) -> Progress {
        let roles = Roles::free(self.store())
            .await
            .expect("the store answers")
            .expect("someone to tell of");
        let telling = start(&self.stage, roles, Pace::AtOnce).expect("nobody else tells");
        telling.await.expect("the story ends");
        self.stage.teller().progress()
    }

    async fn end(self) {
        self.stop.cancel();
        self.served
            .await
            .expect("the demo ends")
            .expect("and ends well");
    }
}

#[tokio::test]
async fn the_prepared_story_is_told_to_its_end_and_again_with_someone_else() {
    let demo = Running::start(None).await;

    for buyer in &BUYERS[..2] {
        let progress = demo.told().await;

        assert_eq!(
            (progress.state, progress.step),
            (State::Told, progress.of),
            "{}",
            progress.caption
        );
        let runs = demo
            .store()
            .runs_of(&format!("deal-{}", buyer.id).parse().expect("an id"))
            .await
            .expect("runs");
        let stand: Vec<_> = runs
            .iter()
            .map(|run| (run.node.as_str(), run.status.as_str(), run.late))
            .collect();
        assert_eq!(stand, [("risk_registration", "done", true)]);
    }
    demo.end().await;
}

#[tokio::test]
async fn a_fresh_demo_has_people_deals_and_a_past_and_its_page() {
    let demo = Running::start(None).await;

    let store = demo.store();
    assert_eq!(
        store.people().await.expect("people").len(),
        COLLEAGUES.len()
    );
    assert_eq!(
        store.opportunities("", 100).await.expect("deals").len(),
        BUYERS.len()
    );
    let now = demo.stage.shared().clock.now();
    let heard = store
        .signals((Timestamp(0), ""), now, 1000)
        .await
        .expect("signals");
    let kinds = Label::ALL
        .iter()
        .filter(|label| heard.iter().any(|signal| signal.label == **label))
        .count();
    assert!(
        heard.len() >= 20 && kinds >= 8,
        "{} signals of {kinds} kinds",
        heard.len()
    );

    let page = reqwest::get(&demo.url).await.expect("an answer");
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(policy.starts_with("default-src 'self'") && !policy.contains("unsafe"));
    assert!(page.text().await.expect("text").contains("播放预设剧情"));
    demo.end().await;
}

#[tokio::test]
async fn a_demo_with_a_folder_goes_on_where_it_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Running::start(Some(folder.path().to_owned())).await;
    let told = demo.told().await;
    assert_eq!(told.state, State::Told, "{}", told.caption);
    let then = demo.stage.shared().clock.now();
    demo.end().await;

    let demo = Running::start(Some(folder.path().to_owned())).await;

    assert!(demo.stage.shared().clock.now() >= then);
    assert_eq!(
        demo.store().people().await.expect("people").len(),
        COLLEAGUES.len()
    );
    let told = demo.told().await;
    assert_eq!(told.state, State::Told, "{}", told.caption);
    demo.end().await;
}

#[tokio::test]
async fn a_jump_of_a_day_stops_at_each_deadline_on_its_way() {
    let demo = Running::start(None).await;
    let sandbox = demo.stage.sandbox();
    sandbox
        .customer(BUYERS[0].contact)
        .says("汇川的报价比你们低")
        .await;
    let is_card = |entry: &Entry| match &entry.record {
        Record::Wecom(message) => message.msgtype == "template_card",
        _ => false,
    };
    let patience = std::time::Duration::from_secs(15);
    let card = sandbox.ledger().wait_for(is_card, patience).await;
    card.expect("the rep gets a card");
    let now = demo.stage.shared().clock.now();

    let day = std::time::Duration::from_secs(24 * 3600);
    assert!(
        demo.stage
            .move_time(crate::sandbox::TimeMove::By(day))
            .await
    );

    assert!(demo.stage.shared().clock.now() >= now.plus(day));
    let left = demo.store().nearest_moment().await.unwrap();
    assert!(left.is_none_or(|left| left > now.plus(day)));
    let alerts = demo.store().alerts((now, ""), 50).await.unwrap();
    let everything = RunFilter {
        opened: Period {
            from: Timestamp::default(),
            until: Timestamp(i64::MAX),
        },
        opportunity: None,
        rep: None,
        node: None,
        status: None,
        spot_check: None,
    };
    let runs = demo.store().runs_page(&everything, None, 500).await;
    let runs = runs.unwrap();
    let on_time = alerts.iter().any(|alert| {
        let mut of_alert = runs.iter().filter(|run| run.id == alert.run_id);
        alert.reason == "late"
            && of_alert.any(|run| {
                let after = alert.raised_at.since(run.due_at);
                now < run.due_at && after < std::time::Duration::from_secs(60)
            })
    });
    assert!(on_time, "the deadline's alert was raised when it came");
    demo.end().await;
}

#[tokio::test]
async fn a_demo_plays_a_process_of_ones_own_and_tells_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("process.toml");
    let ours = include_str!("../../config/processes/golden-six.toml");
    let renamed = ours.replace("name = \"黄金六节点\"", "name = \"我们的流程\"");
    let wrong = ours.replace("late_after = \"48h\"", "late_after = \"soon\"");
    let played = async |text: &str| {
        std::fs::write(&file, text).expect("it is written");
        let options = Options {
            port: 0,
            speed: 1.0,
            data_dir: None,
            process: Some(file.clone()),
        };
        Demo::build(options).await
    };

    let demo = played(&renamed).await.expect("a demo");
    let refused = played(&wrong).await.err().expect("it is refused");

    assert!(
        demo.application
            .shared
            .process
            .load()
            .text()
            .contains("我们的流程")
    );
    assert!(format!("{refused:#}").contains("late_after"), "{refused:#}");
}

#[tokio::test]
async fn open_pages_stay_logged_in_when_the_clock_jumps() {
    let demo = Running::start(None).await;
    let clock = &demo.stage.shared().clock;
    let people = demo.store().people().await.expect("the store answers");
    let begun = clock.now();
    let begin = demo.store().begin_session("page", &people[0].id, begun);
    begin.await.expect("a session");

    let day = std::time::Duration::from_secs(24 * 3600);
    assert!(
        demo.stage
            .move_time(crate::sandbox::TimeMove::By(day))
            .await
    );

    let session = demo.store().session("page").await.expect("an answer");
    let session = session.expect("it is kept");
    let minute = std::time::Duration::from_secs(60);
    assert!(clock.now().since(begun) >= day);
    assert!(
        clock.now().since(session.seen_at) < minute,
        "nobody was idle"
    );
    assert!(clock.now().since(session.created_at) < minute);
    demo.end().await;
}
