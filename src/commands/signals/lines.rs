//! `dingdan signals` by itself: chat lines in, labels out.

use std::fmt;
use std::io::{self, BufRead, BufWriter, Write, stderr, stdin};

use serde::Deserialize;

use crate::commands::output::Output;
use crate::domain::{Label, Speaker};
use crate::signals::{Detector, Line, Signal};

pub(super) fn lines(detector: &Detector) -> anyhow::Result<()> {
    let malformed = run_lines(detector, stdin().lock(), BufWriter::new(Output))?;
    for line in &malformed {
        writeln!(stderr(), "{line}")?;
    }
    if malformed.is_empty() {
        Ok(())
    } else {
        anyhow::bail!("{} line(s) could not be read", malformed.len())
    }
}

/// A line of the input that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
struct MalformedLine {
    /// Its number, from 1.
    number: usize,
    /// What is wrong with it. Never the chat's own words.
    found: String,
}

impl fmt::Display for MalformedLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "line {}: found {}, expected {{\"id\":\"…\",\"speaker\":\"customer\" or \"rep\",\"text\":\"…\"}} and perhaps \"context_prev\":\"rep: …\"",
            self.number, self.found
        )
    }
}

#[derive(Deserialize)]
struct Row {
    id: String,
    speaker: Speaker,
    text: String,
    #[serde(default)]
    context_prev: Option<String>,
}

/// Reads one JSON object a line (`{"id","speaker":"customer"|"rep","text","context_prev"?}`),
/// writes one `id<TAB>LABEL,LABEL` (or `NONE`) for each, in the same order. Lines that can't be
/// read are left out and returned; they don't stop the others. Empty lines are skipped.
///
/// # Errors
/// When the input can't be read or the output can't be written.
fn run_lines(
    detector: &Detector,
    input: impl BufRead,
    mut output: impl Write,
) -> io::Result<Vec<MalformedLine>> {
    let mut malformed = Vec::new();
    for (index, raw) in input.split(b'\n').enumerate() {
        let raw = raw?;
        if raw.trim_ascii().is_empty() {
            continue;
        }
        match Row::read(&raw) {
            Ok(row) => {
                let signals = detector.hear(row.line());
                writeln!(output, "{}\t{}", row.id, codes(&signals))?;
            }
            Err(found) => malformed.push(MalformedLine {
                number: index + 1,
                found,
            }),
        }
    }
    output.flush()?;
    Ok(malformed)
}

impl Row {
    fn read(raw: &[u8]) -> Result<Self, String> {
        let row: Self = serde_json::from_slice(raw).map_err(|error| describe(&error))?;
        if row.id.contains(['\t', '\n', '\r']) {
            return Err("a tab or line break in the id".to_owned());
        }
        Ok(row)
    }

    fn line(&self) -> Line<'_> {
        Line {
            speaker: self.speaker,
            text: &self.text,
            previous: self.context_prev.as_deref().and_then(previous),
        }
    }
}

/// serde_json's own message may quote the value it stumbled over, and that is somebody's words.
fn describe(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Data => "JSON with a missing or wrong field",
        serde_json::error::Category::Eof => "JSON that ends too early",
        _ => "no JSON",
    };
    format!("{what} at column {}", error.column())
}

/// `rep: 预算呢？` → the rep and their words.
fn previous(context: &str) -> Option<(Speaker, &str)> {
    let (speaker, text) = context.split_once(':')?;
    Some((speaker.trim().parse().ok()?, text.trim()))
}

fn codes(signals: &[Signal]) -> String {
    // A rule that is only being tried says nothing yet.
    let counting = || signals.iter().filter(|signal| !signal.shadow);
    let heard = |label: &&Label| counting().any(|signal| signal.label == **label);
    let codes: Vec<&str> = Label::ALL
        .iter()
        .filter(heard)
        .map(|label| label.code())
        .collect();
    if codes.is_empty() {
        return "NONE".to_owned();
    }
    codes.join(",")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::config::Document;
    use crate::signals::Dictionaries;

    use super::*;

    #[test]
    fn malformed_lines_are_told_and_do_not_stop_the_others() {
        let document = Document::new(
            "price.toml",
            "label = \"PRICE\"\n[[rule]]\nid = \"dear\"\nany = [\"太贵\"]\n",
        );
        let dictionaries = Dictionaries::from_documents(&[document]).expect("valid");
        let detector = Detector::new(Arc::new(dictionaries), None);
        let input = [
            r#"{"id":"a","speaker":"customer","text":"太贵了"}"#,
            "太贵了",
            "",
            r#"{"id":"b","speaker":"boss","text":"太贵了"}"#,
            r#"{"id":"c","speaker":"rep","text":"太贵了","context_prev":"customer: 你好"}"#,
        ]
        .join("\n");
        let mut output = Vec::new();

        let malformed = run_lines(&detector, input.as_bytes(), &mut output).expect("in memory");

        assert_eq!(String::from_utf8_lossy(&output), "a\tPRICE\nc\tNONE\n");
        let numbers: Vec<usize> = malformed.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2, 4]);
        assert!(
            malformed
                .iter()
                .all(|line| !line.to_string().contains("太贵"))
        );
    }
}
