//! Everything that people edit, read and checked together: configuration, process, dictionaries,
//! calendar.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tokio::task::JoinHandle;

use crate::calendar::Calendar;
use crate::config::{Document, ENVIRONMENT_PREFIX, Problem, Problems, ProcessSettings, Settings};
use crate::engine::Process;
use crate::signals::learnt::Model;
use crate::signals::{Detector, Dictionaries, MODEL};

/// What a service is built from. There is none with a mistake in it.
pub struct Loaded {
    /// The configuration.
    pub settings: Settings,
    /// The process definition that it names.
    pub process: Process,
    /// What hears, by the dictionaries that it names.
    pub detector: Arc<Detector>,
    /// The work calendar that it names.
    pub calendar: Calendar,
}

impl Loaded {
    /// Reads the configuration with the environment's overrides, and what it names.
    ///
    /// # Errors
    /// Every mistake of all four. One in the configuration hides none in the others, as long as
    /// it can be made out where they are.
    pub fn read(
        file: &Path,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        let settings = read_settings(file, environment)?;
        Self::of(settings)
    }

    /// Reads what a configuration names that is already here.
    ///
    /// # Errors
    /// Every mistake of the process, the dictionaries and the calendar.
    pub fn of(settings: Settings) -> Result<Self, Problems> {
        let Named {
            process,
            detector,
            calendar,
        } = Named::read(&settings.process)?;
        Ok(Self {
            settings,
            process,
            detector,
            calendar,
        })
    }
}

/// A configuration without a mistake, and what it names still being read by another thread. The
/// dictionaries take most of a start, so whatever else it needs is better done meanwhile.
pub struct Loading {
    settings: Settings,
    named: JoinHandle<Result<Named, Problems>>,
}

impl Loading {
    /// As [`Loaded::read`], but returns when the configuration is read.
    ///
    /// # Errors
    /// As [`Loaded::read`], when there is a mistake in the configuration.
    pub fn begin(
        file: &Path,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Problems> {
        let settings = read_settings(file, environment)?;
        let place = settings.process.clone();
        let named = tokio::task::spawn_blocking(move || Named::read(&place));
        Ok(Self { settings, named })
    }

    /// The configuration.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Everything, when it is read.
    ///
    /// # Errors
    /// Every mistake of the process, the dictionaries and the calendar.
    pub async fn finish(self) -> anyhow::Result<Loaded> {
        let Named {
            process,
            detector,
            calendar,
        } = self.named.await??;
        Ok(Loaded {
            settings: self.settings,
            process,
            detector,
            calendar,
        })
    }
}

/// What a configuration names.
struct Named {
    process: Process,
    detector: Arc<Detector>,
    calendar: Calendar,
}

impl Named {
    fn read(place: &ProcessSettings) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let process = problems.keep(load_process(place));
        let detector = problems.keep(load_detector(place));
        let calendar = problems.keep(load_calendar(place));
        match (process, detector, calendar) {
            (Some(process), Some(detector), Some(calendar)) => Ok(Self {
                process,
                detector,
                calendar,
            }),
            _ => Err(problems.or(()).err().unwrap_or_default()),
        }
    }
}

/// The configuration. Of a wrong one the mistakes of what it names are told too.
fn read_settings(
    file: &Path,
    environment: impl Iterator<Item = (OsString, OsString)>,
) -> Result<Settings, Problems> {
    let document = Document::read(file)?.with_overrides(ENVIRONMENT_PREFIX, environment);
    let (settings, place) = Settings::with_process(&document);
    settings.map_err(|mut problems| {
        if let Some(place) = place {
            problems.keep(Named::read(&place));
        }
        problems
    })
}

/// The process definition of the configuration, or the one inside the binary.
///
/// # Errors
/// Every mistake in it.
pub fn load_process(settings: &ProcessSettings) -> Result<Process, Problems> {
    let document = match &settings.file {
        Some(file) => Document::read(file)?,
        None => Document::new(
            "golden-six.toml (inside the binary)",
            include_str!("../config/processes/golden-six.toml"),
        ),
    };
    Process::from_document(&document)
}

/// What hears, by the dictionaries of the configuration or by those inside the binary.
///
/// # Errors
/// Every mistake in them.
pub fn load_detector(settings: &ProcessSettings) -> Result<Arc<Detector>, Problems> {
    static EMBEDDED: OnceLock<Arc<Detector>> = OnceLock::new();
    if let Some(folder) = &settings.dictionaries {
        return Ok(Arc::new(read_detector(folder)?));
    }
    if let Some(detector) = EMBEDDED.get() {
        return Ok(Arc::clone(detector));
    }
    let dictionaries = Arc::new(Dictionaries::embedded()?);
    let model = Model::embedded().map_err(|error| malformed(Path::new(MODEL), &error))?;
    let detector = Arc::new(Detector::new(dictionaries, model.map(Arc::new)));
    Ok(Arc::clone(EMBEDDED.get_or_init(|| detector)))
}

/// What hears by a folder: its dictionaries, and the learnt model beside them if there is one.
///
/// # Errors
/// Every mistake in them.
pub fn read_detector(folder: &Path) -> Result<Detector, Problems> {
    let mut problems = Problems::default();
    let dictionaries = problems.keep(read_dictionaries(folder));
    let model = problems.keep(read_model(&folder.join(MODEL)));
    match (dictionaries, model) {
        (Some(dictionaries), Some(model)) => {
            Ok(Detector::new(Arc::new(dictionaries), model.map(Arc::new)))
        }
        _ => Err(problems.or(()).err().unwrap_or_default()),
    }
}

/// A learnt model; nothing where there is no such file.
///
/// # Errors
/// When it can't be read or is none.
pub fn read_model(file: &Path) -> Result<Option<Model>, Problems> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(malformed(file, &format!("no readable file ({error})")).into()),
    };
    let model = Model::read(&bytes).map_err(|error| malformed(file, &error))?;
    Ok(Some(model))
}

fn malformed(file: &Path, found: &dyn Display) -> Problem {
    Problem {
        file: file.to_owned(),
        line: 0,
        key: String::new(),
        found: found.to_string(),
        expected: "a model as `dingdan signals train` writes it, or no file".to_owned(),
    }
}

/// The dictionaries of a folder: all of its `*.toml` files.
///
/// # Errors
/// Every mistake of every file, examples that come out otherwise included.
pub fn read_dictionaries(folder: &Path) -> Result<Dictionaries, Problems> {
    let mut documents = Vec::new();
    let mut problems = Vec::new();
    for file in toml_files(folder)? {
        match Document::read(&file) {
            Ok(document) => documents.push(document),
            Err(problem) => problems.push(problem),
        }
    }
    if documents.is_empty() && problems.is_empty() {
        let found = "a folder without *.toml files".to_owned();
        problems.push(folder_problem(folder, found));
    }
    Problems(problems).or(())?;
    Dictionaries::from_documents(&documents)
}

fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let unreadable =
        |error: std::io::Error| folder_problem(folder, format!("no readable folder ({error})"));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn folder_problem(folder: &Path, found: String) -> Problem {
    Problem {
        file: folder.to_owned(),
        line: 0,
        key: String::new(),
        found,
        expected: "the folder of the keyword dictionaries (process.dicts)".to_owned(),
    }
}

/// The work calendar of the configuration, or the one inside the binary.
///
/// # Errors
/// Every mistake in it.
pub fn load_calendar(settings: &ProcessSettings) -> Result<Calendar, Problems> {
    match &settings.calendar {
        Some(file) => Calendar::from_document(&Document::read(file)?),
        None => Calendar::embedded(),
    }
}
