//! Percent-encoding of one component, and decoding it exactly once.

use std::borrow::Cow;

/// Appends `text` with everything but RFC 3986's unreserved characters encoded.
///
/// JavaScript's `encodeURIComponent` also leaves `!*'()` as they are; encoded
/// they mean the same and survive inside a markdown link.
pub(crate) fn encode_into(text: &str, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 0x0f)]));
        }
    }
}

/// `text`, encoded as by [`encode_into`].
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 2);
    encode_into(text, &mut out);
    out
}

/// Decodes once; `+` stays `+`. `None` when an escape is broken or the result
/// is not UTF-8.
pub(crate) fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let Some(first) = raw.find('%') else {
        return Some(Cow::Borrowed(raw));
    };
    let mut out = Vec::with_capacity(raw.len());
    out.extend_from_slice(&raw.as_bytes()[..first]);
    let mut rest = &raw.as_bytes()[first..];
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            out.push(nibble(digits[0])? << 4 | nibble(digits[1])?);
            rest = after;
        } else {
            out.push(byte);
            rest = after;
        }
    }
    String::from_utf8(out).ok().map(Cow::Owned)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_decoding_come_back_to_the_same_text() {
        for text in ["", "a b+c/d=e%f", "客户=华东&x#y", "-._~!*'()"] {
            assert_eq!(decode(&encode(text)).unwrap(), text);
        }
    }

    #[test]
    fn decoding_happens_once_and_leaves_plus_alone() {
        assert_eq!(decode("a+b%2Bc%252B").unwrap(), "a+b+c%2B");
    }

    #[test]
    fn broken_escapes_are_refused() {
        for raw in ["%", "%2", "a%zz", "%+1", "%e4%bd", "%ff"] {
            assert_eq!(decode(raw), None, "{raw}");
        }
    }
}
