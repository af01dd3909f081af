//! The envelope around a ciphertext (90238; JSON for AI bots, 101033).

use super::error::{EnvelopeError, OpenError};
use crate::xml::{Document, Limits, Node, XmlError};
use serde::Deserialize;
use std::borrow::Cow;

/// What is posted to a receiving URL. Only `encrypt` is signed: never decide
/// anything by the other two.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Envelope<'a> {
    /// The Base64 ciphertext, possibly empty.
    #[serde(borrow)]
    pub encrypt: Cow<'a, str>,
    /// The CorpID, says the sender.
    #[serde(skip)]
    pub to_user_name: Option<Cow<'a, str>>,
    /// The app, says the sender; absent or empty where no app is meant.
    #[serde(skip)]
    pub agent_id: Option<Cow<'a, str>>,
}

impl Envelope<'_> {
    /// Reads the XML envelope of an app's callback.
    ///
    /// # Errors
    /// [`OpenError::Envelope`] when the body is not UTF-8, not XML within the
    /// limits, declares a document type, or has not exactly one `Encrypt`.
    pub fn parse(body: &[u8]) -> Result<Envelope<'_>, OpenError> {
        let text = std::str::from_utf8(body).map_err(|_| EnvelopeError::Xml(XmlError::Encoding))?;
        let document = Document::parse(text, Limits::ENVELOPE).map_err(EnvelopeError::Xml)?;
        let root = document.root();
        let mut encrypts = root.children("Encrypt");
        let encrypt = encrypts.next().ok_or(EnvelopeError::NoEncrypt)?;
        if encrypts.next().is_some() {
            return Err(EnvelopeError::RepeatedEncrypt.into());
        }
        Ok(Envelope {
            encrypt: trimmed(encrypt),
            to_user_name: root.child("ToUserName").map(trimmed),
            agent_id: root.child("AgentID").map(trimmed),
        })
    }

    /// Reads the JSON envelope of an AI bot's callback.
    ///
    /// # Errors
    /// [`OpenError::Envelope`] when the body is not a JSON object with exactly
    /// one text `encrypt`.
    pub fn parse_json(body: &[u8]) -> Result<Envelope<'_>, OpenError> {
        Ok(serde_json::from_slice(body).map_err(|_| EnvelopeError::Json)?)
    }
}

/// White space around a value is the document's layout, not the value.
fn trimmed<'a>(node: Node<'_, 'a>) -> Cow<'a, str> {
    match node.raw_text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_ascii()),
        Cow::Owned(text) => Cow::Owned(text.trim_ascii().to_owned()),
    }
}

impl std::fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelope")
            .field("to_user_name", &self.to_user_name)
            .field("agent_id", &self.agent_id)
            .finish_non_exhaustive()
    }
}
