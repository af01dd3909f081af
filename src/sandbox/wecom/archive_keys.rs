//! The keys of the archive, and how a message is sealed with them.
//!
//! The random key is sealed as the platform's page says (RSA, PKCS #1 v1.5). How the vendor's library
//! seals the message itself isn't published; this is what the library of the tests opens.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeySize, Pkcs1PublicEncryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::archive::Damage;

/// Made once in a process: a key takes longer than anything else in a test.
static KEYS: Mutex<BTreeMap<u32, PrivateDecryptingKey>> = Mutex::new(BTreeMap::new());

fn with_key<T>(version: u32, work: impl FnOnce(&PrivateDecryptingKey) -> T) -> T {
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    let key = keys.entry(version).or_insert_with(|| {
        PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key of a usual size can be made")
    });
    work(key)
}

/// The private key of that version, as PEM.
pub(in crate::sandbox) fn private_key(version: u32) -> String {
    let der: Vec<u8> = with_key(version, |key| {
        let der: Pkcs8V1Der<'_> = key.as_der().expect("a key can be written");
        der.as_ref().to_vec()
    });
    let body = STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

pub(super) fn encrypt(version: u32, text: &[u8]) -> Vec<u8> {
    let public = with_key(version, PrivateDecryptingKey::public_key);
    let public = Pkcs1PublicEncryptingKey::new(public).expect("a key of a usual size");
    let mut place = vec![0; public.ciphertext_size()];
    let sealed = public.encrypt(text, &mut place).expect("a short text fits");
    sealed.to_vec()
}

/// Hex of: how it shall fare, how often, eight bytes by which the right key is told, the message under a
/// stream of the key.
pub(super) fn seal(key: &str, text: &str, damage: Option<Damage>) -> String {
    let (kind, times) = match damage {
        Some(Damage::RefusedTimes(times)) => (1, times),
        Some(Damage::Deadly) => (2, 0),
        Some(Damage::Answered(more)) => (3, more),
        Some(Damage::NoText) => (4, 0),
        _ => (0, 0),
    };
    let mut sealed = vec![kind, times];
    sealed.extend(hash(text.as_bytes()).to_be_bytes());
    let mut stream = hash(key.as_bytes()) | 1;
    sealed.extend(text.bytes().map(|byte| {
        stream ^= stream << 13;
        stream ^= stream >> 7;
        stream ^= stream << 17;
        byte ^ stream.to_be_bytes()[0]
    }));
    sealed.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// FNV-1a: no secret hangs on it.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
