//! Ids in paths.

/// An id may hold anything; a path may not (RFC 3986 §2.3).
pub(crate) fn percent_encoded(id: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    id.bytes().map(encode).collect()
}
