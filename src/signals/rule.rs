//! What one dictionary file says, read and checked.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::config::{Found, Section};
use crate::domain::{Label, Speaker};

use super::fold::fold_term;
use super::names;
use super::pattern::{Mistake, Pattern};
use super::sounds;
use super::words::Words;

/// When words mean a label. Its patterns live in the scanner, under the rule's number.
pub(super) struct Rule {
    /// `price:too-dear`.
    pub(super) name: String,
    /// What people call it; empty when its file doesn't say.
    pub(super) title: String,
    /// The name of its file.
    pub(super) file: String,
    pub(super) label: Label,
    /// How far `all` and `none` may stand from the hit, in characters; without it they count
    /// within the hit's own clause.
    pub(super) within: Option<u32>,
    /// How many patterns of `all` have to be there too.
    pub(super) all: usize,
    /// Whether the line before has to have asked for it.
    pub(super) asked: bool,
    /// Who has to have said the line before.
    pub(super) after: Option<Speaker>,
    /// Whether it is only being tried.
    pub(super) shadow: bool,
}

/// Words that change what others mean. Their patterns live in the scanner too.
pub(super) struct Cue {
    pub(super) kind: CueKind,
    /// How many characters may stand between a denial and what it denies.
    pub(super) reach: u32,
}

/// What a cue does to hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CueKind {
    /// 不, 没有, 不觉得: denies what follows; two of them deny each other.
    Deny,
    /// 没关系, 能接受: denies what stands before it.
    DenyAfter,
    /// 能不, 是不是, 不得不: looks like a denial and is none.
    Affirm,
    /// 去年, 当初: what follows is settled if a word of [`CueKind::Settled`] comes after it.
    Past,
    /// 现在好了, 松口了.
    Settled,
    /// 都过去了, 已经解决: settles what stands before it by itself.
    Over,
    /// 我哥他们公司, 听说: the rest of the sentence is about somebody else.
    ThirdParty,
    /// 假如哪天: the rest of the sentence is no position of today.
    Hypothetical,
    /// 到现在还, 依然: what was once so is still so.
    Still,
    /// 我们也, 轮到我们: the rest of the sentence is about the speaker again.
    Own,
    /// 免谈, 这单就算了: what is denied before it is asked for (不降价的话免谈).
    OrElse,
}

impl CueKind {
    const EXPECTED: &'static str = "deny, deny-after, affirm, past, settled, over, still, third-party, own, hypothetical or or-else";
}

impl FromStr for CueKind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Ok(match word {
            "deny" => Self::Deny,
            "deny-after" => Self::DenyAfter,
            "affirm" => Self::Affirm,
            "past" => Self::Past,
            "settled" => Self::Settled,
            "over" => Self::Over,
            "third-party" => Self::ThirdParty,
            "hypothetical" => Self::Hypothetical,
            "still" => Self::Still,
            "own" => Self::Own,
            "or-else" => Self::OrElse,
            _ => return Err(()),
        })
    }
}

/// Who has to have said the line before.
struct Before(Speaker);

impl Before {
    const EXPECTED: &'static str = "rep or customer: who said the line before";
}

impl FromStr for Before {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word.parse() {
            Ok(speaker @ (Speaker::Rep | Speaker::Customer)) => Ok(Self(speaker)),
            _ => Err(()),
        }
    }
}

/// Whose line it is: a rule may say it, but nobody else's can be a signal.
struct OnlyCustomer;

impl OnlyCustomer {
    const EXPECTED: &'static str =
        "customer: only a customer's words are signals; what the rep asked before goes into asked";
}

impl FromStr for OnlyCustomer {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "customer" => Ok(Self),
            _ => Err(()),
        }
    }
}

/// One file, its patterns taken apart.
pub(super) struct FileText {
    pub(super) label: Option<Label>,
    /// Look-alikes: terms inside them mean nothing (for the file's label; for all without one).
    pub(super) swallow: Vec<Pattern>,
    pub(super) rules: Vec<RuleText>,
    pub(super) cues: Vec<CueText>,
}

