//! Several lines in a row that are one utterance: 太 ⏎ 贵 ⏎ 了.
//!
//! People send a sentence in pieces. Lines of one speaker that follow each other within
//! [`PIECES_FOLLOW_WITHIN`], with nobody between, are heard as one text. A line that is no more than
//! a fragment is joined to its neighbour as it stands (不 ⏎ 贵 denies), any other by a comma; a line
//! that says something by itself begins an utterance of its own, so that nothing before it takes it
//! back. Words that say nothing (嗯, 稍等) are left out.
//!
//! What is heard belongs to the line that completed it, and its mark is what stands in that line.
//! A later line of the burst may take it back (太贵了 ⏎ 开玩笑的).
//!
//! The question that a burst answers is looked for among the lines of the minute before it: past what
//! says nothing and past what else the rep said, to the last line that gives the words a sense; never
//! past something that the customer said in between, since that was the answer.
//!
//! All of this depends on the lines and their order alone. So whoever learns of one more line, be it
//! the newest or one that came late, asks [`Detector::hear_in_chat`] what differs with and without
//! it, and comes to the same signals by any way.

use std::time::Duration;

use super::utterance::{Joint, Standing, Utterance, is_one};
use super::{Detector, Line, Signal};
use crate::domain::{Label, Speaker, Timestamp};

/// Pieces of one utterance follow each other within this.
const PIECES_FOLLOW_WITHIN: Duration = Duration::from_secs(10);
/// A burst is at most so many lines; further ones begin another.
const MOST_PIECES: usize = 8;
/// A longer line is no piece of anything.
const LONGEST_PIECE: usize = 200;
/// Lines of so many letters at most are fragments.
const FRAGMENT_LETTERS: usize = 2;
/// Lines of one minute give context to each other.
pub const CONTEXT: Duration = Duration::from_secs(60);
/// So many lines before a burst are tried for the one that gives it a sense.
const MOST_CONTEXTS: usize = 6;
/// What says nothing, so that a question before it still waits for its answer.
const FILLERS: [&str; 26] = [
    "嗯",
    "嗯嗯",
    "呃",
    "额",
    "哦",
    "噢",
    "喔",
    "啊",
    "唉",
    "哎",
    "这个",
    "那个",
    "这",
    "那",
    "稍等",
    "等下",
    "等一下",
    "我想想",
    "想想",
    "我看看",
    "看看",
    "我看下",
    "我看一下",
    "怎么说呢",
    "怎么说",
    "说实话",
];

/// A line of a chat, as far as it matters for what is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// Whose side.
    pub speaker: Speaker,
    /// Which person, by the platform's id.
    pub sender: &'a str,
    /// When.
    pub at: Timestamp,
    /// The words.
    pub text: &'a str,
}

/// A signal of one of several lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardIn {
    /// The line that completed it, by its place among the lines.
    pub line: usize,
    /// The signal; its place is in that line's own text.
    pub signal: Signal,
    /// Its words, with those that stand in earlier lines.
    pub words: String,
    /// The line, or the whole utterance where the words stand in several.
    pub quote: String,
}

/// What one more line changes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What is heard with it.
    pub added: Vec<HeardIn>,
    /// What is not heard any more: the line by its place, and the label that it lost.
    pub lost: Vec<(usize, Label)>,
}

