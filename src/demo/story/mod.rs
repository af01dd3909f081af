//! The prepared story: told on the real service, through the phones, one step after the other.
//!
//! [`script`] says what happens and what is said about it; [`Teller`] knows where the story is;
//! `play` does the steps and waits for what the service makes of them.

mod play;
mod roles;
mod script;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use tokio_util::sync::CancellationToken;

pub(super) use play::{Pace, start};
pub(super) use roles::Roles;

/// Knows where the story is. Clones are the same one.
#[derive(Clone, Default)]
pub(super) struct Teller(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    progress: Progress,
    playing: Option<CancellationToken>,
}

/// Where the story is, as the page shows it.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Progress {
    pub(super) state: State,
    /// The step, from 1; 0 before the first.
    pub(super) step: usize,
    pub(super) of: usize,
    /// What happens, in a few words.
    pub(super) title: &'static str,
    /// What that means, in a sentence.
    pub(super) caption: String,
    /// Which step of which protocol it is.
    pub(super) protocol: &'static str,
    /// Where to look: `customer`, `rep-chat`, `rep-app`, `director`, `director-page`, `board`.
    pub(super) look_at: &'static str,
    /// Whose phones it plays on.
    pub(super) roles: Option<Roles>,
}

/// How a story stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    /// Not begun.
    #[default]
    Idle,
    /// Under way.
    Playing,
    /// Told to its end.
    Told,
    /// Ended by hand.
    Stopped,
    /// Something that should have followed did not; the caption says what.
    Stuck,
}

impl Teller {
    pub(super) fn progress(&self) -> Progress {
        self.lock().progress.clone()
    }

    /// Ends the story after the step in hand.
    pub(super) fn stop(&self) {
        if let Some(playing) = &self.lock().playing {
            playing.cancel();
        }
    }

    /// Takes the stage; `false` when a story is being told already.
    fn begin(&self, roles: Roles, of: usize, stop: CancellationToken) -> bool {
        let mut told = self.lock();
        if told.progress.state == State::Playing {
            return false;
        }
        told.progress = Progress {
            state: State::Playing,
            of,
            roles: Some(roles),
            ..Progress::default()
        };
        told.playing = Some(stop);
        true
    }

    fn tell(&self, step: usize, told: &script::Step, caption: String) {
        let progress = &mut self.lock().progress;
        progress.step = step;
        progress.title = told.title;
        progress.caption = caption;
        progress.protocol = told.protocol;
        progress.look_at = told.look_at;
    }

    fn end(&self, state: State, caption: Option<String>) {
        let mut told = self.lock();
        told.progress.state = state;
        if let Some(caption) = caption {
            told.progress.caption = caption;
        }
        told.playing = None;
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
