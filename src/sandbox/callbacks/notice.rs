//! The XML of callbacks (`developer.work.weixin.qq.com/document/path/90239`, 90240 and 94670).

use std::fmt::Write;

use super::super::state::State;
use super::super::wecom::{ARCHIVE, Chosen};

/// 微信客服 has something to be pulled.
pub(in crate::sandbox) fn message_waiting(state: &mut State, open_kfid: &str) {
    let Some(account) = state.company.account(open_kfid) else {
        return;
    };
    let app = account.app.clone();
    let now = state.now();
    let token = format!("ENC{}", state.dice.word(40));
    state.wecom.service.note_token(&token, open_kfid, now);
    let mut xml = Xml::new(&state.company.corp_id, now.seconds(), "event");
    xml.text("Event", "kf_msg_or_event");
    xml.text("Token", &token);
    xml.text("OpenKfId", open_kfid);
    state.tell(&app, "kf_msg_or_event", xml.end());
}

/// The rep behind an account changed what is noted of a customer (92130).
pub(in crate::sandbox) fn customer_edited(
    state: &mut State,
    open_kfid: &str,
    external_userid: &str,
) {
    let Some(account) = state.company.account(open_kfid).cloned() else {
        return;
    };
    let mut xml = Xml::new(&state.company.corp_id, state.now().seconds(), "event");
    xml.text("FromUserName", "sys");
    xml.text("Event", "change_external_contact");
    xml.text("ChangeType", "edit_external_contact");
    xml.text("UserID", &account.servicer);
    xml.text("ExternalUserID", external_userid);
    state.tell(&account.app, "change_external_contact", xml.end());
}

/// The chat archive has something to be pulled (92005).
pub(in crate::sandbox) fn archive_waiting(state: &mut State) {
    let apps = &state.company.apps;
    let own = apps
        .iter()
        .find(|app| app.name == ARCHIVE && app.callback_url.is_some());
    let Some(app) = own.or_else(|| apps.first()) else {
        return;
    };
    let (app, agent_id) = (app.name.clone(), app.agent_id);
    let mut xml = Xml::new(&state.company.corp_id, state.now().seconds(), "event");
    xml.text("FromUserName", "sys");
    xml.text("Event", "msgaudit_notify");
    xml.number("AgentID", agent_id);
    state.tell(&app, "msgaudit_notify", xml.end());
}

/// A customer agreed to be archived (92130).
pub(in crate::sandbox) fn archive_approved(state: &mut State, userid: &str, external_userid: &str) {
    let Some(app) = state.company.apps.first().map(|app| app.name.clone()) else {
        return;
    };
    let mut xml = Xml::new(&state.company.corp_id, state.now().seconds(), "event");
    xml.text("FromUserName", "sys");
    xml.text("Event", "change_external_contact");
    xml.text("ChangeType", "msg_audit_approved");
    xml.text("UserID", userid);
    xml.text("ExternalUserID", external_userid);
    state.tell(&app, "change_external_contact", xml.end());
}

/// A member wrote to the app.
pub(in crate::sandbox) fn text_said(state: &mut State, app: &str, userid: &str, text: &str) {
    let Some(agent_id) = state.company.app(app).map(|app| app.agent_id) else {
        return;
    };
    let id = state.next_message_id();
    let mut xml = Xml::new(&state.company.corp_id, state.now().seconds(), "text");
    xml.text("FromUserName", userid);
    xml.text("Content", text);
    xml.number("MsgId", id);
    xml.number("AgentID", agent_id);
    state.tell(app, "text", xml.end());
}

/// What a member sent to the app besides words.
pub(in crate::sandbox) enum Sent<'a> {
    /// A voice message.
    Voice { media_id: &'a str },
    /// A picture.
    Picture { media_id: &'a str },
    /// A place: degrees north and east, and its address.
    Place { at: (f64, f64), label: &'a str },
    /// A file. Today's WeCom delivers none to apps.
    File { media_id: &'a str },
}

impl Sent<'_> {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Voice { .. } => "voice",
            Self::Picture { .. } => "image",
            Self::Place { .. } => "location",
            Self::File { .. } => "file",
        }
    }
}

