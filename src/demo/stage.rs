//! What the demo's routes, its clock and its story share.

use std::sync::{Arc, Weak};

use tokio_util::sync::CancellationToken;

use super::folder::ClockLead;
use super::story::Teller;
use crate::sandbox::Sandbox;
use crate::shared::Shared;

/// The service, the platforms beside it, and the story. Clones are the same one.
#[derive(Clone)]
pub(super) struct Stage(Arc<Inner>);

/// A stage that may be gone.
pub(super) struct WeakStage(Weak<Inner>);

struct Inner {
    shared: Arc<Shared>,
    sandbox: Sandbox,
    lead: ClockLead,
    speed: f64,
    teller: Teller,
    closed: CancellationToken,
}

impl Stage {
    pub(super) fn new(shared: Arc<Shared>, sandbox: Sandbox, lead: ClockLead, speed: f64) -> Self {
        let teller = Teller::default();
        Self(Arc::new(Inner {
            shared,
            sandbox,
            lead,
            speed,
            teller,
            closed: CancellationToken::new(),
        }))
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }

    pub(super) fn sandbox(&self) -> &Sandbox {
        &self.0.sandbox
    }

    pub(super) fn teller(&self) -> &Teller {
        &self.0.teller
    }

    /// How many times faster than real time the clock runs.
    pub(super) fn speed(&self) -> f64 {
        self.0.speed
    }

    /// Cancelled when the demo ends.
    pub(super) fn closed(&self) -> &CancellationToken {
        &self.0.closed
    }

    /// Lets open pages ask again for what they show: the phones' event stream serves the story and
    /// the clock too, since browsers open few streams to one address.
    pub(super) fn refresh_phones(&self) {
        self.0.sandbox.set_up(|_| {});
    }

    pub(super) fn keep_clock(&self) {
        self.0.lead.keep(self.0.shared.clock.ahead());
    }

    /// Ends the story and keeps the clock.
    pub(super) fn close(&self) {
        self.0.closed.cancel();
        self.keep_clock();
    }

    pub(super) fn downgrade(&self) -> WeakStage {
        WeakStage(Arc::downgrade(&self.0))
    }
}

impl WeakStage {
    pub(super) fn upgrade(&self) -> Option<Stage> {
        self.0.upgrade().map(Stage)
    }
}
