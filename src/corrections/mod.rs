//! 误报 and 漏报: what people say of signals, and what follows from it.
//!
//! Whoever answers for a chat's rep is believed at once: a false alarm leaves the board, what was
//! missed becomes a signal of the rule `person`, counts, and is told to the deal like any other. A rep
//! may say the same of their own chats; that waits for somebody who answers for them and changes
//! nothing meanwhile. Either way the line is a labelled one from then on (`Store::labelled_lines`).
//! What a deal was told stays in its journal, and a node that it opened stays open: whether it is
//! needed is a supervisor's decision of its own, on the run's page.
//! Start at [`say`]; [`decide`] takes the decision about what a rep said.

mod applying;
mod deciding;
mod keeping;

use std::sync::Arc;

use crate::domain::{CorrectionKind, Label, MessageId, Role, Speaker, stored_number};
use crate::shared::Shared;
use crate::store::{ChatRow, Person, StoreError, StoredMessage, Tx, ViewScope};

pub(crate) use deciding::decide;

/// Where something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// On a page.
    Page,
    /// By a card in WeCom.
    Card,
    /// Over the API.
    Api,
}

impl Origin {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Card => "card",
            Self::Api => "api",
        }
    }
}

/// What somebody says of a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Saying<'a> {
    /// Whether it doesn't mean these, or does.
    pub(crate) kind: CorrectionKind,
    /// What it is said to mean or not to mean.
    pub(crate) labels: &'a [Label],
    /// The words of what was missed; empty for the whole line.
    pub(crate) words: &'a str,
}

/// The line, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub(crate) message: &'a StoredMessage,
    pub(crate) chat: &'a ChatRow,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is kept, and holds.
    Holds,
    /// It is kept, and waits for whoever answers for the rep.
    Waits,
    /// It makes no sense where things stand.
    Senseless(Senseless),
    /// There is no such line or correction for that person, or it is not theirs to decide.
    Unknown,
}

/// Why something makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Senseless {
    NotHeard,
    HeardAlready,
    NotACustomers,
    NoCustomers,
    NoWords,
    WordsNotThere,
    NoLabel,
    Decided,
}

impl Senseless {
    /// For callers of the API.
    pub(crate) const fn english(self) -> &'static str {
        match self {
            Self::NotHeard => "the line carries no such signal, so it can't be a false alarm",
            Self::HeardAlready => "the line carries that signal already, so it was not missed",
            Self::NotACustomers => "only a customer's lines carry signals",
            Self::NoCustomers => {
                "whoever said the line is registered as no customer's, so nothing they say carries \
                 signals; say whose they are first"
            }
            Self::NoWords => "the line has no words of its sender that may be heard",
            Self::WordsNotThere => "these words don't stand in the line",
            Self::NoLabel => "no label was chosen",
            Self::Decided => "the correction waits for no decision",
        }
    }

    /// For readers of the pages.
    pub(crate) const fn chinese(self) -> &'static str {
        match self {
            Self::NotHeard => "这句话没有这个信号，不用标误报。",
            Self::HeardAlready => "这句话已经有这个信号，没有漏报。",
            Self::NotACustomers => "只有客户说的话才会有信号。",
            Self::NoCustomers => {
                "说这句话的人已登记为不是客户，说的话不算信号。登记错了请先在「认领」里改。"
            }
            Self::NoWords => "这条消息没有文字。",
            Self::WordsNotThere => "这句话里没有这几个字，请照原文填写。",
            Self::NoLabel => "请选择至少一个信号。",
            Self::Decided => "这条更正已经处理过了。",
        }
    }

    /// The same in the pages' English.
    pub(crate) const fn page_english(self) -> &'static str {
        match self {
            Self::NotHeard => "This line has no such signal, so it is no false alarm.",
            Self::HeardAlready => "This line has that signal already, so it was not missed.",
            Self::NotACustomers => "Only what customers say has signals.",
            Self::NoCustomers => {
                "Whoever said this is known to be no customer, so it has no signals. If that is \
                 wrong, please change it under “Contacts” first."
            }
            Self::NoWords => "This message has no words.",
            Self::WordsNotThere => {
                "These words are not in the line. Please copy them as they stand."
            }
            Self::NoLabel => "Please choose at least one signal.",
            Self::Decided => "This correction has been decided already.",
        }
    }
}

