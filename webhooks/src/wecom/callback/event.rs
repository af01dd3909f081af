//! The events (90240, 92130, 94670).

use super::approval::{OwnApprovalChange, SystemApprovalChange};
use super::card_click::CardClick;
use super::contact::ContactChange;
use super::customer::{ChatChange, CustomerChange, TagChange};
use super::menu::{BatchJob, PictureSource, Pictures, PlacePicked, Scan};
use std::fmt;

/// Something that happened. `Debug` shows its name, and the ids of card clicks.
#[derive(Clone, PartialEq)]
pub enum Event {
    /// 微信客服 has something to fetch with `kf/sync_msg`.
    KfMsgOrEvent {
        /// For the fetch, valid for 10 minutes.
        token: String,
        /// The 客服 account that has something.
        open_kf_id: String,
    },
    /// The app may serve other 客服 accounts from now on.
    KfAccountAuthChange {
        /// Accounts it may serve now.
        added: Vec<String>,
        /// Accounts it may not serve any longer.
        removed: Vec<String>,
    },
    /// A button or submit button of a template card.
    TemplateCard(CardClick),
    /// An entry of a template card's menu; nothing is selected.
    TemplateCardMenu(CardClick),
    /// A member opened the app's chat.
    EnterAgent,
    /// A member can see the app from now on.
    Subscribe,
    /// A member can no longer see the app.
    Unsubscribe,
    /// Where a member is, on opening the chat and after consent. The platform
    /// does not say in which datum.
    Location {
        /// Degrees north.
        latitude: f64,
        /// Degrees east.
        longitude: f64,
        /// Metres, 0 when not told.
        precision: f64,
    },
    /// A menu entry that reports its key.
    Click {
        /// The entry's key.
        key: String,
    },
    /// A menu entry that opens an address.
    View {
        /// The address.
        url: String,
    },
    /// A menu entry that opens a mini-program.
    ViewMiniprogram {
        /// The page's path.
        path: String,
    },
    /// A menu entry that scans a code.
    ScancodePush {
        /// The entry's key.
        key: String,
        /// What was scanned.
        scan: Scan,
    },
    /// A menu entry that scans a code and waits for our answer.
    ScancodeWaitmsg {
        /// The entry's key.
        key: String,
        /// What was scanned.
        scan: Scan,
    },
    /// A menu entry that sends pictures.
    Pictures(Pictures),
    /// A menu entry that sends a place.
    LocationSelect(PlacePicked),
    /// A button of the older task cards, which can no longer be made.
    TaskcardClick {
        /// The button's key.
        key: String,
        /// The card's task id.
        task_id: String,
    },
    /// An asynchronous job has ended.
    BatchJobResult(BatchJob),
    /// The company's own address book changed.
    ChangeContact(ContactChange),
    /// Something changed between a member and a customer.
    ChangeExternalContact(CustomerChange),
    /// A customer group changed.
    ChangeExternalChat(ChatChange),
    /// A company customer tag changed.
    ChangeExternalTag(TagChange),
    /// The chat archive has something to fetch; at most every 15 seconds.
    MsgauditNotify,
    /// An approval of the platform's own approval app changed.
    SysApprovalChange(SystemApprovalChange),
    /// An approval with an app's own number changed.
    OpenApprovalChange(OwnApprovalChange),
    /// Which apps are shared with linked companies changed.
    ShareAgentChange,
    /// Which apps are shared along a supply chain changed.
    ShareChainChange,
    /// The app will be switched off for want of use.
    InactiveAlert {
        /// Seconds since 1970; 0 when not told.
        effect_time: i64,
    },
    /// The app was switched off for want of use.
    CloseInactiveAgent,
    /// The app was switched on again.
    ReopenInactiveAgent,
    /// The app will lose access to customer data for want of use.
    LowActiveAlert {
        /// Seconds since 1970; 0 when not told.
        effect_time: i64,
    },
    /// The app has lost access to customer data for want of use.
    LowActive,
    /// The app has its access to customer data back.
    ActiveRestored,
    /// An event, or a change type of a known event, that this version does not
    /// know.
    Other {
        /// The `Event`.
        name: String,
        /// The `ChangeType`, where there is one.
        change_type: Option<String>,
    },
}

impl Event {
    /// The platform's name for it (the `Event` element).
    pub fn name(&self) -> &str {
        match self {
            Self::KfMsgOrEvent { .. } => "kf_msg_or_event",
            Self::KfAccountAuthChange { .. } => "kf_account_auth_change",
            Self::TemplateCard(_) => "template_card_event",
            Self::TemplateCardMenu(_) => "template_card_menu_event",
            Self::EnterAgent => "enter_agent",
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
            Self::Location { .. } => "LOCATION",
            Self::Click { .. } => "click",
            Self::View { .. } => "view",
            Self::ViewMiniprogram { .. } => "view_miniprogram",
            Self::ScancodePush { .. } => "scancode_push",
            Self::ScancodeWaitmsg { .. } => "scancode_waitmsg",
            Self::Pictures(pictures) => match pictures.source {
                PictureSource::Camera => "pic_sysphoto",
                PictureSource::CameraOrAlbum => "pic_photo_or_album",
                PictureSource::Album => "pic_weixin",
            },
            Self::LocationSelect(_) => "location_select",
            Self::TaskcardClick { .. } => "taskcard_click",
            Self::BatchJobResult(_) => "batch_job_result",
            Self::ChangeContact(_) => "change_contact",
            Self::ChangeExternalContact(_) => "change_external_contact",
            Self::ChangeExternalChat(_) => "change_external_chat",
            Self::ChangeExternalTag(_) => "change_external_tag",
            Self::MsgauditNotify => "msgaudit_notify",
            Self::SysApprovalChange(_) => "sys_approval_change",
            Self::OpenApprovalChange(_) => "open_approval_change",
            Self::ShareAgentChange => "share_agent_change",
            Self::ShareChainChange => "share_chain_change",
            Self::InactiveAlert { .. } => "inactive_alert",
            Self::CloseInactiveAgent => "close_inactive_agent",
            Self::ReopenInactiveAgent => "reopen_inactive_agent",
            Self::LowActiveAlert { .. } => "low_active_alert",
            Self::LowActive => "low_active",
            Self::ActiveRestored => "active_restored",
            Self::Other { name, .. } => name,
        }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TemplateCard(click) | Self::TemplateCardMenu(click) => {
                write!(f, "Event({}, {click:?})", self.name())
            }
            _ => write!(f, "Event({})", self.name()),
        }
    }
}
