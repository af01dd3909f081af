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
        before: previous.map(|(speaker, _)| speaker),
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
    let mut hearings = Vec::with_capacity(matches.len());
    hearings.extend(matches.iter().filter_map(hearing));
    hearings
}

/// With these begin words that are a denial themselves (不适配, 没案例).
const DENYING: &str = "不没未无";

/// A cue in the line.
#[derive(Clone, Copy)]
struct Heard {
    kind: CueKind,
    reach: usize,
    start: usize,
    end: usize,
    /// The end of the longest [`CueKind::Affirm`] around it; 0 when there is none.
    affirmed: usize,
}

/// The line's cues by position; one inside a longer one of its kind says nothing by itself.
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
            affirmed: 0,
        })
    };
    let mut all = Vec::with_capacity(matches.len());
    all.extend(matches.iter().filter_map(heard));
    let inside_longer = |cue: &Heard| {
        all.iter().any(|other| {
            other.start <= cue.start
                && cue.end <= other.end
                && other.end - other.start > cue.end - cue.start
                && other.kind == cue.kind
        })
    };
    let affirmed = |cue: &Heard| {
        let around = all.iter().filter(|other| {
            other.kind == CueKind::Affirm
                && other.start <= cue.start
                && cue.end <= other.end
                && other.end - other.start > cue.end - cue.start
        });
        around.map(|other| other.end).max().unwrap_or(0)
    };
    let judged = all
        .iter()
        .filter(|cue| !inside_longer(cue))
        .map(|cue| Heard {
            affirmed: affirmed(cue),
            ..*cue
        })
        .filter(|cue| cue.affirmed == 0 || cue.kind == CueKind::Deny);
    let mut cues = Vec::with_capacity(all.len());
    cues.extend(judged);
    cues.sort_by_key(|cue| (cue.start, cue.end));
    cues
}

/// The rules whose question was asked in the line before. That line is only read when a
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
    let Some((_, question)) = previous.filter(|_| matches.iter().any(wants)) else {
        return Vec::new();
    };
    let mut letters = fold(question);
    dictionaries.sounds.put_right(&mut letters);
    let question = dictionaries.scanner.scan_question(&letters, scratch);
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
    /// Who said the line before.
    before: Option<Speaker>,
}

impl Judgement<'_> {
    /// Whether everything is there that the rule wants around its words, and nothing that it
    /// does not want.
    fn has_company(&self, number: usize, rule: &Rule, hit: &Match) -> bool {
        (!rule.asked || self.asked.contains(&number))
            && (rule.after.is_none() || rule.after == self.before)
            && !self.stands_wrong(number, hit)
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

    /// Whether the hit stands right after or right before something that forbids it.
    fn stands_wrong(&self, number: usize, hit: &Match) -> bool {
        let after = Owner::NotAfter { rule: number };
        let before = Owner::NotBefore { rule: number };
        self.matches.iter().any(|found| {
            found.owner == after && found.end() == hit.start()
                || found.owner == before && found.start() == hit.end()
        })
    }

    fn verdict(&self, hit: &Match) -> Verdict {
        if self.is_denied(hit) && !self.is_asked_for(hit) || self.is_denied_after(hit) {
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
    /// (一点都不觉得 is 一点都不 and 不觉得). 不 in 哪能不贵 denies nothing; 谁说 in 谁说不适配 does
    /// where 不适配 is the hit, though 谁说不 by itself is no denial.
    fn denials_before(&self, start: usize, earliest: usize) -> usize {
        let is_denying = DENYING.contains(self.letters[start].glyph);
        let mut nearest: Option<Heard> = None;
        let mut denials = 0;
        let candidates = self.cues.iter().rev().filter(|cue| {
            cue.kind == CueKind::Deny
                && (earliest..start).contains(&cue.start)
                && (cue.affirmed == 0 || cue.affirmed > start && is_denying)
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

    /// Whether what is denied is a condition: 不降价的话，这单就算了.
    fn is_asked_for(&self, hit: &Match) -> bool {
        self.of(CueKind::OrElse).any(|cue| {
            cue.start >= hit.end() && self.sentence(cue.start) == self.sentence(hit.start())
        })
    }

    /// Whether it was so once and is no longer, in either order: 去年缺，今年不缺了; 今年不缺，
    /// 去年才缺.
    fn is_settled(&self, hit: &Match) -> bool {
        let mut over = self.of(CueKind::Over);
        if over.any(|cue| cue.start >= hit.end()) {
            return true;
        }
        let mut still = self.of(CueKind::Still);
        let mut past = self.of(CueKind::Past);
        let Some(past) = past.find(|cue| cue.start < hit.end()) else {
            return false;
        };
        let in_clause = self.clause(past.start) == self.clause(hit.start());
        let mut settled = self.of(CueKind::Settled);
        settled.any(|cue| cue.start >= hit.end() || in_clause && cue.end <= past.start)
            && !still.any(|cue| cue.start >= past.start)
    }

    /// Whether such a cue colours the rest of the sentence that the hit is in.
    fn is_after(&self, kind: CueKind, hit: &Match) -> bool {
        // 财务要是哪天卡我们 is one hit with an "if" inside; 没听说过你们 is about nobody else.
        let before = match kind {
            CueKind::Hypothetical => hit.end(),
            _ => hit.start() + 1,
        };
        self.of(kind).any(|cue| {
            cue.start < before
                && self.sentence(cue.start) == self.sentence(hit.start())
                && !self
                    .of(CueKind::Own)
                    .any(|own| cue.end <= own.start && own.start <= hit.start())
        })
    }

    /// The line's cues of a kind.
    fn of(&self, kind: CueKind) -> impl Iterator<Item = &Heard> {
        self.cues.iter().filter(move |cue| cue.kind == kind)
    }

    fn clause(&self, at: usize) -> u32 {
        self.letters[at].clause
    }

    fn sentence(&self, at: usize) -> u32 {
        self.letters[at].sentence
    }
}