/// A rule and what it listens for.
pub(super) struct RuleText {
    pub(super) rule: Rule,
    /// Any of these is a hit …
    pub(super) any: Vec<Pattern>,
    /// … if all of these are near …
    pub(super) all: Vec<Vec<Pattern>>,
    /// … and none of these …
    pub(super) none: Vec<Pattern>,
    /// … and it stands neither right after one of these …
    pub(super) not_after: Vec<Pattern>,
    /// … nor right before one of these …
    pub(super) not_before: Vec<Pattern>,
    /// … and the line before it has one of these.
    pub(super) asked: Vec<Pattern>,
}

/// A cue and its words.
pub(super) struct CueText {
    pub(super) cue: Cue,
    pub(super) any: Vec<Pattern>,
}

/// What reading collects over all files.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) words: Words,
    names: BTreeSet<String>,
    /// Everything said, for the dictionaries' version.
    pub(super) contents: Vec<String>,
}

/// Tells the section that these keys are known, for a reader that needs only some of them.
pub(super) fn acknowledge(root: &Section<'_>) {
    root.text("label");
    root.texts("swallow");
    for table in ["list", "spelling", "rule", "cue"] {
        root.sections(table);
    }
    names::acknowledge(root);
}

impl Reading {
    /// Reads everything of a file but its lists and spellings, which have to be read of all
    /// files before.
    pub(super) fn read(&mut self, root: &Section<'_>) -> FileText {
        acknowledge(root);
        let label = root.parsed::<Label>("label", "a label: PRICE, BUDGET, TENDER, …");
        let label = label.map(|label| label.value);
        let place = label.map_or("all", Label::code).to_lowercase();
        FileText {
            label,
            swallow: self.patterns(root, "swallow", &place),
            rules: self.rules(root, label, &place),
            cues: self.cues(root),
        }
    }

    fn rules(&mut self, root: &Section<'_>, label: Option<Label>, place: &str) -> Vec<RuleText> {
        let mut rules = Vec::new();
        for section in root.sections("rule") {
            let text = self.rule(&section, label, place);
            section.finish();
            rules.extend(text);
        }
        if label.is_none() && !rules.is_empty() {
            root.refuse_section(
                "rules without a label",
                "label = \"PRICE\" (or another) at the top",
            );
        }
        rules
    }

    fn rule(
        &mut self,
        section: &Section<'_>,
        label: Option<Label>,
        place: &str,
    ) -> Option<RuleText> {
        let id = section.required_text("id", "a short name for the rule, once in all files");
        let title = section.text("name");
        let within = section.integer("within", 1..=500);
        let after = section.parsed::<Before>("after", Before::EXPECTED);
        let shadow = section.boolean("shadow").is_some_and(|shadow| shadow.value);
        section.parsed::<OnlyCustomer>("speaker", OnlyCustomer::EXPECTED);
        self.sounds(section, shadow);
        leave_examples(section);
        let id = id?;
        let name = format!("{place}:{}", id.value);
        if !self.names.insert(name.clone()) {
            section.refuse(&id, format!("a second rule {name}"), "another id");
        }
        let within = within.and_then(|within| u32::try_from(within.value).ok());
        let after = after.map(|after| after.value.0);
        self.contents
            .push(format!("{name}/{within:?}/{after:?}/{shadow}"));

        let any = self.patterns(section, "any", &name);
        let all = self.each_pattern(section, "all", &name);
        let none = self.patterns(section, "none", &name);
        let not_after = self.patterns(section, "not_after", &name);
        let not_before = self.patterns(section, "not_before", &name);
        let asked = self.patterns(section, "asked", &name);
        require_words(section);
        let rule = Rule {
            name,
            title: title.map(|title| title.value).unwrap_or_default(),
            file: file_name(section),
            label: label?,
            within,
            all: all.len(),
            asked: !asked.is_empty(),
            // Short answers are answers to the rep, unless the rule says otherwise.
            after: after.or((!asked.is_empty()).then_some(Speaker::Rep)),
            shadow,
        };
        Some(RuleText {
            rule,
            any,
            all,
            none,
            not_after,
            not_before,
            asked,
        })
    }

