//! How many steps the engine makes a second on one core.
//!
//! A team's year is played once and recorded: every event of every deal, with what was known of
//! the deal and when. Then the same events are played again, in the order in which they happened,
//! so that a step finds its deal as cold as a service does. `cargo bench --bench engine`.

#[path = "results/mod.rs"]
mod results;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dingdan::calendar::Calendar;
use dingdan::config::Document;
use dingdan::domain::{OpportunityId, Timestamp};
use dingdan::engine::{Context, Definitions, Event, Process, State};
use dingdan::simulation::{self, Team};

/// Each measurement is told as the best and the median of some rounds: others use the machine too.
const ROUNDS: usize = 9;
/// Longer than this no measurement goes on, however slow the machine is.
const LONGEST: Duration = Duration::from_secs(20);

/// A deal as it was before its first event.
struct Deal {
    context: Context,
    opened_at: Timestamp,
    state: State,
}

/// Something that happened to a deal.
struct Happened {
    deal: usize,
    event: Event,
    now: Timestamp,
}

/// A team's year.
#[derive(Default)]
struct Recording {
    deals: Vec<Deal>,
    events: Vec<Happened>,
}

fn main() {
    let definitions = golden_six();
    let recording = Recording::of(&definitions);
    let steps = recording.events.len();

    let mut table =
        "| | steps a second, best | median | µs each, best |\n| --- | --- | --- | --- |\n"
            .to_owned();
    row(&mut table, "the step alone", steps, || {
        recording.step(&definitions)
    });
    row(
        &mut table,
        "and when the deal has to be looked at next",
        steps,
        || recording.step_and_look_ahead(&definitions),
    );
    row(
        &mut table,
        "and the state read from what is stored and written again, as JSON",
        steps,
        || recording.step_from_store(&definitions),
    );

    let block = format!(
        "## Engine\n\nBy `make bench`, on one core. A simulated year of 40 reps under `golden-six.toml` as shipped, \
         recorded and played again in its order: {steps} steps of {} deals.\n\n{table}\n{}",
        recording.deals.len(),
        recording.by_kind(&definitions)
    );
    println!("{block}");
    results::write("engine", &block);
}

fn golden_six() -> Definitions {
    let text = include_str!("../config/processes/golden-six.toml");
    let document = Document::new("golden-six.toml", text.to_owned());
    let process = Process::from_document(&document).expect("the shipped process is valid");
    let calendar = Calendar::embedded().expect("the shipped calendar is valid");
    Definitions::new(Arc::new(process), Arc::new(calendar))
}

/// Measures, and adds a line.
fn row(table: &mut String, name: &str, steps: usize, mut play: impl FnMut() -> Duration) {
    let begun = Instant::now();
    let mut rounds = vec![play().as_secs_f64()];
    while rounds.len() < ROUNDS && begun.elapsed() < LONGEST {
        rounds.push(play().as_secs_f64());
    }
    rounds.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a count of steps")]
    let per_second = |seconds: f64| steps as f64 / seconds;
    let (best, median) = (per_second(rounds[0]), per_second(rounds[rounds.len() / 2]));
    // Writing to a String can't fail.
    let _ = writeln!(
        table,
        "| {name} | {best:.0} | {median:.0} | {:.2} |",
        1e6 / best
    );
}

impl Recording {
    fn of(definitions: &Definitions) -> Self {
        let team = Team {
            reps: 40,
            days: 365,
            start: Timestamp::parse_rfc3339("2026-01-05T08:00:00+08:00").expect("a moment"),
            seed: 20_260_105,
            neglect_percent: 20,
        };
        let mut recording = Self::default();
        let mut numbers: BTreeMap<OpportunityId, usize> = BTreeMap::new();
        simulation::run(definitions, &team, |step| {
            let deals = &mut recording.deals;
            let deal = *numbers.entry(step.deal.clone()).or_insert_with(|| {
                deals.push(Deal {
                    context: step.context.clone(),
                    opened_at: step.before.stage_since,
                    state: step.before.clone(),
                });
                deals.len() - 1
            });
            recording.events.push(Happened {
                deal,
                event: step.event.clone(),
                now: step.now,
            });
        });
        recording
    }

    fn states(&self) -> Vec<State> {
        self.deals.iter().map(|deal| deal.state.clone()).collect()
    }

    fn step(&self, definitions: &Definitions) -> Duration {
        let mut states = self.states();
        let begun = Instant::now();
        for Happened { deal, event, now } in &self.events {
            let (context, state) = (
                &self.deals[*deal].context,
                std::mem::take(&mut states[*deal]),
            );
            let (after, effects) = definitions.step(state, context, event, *now);
            states[*deal] = after;
            black_box(effects);
        }
        begun.elapsed()
    }

    fn step_and_look_ahead(&self, definitions: &Definitions) -> Duration {
        let mut states = self.states();
        let begun = Instant::now();
        for Happened { deal, event, now } in &self.events {
            let (context, state) = (
                &self.deals[*deal].context,
                std::mem::take(&mut states[*deal]),
            );
            let (after, effects) = definitions.step(state, context, event, *now);
            black_box(definitions.next_moment(&after, *now));
            states[*deal] = after;
            black_box(effects);
        }
        begun.elapsed()
    }

    fn step_from_store(&self, definitions: &Definitions) -> Duration {
        let stored = |state: &State| serde_json::to_string(state).expect("a state is valid JSON");
        let mut states: Vec<String> = self.deals.iter().map(|deal| stored(&deal.state)).collect();
        let begun = Instant::now();
        for Happened { deal, event, now } in &self.events {
            let Deal {
                context, opened_at, ..
            } = &self.deals[*deal];
            let state = State::read(&states[*deal], *opened_at).expect("it was stored");
            let (after, effects) = definitions.step(state, context, event, *now);
            black_box(definitions.next_moment(&after, *now));
            states[*deal] = stored(&after);
            black_box(effects);
        }
        begun.elapsed()
    }

    /// What each kind of event costs, as a table. Asking the clock around each step costs some
    /// 0.05 µs, which is in these figures.
    fn by_kind(&self, definitions: &Definitions) -> String {
        let mut kinds: BTreeMap<&str, (u32, Duration)> = BTreeMap::new();
        let mut states = self.states();
        for Happened { deal, event, now } in &self.events {
            let (context, state) = (
                &self.deals[*deal].context,
                std::mem::take(&mut states[*deal]),
            );
            let begun = Instant::now();
            let (after, effects) = definitions.step(state, context, event, *now);
            black_box(effects);
            let took = begun.elapsed();
            states[*deal] = after;
            let kind = kinds.entry(event.kind()).or_default();
            kind.0 += 1;
            kind.1 += took;
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|(_, (_, took))| std::cmp::Reverse(*took));
        let mut table = "| event | steps | µs each |\n| --- | --- | --- |\n".to_owned();
        for (kind, (count, took)) in kinds {
            let each = took.as_secs_f64() * 1e6 / f64::from(count);
            let _ = writeln!(table, "| `{kind}` | {count} | {each:.2} |");
        }
        table
    }
}
