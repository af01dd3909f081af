//! The chat archive, played through the C functions of a library that stands in for the vendor's: what
//! is said in ordinary chats is heard, whatever the library, the network or the keys do.

mod chats;
mod consent;
mod faults;
mod media;
mod process;
mod survival;

use std::path::PathBuf;
use std::time::Duration;

use dingdan::clock::Clock;
use dingdan::domain::Timestamp;
use dingdan::sandbox::{ArchiveActor, Endpoint};
use dingdan::store::Store;
use serde_json::Value;

use crate::app::{START, Setup, TestApp, World, seed};
use crate::sightings::calls;

pub(super) const WORDS: &str = "你们太贵了,今年要走招标";
/// Between two notices of the platform's, and longer than a process rests after its first crash.
pub(super) const NEXT: Duration = Duration::from_secs(15);

/// The library of the tests, which cargo builds beside them.
fn library() -> PathBuf {
    let folder = std::env::current_exe()
        .unwrap()
        .parent()
        .unwrap()
        .to_owned();
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("libarchive_library") && path.extension().is_some_and(|end| end == "so")
    };
    let newest = files
        .filter(is_library)
        .max_by_key(|path| path.metadata().unwrap().modified().unwrap());
    newest.expect("cargo builds the library of the tests")
}

/// The archive's section of the configuration, with the private keys of these versions.
pub(super) fn configuration(world: &World, keys: &[u32]) -> String {
    let app = world.sandbox.archive().opens();
    let mut entries = Vec::new();
    for version in keys {
        let name = format!("key-{version}.pem");
        let pem = world.sandbox.archive().private_key(*version);
        std::fs::write(world.folder().join(&name), pem).unwrap();
        entries.push(format!("{{ version = {version}, file = {name:?} }}"));
    }
    format!(
        "[wecom.archive]\nsdk = {:?}\nsecret = {:?}\nproxy = {:?}\nprivate_keys = [{}]\n\
         token = {:?}\nencoding_aes_key = {:?}\n",
        library(),
        app.secret,
        world.platforms,
        entries.join(", "),
        app.token,
        app.encoding_aes_key,
    )
}

pub(super) async fn world() -> World {
    World::at(Timestamp::parse_rfc3339(START).unwrap()).await
}

/// A service that reads the archive, with further lines in that section.
pub(super) async fn start(more: &str) -> TestApp {
    let world = world().await;
    let extra = configuration(&world, &[1]) + more;
    TestApp::start_in(
        world,
        Setup {
            extra,
            ..Setup::default()
        },
    )
    .await
}

/// Another service on the same store, with these keys.
pub(super) async fn restart(app: TestApp, keys: &[u32]) -> TestApp {
    let world = app.stop().await;
    let extra = configuration(&world, keys);
    let setup = Setup {
        extra,
        seed: false,
        ..Setup::default()
    };
    TestApp::start_in(world, setup).await
}

/// The platforms by the system's clock, with people and deals in the store, for processes that are killed.
pub(super) async fn world_now() -> World {
    let world = World::at(Clock::system().now()).await;
    let store = Store::open(&world.storage).await.unwrap();
    seed(&store, &world.sandbox.company(), world.clock.now()).await;
    store.close().await;
    world
}

pub(super) fn archive(app: &TestApp) -> ArchiveActor {
    app.sandbox.archive()
}

/// The platform tells that there is something, some time after it told so before; the service works.
pub(super) async fn notified(app: &TestApp) {
    app.clock.advance(NEXT);
    archive(app).notifies().await;
    app.settle().await;
}

/// Time goes on until everything that waits for a later moment was tried again.
pub(super) async fn waits(app: &TestApp) {
    for _ in 0..6 {
        app.advance(NEXT).await;
    }
}

pub(super) fn pulls(app: &TestApp) -> usize {
    calls(app, Endpoint::WecomArchivePull)
}

/// What was heard: the signal's code and the words that gave it.
pub(super) async fn heard(app: &TestApp) -> Vec<(String, String)> {
    let signals = app.items("signals?limit=200").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    signals
        .iter()
        .map(|signal| (text(&signal["label"]), text(&signal["words"])))
        .collect()
}

pub(super) async fn labels(app: &TestApp) -> Vec<String> {
    let mut labels: Vec<String> = heard(app)
        .await
        .into_iter()
        .map(|(label, _)| label)
        .collect();
    labels.sort();
    labels
}
