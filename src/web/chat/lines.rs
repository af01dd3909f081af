//! The lines of a chat, around a message or next to lines that are already shown.

use std::collections::BTreeMap;
use std::str::FromStr;

use askama::Template;

use super::about::About;
use super::files::{self, Attached, State};
use super::kinds;
use crate::domain::{Day, MessageId, Speaker, Timestamp, stored_number};
use crate::shared::Shared;
use crate::signals::Dictionaries;
use crate::store::{ChatRow, CorrectionRow, SignalRow, StoreError, StoredMessage};
use crate::web::language::Language;
use crate::web::marking::{self, Segment, Words};
use crate::web::moments::{self, Now};
use crate::web::next_path::query_of;
use crate::web::query::path_of;
use crate::web::viewer::Viewer;

/// Lines on each side of the message, and of each further part.
const SIDE: usize = 20;
/// Lines that a new page without a message shows.
const NEWEST: usize = 40;
/// Lines at most that came since a page last asked.
const CAUGHT_UP: usize = 100;

/// A place between lines: moment and position, as `1795430000000.12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor(Timestamp, i64);

/// Who reads which chat.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) shared: &'a Shared,
    pub(super) viewer: &'a Viewer,
    pub(super) chat: &'a ChatRow,
}

/// Some lines in a row.
#[derive(Template)]
#[template(path = "lines.html")]
pub(super) struct Lines {
    pub(super) language: Language,
    pub(super) earlier: Option<Further>,
    pub(super) lines: Vec<Line>,
    pub(super) later: Option<Further>,
    /// Where corrections go, and what their forms have to carry.
    pub(super) corrections: String,
    pub(super) csrf: String,
}

/// Where the lines go on.
pub(super) struct Further {
    /// The part of the page with further lines.
    pub(super) part: String,
    /// The page at that place, for browsers without scripts.
    pub(super) page: String,
}

/// One line.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) cursor: String,
    pub(super) speaker: Speaker,
    pub(super) who: String,
    pub(super) at: String,
    /// Stands above the first line of a day.
    pub(super) day: Option<String>,
    /// The kind's name where it isn't plain text.
    pub(super) kind: Option<String>,
    pub(super) words: Vec<Segment>,
    /// Pictures, voice, videos and files in it.
    pub(super) files: Vec<Attached>,
    pub(super) is_recalled: bool,
    pub(super) is_target: bool,
    /// Why it is marked, and what can be said of that; only of a customer's words.
    pub(super) about: Option<About>,
}

impl Line {
    pub(super) fn is_system(&self) -> bool {
        self.speaker == Speaker::System
    }
}

/// The lines around the target; without one the newest.
///
/// # Errors
/// When the store fails.
pub(super) async fn opened_at(
    reader: Reader<'_>,
    target: Option<&StoredMessage>,
) -> Result<Lines, StoreError> {
    let Reader { shared, chat, .. } = reader;
    let Some(target) = target else {
        return before_or_newest(reader, Cursor(Timestamp(i64::MAX), i64::MAX), NEWEST).await;
    };
    let place = (target.sent_at, target.position);
    let mut earlier = shared
        .store
        .lines_before(&chat.id, place, more_than(SIDE))
        .await?;
    let mut later = shared
        .store
        .lines_from(&chat.id, place, more_than(SIDE + 1))
        .await?;
    let (is_more_before, is_more_after) = (earlier.len() > SIDE, later.len() > SIDE + 1);
    earlier.truncate(SIDE);
    earlier.reverse();
    later.truncate(SIDE + 1);
    earlier.extend(later);
    drawn(
        reader,
        earlier,
        Some(target),
        (is_more_before, is_more_after),
    )
    .await
}

/// The lines before a place.
///
/// # Errors
/// When the store fails.
pub(super) async fn before(reader: Reader<'_>, cursor: Cursor) -> Result<Lines, StoreError> {
    before_or_newest(reader, cursor, SIDE).await
}

/// The lines after a place.
///
/// # Errors
/// When the store fails.
pub(super) async fn after(reader: Reader<'_>, cursor: Cursor) -> Result<Lines, StoreError> {
    let Reader { shared, chat, .. } = reader;
    let place = (cursor.0, cursor.1.saturating_add(1));
    let mut rows = shared
        .store
        .lines_from(&chat.id, place, more_than(CAUGHT_UP))
        .await?;
    let is_more = rows.len() > CAUGHT_UP;
    rows.truncate(CAUGHT_UP);
    drawn(reader, rows, None, (false, is_more)).await
}

async fn before_or_newest(
    reader: Reader<'_>,
    cursor: Cursor,
    lines: usize,
) -> Result<Lines, StoreError> {
    let Reader { shared, chat, .. } = reader;
    let mut rows = shared
        .store
        .lines_before(&chat.id, (cursor.0, cursor.1), more_than(lines))
        .await?;
    let is_more = rows.len() > lines;
    rows.truncate(lines);
    rows.reverse();
    drawn(reader, rows, None, (is_more, false)).await
}

