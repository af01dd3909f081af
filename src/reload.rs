//! A running service takes a new valid process, dictionary or calendar without a restart, and
//! keeps the old one when the new one is invalid.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use crate::config::{Problems, ProcessSettings};
use crate::loaded::{load_calendar, load_dictionaries, load_process};
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
    let mut known = look(&settings);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        let now = look(&settings);
        if now != known {
            known = now;
            take(&shared);
        }
    }
}

/// Takes what is valid; says of what is not every mistake, and keeps the old one.
pub fn take(shared: &Shared) {
    let settings = &shared.settings.process;
    match load_process(settings) {
        Ok(process) if process.version() != shared.process.load().version() => {
            tracing::info!(
                version = process.version(),
                "process: a new definition is in use"
            );
            shared.process.store(Arc::new(process));
        }
        Ok(_) => {}
        Err(problems) => keep_old("process", &problems),
    }
    match load_dictionaries(settings) {
        Ok(dictionaries) if dictionaries.version() != shared.dictionaries.load().version() => {
            tracing::info!(
                version = dictionaries.version(),
                "dictionaries: new ones are in use"
            );
            shared.dictionaries.store(dictionaries);
        }
        Ok(_) => {}
        Err(problems) => keep_old("dictionaries", &problems),
    }
    match load_calendar(settings) {
        Ok(calendar) if calendar.version() != shared.calendar.load().version() => {
            tracing::info!(
                version = calendar.version(),
                "calendar: a new one is in use"
            );
            shared.calendar.store(Arc::new(calendar));
        }
        Ok(_) => {}
        Err(problems) => keep_old("calendar", &problems),
    }
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
