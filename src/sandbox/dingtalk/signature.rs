//! A custom robot's security settings.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::company::Security;
use crate::domain::Timestamp;

/// How far a timestamp may be off.
const TOLERANCE: Duration = Duration::from_secs(3600);

/// Checks what the robot's setting asks for; `text` is all that the message shows.
pub(super) fn check(
    security: &Security,
    incoming: &Incoming,
    text: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let refuse = |what: String| Err(Refusal::number(310_000, what));
    match security {
        Security::Sign(secret) => signed(secret, incoming, now).or_else(|what| refuse(what.into())),
        Security::Keywords(words) if words.iter().any(|word| text.contains(word)) => Ok(()),
        Security::Keywords(_) => refuse("keywords not in content".into()),
        Security::Addresses(list) => match incoming.peer {
            Some(IpAddr::V4(peer)) if list.iter().any(|entry| covers(entry, peer)) => Ok(()),
            _ => refuse("ip not in whitelist".into()),
        },
    }
}

fn signed(secret: &str, incoming: &Incoming, now: Timestamp) -> Result<(), &'static str> {
    let timestamp = incoming.parameter("timestamp").unwrap_or_default();
    let at: i64 = timestamp.parse().map_err(|_| "invalid timestamp")?;
    let off = now.since(Timestamp(at)).max(Timestamp(at).since(now));
    if off > TOLERANCE {
        return Err("invalid timestamp");
    }
    if incoming.parameter("sign") == Some(sign(secret, timestamp).as_str()) {
        Ok(())
    } else {
        Err("sign not match")
    }
}

/// `base64(HMAC-SHA256(secret, timestamp + "\n" + secret))`, written out here so that a mistake
/// in the service's own signing can't hide behind shared code.
pub(super) fn sign(secret: &str, timestamp: &str) -> String {
    let mut block = [0_u8; 64];
    let key = Sha256::digest(secret.as_bytes());
    let key = if secret.len() > block.len() {
        key.as_slice()
    } else {
        secret.as_bytes()
    };
    block[..key.len()].copy_from_slice(key);
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(format!("{timestamp}\n{secret}"))
        .finalize();
    let outer = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize();
    BASE64_STANDARD.encode(outer)
}

/// Whether an address is `entry`, or in the network that it is.
fn covers(entry: &str, peer: Ipv4Addr) -> bool {
    let (address, bits) = entry.split_once('/').unwrap_or((entry, "32"));
    let (Ok(address), Ok(bits @ 0..=32)) = (address.parse::<Ipv4Addr>(), bits.parse::<u32>())
    else {
        return false;
    };
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    address.to_bits() & mask == peer.to_bits() & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_covers_its_addresses() {
        let peer = Ipv4Addr::new(10, 1, 2, 3);

        for entry in ["10.1.2.3", "10.0.0.0/8", "10.1.2.0/24", "0.0.0.0/0"] {
            assert!(covers(entry, peer), "{entry}");
        }
        for entry in ["10.1.2.4", "10.1.3.0/24", "10.1.2.3/33", "nonsense"] {
            assert!(!covers(entry, peer), "{entry}");
        }
    }
}
