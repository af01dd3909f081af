//! What every sample is held against.

/// Text of someone who would like to run a script.
pub(in crate::web) const HOSTILE: &str = "\"'><script>alert(1)</script>&amp;";

/// Nothing of the hostile text became markup.
pub(in crate::web) fn assert_escaped(html: &str) {
    assert!(!html.contains("<script>alert"), "a script came through");
    assert!(!html.contains("\"'>"), "an attribute was ended");
    assert!(html.contains("alert(1)"), "the text itself is gone");
}

/// Writes a rendered sample to the folder that `DINGDAN_KEEP_PAGES` names, for looking at it.
pub(in crate::web) fn keep(name: &str, html: &str) {
    if let Ok(folder) = std::env::var("DINGDAN_KEEP_PAGES") {
        let file = std::path::Path::new(&folder).join(format!("{name}.html"));
        std::fs::write(file, html).expect("the folder can be written to");
    }
}
