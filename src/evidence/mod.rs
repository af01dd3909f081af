//! What files prove: the type of a file, the length of a voice message, the title and signature of
//! a PDF, the models of a bill of materials, the size of a picture; and where files are kept.
//!
//! Everything but [`depot`] is pure: bytes in, [`Findings`] or a [`Refusal`] out, and the work is
//! bounded whatever the bytes are. Findings say only what was seen. What no program can judge, such
//! as a scan, is said to need a person's eye, and is never declared verified.
//!
//! Start at [`sniff()`], which tells what a file is, whatever its sender calls it.

pub mod amr;
pub mod bom;
pub mod depot;
pub mod images;
pub mod pdf;
mod sniff;

use serde::{Deserialize, Serialize};

pub use sniff::{FileKind, sniff};

/// What was found in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Findings {
    /// Of a document.
    Pdf(pdf::Document),
    /// Of a voice message.
    Voice(amr::Recording),
    /// Of a bill of materials against what the customer bought.
    BillOfMaterials(bom::Comparison),
    /// Of a picture.
    Picture(images::Size),
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// It was to be a PDF.
    Pdf(pdf::Refusal),
    /// It was to be a voice message.
    Voice(amr::Refusal),
    /// It was to be a bill of materials.
    BillOfMaterials(bom::Refusal),
    /// It was to be a picture.
    Picture(images::Refusal),
}

impl Refusal {
    /// One sentence for the person who sent the file: what is wrong, and what to do.
    #[must_use]
    pub fn advice(&self) -> String {
        match self {
            Self::Pdf(refusal) => refusal.advice().to_owned(),
            Self::Voice(refusal) => refusal.advice().to_owned(),
            Self::BillOfMaterials(refusal) => refusal.advice(),
            Self::Picture(refusal) => refusal.advice().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
