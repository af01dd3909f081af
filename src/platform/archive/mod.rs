//! The chat archive (会话内容存档, `developer.work.weixin.qq.com/document/path/91774`) through the
//! vendor's library, which lives in a process of its own: it is known to crash, to hang and to leak
//! memory, and the service goes on without it.
//!
//! [`Archive`] starts that process when it is first needed, asks it one thing at a time, ends it when it
//! doesn't answer in time, has become too large or has pulled often enough, and starts it anew, after a
//! crash not before a pause that grows. [`ArchiveError`] says what became of a question.

pub(crate) mod frames;
mod process;
mod words;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dingdan_webhooks::wecom::archive::{ChatData, LibraryCode, SealedMessage};
use tokio::sync::Mutex;

use crate::backoff::Backoff;
use crate::clock::Clock;
use crate::config::{ArchiveSettings, Secret, WecomSettings};
use crate::domain::Timestamp;
use process::{Lost, Process};
pub(crate) use words::{ArchiveAnswer, ArchiveRequest, ArchiveWay};

/// Pauses before a process that ended by itself is started anew.
const RESTARTS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));

/// Loading and beginning the library is no call of it, and may take a while on a busy machine.
const BEGINS_WITHIN: Duration = Duration::from_secs(30);

/// The archive of one company. Clones share the process.
#[derive(Clone)]
pub struct Archive(Arc<Inner>);

struct Inner {
    settings: ArchiveSettings,
    corp_id: String,
    clock: Clock,
    life: Mutex<Life>,
    /// Failures in a row, for those who only look.
    failures: AtomicI64,
}

/// The process, between two questions.
#[derive(Default)]
struct Life {
    process: Option<Process>,
    /// How often in a row it ended by itself.
    failures: i64,
    not_before: Timestamp,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The library's process ended or hung over this very question.
    #[error("the library's process {0}")]
    Died(&'static str),
    /// The library's process ends over this question again and again.
    #[error(
        "the library's process ends over it each time: install a newer one, then `dingdan inbox retry`"
    )]
    Deadly,
    /// This message can't be opened, however often it is tried.
    #[error(
        "the library doesn't open it, however often it is tried ({0}): install a newer one, then `dingdan inbox retry`"
    )]
    GivenUp(Box<ArchiveError>),
    /// The library's process rests before it is started anew, or can't be started.
    #[error("the library's process {0}")]
    Away(&'static str),
    /// The library can't be loaded or begun: a person has to look.
    #[error("the library can't be used: {0}")]
    Unusable(String),
    /// The library says no.
    #[error("{code}: {}", .meaning.advice())]
    Code {
        /// Its own number.
        code: i32,
        /// What that means.
        meaning: LibraryCode,
    },
    /// The platform says no, in what the library brought.
    #[error("{0}: see developer.work.weixin.qq.com/document/path/90313")]
    Errcode(i64),
    /// What the library brought is nothing that can be read.
    #[error("the library brought something that can't be read")]
    Unreadable,
    /// A message was sealed for a key that isn't configured.
    #[error("no private key of version {0}: add it to [wecom.archive] private_keys")]
    NoKey(u32),
    /// A message's own key can't be opened by ours of that version.
    #[error(
        "the private key of version {0} doesn't fit: is it the one that belongs to that version?"
    )]
    KeyMisfit(u32),
}

