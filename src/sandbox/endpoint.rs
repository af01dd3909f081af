//! The platforms' doors, each with its path below `/sandbox`.

/// One API of one platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    /// WeCom `gettoken` (`developer.work.weixin.qq.com/document/path/91039`).
    WecomToken,
    /// WeCom `message/send` (90236).
    WecomSend,
    /// WeCom `message/update_template_card` (94888).
    WecomUpdateCard,
    /// WeCom `kf/sync_msg` (94670).
    WecomSyncMessages,
    /// WeCom `auth/getuserinfo` (91023).
    WecomUserInfo,
    /// WeCom `media/get` (90254).
    WecomMedia,
    /// WeCom `getcallbackip` (90238).
    WecomCallbackAddresses,
    /// WeCom `get_jsapi_ticket` (90506).
    WecomCompanyTicket,
    /// WeCom `ticket/get` (90506).
    WecomAppTicket,
    /// WeCom `externalcontact/get` (92114).
    WecomExternalContact,
    /// WeCom `msgaudit/check_single_agree` (91782).
    WecomSingleAgree,
    /// WeCom `msgaudit/check_room_agree` (91782).
    WecomRoomAgree,
    /// WeCom `externalcontact/groupchat/get` (92122).
    WecomGroupChat,
    /// What the chat archive library asks for messages (91774).
    WecomArchivePull,
    /// What the chat archive library asks for files (91774).
    WecomArchivePiece,
    /// DingTalk's old `gettoken`.
    DingtalkOldToken,
    /// DingTalk's `oauth2/accessToken`.
    DingtalkToken,
    /// A custom robot's `robot/send`.
    RobotSend,
    /// Work notices: `asyncsend_v2`.
    NoticeSend,
    /// Work notices: `getsendresult`.
    NoticeResult,
    /// Work notices: `getsendprogress`.
    NoticeProgress,
    /// The app's robot to people: `oToMessages/batchSend`.
    RobotToPeople,
    /// In-app login: `user/getuserinfo`.
    DingtalkUserInfo,
    /// Browser login: `oauth2/userAccessToken`.
    DingtalkUserToken,
    /// Browser login: `contact/users/me`.
    DingtalkMe,
    /// `user/getbyunionid`.
    UserByUnionId,
    /// `user/getbymobile`.
    UserByMobile,
    /// `user/get`.
    User,
    /// To-dos: `todo/users/{unionId}/tasks`.
    TodoCreate,
    /// To-dos: `todo/users/{unionId}/tasks/{taskId}`.
    TodoUpdate,
    /// To-dos: `todo/users/{unionId}/org/tasks/query`.
    TodoQuery,
}

/// How a platform's answers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Wecom,
    /// WeCom's, by way of the chat archive library.
    Library,
    DingtalkOld,
    DingtalkNew,
}