impl Detector {
    /// What the line at `new` changes among lines that stand in their order: those of the minute
    /// before and after it, and the last one before it however old.
    #[must_use]
    pub fn hear_in_chat(&self, lines: &[Said<'_>], new: usize) -> Change {
        let is_last = new + 1 == lines.len();
        if is_last && lines[new].speaker != Speaker::Customer {
            return Change::default();
        }
        let all: Vec<usize> = (0..lines.len()).collect();
        let others: Vec<usize> = (0..lines.len()).filter(|line| *line != new).collect();
        // It may stand in a burst, or part one that is whole without it.
        let first = begin_of(lines, &all, new).min(begin_of(lines, &others, new + 1));
        let with = self.read(lines, &all, first);
        let without = self.read(lines, &others, first);
        let has = |heard: &[HeardIn], other: &HeardIn| {
            let is_same = |one: &HeardIn| {
                one.line == other.line
                    && one.signal.label == other.signal.label
                    && one.signal.start < other.signal.end
                    && other.signal.start < one.signal.end
            };
            heard.iter().any(is_same)
        };
        let mut lost: Vec<(usize, Label)> = without
            .iter()
            .map(|heard| (heard.line, heard.signal.label))
            .filter(|(line, label)| {
                let stays = |one: &HeardIn| (one.line, one.signal.label) == (*line, *label);
                !with.iter().any(stays)
            })
            .collect();
        lost.sort_unstable();
        lost.dedup();
        let added = with
            .into_iter()
            .filter(|heard| !has(&without, heard))
            .collect();
        Change { added, lost }
    }

    /// What the lines from `from` on mean, those before it giving them a sense only: what comes of it
    /// when each was asked of by [`Detector::hear_in_chat`] as it came.
    #[must_use]
    pub fn hear_chat(&self, lines: &[Said<'_>], from: usize) -> Vec<HeardIn> {
        let all: Vec<usize> = (0..lines.len()).collect();
        self.read(lines, &all, from)
    }

    /// What those lines mean from one of them on.
    fn read(&self, lines: &[Said<'_>], places: &[usize], from: usize) -> Vec<HeardIn> {
        let bursts = bursts(lines, places);
        let begin_late = bursts.iter().filter(|burst| burst[0] >= from);
        begin_late
            .filter(|burst| lines[burst[0]].speaker == Speaker::Customer)
            .flat_map(|burst| {
                let before = places.iter().take_while(|place| **place < burst[0]);
                let before: Vec<Said<'_>> = before.map(|place| lines[*place]).collect();
                self.read_burst(lines, burst, &before)
            })
            .collect()
    }

    /// Piece after piece: what each adds, and what it takes back.
    fn read_burst(&self, lines: &[Said<'_>], burst: &[usize], before: &[Said<'_>]) -> Vec<HeardIn> {
        let mut before = before.to_vec();
        let mut done: Vec<HeardIn> = Vec::new();
        let mut utterance = Utterance::default();
        let mut standing: Vec<Standing> = Vec::new();
        let has_more = burst.iter().any(|place| !is_filler(lines[*place].text));
        for &place in burst {
            let text = lines[place].text;
            if has_more && is_filler(text) {
                continue;
            }
            let joint = self.joint(&utterance, text);
            if joint == Joint::Sentence {
                done.extend(standing.drain(..).map(|one| one.heard));
                before.extend(utterance.lines().map(|line| lines[line]));
                utterance = Utterance::default();
            }
            utterance.push(place, joint, text);
            let heard = self.hear_so_far(&utterance, &standing, &before, lines[burst[0]].at);
            standing = utterance.follow(standing, heard);
        }
        done.extend(standing.into_iter().map(|one| one.heard));
        done.sort_by_key(|one| (one.line, one.signal.start));
        done
    }

    /// What an utterance means with its last piece. What was learnt was learnt of single lines, so it
    /// judges each clause by itself; across a comma only rules speak, and only they take back.
    fn hear_so_far(
        &self,
        utterance: &Utterance,
        standing: &[Standing],
        before: &[Said<'_>],
        began: Timestamp,
    ) -> Vec<Signal> {
        let start = utterance.clause();
        let mut heard = self.hear_with_context(&utterance.text[start..], before, began);
        for signal in &mut heard {
            signal.start += start;
            signal.end += start;
        }
        if start == 0 {
            return heard;
        }
        let by_rules = |text| {
            self.dictionaries().hear(Line {
                speaker: Speaker::Customer,
                text,
                previous: before.last().map(|line| (line.speaker, line.text)),
            })
        };
        let (earlier, whole) = (
            by_rules(&utterance.text[..start]),
            by_rules(&utterance.text),
        );
        let has = |signals: &[Signal], one: &Signal| signals.iter().any(|other| is_one(other, one));
        let spanning = whole
            .iter()
            .filter(|signal| signal.start < start && start < signal.end);
        let spanning: Vec<Signal> = spanning
            .filter(|signal| !has(&heard, signal))
            .cloned()
            .collect();
        heard.extend(spanning);
        let stood = standing.iter().map(Standing::in_utterance);
        let stays = stood.filter(|one| !has(&earlier, one) || has(&whole, one));
        heard.extend(stays);
        heard
    }

    /// The words, as the last line before them that gives them a sense lets them be understood.
    fn hear_with_context(&self, text: &str, before: &[Said<'_>], began: Timestamp) -> Vec<Signal> {
        let hear = |previous: Option<&Said<'_>>| {
            self.hear(Line {
                speaker: Speaker::Customer,
                text,
                previous: previous.map(|line| (line.speaker, line.text)),
            })
        };
        let contexts = contexts(before, began);
        let [nearest, further @ ..] = contexts.as_slice() else {
            return hear(None);
        };
        let by_nearest = hear(Some(nearest));
        if further.is_empty() {
            return by_nearest;
        }
        let alone = labels(&hear(None));
        if labels(&by_nearest) != alone {
            return by_nearest;
        }
        let mut others = further.iter().map(|line| hear(Some(line)));
        let with_sense = others.find(|heard| labels(heard) != alone);
        with_sense.unwrap_or(by_nearest)
    }

    /// How the next piece is joined to the utterance so far.
    fn joint(&self, utterance: &Utterance, next: &str) -> Joint {
        let Some(before) = utterance.last() else {
            return Joint::None;
        };
        let ends_in_word = before
            .chars()
            .next_back()
            .is_some_and(char::is_alphanumeric);
        let says_something = || {
            let alone = Line {
                speaker: Speaker::Customer,
                text: next,
                previous: None,
            };
            !self.hear(alone).is_empty()
        };
        if !is_fragment(next) && says_something() {
            Joint::Sentence
        } else if ends_in_word && (is_fragment(before) || is_fragment(next)) {
            Joint::None
        } else {
            Joint::Clause
        }
    }
}

/// The lines, parted where another utterance begins.
fn bursts(lines: &[Said<'_>], places: &[usize]) -> Vec<Vec<usize>> {
    let mut bursts: Vec<Vec<usize>> = Vec::new();
    for &place in places {
        match bursts.last_mut() {
            Some(burst) if goes_on(lines, burst, place) => burst.push(place),
            _ => bursts.push(vec![place]),
        }
    }
    bursts
}

/// The first line of the burst that holds the line; the line itself, if there is none.
fn begin_of(lines: &[Said<'_>], places: &[usize], line: usize) -> usize {
    let bursts = bursts(lines, places);
    let burst = bursts.iter().find(|burst| burst.contains(&line));
    burst.map_or(line, |burst| burst[0])
}

fn goes_on(lines: &[Said<'_>], burst: &[usize], next: usize) -> bool {
    let Some(last) = burst.last().map(|place| lines[*place]) else {
        return false;
    };
    let next = lines[next];
    let is_short = |line: Said<'_>| line.text.len() <= LONGEST_PIECE;
    burst.len() < MOST_PIECES
        && last.speaker == Speaker::Customer
        && (last.speaker, last.sender) == (next.speaker, next.sender)
        && next.at.since(last.at) <= PIECES_FOLLOW_WITHIN
        && is_short(last)
        && is_short(next)
}

/// The lines that may give a burst its sense, the nearest first.
fn contexts<'a>(before: &[Said<'a>], began: Timestamp) -> Vec<Said<'a>> {
    let mut contexts = Vec::new();
    for (distance, line) in before.iter().rev().enumerate() {
        let is_near = began.since(line.at) <= CONTEXT;
        if distance > 0 && !is_near || contexts.len() == MOST_CONTEXTS {
            break;
        }
        contexts.push(*line);
        if line.speaker == Speaker::Customer && !is_filler(line.text) {
            break;
        }
    }
    contexts
}

fn labels(signals: &[Signal]) -> Vec<Label> {
    signals.iter().map(|signal| signal.label).collect()
}

fn is_filler(text: &str) -> bool {
    let letters: String = text.chars().filter(|one| one.is_alphanumeric()).collect();
    letters.is_empty() || FILLERS.contains(&letters.as_str())
}

fn is_fragment(text: &str) -> bool {
    let letters = text.chars().filter(|one| one.is_alphanumeric());
    letters.count() <= FRAGMENT_LETTERS
}