impl ArchiveError {
    /// For counters: a word of a fixed set.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Died(_) => "died".to_owned(),
            Self::Deadly => "deadly".to_owned(),
            Self::GivenUp(_) => "given_up".to_owned(),
            Self::Away(_) => "away".to_owned(),
            Self::Unusable(_) => "unusable".to_owned(),
            Self::Code { code, meaning } if *meaning != LibraryCode::Unknown => code.to_string(),
            Self::Code { .. } => "other_code".to_owned(),
            Self::Errcode(_) => "errcode".to_owned(),
            Self::Unreadable => "unreadable".to_owned(),
            Self::NoKey(_) | Self::KeyMisfit(_) => "key".to_owned(),
        }
    }

    /// Whether it goes on until somebody does something.
    #[must_use]
    pub const fn needs_a_person(&self) -> bool {
        matches!(
            self,
            Self::Unusable(_)
                | Self::Errcode(_)
                | Self::Code {
                    meaning: LibraryCode::UntrustedAddress
                        | LibraryCode::Certificates
                        | LibraryCode::Parameter
                        | LibraryCode::Unknown,
                    ..
                }
        )
    }

    /// Whether it is about the message that was to be opened, and not about library, network or platform.
    #[must_use]
    pub const fn is_of_the_message(&self) -> bool {
        matches!(
            self,
            Self::NoKey(_)
                | Self::KeyMisfit(_)
                | Self::Deadly
                | Self::GivenUp(_)
                | Self::Code {
                    meaning: LibraryCode::WrongKey | LibraryCode::Unopened,
                    ..
                }
        )
    }

    /// Whether the library did answer, about this very message. Opening asks neither network nor
    /// platform, so that no such answer means that nothing else can be opened either.
    #[must_use]
    pub const fn is_an_answer(&self) -> bool {
        matches!(self, Self::Code { .. } | Self::Unreadable)
    }
}

/// A piece of a file.
pub struct MediaPiece {
    /// What comes behind all pieces before it.
    pub bytes: Vec<u8>,
    /// What the next piece is asked by.
    pub index: String,
    /// Whether it is the last one.
    pub is_last: bool,
}

impl Archive {
    /// The archive that is configured, if one is. Nothing is started yet.
    #[must_use]
    pub fn new(settings: &WecomSettings, clock: Clock) -> Option<Self> {
        let archive = settings.archive.clone()?;
        Some(Self(Arc::new(Inner {
            settings: archive,
            corp_id: settings.corp_id.clone(),
            clock,
            life: Mutex::default(),
            failures: AtomicI64::new(0),
        })))
    }

    /// Messages behind `seq`, at most as many as configured.
    ///
    /// # Errors
    /// When library, network or platform fail. The same again is harmless.
    pub async fn pull(&self, seq: u64) -> Result<Vec<SealedMessage>, ArchiveError> {
        let limit = self.0.settings.limit;
        let (_, bytes) = self
            .ask(&ArchiveRequest::Pull {
                seq,
                limit,
                way: self.way(),
            })
            .await?;
        let data: ChatData =
            serde_json::from_slice(&bytes).map_err(|_| ArchiveError::Unreadable)?;
        match data.errcode {
            0 => Ok(data.chatdata),
            errcode => Err(ArchiveError::Errcode(errcode)),
        }
    }

    /// Opens a message by our private key of its version, and the library.
    ///
    /// # Errors
    /// [`ArchiveError::is_of_the_message`] tells those that another try won't mend by itself.
    pub async fn open(&self, message: &SealedMessage) -> Result<String, ArchiveError> {
        let version = message.publickey_ver;
        let key = self.0.settings.private_keys.get(&version);
        let key = key.ok_or(ArchiveError::NoKey(version))?;
        let opened = key.open(&message.encrypt_random_key);
        let opened = opened.ok_or(ArchiveError::KeyMisfit(version))?;
        let request = ArchiveRequest::Decrypt {
            key: opened.expose().to_owned(),
            message: message.encrypt_chat_msg.clone(),
        };
        let (_, bytes) = self.ask(&request).await?;
        String::from_utf8(bytes).map_err(|_| ArchiveError::Unreadable)
    }

    /// The piece of a file behind `index`, which is empty for the first one.
    ///
    /// # Errors
    /// When library, network or platform fail, or there is no such file any more.
    pub async fn media(&self, index: &str, file: &str) -> Result<MediaPiece, ArchiveError> {
        let request = ArchiveRequest::Media {
            index: index.to_owned(),
            file: file.to_owned(),
            way: self.way(),
        };
        let (answer, bytes) = self.ask(&request).await?;
        Ok(MediaPiece {
            bytes,
            index: answer.index,
            is_last: answer.is_finished,
        })
    }

