//! What may be answered in place to an app's callback, as plaintext XML for
//! [`Crypto::seal_reply`](super::Crypto::seal_reply) (90241).
//!
//! The card updates change the card only for the member who pressed; other
//! receivers need `message/update_template_card`.

use super::card::TemplateCard;
use serde_json::Value;
use std::fmt::Write;

/// A passive reply.
pub enum Reply<'a> {
    /// A text of at most 2048 bytes, cut beyond.
    Text(&'a str),
    /// A picture by its media id.
    Image(&'a str),
    /// A voice note by its media id.
    Voice(&'a str),
    /// Greys the pressed card's buttons and writes this on them.
    UpdateButton(&'a str),
    /// Replaces the pressed card.
    UpdateTemplateCard(&'a TemplateCard),
}

impl Reply<'_> {
    /// The plaintext. `to_user` is the callback's sender, `corp_id` its
    /// receiver, `create_time` in seconds since 1970.
    pub fn to_xml(&self, to_user: &str, corp_id: &str, create_time: i64) -> String {
        let to = cdata(to_user);
        let from = cdata(corp_id);
        let (msg_type, body) = self.body();
        format!(
            "<xml><ToUserName>{to}</ToUserName><FromUserName>{from}</FromUserName>\
             <CreateTime>{create_time}</CreateTime>\
             <MsgType><![CDATA[{msg_type}]]></MsgType>{body}</xml>"
        )
    }

    fn body(&self) -> (&'static str, String) {
        match self {
            Self::Text(content) => ("text", element("Content", &cdata(content))),
            Self::Image(media_id) => ("image", media("Image", media_id)),
            Self::Voice(media_id) => ("voice", media("Voice", media_id)),
            Self::UpdateButton(name) => {
                let name = element("ReplaceName", &cdata(name));
                ("update_button", element("Button", &name))
            }
            Self::UpdateTemplateCard(card) => ("update_template_card", card_xml(card)),
        }
    }
}

/// `text` as CDATA; where it holds the end mark, in two sections.
pub(crate) fn cdata(text: &str) -> String {
    let text = text.replace("]]>", "]]]]><![CDATA[>");
    format!("<![CDATA[{text}]]>")
}

fn media(name: &str, media_id: &str) -> String {
    element(name, &element("MediaId", &cdata(media_id)))
}

fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// The card's JSON with the element names of the XML: lists become repeated
/// siblings.
fn card_xml(card: &TemplateCard) -> String {
    let json = serde_json::to_value(card).expect("a card has only string keys and finite numbers");
    let mut xml = String::from("<TemplateCard>");
    write_members(&json, false, &mut xml);
    xml.push_str("</TemplateCard>");
    xml
}

fn write_members(object: &Value, is_area: bool, xml: &mut String) {
    for (key, value) in object.as_object().into_iter().flatten() {
        let name = element_name(key, is_area);
        match value {
            Value::Array(items) => {
                for item in items {
                    write_element(&name, item, xml);
                }
            }
            value => write_element(&name, value, xml),
        }
    }
}

fn write_element(name: &str, value: &Value, xml: &mut String) {
    let _ = write!(xml, "<{name}>");
    match value {
        Value::Object(_) => {
            let is_area = matches!(name, "QuoteArea" | "ImageTextArea");
            write_members(value, is_area, xml);
        }
        Value::String(text) => xml.push_str(&cdata(text)),
        Value::Bool(claim) => xml.push_str(if *claim { "true" } else { "false" }),
        number => {
            let _ = write!(xml, "{number}");
        }
    }
    let _ = write!(xml, "</{name}>");
}

/// CamelCase of a JSON key, with the words that JSON runs together; `Appid`
/// in areas and `AppId` elsewhere is the platform's own spelling.
fn element_name(key: &str, is_area: bool) -> String {
    match key {
        "keyname" => return "KeyName".to_owned(),
        "userid" => return "UserId".to_owned(),
        "appid" => return if is_area { "Appid" } else { "AppId" }.to_owned(),
        "pagepath" => return "PagePath".to_owned(),
        "checkbox" => return "CheckBox".to_owned(),
        _ => {}
    }
    key.split('_')
        .flat_map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters)
        })
        .collect()
}
