//! From the elements of an event to [`Event`].

use super::approval::{OwnApprovalChange, SystemApprovalChange};
use super::card_click::CardClick;
use super::contact::ContactChange;
use super::customer::{ChatChange, CustomerChange, TagChange};
use super::menu::{BatchJob, PictureSource, Pictures, PlacePicked, Scan};
use super::{Event, ParseError, degrees, required};
use crate::xml::Node;

impl Event {
    pub(super) fn read(root: Node<'_, '_>) -> Result<Event, ParseError> {
        let key = || root.word("EventKey").to_owned();
        let pictures = |source| Event::Pictures(Pictures::read(root, source));
        let known = match required(root, "Event")? {
            "kf_msg_or_event" => Event::KfMsgOrEvent {
                token: root.word("Token").to_owned(),
                open_kf_id: root.word("OpenKfId").to_owned(),
            },
            "kf_account_auth_change" => Event::KfAccountAuthChange {
                added: words(root, "AuthAddOpenKfId"),
                removed: words(root, "AuthDelOpenKfId"),
            },
            "template_card_event" => Event::TemplateCard(CardClick::read(root)),
            "template_card_menu_event" => Event::TemplateCardMenu(CardClick::read(root)),
            "enter_agent" => Event::EnterAgent,
            "subscribe" => Event::Subscribe,
            "unsubscribe" => Event::Unsubscribe,
            "LOCATION" => Event::Location {
                latitude: degrees(root, "Latitude", 90.0)?,
                longitude: degrees(root, "Longitude", 180.0)?,
                precision: metres(root.word("Precision")),
            },
            "click" => Event::Click { key: key() },
            "view" => Event::View { url: key() },
            "view_miniprogram" => Event::ViewMiniprogram { path: key() },
            "scancode_push" => Event::ScancodePush {
                key: key(),
                scan: Scan::read(root),
            },
            "scancode_waitmsg" => Event::ScancodeWaitmsg {
                key: key(),
                scan: Scan::read(root),
            },
            "pic_sysphoto" => pictures(PictureSource::Camera),
            "pic_photo_or_album" => pictures(PictureSource::CameraOrAlbum),
            "pic_weixin" => pictures(PictureSource::Album),
            "location_select" => Event::LocationSelect(PlacePicked::read(root)?),
            "taskcard_click" => Event::TaskcardClick {
                key: key(),
                task_id: root.word("TaskId").to_owned(),
            },
            "batch_job_result" => Event::BatchJobResult(BatchJob::read(root)),
            name => return read_change(root, name),
        };
        Ok(known)
    }
}

/// Events about the company, its customers and the app itself.
fn read_change(root: Node<'_, '_>, name: &str) -> Result<Event, ParseError> {
    let effect_time = || root.word("EffectTime").parse().unwrap_or(0);
    let known = match name {
        "change_contact" => ContactChange::read(root).map(Event::ChangeContact),
        "change_external_contact" => CustomerChange::read(root).map(Event::ChangeExternalContact),
        "change_external_chat" => ChatChange::read(root).map(Event::ChangeExternalChat),
        "change_external_tag" => TagChange::read(root).map(Event::ChangeExternalTag),
        "msgaudit_notify" => Some(Event::MsgauditNotify),
        "sys_approval_change" => Some(Event::SysApprovalChange(SystemApprovalChange::read(root)?)),
        "open_approval_change" => Some(Event::OpenApprovalChange(OwnApprovalChange::read(root)?)),
        "share_agent_change" => Some(Event::ShareAgentChange),
        "share_chain_change" => Some(Event::ShareChainChange),
        "inactive_alert" => Some(Event::InactiveAlert {
            effect_time: effect_time(),
        }),
        "close_inactive_agent" => Some(Event::CloseInactiveAgent),
        "reopen_inactive_agent" => Some(Event::ReopenInactiveAgent),
        "low_active_alert" => Some(Event::LowActiveAlert {
            effect_time: effect_time(),
        }),
        "low_active" => Some(Event::LowActive),
        "active_restored" => Some(Event::ActiveRestored),
        _ => None,
    };
    Ok(known.unwrap_or_else(|| Event::Other {
        name: name.to_owned(),
        change_type: Some(root.word("ChangeType").to_owned()).filter(|text| !text.is_empty()),
    }))
}

/// 0 when absent or no length.
fn metres(raw: &str) -> f64 {
    let length: Option<f64> = raw.parse().ok();
    length
        .filter(|length| length.is_finite() && *length >= 0.0)
        .unwrap_or(0.0)
}

/// The texts of all children of that name.
fn words(root: Node<'_, '_>, name: &'static str) -> Vec<String> {
    let nodes = root.children(name);
    nodes.map(|node| node.trimmed().to_owned()).collect()
}
