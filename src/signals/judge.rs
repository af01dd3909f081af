//! What words mean where they stand: said by whom, of whom, when, and whether at all.

use crate::domain::Speaker;

use super::Dictionaries;
use super::fold::{Letter, fold};
use super::rule::{CueKind, Rule};
use super::scan::{Match, Owner, Scratch};

/// A rule heard in a line, with what it requires around it. Positions count letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hearing {
    pub(super) rule: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) verdict: Verdict,
}

/// What became of words that a rule has heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// They are meant: a signal.
    Holds,
    /// They are denied (一点也不贵).
    Denied,
    /// They are past and settled (去年没批，今年批了).
    Settled,
    /// They are about somebody else (我哥他们公司).
    Others,
    /// They are no position of today (假如哪天).
    Hypothetical,
}

/// All rules heard in a customer's line, and what became of each.
pub(super) fn judge(
    dictionaries: &Dictionaries,
    letters: &[Letter],
    previous: Option<(Speaker, &str)>,
    scratch: &mut Scratch,
) -> Vec<Hearing> {
    let matches = dictionaries.scanner.scan(letters, scratch);
    if matches.is_empty() {
        return Vec::new();
    }
    let judgement = Judgement {
        letters,
        cues: cues(dictionaries, &matches),
        asked: asked(dictionaries, &matches, previous, scratch),
        matches: &matches,
    };
    let hearing = |found: &Match| {
        let Owner::Any { rule } = found.owner else {
            return None;
        };
        let has_company = judgement.has_company(rule, &dictionaries.rules[rule], found);
        has_company.then(|| Hearing {
            rule,
            start: found.start(),
            end: found.end(),
            verdict: judgement.verdict(found),
        })
    };
    matches.iter().filter_map(hearing).collect()
}

/// A cue in the line.
#[derive(Clone, Copy)]
struct Heard {
    kind: CueKind,
    reach: usize,
    start: usize,
    end: usize,
}

/// The line's cues by position; one inside a longer one (不 in 能不) says nothing by itself.
fn cues(dictionaries: &Dictionaries, matches: &[Match]) -> Vec<Heard> {
    let heard = |found: &Match| {
        let Owner::Cue { cue } = found.owner else {
            return None;
        };
        let cue = &dictionaries.cues[cue];
        Some(Heard {
            kind: cue.kind,
            reach: cue.reach as usize,
            start: found.start(),
            end: found.end(),
        })
    };
    let all: Vec<Heard> = matches.iter().filter_map(heard).collect();
    let inside_longer = |cue: &Heard| {
        all.iter().any(|other| {
            other.start <= cue.start
                && cue.end <= other.end
                && other.end - other.start > cue.end - cue.start
                && (other.kind == cue.kind || other.kind == CueKind::Affirm)
        })
    };
    let mut cues: Vec<Heard> = all
        .iter()
        .copied()
        .filter(|cue| !inside_longer(cue))
        .collect();
    cues.sort_by_key(|cue| (cue.start, cue.end));
    cues
}

/// The rules whose question the rep asked in the line before. That line is only read when a
/// rule wants it.
fn asked(
    dictionaries: &Dictionaries,
    matches: &[Match],
    previous: Option<(Speaker, &str)>,
    scratch: &mut Scratch,
) -> Vec<usize> {
    let wants = |found: &Match| match found.owner {
        Owner::Any { rule } => dictionaries.rules[rule].asked,
        _ => false,
    };
    let Some((Speaker::Rep, question)) = previous.filter(|_| matches.iter().any(wants)) else {
        return Vec::new();
    };
    let question = dictionaries.scanner.scan_question(&fold(question), scratch);
    let rule = |found: &Match| match found.owner {
        Owner::Asked { rule } => Some(rule),
        _ => None,
    };
    question.iter().filter_map(rule).collect()
}

struct Judgement<'a> {
    letters: &'a [Letter],
    matches: &'a [Match],
    cues: Vec<Heard>,
    asked: Vec<usize>,
}