/// A member sent something to the app.
pub(in crate::sandbox) fn something_sent(
    state: &mut State,
    app: &str,
    userid: &str,
    sent: &Sent<'_>,
) {
    let Some(agent_id) = state.company.app(app).map(|app| app.agent_id) else {
        return;
    };
    let id = state.next_message_id();
    let mut xml = Xml::new(&state.company.corp_id, state.now().seconds(), sent.kind());
    xml.text("FromUserName", userid);
    match sent {
        Sent::Voice { media_id } => {
            xml.text("MediaId", media_id);
            xml.text("Format", "amr");
        }
        Sent::Picture { media_id } => {
            xml.text("PicUrl", "http://wework.qpic.cn/wwpic/sandbox/0");
            xml.text("MediaId", media_id);
        }
        Sent::Place { at, label } => {
            xml.number("Location_X", at.0);
            xml.number("Location_Y", at.1);
            xml.number("Scale", 15);
            xml.text("Label", label);
        }
        Sent::File { media_id } => xml.text("MediaId", media_id),
    }
    xml.number("MsgId", id);
    xml.number("AgentID", agent_id);
    state.tell(app, sent.kind(), xml.end());
}

/// A press of a button on a card.
pub(in crate::sandbox) struct CardPress<'a> {
    pub(in crate::sandbox) app: &'a str,
    pub(in crate::sandbox) userid: &'a str,
    pub(in crate::sandbox) event: &'static str,
    pub(in crate::sandbox) card_type: &'a str,
    pub(in crate::sandbox) task_id: &'a str,
    pub(in crate::sandbox) key: &'a str,
    pub(in crate::sandbox) chosen: &'a Chosen,
    pub(in crate::sandbox) response_code: &'a str,
}

/// A member pressed a card.
pub(in crate::sandbox) fn card_pressed(state: &mut State, press: &CardPress<'_>) {
    let Some(agent_id) = state.company.app(press.app).map(|app| app.agent_id) else {
        return;
    };
    let mut xml = Xml::new(&state.company.corp_id, state.now().seconds(), "event");
    xml.text("FromUserName", press.userid);
    xml.text("Event", press.event);
    xml.text("EventKey", press.key);
    xml.text("TaskId", press.task_id);
    xml.text("CardType", press.card_type);
    xml.text("ResponseCode", press.response_code);
    xml.number("AgentID", agent_id);
    if press.event == "template_card_event" && !press.chosen.is_empty() {
        xml.selected(press.chosen);
    }
    state.tell(press.app, press.event, xml.end());
}

/// A callback's plaintext in the making.
struct Xml(String);

impl Xml {
    fn new(corp_id: &str, seconds: i64, kind: &str) -> Self {
        let mut xml = Self(String::from("<xml>"));
        xml.text("ToUserName", corp_id);
        xml.number("CreateTime", seconds);
        xml.text("MsgType", kind);
        xml
    }

    fn text(&mut self, name: &str, text: &str) {
        // A CDATA section can't hold its own end, so it ends and begins again in between.
        let text = text.replace("]]>", "]]]]><![CDATA[>");
        self.put(format_args!("<{name}><![CDATA[{text}]]></{name}>"));
    }

    fn number(&mut self, name: &str, number: impl std::fmt::Display) {
        self.put(format_args!("<{name}>{number}</{name}>"));
    }

    fn selected(&mut self, chosen: &Chosen) {
        self.0.push_str("<SelectedItems>");
        for (question, ids) in chosen {
            self.0.push_str("<SelectedItem>");
            self.text("QuestionKey", question);
            self.0.push_str("<OptionIds>");
            for id in ids {
                self.text("OptionId", id);
            }
            self.0.push_str("</OptionIds></SelectedItem>");
        }
        self.0.push_str("</SelectedItems>");
    }

    fn put(&mut self, part: std::fmt::Arguments<'_>) {
        self.0
            .write_fmt(part)
            .expect("writing to a string can't fail");
    }

    fn end(mut self) -> String {
        self.0.push_str("</xml>");
        self.0
    }
}
