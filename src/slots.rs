//! Several pieces of work side by side, so that a slow one holds up no other.

use std::time::Duration;

use tokio::task::JoinSet;

/// Taking rows is a commit; when more wait, it may be put off this long to be worth it.
const GATHER_FOR: Duration = Duration::from_millis(5);

/// A set number of tasks at a time.
#[derive(Debug)]
pub(crate) struct Slots {
    under_way: JoinSet<()>,
    size: usize,
}

impl Slots {
    /// Room for `size` tasks.
    pub(crate) fn new(size: usize) -> Self {
        Self {
            under_way: JoinSet::new(),
            size,
        }
    }

    /// How many more tasks there is room for.
    pub(crate) fn free(&self) -> usize {
        self.size.saturating_sub(self.under_way.len())
    }

    /// Begins a task.
    pub(crate) fn begin(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.under_way.spawn(task);
    }

    /// Returns when a task has ended; never while none is under way. When `more_waits`, it gathers
    /// for a moment until half of the room is free. Dropping the wait loses nothing.
    pub(crate) async fn ended(&mut self, more_waits: bool) {
        if self.under_way.join_next().await.is_none() {
            std::future::pending::<()>().await;
        }
        while self.under_way.try_join_next().is_some() {}
        if more_waits {
            let half = self.size / 2;
            let gathered = async {
                while self.under_way.len() > half {
                    self.under_way.join_next().await;
                }
            };
            let _ = tokio::time::timeout(GATHER_FOR, gathered).await;
        }
    }

    /// Waits for all tasks.
    pub(crate) async fn all_ended(mut self) {
        while self.under_way.join_next().await.is_some() {}
    }
}