impl Judgement<'_> {
    /// Whether everything is there that the rule wants around its words, and nothing that it
    /// does not want.
    fn has_company(&self, number: usize, rule: &Rule, hit: &Match) -> bool {
        (!rule.asked || self.asked.contains(&number))
            && (0..rule.all).all(|index| {
                self.is_near(
                    rule,
                    hit,
                    Owner::All {
                        rule: number,
                        index,
                    },
                )
            })
            && !self.is_near(rule, hit, Owner::None { rule: number })
    }

    fn verdict(&self, hit: &Match) -> Verdict {
        if self.is_denied(hit) || self.is_denied_after(hit) {
            Verdict::Denied
        } else if self.is_settled(hit) {
            Verdict::Settled
        } else if self.is_after(CueKind::ThirdParty, hit) {
            Verdict::Others
        } else if self.is_after(CueKind::Hypothetical, hit) {
            Verdict::Hypothetical
        } else {
            Verdict::Holds
        }
    }

    fn is_near(&self, rule: &Rule, hit: &Match, owner: Owner) -> bool {
        self.matches
            .iter()
            .filter(|found| found.owner == owner)
            .any(|found| match rule.within {
                None => self.clause(found.start()) == self.clause(hit.start()),
                Some(within) => {
                    let within = within as usize;
                    found.start() <= hit.end() + within && hit.start() <= found.end() + within
                }
            })
    }

    /// Whether an odd number of denials bears on the hit: before it, each within the reach of
    /// the next, or in a gap between its parts. 不贵 is denied; 不是不贵 is not.
    fn is_denied(&self, hit: &Match) -> bool {
        let mut denials = 0;
        let mut earliest = 0;
        for &(start, end) in hit.places() {
            denials += self.denials_before(start, earliest);
            earliest = end;
        }
        denials % 2 == 1
    }

    /// Counts the chain of denials that ends at `start`. The nearest may overlap what it denies
    /// (不要 in 不要招标, where 要招标 is the hit); denials that overlap each other are one
    /// (一点都不觉得 is 一点都不 and 不觉得).
    fn denials_before(&self, start: usize, earliest: usize) -> usize {
        let mut nearest: Option<Heard> = None;
        let mut denials = 0;
        let candidates = self.cues.iter().rev().filter(|cue| {
            cue.kind == CueKind::Deny
                && (earliest..start).contains(&cue.start)
                && self.clause(cue.start) == self.clause(start)
        });
        for cue in candidates {
            let bears_on = nearest.map_or(start, |nearest| nearest.start);
            let overlaps = nearest.is_some_and(|nearest| cue.end > nearest.start);
            if overlaps {
                nearest = Some(*cue);
            } else if bears_on.saturating_sub(cue.end) <= cue.reach {
                denials += 1;
                nearest = Some(*cue);
            }
        }
        denials
    }

    fn is_denied_after(&self, hit: &Match) -> bool {
        self.cues.iter().any(|cue| {
            cue.kind == CueKind::DenyAfter
                && cue.start >= hit.end()
                && cue.start - hit.end() <= cue.reach
                && self.sentence(cue.start) == self.sentence(hit.start())
        })
    }

    fn is_settled(&self, hit: &Match) -> bool {
        let later = |kind| {
            let mut cues = self.cues.iter();
            cues.any(|cue| cue.kind == kind && cue.start >= hit.end())
        };
        let mut earlier = self.cues.iter();
        let past = earlier.any(|cue| cue.kind == CueKind::Past && cue.start < hit.end());
        later(CueKind::Over) || past && later(CueKind::Settled)
    }

    /// Whether such a cue colours the rest of the sentence that the hit is in.
    fn is_after(&self, kind: CueKind, hit: &Match) -> bool {
        self.cues.iter().any(|cue| {
            cue.kind == kind
                && cue.start <= hit.start()
                && self.sentence(cue.start) == self.sentence(hit.start())
        })
    }

    fn clause(&self, at: usize) -> u32 {
        self.letters[at].clause
    }

    fn sentence(&self, at: usize) -> u32 {
        self.letters[at].sentence
    }
}
