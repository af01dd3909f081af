//! TOP3 客户异议类型: the three objections that were heard most in some days, their change against as
//! many days before, and the most telling quotes of each, without the names of people and companies.
//!
//! Figures come from the store, day by day, so that no report depends on whether the live board is
//! away, and none takes more room the longer its days are. [`Report::of`] gathers; `quotes` chooses, `masking`
//! takes names out, `text` is what DingTalk shows. The weekly digest (`weekly`), the page, the API
//! and `dingdan export objections` tell the same report.

mod masking;
mod quotes;
pub(crate) mod text;

use crate::board::{Change, Question, Snapshot};
use crate::board_keeper::{seen_by, snapshots_of};
use crate::domain::{ChatId, Day, Label, MessageId, Timestamp};
use crate::signals::Dictionaries;
use crate::store::{HitFilter, Store, StoreError, Teams, ViewScope};

use masking::Known;

/// Quotes of one kind of objection.
const QUOTES: usize = 3;
/// The newest signals of a kind that quotes are chosen from.
const CANDIDATES: i64 = 500;

/// What was heard most, beside the days before.
#[derive(Debug, Clone)]
pub struct Report {
    /// First and last day.
    pub days: (Day, Day),
    /// Those that they are compared with.
    pub before_days: (Day, Day),
    /// All figures of the days.
    pub now: Snapshot,
    /// Those of the days before.
    pub before: Snapshot,
    /// At most three, the most frequent first.
    pub tops: Vec<Top>,
}

/// A kind of objection.
#[derive(Debug, Clone)]
pub struct Top {
    /// Which.
    pub label: Label,
    /// How often, and how often before.
    pub change: Change,
    /// At most three, the most telling first.
    pub quotes: Vec<Quote>,
}

/// What a customer said, without names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Where the words are.
    pub message: MessageId,
    /// The chat.
    pub chat: ChatId,
    /// When.
    pub at: Timestamp,
    /// The rep's region; empty when unknown.
    pub region: String,
    /// The product; empty when unknown.
    pub product: String,
    /// The line, as far as it says something.
    pub text: String,
    /// The marked words.
    pub words: String,
}

/// What a report is about.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose report it is: quotes are of chats that they may read.
    pub scope: ViewScope,
    /// Its figures, of its days.
    pub question: Question,
    /// The days that they are compared with.
    pub before: (Day, Day),
    /// The same, for its quotes.
    pub filter: HitFilter,
}

impl Asked {
    /// Everything that somebody may see of some days.
    #[must_use]
    pub fn all(scope: &ViewScope, (from, to): (Day, Day), teams: &Teams) -> Self {
        Self {
            question: seen_by(scope, Question::days(from, to), teams),
            before: just_before((from, to)),
            filter: HitFilter {
                since: from.start(),
                until: to.plus(1).start(),
                ..HitFilter::default()
            },
            scope: scope.clone(),
        }
    }

    const fn days(&self) -> (Day, Day) {
        (self.question.from, self.question.to)
    }
}

/// As many days right before these.
#[must_use]
pub const fn just_before((from, to): (Day, Day)) -> (Day, Day) {
    (from.plus(from.0 - to.0 - 1), from.plus(-1))
}

/// What quotes are made of.
struct Words<'a> {
    store: &'a Store,
    dictionaries: &'a Dictionaries,
    known: Known,
}

impl Words<'_> {
    /// The three most frequent, each with its quotes.
    async fn tops(
        &self,
        asked: &Asked,
        now: &Snapshot,
        before: &Snapshot,
    ) -> Result<Vec<Top>, StoreError> {
        let mut tops = Vec::new();
        for (label, count) in &now.top {
            let filter = HitFilter {
                label: label.code().to_owned(),
                ..asked.filter.clone()
            };
            let rows = self
                .store
                .newest_hits(&asked.scope, &filter, None, CANDIDATES)
                .await?;
            let quotes = quotes::most_telling(rows, QUOTES).into_iter();
            tops.push(Top {
                label: *label,
                change: Change {
                    now: *count,
                    before: before.totals.get(label).copied().unwrap_or_default(),
                },
                quotes: quotes
                    .map(|chosen| chosen.masked(&self.known, self.dictionaries))
                    .collect(),
            });
        }
        Ok(tops)
    }
}

impl Report {
    /// The report that is asked for.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(
        store: &Store,
        dictionaries: &Dictionaries,
        asked: &Asked,
    ) -> Result<Self, StoreError> {
        let mut reports = Self::all(store, dictionaries, std::slice::from_ref(asked)).await?;
        Ok(reports.pop().expect("one report for one question"))
    }

    /// Several reports, in their order, from one reading of all signals.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn all(
        store: &Store,
        dictionaries: &Dictionaries,
        all: &[Asked],
    ) -> Result<Vec<Self>, StoreError> {
        let both = |asked: &Asked| {
            let (from, to) = asked.before;
            [asked.question.clone(), asked.question.over(from, to)]
        };
        let questions: Vec<Question> = all.iter().flat_map(both).collect();
        let mut snapshots = snapshots_of(store, &questions).await?.into_iter();
        let words = Words {
            store,
            dictionaries,
            known: Known::of(store).await?,
        };
        let mut reports = Vec::with_capacity(all.len());
        for asked in all {
            if let (Some(now), Some(before)) = (snapshots.next(), snapshots.next()) {
                let tops = words.tops(asked, &now, &before).await?;
                reports.push(Self {
                    days: asked.days(),
                    before_days: asked.before,
                    now,
                    before,
                    tops,
                });
            }
        }
        Ok(reports)
    }

    /// The chats whose words it shows.
    pub fn chats(&self) -> impl Iterator<Item = ChatId> {
        let quotes = self.tops.iter().flat_map(|top| &top.quotes);
        quotes.map(|quote| quote.chat.clone())
    }

    /// What its workbook is called.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("top3-objections-{}-{}.xlsx", self.days.0, self.days.1)
    }

    /// All hits beside those before.
    #[must_use]
    pub fn total(&self) -> Change {
        Change {
            now: self.now.totals.values().sum(),
            before: self.before.totals.values().sum(),
        }
    }
}
