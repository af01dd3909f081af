//! One connection to Redis, made when needed, with a bound on every call.
//!
//! Not redis's own `ConnectionManager`: that one keeps a connection whose answers don't come, so
//! a cut network would look like a dead Redis until the kernel gives up, a quarter of an hour later.

use std::future::Future;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::anyhow;
use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult,
    RetryMethod, ScriptInvocation, ServerErrorKind,
};
use tokio::time::{Instant, timeout};

use super::rest::Rest;
use crate::board::{BoardError, locked};

/// No call takes longer.
pub(crate) const BOUND: Duration = Duration::from_millis(200);

pub(super) struct Link {
    client: Client,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Numbered>,
    made: u64,
    rest: Rest,
}

/// The number tells a connection from the one that took its place meanwhile.
#[derive(Clone)]
struct Numbered {
    number: u64,
    connection: MultiplexedConnection,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            state: Mutex::default(),
        }
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// Sends commands in one go. They may be sent twice, so twice has to be as good as once.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<T, BoardError> {
        self.bounded(|mut connection| async move { commands.query_async(&mut connection).await })
            .await
    }

    /// Runs a script, sending its text where Redis doesn't know it. As with [`Link::ask`], twice
    /// has to be as good as once.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &ScriptInvocation<'_>,
    ) -> Result<T, BoardError> {
        self.bounded(|mut connection| async move { script.invoke_async(&mut connection).await })
            .await
    }

    async fn bounded<T, F, Fut>(&self, call: F) -> Result<T, BoardError>
    where
        F: Fn(MultiplexedConnection) -> Fut,
        Fut: Future<Output = RedisResult<T>>,
    {
        if locked(&self.state).rest.is_resting(Instant::now()) {
            return Err(BoardError::Unavailable(anyhow!(
                "it hung just now; not asked again yet"
            )));
        }
        let answer = timeout(BOUND, self.on_a_live_connection(call)).await;
        let mut state = locked(&self.state);
        match answer {
            Ok(answer) => {
                state.rest.answered();
                answer.map_err(reaction_to)
            }
            Err(_) => {
                state.connection = None;
                state.rest.hung(Instant::now());
                Err(BoardError::Unavailable(anyhow!("no answer in {BOUND:?}")))
            }
        }
    }

    /// A connection that was kept may have died unnoticed; one made for this call tells the truth.
    async fn on_a_live_connection<T, F, Fut>(&self, call: F) -> RedisResult<T>
    where
        F: Fn(MultiplexedConnection) -> Fut,
        Fut: Future<Output = RedisResult<T>>,
    {
        let kept = locked(&self.state).connection.clone();
        if let Some(Numbered { number, connection }) = kept {
            match call(connection).await {
                Err(error) if needs_another_connection(&error) => self.forget(number),
                answer => return answer,
            }
        }
        let Numbered { number, connection } = self.connect().await?;
        let answer = call(connection).await;
        if answer.as_ref().is_err_and(needs_another_connection) {
            self.forget(number);
        }
        answer
    }

    async fn connect(&self) -> RedisResult<Numbered> {
        // The bound of the whole call holds here too; two clocks would only disagree.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(None)
            .set_response_timeout(None);
        let connection = self
            .client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        let mut state = locked(&self.state);
        state.made += 1;
        let numbered = Numbered {
            number: state.made,
            connection,
        };
        state.connection = Some(numbered.clone());
        Ok(numbered)
    }

    fn forget(&self, number: u64) {
        let mut state = locked(&self.state);
        state
            .connection
            .take_if(|connection| connection.number == number);
    }
}

/// A lost connection, or one to a server that became a replica: the address may lead to the new
/// primary by now.
fn needs_another_connection(error: &RedisError) -> bool {
    let is_replica = error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly);
    error.is_io_error() || error.is_unrecoverable_error() || is_replica
}

fn reaction_to(error: RedisError) -> BoardError {
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => {
            BoardError::Unreadable(error.to_string())
        }
        _ if is_wrong_type(&error) => BoardError::Unreadable(error.to_string()),
        ErrorKind::AuthenticationFailed => BoardError::Refused(error),
        ErrorKind::Io => BoardError::Unavailable(error.into()),
        _ => match error.retry_method() {
            RetryMethod::NoRetry => BoardError::Refused(error),
            _ => BoardError::Unavailable(error.into()),
        },
    }
}

fn is_wrong_type(error: &RedisError) -> bool {
    let errors = error.clone().into_server_errors();
    errors.is_some_and(|errors| errors.iter().any(|(_, error)| error.code() == "WRONGTYPE"))
}
