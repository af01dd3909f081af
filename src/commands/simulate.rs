//! `dingdan simulate`: a process, played with a team that never was, before a threshold is used.

use std::io::{Write as _, stderr};
use std::path::PathBuf;

use super::output::Output;
use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::config::{Problems, ProcessSettings};
use crate::domain::Timestamp;
use crate::engine::Definitions;
use crate::loaded::{load_calendar, load_process};
use crate::simulation::{self, Team};

/// From so many days of reps on, how far it has come is told meanwhile.
const LONG: u64 = 10_000;
/// Of a hundred demands a rep never answers so many.
const NEGLECT_PERCENT: u64 = 20;

/// What to play.
#[derive(clap::Args)]
pub struct SimulateOptions {
    /// The process definition; the one inside the binary when left out
    #[arg(long, value_name = "FILE")]
    process: Option<PathBuf>,
    /// How many reps
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(1..=1000))]
    reps: u32,
    /// How many days, beginning today
    #[arg(long, value_name = "N", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=1830))]
    days: u32,
    /// What chance begins with: the same seed gives the same time
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// The work calendar; the one inside the binary when left out
    #[arg(long, value_name = "FILE")]
    calendar: Option<PathBuf>,
}

pub(super) fn simulate(options: &SimulateOptions) -> anyhow::Result<()> {
    let definitions = definitions(options)?;
    let team = Team {
        reps: options.reps as usize,
        days: options.days,
        start: Clock::system().now().day().start(),
        seed: options.seed,
        neglect_percent: NEGLECT_PERCENT,
    };
    note_missing_years(definitions.calendar(), &team);
    let mut progress = Progress::of(&team);
    let summary = simulation::run(&definitions, &team, |step| progress.tell(step.now));
    write!(Output, "{summary}")?;
    Ok(())
}

/// Process and calendar, or every mistake of both.
fn definitions(options: &SimulateOptions) -> Result<Definitions, Problems> {
    let files = ProcessSettings {
        file: options.process.clone(),
        calendar: options.calendar.clone(),
        ..ProcessSettings::default()
    };
    let mut problems = Problems::default();
    let process = problems.keep(load_process(&files));
    let calendar = problems.keep(load_calendar(&files));
    match (process, calendar) {
        (Some(process), Some(calendar)) => Ok(Definitions::new(process.into(), calendar.into())),
        _ => Err(problems.or(()).err().unwrap_or_default()),
    }
}

/// Deadlines of days whose holidays nobody knows come out too early: that is said, not guessed.
fn note_missing_years(calendar: &Calendar, team: &Team) {
    let years = calendar.years_without_data(team.start.day(), team.end().day());
    if years.is_empty() {
        return;
    }
    let years: Vec<String> = years.iter().map(i32::to_string).collect();
    let years = years.join(" and ");
    let _ = writeln!(
        stderr(),
        "note: calendar: no public holidays for {years}: working time there follows the weekdays alone"
    );
}

/// Tells on standard error, in ten steps, how far a long time has come.
struct Progress {
    start: Timestamp,
    days: u32,
    /// Days between two lines; `None` for short times.
    every: Option<u32>,
    told: u32,
}

impl Progress {
    fn of(team: &Team) -> Self {
        let is_long = team.reps as u64 * u64::from(team.days) > LONG;
        Self {
            start: team.start,
            days: team.days,
            every: is_long.then_some((team.days / 10).max(1)),
            told: 0,
        }
    }

    fn tell(&mut self, now: Timestamp) {
        let Some(every) = self.every else { return };
        let day = u32::try_from(now.day().0 - self.start.day().0).unwrap_or(0);
        if day >= self.told + every {
            self.told = day;
            // Nobody has to read it.
            let _ = writeln!(stderr(), "第 {day} 天，共 {} 天", self.days);
        }
    }
}
