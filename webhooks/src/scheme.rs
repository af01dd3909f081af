//! The signature and encryption that both platforms share.
//!
//! - Signature: lower-case hex of SHA-1 over token, timestamp, nonce and
//!   ciphertext, sorted as byte strings and joined without a separator.
//! - Ciphertext: standard Base64 of AES-256-CBC, the IV being the key's first
//!   16 bytes, over 16 random bytes, the message's length in 4 big-endian
//!   bytes, the message, and the owner's id; PKCS#7 padding to 32 bytes.
//!
//! Official: `developer.work.weixin.qq.com/document/path/90968`,
//! `open.dingtalk.com/document/orgapp/configure-event-subcription`.

use crate::hex;
use aes::Aes256;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyInit};
use base64::Engine;
use base64::alphabet;
use base64::engine::{
    DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, Simd, general_purpose,
};
use sha1::{Digest, Sha1};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use subtle::{Choice, ConstantTimeEq, ConstantTimeGreater, ConstantTimeLess};

/// The key that encrypts callbacks, as the admin console shows it: 43
/// characters of `[A-Za-z0-9]`. `Debug` prints nothing of it.
#[derive(Clone)]
pub struct EncodingAesKey([u8; 32]);

/// Why a text is no [`EncodingAesKey`]. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodingAesKeyError {
    /// Not exactly 43 characters.
    #[error("an EncodingAESKey has 43 characters, found {found}")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// A character that is no ASCII letter or digit; counted from 0.
    #[error("an EncodingAESKey holds only letters and digits, character {position} is neither")]
    Character {
        /// Where it stands.
        position: usize,
    },
}

impl FromStr for EncodingAesKey {
    type Err = EncodingAesKeyError;

    fn from_str(raw: &str) -> Result<Self, EncodingAesKeyError> {
        let is_foreign = |symbol: char| !symbol.is_ascii_alphanumeric();
        if let Some(position) = raw.chars().position(is_foreign) {
            return Err(EncodingAesKeyError::Character { position });
        }
        if raw.len() != 43 {
            return Err(EncodingAesKeyError::Length { found: raw.len() });
        }
        let mut key = [0; 32];
        KEY_BASE64
            .decode_slice(raw, &mut key)
            .expect("43 letters and digits are Base64 of 32 bytes");
        Ok(Self(key))
    }
}

impl fmt::Debug for EncodingAesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodingAesKey(redacted)")
    }
}

// 43 characters carry 258 bits, two more than the key has. The platforms leave
// any value in them (their own samples do), so a strict decoder would refuse
// three keys of four.
const KEY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// What is wrong with a ciphertext, in the order of the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CipherError {
    Empty,
    Base64,
    CiphertextLength,
    Padding,
    Length,
    Owner,
    Utf8,
}

/// Token, key and owner of one receiving URL.
#[derive(Clone)]
pub(crate) struct Scheme {
    token: String,
    cipher: Aes256,
    iv: [u8; 16],
    owner: String,
    base64: Simd,
}

impl Scheme {
    pub(crate) fn new(token: String, key: &EncodingAesKey, owner: String) -> Self {
        let mut iv = [0; 16];
        iv.copy_from_slice(&key.0[..16]);
        Self {
            token,
            cipher: Aes256::new(&key.0.into()),
            iv,
            owner,
            base64: Simd::standard(general_purpose::PAD),
        }
    }

    pub(crate) fn owner(&self) -> &str {
        &self.owner
    }

    /// 40 lower-case hex digits.
    pub(crate) fn signature(&self, timestamp: &str, nonce: &str, encrypt: &str) -> [u8; 40] {
        let mut parts = [&self.token, timestamp, nonce, encrypt].map(str::as_bytes);
        parts.sort_unstable();
        let mut hash = Sha1::new();
        for part in parts {
            hash.update(part);
        }
        hex::lower(hash.finalize().into())
    }

    /// Compares in constant time, and exactly: upper-case hex does not match.
    pub(crate) fn is_signed(
        &self,
        signature: &str,
        timestamp: &str,
        nonce: &str,
        encrypt: &str,
    ) -> bool {
        let expected = self.signature(timestamp, nonce, encrypt);
        bool::from(expected.ct_eq(signature.as_bytes()))
    }