const WECOM: &str = "/wecom/cgi-bin";
const LIBRARY: &str = "/wecom/archive";
const OLD: &str = "/dingtalk/oapi";
const NEW: &str = "/dingtalk/api/v1.0";

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 31] = [
        Self::WecomToken,
        Self::WecomSend,
        Self::WecomUpdateCard,
        Self::WecomSyncMessages,
        Self::WecomUserInfo,
        Self::WecomMedia,
        Self::WecomCallbackAddresses,
        Self::WecomCompanyTicket,
        Self::WecomAppTicket,
        Self::WecomExternalContact,
        Self::WecomSingleAgree,
        Self::WecomRoomAgree,
        Self::WecomGroupChat,
        Self::WecomArchivePull,
        Self::WecomArchivePiece,
        Self::DingtalkOldToken,
        Self::DingtalkToken,
        Self::RobotSend,
        Self::NoticeSend,
        Self::NoticeResult,
        Self::NoticeProgress,
        Self::RobotToPeople,
        Self::DingtalkUserInfo,
        Self::DingtalkUserToken,
        Self::DingtalkMe,
        Self::UserByUnionId,
        Self::UserByMobile,
        Self::User,
        Self::TodoCreate,
        Self::TodoUpdate,
        Self::TodoQuery,
    ];

    /// The endpoint behind a path below `/sandbox`.
    pub(super) fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| {
            let (base, rest) = endpoint.place();
            path.strip_prefix(base).is_some_and(|path| fits(rest, path))
        })
    }

    pub(super) fn family(self) -> Family {
        match self.place().0 {
            WECOM => Family::Wecom,
            LIBRARY => Family::Library,
            OLD => Family::DingtalkOld,
            _ => Family::DingtalkNew,
        }
    }

    /// Whether it is called with GET; all others want POST.
    pub(super) fn is_get(self) -> bool {
        matches!(
            self,
            Self::WecomToken
                | Self::WecomUserInfo
                | Self::WecomMedia
                | Self::WecomCallbackAddresses
                | Self::WecomCompanyTicket
                | Self::WecomAppTicket
                | Self::WecomExternalContact
                | Self::DingtalkOldToken
                | Self::DingtalkMe
        )
    }

    fn place(self) -> (&'static str, &'static str) {
        match self {
            Self::WecomToken => (WECOM, "/gettoken"),
            Self::WecomSend => (WECOM, "/message/send"),
            Self::WecomUpdateCard => (WECOM, "/message/update_template_card"),
            Self::WecomSyncMessages => (WECOM, "/kf/sync_msg"),
            Self::WecomUserInfo => (WECOM, "/auth/getuserinfo"),
            Self::WecomMedia => (WECOM, "/media/get"),
            Self::WecomCallbackAddresses => (WECOM, "/getcallbackip"),
            Self::WecomCompanyTicket => (WECOM, "/get_jsapi_ticket"),
            Self::WecomAppTicket => (WECOM, "/ticket/get"),
            Self::WecomExternalContact => (WECOM, "/externalcontact/get"),
            Self::WecomSingleAgree => (WECOM, "/msgaudit/check_single_agree"),
            Self::WecomRoomAgree => (WECOM, "/msgaudit/check_room_agree"),
            Self::WecomGroupChat => (WECOM, "/externalcontact/groupchat/get"),
            Self::WecomArchivePull => (LIBRARY, "/chatdata"),
            Self::WecomArchivePiece => (LIBRARY, "/media"),
            Self::DingtalkOldToken => (OLD, "/gettoken"),
            Self::DingtalkToken => (NEW, "/oauth2/accessToken"),
            Self::RobotSend => (OLD, "/robot/send"),
            Self::NoticeSend => (OLD, "/topapi/message/corpconversation/asyncsend_v2"),
            Self::NoticeResult => (OLD, "/topapi/message/corpconversation/getsendresult"),
            Self::NoticeProgress => (OLD, "/topapi/message/corpconversation/getsendprogress"),
            Self::RobotToPeople => (NEW, "/robot/oToMessages/batchSend"),
            Self::DingtalkUserInfo => (OLD, "/topapi/v2/user/getuserinfo"),
            Self::DingtalkUserToken => (NEW, "/oauth2/userAccessToken"),
            Self::DingtalkMe => (NEW, "/contact/users/me"),
            Self::UserByUnionId => (OLD, "/topapi/user/getbyunionid"),
            Self::UserByMobile => (OLD, "/topapi/v2/user/getbymobile"),
            Self::User => (OLD, "/topapi/v2/user/get"),
            Self::TodoCreate => (NEW, "/todo/users/{}/tasks"),
            Self::TodoUpdate => (NEW, "/todo/users/{}/tasks/{}"),
            Self::TodoQuery => (NEW, "/todo/users/{}/org/tasks/query"),
        }
    }
}

/// Whether the path is of this shape; each `{}` stands for one part that is not empty.
fn fits(shape: &str, path: &str) -> bool {
    let mut parts = path.split('/');
    let fits = shape.split('/').all(|wanted| {
        parts.next().is_some_and(|part| {
            if wanted == "{}" {
                !part.is_empty()
            } else {
                part == wanted
            }
        })
    });
    fits && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_is_found_by_its_own_path() {
        for endpoint in Endpoint::ALL {
            let (base, rest) = endpoint.place();
            assert_eq!(Endpoint::at(&format!("{base}{rest}")), Some(endpoint));
        }
        assert_eq!(Endpoint::at("/wecom/cgi-bin/unknown"), None);
    }
}