    /// The words of a rule that are to be recognised by their sound: those that stand alone.
    fn sounds(&mut self, section: &Section<'_>, shadow: bool) {
        let Some(pinyin) = section.boolean("pinyin").filter(|pinyin| pinyin.value) else {
            return;
        };
        if shadow {
            // Words are put right before any rule looks at them.
            section.refuse(
                &pinyin,
                "pinyin in a rule on trial: it would change what other rules hear",
                "the rule without pinyin; try a spelling by `dingdan signals diff`",
            );
            return;
        }
        let written = section.texts("any").into_iter().map(|raw| raw.value);
        let words: Vec<String> = written.filter(|raw| sounds::can_be_heard(raw)).collect();
        if words.is_empty() {
            section.refuse(
                &pinyin,
                "pinyin without a word to hear by its sound",
                "words of two Chinese characters or more in any, without marks",
            );
        }
        for written in words {
            if let Some(word) = fold_term(&written) {
                self.words
                    .sound(section, &pinyin, &written, word, Vec::new());
            }
        }
    }

    fn cues(&mut self, root: &Section<'_>) -> Vec<CueText> {
        let mut cues = Vec::new();
        for section in root.sections("cue") {
            cues.extend(self.cue(&section));
            section.finish();
        }
        cues
    }

    fn cue(&mut self, section: &Section<'_>) -> Option<CueText> {
        let kind = section.required_parsed::<CueKind>("kind", CueKind::EXPECTED);
        let reach = section.integer("reach", 0..=30);
        let reach = reach.and_then(|reach| u32::try_from(reach.value).ok());
        require_words(section);
        let name = format!("cue/{:?}/{reach:?}", kind.as_ref().map(|kind| kind.value));
        let any = self.patterns(section, "any", &name);
        let cue = Cue {
            kind: kind?.value,
            reach: reach.unwrap_or(0),
        };
        Some(CueText { cue, any })
    }

    fn patterns(&mut self, section: &Section<'_>, key: &'static str, name: &str) -> Vec<Pattern> {
        let each = self.each_pattern(section, key, name);
        each.into_iter().flatten().collect()
    }

    /// What each text of the key stands for.
    fn each_pattern(
        &mut self,
        section: &Section<'_>,
        key: &'static str,
        name: &str,
    ) -> Vec<Vec<Pattern>> {
        let mut patterns = Vec::new();
        for raw in section.texts(key) {
            match Pattern::parse(&raw.value, &self.words) {
                Ok(readings) => patterns.push(readings),
                Err(mistake) => refuse_pattern(section, &raw, mistake),
            }
            self.contents.push(format!("{name}/{key}/{}", raw.value));
        }
        patterns
    }
}

/// Examples are checked when the dictionaries stand; here they are only known.
fn leave_examples(rule: &Section<'_>) {
    if let Some(examples) = rule.section("examples") {
        examples.texts("hit");
        examples.texts("miss");
        examples.finish();
    }
}

fn require_words(section: &Section<'_>) {
    if section.texts("any").is_empty() {
        section.refuse_section("nothing to listen for", "any = [\"…\", …]");
    }
}

fn refuse_pattern(section: &Section<'_>, raw: &Found<String>, mistake: Mistake) {
    let found = format!("{} in {:?}", mistake.found, raw.value);
    section.refuse(raw, found, mistake.expected);
}

fn file_name(section: &Section<'_>) -> String {
    let name = section.document().file().file_name();
    name.map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