async fn drawn(
    reader: Reader<'_>,
    rows: Vec<StoredMessage>,
    target: Option<&StoredMessage>,
    (is_more_before, is_more_after): (bool, bool),
) -> Result<Lines, StoreError> {
    let Reader {
        shared,
        chat,
        viewer,
    } = reader;
    let (signals, corrections, media) = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) => {
            let (from, until) = (first.sent_at, last.sent_at);
            let store = &shared.store;
            (
                store.signals_of_chat(&chat.id, from, until).await?,
                store.corrections_of_chat(&chat.id, from, until).await?,
                store.media_of_chat(&chat.id, from, until).await?,
            )
        }
        _ => (Vec::new(), Vec::new(), Vec::new()),
    };
    let now = viewer.now(shared);
    let detector = shared.detector.load_full();
    let mut drawing = Drawing {
        files: files::by_message(&chat.id, media, now.language),
        contact: if chat.contact.is_empty() {
            now.language.say("客户", "Customer")
        } else {
            &chat.contact
        },
        reps: reps_of(shared, &rows).await?,
        signals: &signals,
        corrections: &corrections,
        decides: viewer.is_supervisor() && chat.rep_id.as_ref() != Some(&viewer.person.id),
        dictionaries: detector.dictionaries(),
        target,
        now,
    };
    let further = |row: Option<&StoredMessage>, name| row.map(|row| further(chat, row, name));
    Ok(Lines {
        language: now.language,
        earlier: further(rows.first().filter(|_| is_more_before), "before"),
        later: further(rows.last().filter(|_| is_more_after), "after"),
        lines: drawing.lines(&rows),
        corrections: path_of(&["chats", chat.id.as_str(), "corrections"]),
        csrf: viewer.csrf.clone(),
    })
}

/// The names of the reps among the lines, by their WeCom userid.
async fn reps_of(
    shared: &Shared,
    rows: &[StoredMessage],
) -> Result<BTreeMap<String, String>, StoreError> {
    let mut reps = BTreeMap::new();
    for row in rows {
        if row.speaker == Speaker::Rep && !row.sender.is_empty() && !reps.contains_key(&row.sender)
        {
            let person = shared.store.person_in_wecom(&row.sender).await?;
            let name = person.map_or_else(|| row.sender.clone(), |person| person.name);
            reps.insert(row.sender.clone(), name);
        }
    }
    Ok(reps)
}

/// What the lines are drawn with.
pub(super) struct Drawing<'a> {
    pub(super) contact: &'a str,
    pub(super) reps: BTreeMap<String, String>,
    pub(super) signals: &'a [SignalRow],
    pub(super) corrections: &'a [CorrectionRow],
    /// By the message that they belong to.
    pub(super) files: BTreeMap<MessageId, Vec<Attached>>,
    /// Whether the viewer decides about what reps say of signals.
    pub(super) decides: bool,
    /// By which rules are called what they are.
    pub(super) dictionaries: &'a Dictionaries,
    pub(super) target: Option<&'a StoredMessage>,
    pub(super) now: Now,
}

impl Drawing<'_> {
    pub(super) fn lines(&mut self, rows: &[StoredMessage]) -> Vec<Line> {
        let mut day_before = None;
        let line = |row: &StoredMessage| {
            let day = Some(row.sent_at.day()).filter(|day| day_before != Some(*day));
            day_before = Some(row.sent_at.day());
            let files = self.files.remove(&row.id).unwrap_or_default();
            self.line(row, files, day)
        };
        rows.iter().map(line).collect()
    }

    fn line(&self, row: &StoredMessage, files: Vec<Attached>, day: Option<Day>) -> Line {
        let own: Vec<&SignalRow> = self
            .signals
            .iter()
            .filter(|signal| signal.message_id == row.id)
            .collect();
        let words: Vec<Words> = own
            .iter()
            .filter(|signal| signal.dismissed_at.is_none())
            .map(|signal| Words {
                first: signal.first_byte,
                end: signal.end_byte,
                label: signal.label,
                is_tried: signal.shadow,
            })
            .collect();
        Line {
            about: self.about(row, &own),
            id: row.id.to_string(),
            cursor: Cursor(row.sent_at, row.position).to_string(),
            speaker: row.speaker,
            who: self.who(row),
            at: row.sent_at.clock_face(),
            day: day.map(|day| moments::day(day, self.now.at.day(), self.now.language)),
            kind: kinds::name(&row.kind, self.now.language),
            words: marking::mark(&row.text, &words),
            files,
            is_recalled: row.recalled_at.is_some(),
            is_target: self.target.is_some_and(|target| target.id == row.id),
        }
    }

    fn about(&self, row: &StoredMessage, signals: &[&SignalRow]) -> Option<About> {
        let has_words = row.speaker == Speaker::Customer && !row.text.is_empty();
        let corrections: Vec<&CorrectionRow> = self
            .corrections
            .iter()
            .filter(|one| one.message_id == row.id)
            .collect();
        has_words.then(|| {
            let of = (self.decides, self.now);
            About::of(signals, &corrections, of, self.dictionaries)
        })
    }

    fn who(&self, row: &StoredMessage) -> String {
        match row.speaker {
            Speaker::Customer => self.contact.to_owned(),
            Speaker::Rep => self
                .reps
                .get(&row.sender)
                .cloned()
                .unwrap_or_else(|| self.now.language.say("接待人员", "Attendant").to_owned()),
            Speaker::System => self.now.language.say("系统", "System").to_owned(),
        }
    }
}

fn further(chat: &ChatRow, row: &StoredMessage, name: &'static str) -> Further {
    let page = path_of(&["chats", chat.id.as_str()]);
    let cursor = Cursor(row.sent_at, row.position).to_string();
    Further {
        part: format!("{page}/lines?{}", query_of(&[(name, &cursor)])),
        page: format!("{page}?{}", query_of(&[("message", row.id.as_str())])),
    }
}

/// One more than is shown says whether there is more.
fn more_than(lines: usize) -> i64 {
    stored_number(lines + 1)
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.0.0, self.1)
    }
}

impl FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, position) = text.split_once('.').ok_or(())?;
        let number = |text: &str| text.parse::<i64>().map_err(|_| ());
        Ok(Self(Timestamp(number(at)?), number(position)?))
    }
}
