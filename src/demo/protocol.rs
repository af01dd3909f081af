//! What went over the wire lately, for those who want to see that the protocols are real.

use serde::Serialize;

use crate::sandbox::{CallbackAnswer, CallbackAttempt, Endpoint, Entry, Record};

/// Lines that the page shows.
const NEWEST: usize = 40;

/// One request between the service and a platform.
#[derive(Debug, Serialize)]
pub(super) struct Exchange {
    number: u64,
    at_ms: i64,
    /// `wecom` or `dingtalk`.
    platform: &'static str,
    /// Whether the platform asked the service.
    to_service: bool,
    what: String,
    /// What came of it.
    result: String,
    is_fine: bool,
}

/// The newest exchanges, newest first.
pub(super) fn newest(ledger: &[Entry]) -> Vec<Exchange> {
    ledger
        .iter()
        .rev()
        .filter_map(exchange)
        .take(NEWEST)
        .collect()
}

fn exchange(entry: &Entry) -> Option<Exchange> {
    let exchange = |platform, to_service, what: String, result: String, is_fine| Exchange {
        number: entry.number,
        at_ms: entry.at.0,
        platform,
        to_service,
        what,
        result,
        is_fine,
    };
    match &entry.record {
        Record::Call(call) => {
            let (platform, path) = place(call.endpoint);
            let result = call
                .refusal
                .as_ref()
                .map_or_else(|| "ok".to_owned(), |refusal| refusal.to_string());
            Some(exchange(
                platform,
                false,
                path.to_owned(),
                result,
                call.refusal.is_none(),
            ))
        }
        Record::Callback(attempt) => {
            let (result, is_fine) = answer(attempt);
            let platform = if attempt.app.is_some() {
                "wecom"
            } else {
                "dingtalk"
            };
            Some(exchange(
                platform,
                true,
                format!("回调 {}", attempt.kind),
                result,
                is_fine,
            ))
        }
        Record::Wecom(_) | Record::CardUpdate(_) | Record::Dingtalk(_) | Record::Said(_) => None,
    }
}

fn answer(attempt: &CallbackAttempt) -> (String, bool) {
    match &attempt.answer {
        CallbackAnswer::Acknowledged(_) => ("200".to_owned(), true),
        CallbackAnswer::Status(status) => (status.to_string(), false),
        CallbackAnswer::NoAnswer => ("没有应答".to_owned(), false),
        CallbackAnswer::NeverPosted => ("丢失".to_owned(), false),
    }
}

const fn place(endpoint: Endpoint) -> (&'static str, &'static str) {
    match endpoint {
        Endpoint::WecomToken => ("wecom", "gettoken"),
        Endpoint::WecomSend => ("wecom", "message/send"),
        Endpoint::WecomUpdateCard => ("wecom", "message/update_template_card"),
        Endpoint::WecomSyncMessages => ("wecom", "kf/sync_msg"),
        Endpoint::WecomUserInfo => ("wecom", "auth/getuserinfo"),
        Endpoint::WecomMedia => ("wecom", "media/get"),
        Endpoint::WecomCallbackAddresses => ("wecom", "getcallbackip"),
        Endpoint::WecomCompanyTicket => ("wecom", "get_jsapi_ticket"),
        Endpoint::WecomAppTicket => ("wecom", "ticket/get"),
        Endpoint::WecomExternalContact => ("wecom", "externalcontact/get"),
        Endpoint::WecomSingleAgree => ("wecom", "msgaudit/check_single_agree"),
        Endpoint::WecomRoomAgree => ("wecom", "msgaudit/check_room_agree"),
        Endpoint::WecomGroupChat => ("wecom", "externalcontact/groupchat/get"),
        Endpoint::WecomArchivePull => ("wecom", "GetChatData"),
        Endpoint::WecomArchivePiece => ("wecom", "GetMediaData"),
        Endpoint::DingtalkOldToken => ("dingtalk", "gettoken"),
        Endpoint::DingtalkToken => ("dingtalk", "oauth2/accessToken"),
        Endpoint::RobotSend => ("dingtalk", "robot/send"),
        Endpoint::NoticeSend => ("dingtalk", "corpconversation/asyncsend_v2"),
        Endpoint::NoticeResult => ("dingtalk", "corpconversation/getsendresult"),
        Endpoint::NoticeProgress => ("dingtalk", "corpconversation/getsendprogress"),
        Endpoint::RobotToPeople => ("dingtalk", "robot/oToMessages/batchSend"),
        Endpoint::DingtalkUserInfo => ("dingtalk", "user/getuserinfo"),
        Endpoint::DingtalkUserToken => ("dingtalk", "oauth2/userAccessToken"),
        Endpoint::DingtalkMe => ("dingtalk", "contact/users/me"),
        Endpoint::UserByUnionId => ("dingtalk", "user/getbyunionid"),
        Endpoint::UserByMobile => ("dingtalk", "user/getbymobile"),
        Endpoint::User => ("dingtalk", "user/get"),
        Endpoint::TodoCreate => ("dingtalk", "todo/tasks"),
        Endpoint::TodoUpdate => ("dingtalk", "todo/tasks/{id}"),
        Endpoint::TodoQuery => ("dingtalk", "todo/tasks/query"),
    }
}
