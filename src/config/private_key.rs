//! The RSA keys by which messages of the chat archive are opened
//! (`developer.work.weixin.qq.com/document/path/91774`).

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Secret;

/// A private key. Shows nothing of itself, wherever it is printed.
#[derive(Clone)]
pub struct PrivateKey(Arc<Pkcs1PrivateDecryptingKey>);

/// The text is no private key that can be used, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoKey(pub(super) &'static str);

impl PrivateKey {
    /// From PEM, `BEGIN PRIVATE KEY` or `BEGIN RSA PRIVATE KEY`.
    pub(super) fn from_pem(pem: &str) -> Result<Self, NoKey> {
        let (label, der) = block(pem)?;
        let pkcs8 = match label {
            "PRIVATE KEY" => der,
            "RSA PRIVATE KEY" => pkcs8_of(&der),
            "PUBLIC KEY" => return Err(NoKey("a public key")),
            "ENCRYPTED PRIVATE KEY" => return Err(NoKey("a private key behind a passphrase")),
            _ => return Err(NoKey("PEM of another kind")),
        };
        let key = PrivateDecryptingKey::from_pkcs8(&pkcs8)
            .and_then(|key| Pkcs1PrivateDecryptingKey::new(key).map_err(Into::into));
        match key {
            Ok(key) => Ok(Self(Arc::new(key))),
            Err(_) => Err(NoKey("no RSA key of 2048 bits or more")),
        }
    }

    /// Opens what was sealed for the public key: Base64, RSA with PKCS #1 v1.5, text. `None` when it
    /// wasn't for this one.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<Secret> {
        let sealed = STANDARD.decode(sealed.trim()).ok()?;
        let mut place = vec![0; self.0.min_output_size()];
        let opened = self.0.decrypt(&sealed, &mut place).ok()?;
        String::from_utf8(opened.to_vec()).ok().map(Secret::new)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("PrivateKey(…)")
    }
}

/// The first block of a PEM file: what it is called, and what it holds.
fn block(pem: &str) -> Result<(&str, Vec<u8>), NoKey> {
    let parts = || {
        let (_, rest) = pem.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (body, _) = rest.split_once("-----END ")?;
        Some((label, body))
    };
    let (label, body) = parts().ok_or(NoKey("no PEM"))?;
    // Of the older kind; the lines before the empty one say how it is encrypted.
    if body.contains("ENCRYPTED") {
        return Err(NoKey("a private key behind a passphrase"));
    }
    let body: String = body.split_whitespace().collect();
    let der = STANDARD
        .decode(body)
        .map_err(|_| NoKey("PEM that is no Base64"))?;
    Ok((label, der))
}

/// An RSA key as PKCS #8 wraps it (RFC 5208): version 0, "RSA", and the key itself.
fn pkcs8_of(pkcs1: &[u8]) -> Vec<u8> {
    const VERSION: [u8; 3] = [0x02, 0x01, 0x00];
    const RSA: [u8; 15] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    let inner = [&VERSION[..], &RSA, &tagged(0x04, pkcs1)].concat();
    tagged(0x30, &inner)
}

/// DER: a tag, the length, the value.
fn tagged(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len();
    let mut der = vec![tag];
    if let Ok(short @ 0..=0x7f) = u8::try_from(length) {
        der.push(short);
    } else {
        let bytes: Vec<u8> = length
            .to_be_bytes()
            .into_iter()
            .skip_while(|byte| *byte == 0)
            .collect();
        der.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
        der.extend(bytes);
    }
    der.extend_from_slice(value);
    der
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeySize, Pkcs1PublicEncryptingKey};

    use super::*;

    fn pem(label: &str, der: &[u8]) -> String {
        let body = STANDARD.encode(der);
        let lines: Vec<&str> = body
            .as_bytes()
            .chunks(64)
            .map(|line| std::str::from_utf8(line).expect("Base64"))
            .collect();
        format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            lines.join("\n")
        )
    }

    #[test]
    fn keys_of_both_kinds_open_what_was_sealed_for_them() {
        let made = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("a key");
        let der: Pkcs8V1Der<'_> = made.as_der().expect("its bytes");
        let public = Pkcs1PublicEncryptingKey::new(made.public_key()).expect("a key");
        let mut place = vec![0; public.ciphertext_size()];
        let sealed = STANDARD.encode(public.encrypt(b"random key", &mut place).expect("sealed"));
        // Version, algorithm and the octet string's own head stand before the older form.
        let pkcs1 = &der.as_ref()[26..];

        for pem in [
            pem("PRIVATE KEY", der.as_ref()),
            pem("RSA PRIVATE KEY", pkcs1),
        ] {
            let key = PrivateKey::from_pem(&pem).expect("a key");
            let opened = key.open(&sealed).expect("it fits");
            assert_eq!(opened.expose(), "random key");
            assert!(key.open("no Base64").is_none());
            assert_eq!(format!("{key:?}"), "PrivateKey(…)");
        }
    }

    #[test]
    fn what_is_no_private_key_is_told() {
        for (text, why) in [
            ("", "no PEM"),
            (
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "a public key",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\n%\n-----END PRIVATE KEY-----",
                "PEM that is no Base64",
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----",
                "a private key behind a passphrase",
            ),
            (
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "no RSA key of 2048 bits or more",
            ),
        ] {
            assert_eq!(PrivateKey::from_pem(text).expect_err(text), NoKey(why));
        }
    }
}
