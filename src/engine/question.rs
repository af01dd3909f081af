//! What a node asks for, and how it is answered.

use super::condition::Condition;
use super::template::Template;

/// One thing a node asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// How answers name it.
    pub key: String,
    /// Its short name, on cards and receipts.
    pub title: String,
    /// How it is answered.
    pub kind: QuestionKind,
    /// Whether the run is not done without it.
    pub required: bool,
    /// It is asked only where this holds.
    pub when: Option<Condition>,
    /// The fact of the deal that an answer confirms, for conditions and hints.
    pub records: Option<String>,
    /// What a text given for it has to measure up to.
    pub text: TextLimits,
}

impl Question {
    /// The options, if there are any.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            QuestionKind::ChooseOne(choices) | QuestionKind::ChooseSeveral(choices) => choices,
            _ => &[],
        }
    }

    /// What to ask in the chat; a choice is asked by its card.
    #[must_use]
    pub fn ask(&self) -> Option<&Template> {
        match &self.kind {
            QuestionKind::ChooseOne(_) | QuestionKind::ChooseSeveral(_) => None,
            QuestionKind::Text { ask }
            | QuestionKind::File { ask, .. }
            | QuestionKind::Voice { ask, .. }
            | QuestionKind::PartsList { ask, .. }
            | QuestionKind::Table { ask, .. }
            | QuestionKind::Place { ask } => Some(ask),
        }
    }
}

/// How a question is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionKind {
    /// By one option of a card. At most nine, since 请选择 takes the tenth place.
    ChooseOne(Vec<Choice>),
    /// By one or more options of a card. At most twenty.
    ChooseSeveral(Vec<Choice>),
    /// By a text in the chat.
    Text {
        /// What to ask.
        ask: Template,
    },
    /// By a file, sent to the app or uploaded on the run's page.
    File {
        /// What to ask.
        ask: Template,
        /// The sorts of file that are taken.
        accept: Vec<FileSort>,
        /// Words that have to stand in the document.
        title: Option<String>,
        /// Whether it has to bear a signature.
        signed: bool,
    },
    /// By a voice message.
    Voice {
        /// What to ask.
        ask: Template,
        /// How long it has to be.
        min_seconds: u32,
        /// The share of it, in percent, that has to hold sound.
        min_sound_percent: u32,
    },
    /// By a parts list (BOM), compared with what the customer bought before.
    PartsList {
        /// What to ask.
        ask: Template,
        /// The share of its models, in percent, that the customer's history has to know.
        min_percent: u32,
    },
    /// By the rows of a table on the run's page.
    Table {
        /// What to ask.
        ask: Template,
        /// Its columns.
        columns: Vec<Column>,
        /// How many rows there have to be.
        min_rows: u32,
    },
    /// By a place, sent to the app.
    Place {
        /// What to ask.
        ask: Template,
    },
}

/// A sort of file, told from its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileSort {
    /// PDF.
    Pdf,
    /// A picture: JPEG, PNG, WebP.
    Picture,
    /// A spreadsheet: xlsx, csv.
    Sheet,
    /// A written document: docx, plain text.
    Document,
    /// A sound: AMR, MP3, M4A.
    Sound,
}

impl FileSort {
    /// All sorts, in the order in which texts list them.
    pub const ALL: [Self; 5] = [
        Self::Pdf,
        Self::Picture,
        Self::Sheet,
        Self::Document,
        Self::Sound,
    ];

    /// The word that definitions use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Picture => "picture",
            Self::Sheet => "sheet",
            Self::Document => "document",
            Self::Sound => "sound",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Picture => "图片",
            Self::Sheet => "表格（xlsx、csv）",
            Self::Document => "文档（docx、txt）",
            Self::Sound => "录音",
        }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// How answers name it.
    pub key: String,
    /// What people read.
    pub title: String,
    /// What may stand in it; empty means any text.
    pub options: Vec<String>,
    /// Whether no row may leave it empty.
    pub required: bool,
    /// Whether each of its options has to stand in some row.
    pub each_option: bool,
}

/// An option of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What a click carries back.
    pub id: String,
    /// What people read.
    pub text: String,
    /// What to ask for in the chat when it is chosen: one's own words instead of a preset.
    pub ask_text: Option<Template>,
}

/// How long a text has to be, and may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimits {
    /// The fewest letters and digits (a Chinese character is one; punctuation says nothing).
    pub min_chars: usize,
    /// The most characters of any kind.
    pub max_chars: usize,
}