/// Keeps what somebody says of one line, each label by itself but all or none, and lets it hold if
/// they answer for the rep. Said again, it changes nothing.
///
/// # Errors
/// When the database fails, or someone else changed the deal at the same moment.
pub(crate) async fn say(
    shared: &Arc<Shared>,
    message: &MessageId,
    sayings: &[Saying<'_>],
    (by, origin): (&Person, Origin),
) -> Result<Outcome, StoreError> {
    let Some(message) = shared.store.message(message.as_str()).await? else {
        return Ok(Outcome::Unknown);
    };
    let scope = ViewScope::of(by);
    let Some(chat) = shared
        .store
        .chat_in(&scope, message.chat_id.as_str())
        .await?
    else {
        return Ok(Outcome::Unknown);
    };
    let mut tx = shared.store.begin().await?;
    let line = Line {
        message: &message,
        chat: &chat,
    };
    let mut outcome = Outcome::Senseless(Senseless::NoLabel);
    for saying in sayings {
        outcome = say_in(shared, &mut tx, line, saying, (by, origin)).await?;
        if let Outcome::Senseless(_) = outcome {
            return Ok(outcome);
        }
    }
    if !sayings.is_empty() {
        tx.commit().await?;
        settled(shared, &message.id).await;
    }
    Ok(outcome)
}

/// As [`say`], of a line in a chat that the person may see, as part of a transaction. After its
/// commit the message's signals have to be counted anew.
///
/// # Errors
/// As [`say`].
pub(crate) async fn say_in(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    line: Line<'_>,
    saying: &Saying<'_>,
    (by, origin): (&Person, Origin),
) -> Result<Outcome, StoreError> {
    let words = match words_of(line.message, saying) {
        Ok(words) => words,
        Err(why) => return Ok(Outcome::Senseless(why)),
    };
    // Two who correct one line at once: the second sees what the first said.
    tx.lock_message(&line.message.id).await?;
    if is_an_outsiders(tx, line, saying.kind).await? {
        return Ok(Outcome::Senseless(Senseless::NoCustomers));
    }
    for label in saying.labels {
        if let Some(why) = objection(tx, line.message, *label, saying.kind).await? {
            return Ok(Outcome::Senseless(why));
        }
    }
    let role = role_of(by, line.chat);
    for label in saying.labels {
        let claim = keeping::Claim {
            label: *label,
            kind: saying.kind,
            words,
            by,
            role,
            origin,
        };
        keeping::keep(shared, tx, line, claim).await?;
    }
    Ok(match role {
        Role::Rep => Outcome::Waits,
        Role::Director | Role::Admin => Outcome::Holds,
    })
}

/// Brings the board in step after the commit, and wakes whoever has something to send.
pub(crate) async fn settled(shared: &Shared, message: &MessageId) {
    shared.board_keeper.count(message).await;
    shared.wake_after_commit();
}

/// As what they speak: of their own chats everybody is a rep.
fn role_of(by: &Person, chat: &ChatRow) -> Role {
    if chat.rep_id.as_ref() == Some(&by.id) {
        Role::Rep
    } else {
        by.role
    }
}

/// Where the words of what was missed stand.
fn words_of(message: &StoredMessage, saying: &Saying<'_>) -> Result<(i64, i64), Senseless> {
    if saying.labels.is_empty() {
        return Err(Senseless::NoLabel);
    }
    if message.speaker != Speaker::Customer {
        return Err(Senseless::NotACustomers);
    }
    // What was quoted, or said without consent, is nothing to be heard by people either.
    let (own, begin) = message.heard();
    if own.is_empty() {
        return Err(Senseless::NoWords);
    }
    let words = saying.words.trim();
    let first = begin + own.find(words).ok_or(Senseless::WordsNotThere)?;
    let end = match words {
        "" => begin + own.len(),
        words => first + words.len(),
    };
    Ok((stored_number(first), stored_number(end)))
}

/// Whether something is said to be missed of somebody who is no customer's. Whose they are is settled
/// until the commit.
async fn is_an_outsiders(
    tx: &mut Tx,
    Line { message, chat }: Line<'_>,
    kind: CorrectionKind,
) -> Result<bool, StoreError> {
    // Taken before any signal is, as everybody does who settles whose they are.
    let contact = message.contact_id.as_ref().unwrap_or(&chat.contact_id);
    let speaker = tx.take_contact(contact).await?;
    let is_outsider = speaker.is_some_and(|speaker| !speaker.outsider.is_empty());
    Ok(is_outsider && kind != CorrectionKind::FalseAlarm)
}

/// Why the line can't be corrected so. What was said before is no objection.
async fn objection(
    tx: &mut Tx,
    message: &StoredMessage,
    label: Label,
    kind: CorrectionKind,
) -> Result<Option<Senseless>, StoreError> {
    let said = tx.standing_corrections((&message.id, label)).await?;
    if said.iter().any(|one| one.kind == kind) {
        return Ok(None);
    }
    Ok(match kind {
        CorrectionKind::FalseAlarm => {
            let heard = tx.labels_of(&message.id, true).await?;
            (!heard.contains(&label)).then_some(Senseless::NotHeard)
        }
        CorrectionKind::Missed => {
            let heard = tx.labels_of(&message.id, false).await?;
            heard.contains(&label).then_some(Senseless::HeardAlready)
        }
    })
}
