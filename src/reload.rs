//! A running service takes a new valid process, dictionary or calendar without a restart, and
//! keeps the old one when the new one is invalid.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use crate::config::{Problems, ProcessSettings};
use crate::engine::Process;
use crate::loaded::{load_calendar, load_detector, load_process};
use crate::shared::Shared;

/// How soon a saved file is seen.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// What the files looked like: name → when changed, how long.
type Look = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// Watches the files of the process, the dictionaries and the calendar, when they are files.
pub async fn watch(shared: Arc<Shared>, stop: CancellationToken) {
    let settings = shared.settings.process.clone();
    if settings.file.is_none() && settings.dictionaries.is_none() && settings.calendar.is_none() {
        return stop.cancelled().await;
    }
    // Nothing is known at first, so the first look takes what was saved since the start.
    let mut known = None;
    loop {
        known = look_and_take(&shared, known).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Takes the files when they don't look as before, and says how they look. They are read beside the
/// runtime's threads: a folder on a network may answer late.
async fn look_and_take(shared: &Arc<Shared>, known: Option<Look>) -> Option<Look> {
    let reading = Arc::clone(shared);
    let looking = tokio::task::spawn_blocking(move || {
        let now = look(&reading.settings.process);
        let changed = known.as_ref() != Some(&now);
        (changed.then(|| read(&reading)).flatten(), now)
    });
    let (process, look) = match looking.await {
        Ok(looked) => looked,
        Err(error) => {
            tracing::error!(error = %error, "reload: reading the changed files broke off; trying again");
            return None;
        }
    };
    match process {
        Some(process) => use_process(shared, process).await.then_some(look),
        None => Some(look),
    }
}

async fn use_process(shared: &Shared, process: Process) -> bool {
    let version = process.version().to_owned();
    match shared.use_process(process).await {
        Ok(()) => {
            tracing::info!(version, "process: a new definition is in use");
            true
        }
        Err(error) => {
            tracing::error!(error = %error, "process: a new definition could not be kept; trying again");
            false
        }
    }
}

/// Takes what is valid of new dictionaries and a new calendar, and answers a new process, which has
/// to be kept in the store first. Says of what is not valid every mistake, and keeps the old one.
fn read(shared: &Shared) -> Option<Process> {
    let settings = &shared.settings.process;
    let process = match load_process(settings) {
        Ok(process) => Some(process),
        Err(problems) => {
            keep_old("process", &problems);
            None
        }
    };
    match load_detector(settings) {
        Ok(detector) => {
            let before = shared.detector.load();
            if !detector.is_as(&before) {
                tracing::info!(
                    version = detector.dictionaries_version(),
                    model = detector.model_version(),
                    "dictionaries: new ones are in use"
                );
                shared.detector.store(detector);
            }
        }
        Err(problems) => keep_old("dictionaries", &problems),
    }
    match load_calendar(settings) {
        Ok(calendar) if calendar.version() != shared.calendar.load().version() => {
            let version = calendar.version().to_owned();
            shared.calendar.store(Arc::new(calendar));
            tracing::info!(version, "calendar: a new one is in use");
        }
        Ok(_) => {}
        Err(problems) => keep_old("calendar", &problems),
    }
    process.filter(|process| process.version() != shared.process.load().version())
}

fn keep_old(what: &'static str, problems: &Problems) {
    metrics::counter!("dingdan_reloads_refused_total", "what" => what).increment(1);
    tracing::error!("{what}: the changed files are wrong, the old ones stay in use:\n{problems}");
}

fn look(settings: &ProcessSettings) -> Look {
    let single = settings.file.iter().chain(&settings.calendar);
    let mut files: Vec<PathBuf> = single.cloned().collect();
    if let Some(folder) = &settings.dictionaries {
        files.extend(files_of(folder));
    }
    let seen = |file: PathBuf| {
        let data = std::fs::metadata(&file).ok();
        let seen = (
            data.as_ref().and_then(|data| data.modified().ok()),
            data.map_or(0, |data| data.len()),
        );
        (file, seen)
    };
    files.into_iter().map(seen).collect()
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::config::sample;
    use crate::loaded::Loaded;

    const GOLDEN_SIX: &str = include_str!("../config/processes/golden-six.toml");
    const PATIENCE: Duration = Duration::from_secs(30);

    /// What a service shares that was started by the definition in that file.
    async fn started_by(definition: &Path) -> Arc<Shared> {
        std::fs::write(definition, GOLDEN_SIX).unwrap();
        let folder = definition.parent().unwrap();
        let database = format!("sqlite://{}", folder.join("dingdan.db").display());
        let process = format!("[process]\nfile = \"{}\"", definition.display());
        let settings = sample(&database, &process);
        let loaded = Loaded::of(settings).unwrap();
        Arc::new(Shared::open(loaded, Clock::system()).await.unwrap())
    }

    fn another() -> String {
        GOLDEN_SIX.replacen("风险预判登记", "风险登记", 1)
    }

    async fn takes_another(shared: &Shared, before: &str) {
        let taken = async {
            while shared.process.load().version() == before {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, taken).await.expect("taken");
    }

    #[tokio::test]
    async fn what_was_saved_between_loading_and_watching_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let definition = folder.path().join("ours.toml");
        let shared = started_by(&definition).await;
        let before = shared.process.load().version().to_owned();
        std::fs::write(&definition, another()).unwrap();

        let stop = CancellationToken::new();
        let watching = tokio::spawn(watch(Arc::clone(&shared), stop.clone()));

        takes_another(&shared, &before).await;
        stop.cancel();
        watching.await.unwrap();
    }

    #[tokio::test]
    async fn a_model_beside_the_dictionaries_is_taken_when_it_changes_and_kept_when_it_breaks() {
        use crate::signals::learnt::Lesson;
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        let words = "label = \"PRICE\"\n[[rule]]\nid = \"dear\"\nany = [\"太贵\"]\n";
        std::fs::create_dir(place("words")).unwrap();
        std::fs::write(place("words/price.toml"), words).unwrap();
        let database = format!("sqlite://{}", place("dingdan.db").display());
        let process = format!("[process]\ndicts = \"{}\"", place("words").display());
        let loaded = Loaded::of(sample(&database, &process)).unwrap();
        let shared = Arc::new(Shared::open(loaded, Clock::system()).await.unwrap());
        let version = || shared.detector.load().model_version().to_owned();
        let known = look_and_take(&shared, None).await;
        assert_eq!(version(), "", "there is none yet");

        let detector = shared.detector.load();
        let lesson = Lesson::new(detector.dictionaries(), &[]);
        let model = lesson.learn(&lesson.cross_validate());
        std::fs::write(place("words/model"), &model).unwrap();
        let known = look_and_take(&shared, known).await;
        let taken = version();
        std::fs::write(place("words/model"), &model[1..]).unwrap();
        look_and_take(&shared, known).await;

        assert_eq!(taken.len(), 12);
        assert_eq!(version(), taken);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_file_that_is_slow_to_read_holds_up_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let definition = folder.path().join("ours.toml");
        let shared = started_by(&definition).await;
        let before = shared.process.load().version().to_owned();
        // Whoever reads a pipe waits until somebody writes.
        std::fs::remove_file(&definition).unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(&definition)
            .status();
        assert!(made.unwrap().success());

        let stop = CancellationToken::new();
        let watching = tokio::spawn(watch(Arc::clone(&shared), stop.clone()));
        tokio::task::yield_now().await;
        // This test has one thread: it comes here only when nothing holds that up.
        shared.store.ping().await.unwrap();
        let writing = tokio::task::spawn_blocking(move || std::fs::write(definition, another()));

        takes_another(&shared, &before).await;
        writing.await.unwrap().unwrap();
        stop.cancel();
        watching.await.unwrap();
    }
}
