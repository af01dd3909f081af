//! How the sandbox seals a message: hex of a byte that says how it shall fare, one that says how often,
//! eight bytes by which the right key is told, and the message under a stream of the key.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

const WRONG_KEY: i32 = 10_006;
const UNOPENED: i32 = 10_008;

/// How often each message was refused so far.
static REFUSED: Mutex<BTreeMap<String, u8>> = Mutex::new(BTreeMap::new());

pub(crate) fn open(key: &str, sealed: &str) -> Result<Vec<u8>, i32> {
    let bytes = from_hex(sealed).ok_or(UNOPENED)?;
    let (head, message) = bytes.split_at_checked(10).ok_or(UNOPENED)?;
    if head[0] == 1 {
        let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
        let times = refused.entry(sealed.to_owned()).or_default();
        if *times < head[1] {
            *times += 1;
            return Err(UNOPENED);
        }
    }
    match head[0] {
        2 => std::process::abort(),
        3 => return Err(10_000 + i32::from(head[1])),
        // No text in any encoding that was agreed.
        4 => return Ok(vec![0xff, 0xfe, 0xfd]),
        _ => {}
    }
    let mut stream = hash(key.as_bytes()) | 1;
    let message: Vec<u8> = message
        .iter()
        .map(|byte| {
            stream ^= stream << 13;
            stream ^= stream >> 7;
            stream ^= stream << 17;
            byte ^ stream.to_be_bytes()[0]
        })
        .collect();
    if hash(&message).to_be_bytes() != head[2..] {
        return Err(WRONG_KEY);
    }
    Ok(message)
}

/// FNV-1a: no secret hangs on it.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