    /// Whether the library can be loaded and the platform lets us pull; for `dingdan check --online`.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), ArchiveError> {
        // Nothing stands behind the highest number that there can be.
        self.pull(u64::MAX >> 1).await.map(|_| ())
    }

    /// Whether the library's process has ended by itself and not worked since.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.0.failures.load(Ordering::Relaxed) > 0
    }

    fn way(&self) -> ArchiveWay {
        let settings = &self.0.settings;
        let exposed = |secret: &Option<Secret>| {
            secret
                .as_ref()
                .map(|secret| secret.expose().to_owned())
                .unwrap_or_default()
        };
        ArchiveWay {
            proxy: settings.proxy.clone().unwrap_or_default(),
            password: exposed(&settings.proxy_password),
            timeout_seconds: settings.timeout_seconds,
        }
    }

    /// Asks, one at a time. The process is out of `life` meanwhile: whoever is dropped while waiting
    /// for an answer takes the process along, so that the next one never reads this one's answer.
    async fn ask(
        &self,
        request: &ArchiveRequest,
    ) -> Result<(ArchiveAnswer, Vec<u8>), ArchiveError> {
        let mut life = self.0.life.lock().await;
        let mut process = match life.process.take() {
            Some(process) => process,
            None => self.begin(&mut life).await?,
        };
        let answered = process.ask(request, self.patience()).await;
        let (answer, bytes) = self.note(&mut life, request.name(), answered)?;
        self.set_failures(&mut life, 0);
        match process.is_worn_out(&self.0.settings) {
            Some(why) => {
                tracing::info!(why, "archive: the library's process is replaced");
                metrics::counter!("dingdan_archive_restarts_total", "why" => why).increment(1);
                process.end().await;
            }
            None => life.process = Some(process),
        }
        Self::judge(answer, bytes)
    }

    /// A new process, of which the library is loaded and begun.
    async fn begin(&self, life: &mut Life) -> Result<Process, ArchiveError> {
        if self.0.clock.now() < life.not_before {
            return Err(ArchiveError::Away("rests before it is started anew"));
        }
        let started = Process::start(&self.0.settings);
        let mut process = self.note(life, "start", started)?;
        let request = ArchiveRequest::Init {
            corp_id: self.0.corp_id.clone(),
            secret: self.0.settings.secret.expose().to_owned(),
        };
        let answered = process.ask(&request, BEGINS_WITHIN).await;
        let (answer, bytes) = self.note(life, request.name(), answered)?;
        match Self::judge(answer, bytes) {
            Ok(_) => Ok(process),
            // The next one would say the same: it waits as after a crash.
            Err(error) => {
                self.set_failures(life, life.failures + 1);
                Err(error)
            }
        }
    }

    fn note<T>(
        &self,
        life: &mut Life,
        call: &'static str,
        outcome: Result<T, Lost>,
    ) -> Result<T, ArchiveError> {
        outcome.map_err(|lost| {
            let why = lost.word();
            metrics::counter!("dingdan_archive_restarts_total", "why" => why).increment(1);
            self.set_failures(life, life.failures + 1);
            let seconds = life.not_before.since(self.0.clock.now()).as_secs();
            tracing::warn!(call, why, error = %lost, failures = life.failures, again_in_seconds = seconds, "archive: the library's process is gone; the service goes on without it");
            match lost {
                Lost::NotStarted(_) => ArchiveError::Away("can't be started"),
                Lost::Ended(_) => ArchiveError::Died("ended by itself"),
                Lost::Hung => ArchiveError::Died("did not answer in time"),
            }
        })
    }

    fn set_failures(&self, life: &mut Life, failures: i64) {
        life.failures = failures;
        self.0.failures.store(failures, Ordering::Relaxed);
        if failures > 0 {
            let pause = RESTARTS.jittered(failures, Duration::ZERO);
            life.not_before = self.0.clock.now().plus(pause);
        }
    }

    fn judge(
        answer: ArchiveAnswer,
        bytes: Vec<u8>,
    ) -> Result<(ArchiveAnswer, Vec<u8>), ArchiveError> {
        if let Some(why) = answer.unusable {
            return Err(ArchiveError::Unusable(why));
        }
        match LibraryCode::of(answer.code) {
            None => Ok((answer, bytes)),
            Some(meaning) => Err(ArchiveError::Code {
                code: answer.code,
                meaning,
            }),
        }
    }

    /// The library ends its own calls after its time; twice that, and it hangs.
    fn patience(&self) -> Duration {
        Duration::from_secs(u64::from(self.0.settings.timeout_seconds) * 2)
    }
}