    /// Decodes into one buffer, decrypts it in place, and makes it the message.
    pub(crate) fn decrypt(&self, encrypt: &str) -> Result<String, CipherError> {
        if encrypt.is_empty() {
            return Err(CipherError::Empty);
        }
        let decoded = self.base64.decode(encrypt);
        let mut buffer = decoded.map_err(|_| CipherError::Base64)?;
        let (blocks, rest) = aes::Block::slice_as_chunks_mut(&mut buffer);
        if !rest.is_empty() {
            return Err(CipherError::CiphertextLength);
        }
        cbc::Decryptor::inner_iv_init(&self.cipher, &self.iv.into()).decrypt_blocks(blocks);
        let message = message_range(&buffer, self.owner.as_bytes())?;
        buffer.truncate(message.end);
        buffer.drain(..message.start);
        String::from_utf8(buffer).map_err(|_| CipherError::Utf8)
    }

    /// Base64 of the encrypted `message`.
    ///
    /// # Panics
    /// If the message is 4 GiB long or longer, which its length field cannot say.
    pub(crate) fn encrypt(&self, message: &str, random: [u8; 16]) -> String {
        let length = u32::try_from(message.len()).expect("a message is shorter than 4 GiB");
        let content = MESSAGE_START + message.len() + self.owner.len();
        let padding = PADDING_BLOCK - content % PADDING_BLOCK;
        let mut buffer = Vec::with_capacity(content + padding);
        buffer.extend_from_slice(&random);
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(message.as_bytes());
        buffer.extend_from_slice(self.owner.as_bytes());
        buffer.resize(content + padding, padding as u8);
        let (blocks, _) = aes::Block::slice_as_chunks_mut(&mut buffer);
        cbc::Encryptor::inner_iv_init(&self.cipher, &self.iv.into()).encrypt_blocks(blocks);
        self.base64.encode(buffer)
    }
}

const PADDING_BLOCK: usize = 32;
/// 16 random bytes and the length field come before the message.
const MESSAGE_START: usize = 20;

/// Where the message stands in a decrypted block.
///
/// Padding, length and owner are all looked at before any of them is
/// reported, and bytes are compared in constant time: a wrong padding costs
/// about the same work as a wrong owner. The signature, checked before, is
/// what keeps strangers from measuring.
fn message_range(plain: &[u8], owner: &[u8]) -> Result<Range<usize>, CipherError> {
    let claimed_padding = plain.last().copied().unwrap_or(0);
    let padding_holds = is_padded(plain, claimed_padding);
    let content = &plain[..plain.len().saturating_sub(claimed_padding.into())];

    let end = content
        .get(MESSAGE_START - 4..MESSAGE_START)
        .and_then(|field| field.try_into().ok())
        .and_then(|field| usize::try_from(u32::from_be_bytes(field)).ok())
        .and_then(|length| length.checked_add(MESSAGE_START))
        .filter(|end| *end <= content.len());
    let tail = &content[end.unwrap_or(content.len())..];
    let owner_holds = tail.ct_eq(owner);

    if !bool::from(padding_holds) {
        return Err(CipherError::Padding);
    }
    let end = end.ok_or(CipherError::Length)?;
    if !bool::from(owner_holds) {
        return Err(CipherError::Owner);
    }
    Ok(MESSAGE_START..end)
}

/// PKCS#7 with a block of 32: 1 to 32 bytes that all hold their number.
/// WeCom always fills to 32; two of DingTalk's own samples fill to 16, which
/// is within the same rule.
fn is_padded(plain: &[u8], claimed: u8) -> Choice {
    let most = plain.len().min(PADDING_BLOCK) as u8;
    let mut holds = claimed.ct_gt(&0) & !claimed.ct_gt(&most);
    for (distance, byte) in plain.iter().rev().take(PADDING_BLOCK).enumerate() {
        let is_padding = (distance as u8).ct_lt(&claimed);
        holds &= !is_padding | byte.ct_eq(&claimed);
    }
    holds
}
