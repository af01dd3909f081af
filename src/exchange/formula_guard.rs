//! Keeps a spreadsheet from running text as a formula when it opens a csv.
//!
//! A cell that begins with one of these characters is run by Excel, WPS and LibreOffice, so it gets
//! an apostrophe before it, which an import takes away again. A cell that already looks guarded
//! gets one more, so that what is imported is always what was exported.

use std::borrow::Cow;

/// What may begin a formula, also as the full-width characters that some input methods give.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// The cell as it may stand in a csv.
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    if would_run_unguarded(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The cell as it was meant.
pub(super) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(inner) if would_run_unguarded(inner) => inner,
        _ => text,
    }
}

fn would_run_unguarded(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(STARTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_guarded_and_comes_back_as_it_was() {
        for (text, in_csv) in [
            ("=1+1", "'=1+1"),
            ("+8613800138000", "'+8613800138000"),
            ("-5", "'-5"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=x", "'\r=x"),
            ("＝cmd", "'＝cmd"),
            ("'=1", "''=1"),
            ("''@", "'''@"),
            ("'quoted", "'quoted"),
            ("华东", "华东"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), in_csv);
            assert_eq!(unguarded(in_csv), text);
        }
    }
}
