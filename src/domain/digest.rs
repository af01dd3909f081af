//! Short names for long texts.

use sha2::{Digest, Sha256};

/// The first `digits` hexadecimal digits of the text's SHA-256.
pub(crate) fn digest(text: &str, digits: usize) -> String {
    let mut hex: String = Sha256::digest(text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    hex.truncate(digits);
    hex
}
