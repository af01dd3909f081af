//! The APIs that are called, and where tokens come from.

use std::time::Duration;

use futures_util::FutureExt;

use super::super::answer::number;
use super::super::call::{CallError, Failure, Repeat};
use super::super::http::{Http, address, get};
use super::super::measure::measured;
use super::super::tokens::{AccessToken, Issued, Issuer};
use super::judge;
use crate::config::{Secret, WecomSettings};

pub(super) const PLATFORM: &str = "wecom";

/// WeCom may end a token early, but not within this margin of its end.
pub(super) const RENEW_AHEAD: Duration = Duration::from_secs(300);

/// One API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Api {
    Token,
    Send,
    UpdateCard,
    SyncMessages,
    /// The same without a notice's token, which has a stricter limit of its own.
    SyncWithoutToken,
    UserOfCode,
    Media,
    CompanyTicket,
    AppTicket,
    ExternalContact,
    SingleAgree,
    RoomAgree,
    GroupChat,
}

impl Api {
    pub(super) const COUNT: usize = 13;

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Token => "/cgi-bin/gettoken",
            Self::Send => "/cgi-bin/message/send",
            Self::UpdateCard => "/cgi-bin/message/update_template_card",
            Self::SyncMessages | Self::SyncWithoutToken => "/cgi-bin/kf/sync_msg",
            Self::UserOfCode => "/cgi-bin/auth/getuserinfo",
            Self::Media => "/cgi-bin/media/get",
            Self::CompanyTicket => "/cgi-bin/get_jsapi_ticket",
            Self::AppTicket => "/cgi-bin/ticket/get",
            Self::ExternalContact => "/cgi-bin/externalcontact/get",
            Self::SingleAgree => "/cgi-bin/msgaudit/check_single_agree",
            Self::RoomAgree => "/cgi-bin/msgaudit/check_room_agree",
            Self::GroupChat => "/cgi-bin/externalcontact/groupchat/get",
        }
    }

    /// For counters.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Send => "send",
            Self::UpdateCard => "update_card",
            Self::SyncMessages => "sync_messages",
            Self::SyncWithoutToken => "sync_without_token",
            Self::UserOfCode => "user_of_code",
            Self::Media => "media",
            Self::CompanyTicket => "company_ticket",
            Self::AppTicket => "app_ticket",
            Self::ExternalContact => "external_contact",
            Self::SingleAgree => "single_agree",
            Self::RoomAgree => "room_agree",
            Self::GroupChat => "group_chat",
        }
    }

    pub(super) fn repeat(self) -> Repeat {
        match self {
            Self::Token
            | Self::SyncMessages
            | Self::SyncWithoutToken
            | Self::Media
            | Self::CompanyTicket
            | Self::AppTicket
            | Self::ExternalContact
            | Self::SingleAgree
            | Self::RoomAgree
            | Self::GroupChat => Repeat::Harmless,
            // A card by its task id, anything by the duplicate check, an update by the response
            // code, a login by its code, which works once.
            Self::Send | Self::UpdateCard | Self::UserOfCode => Repeat::Recognised,
        }
    }
}

/// `gettoken` (91039) by one secret.
pub(super) fn issuer(settings: &WecomSettings, secret: &Secret, http: Http) -> Issuer {
    let base = settings.api_base.clone();
    let corp_id = settings.corp_id.clone();
    let secret = secret.clone();
    let word = secret.expose().to_owned();
    let fetch = move || {
        let credentials = [
            ("corpid", corp_id.as_str()),
            ("corpsecret", secret.expose()),
        ];
        let url = address(&base, Api::Token.path(), &credentials);
        let http = http.clone();
        async move {
            let issued = measured(PLATFORM, Api::Token.name(), async {
                let answer = http.exchange(get(url?), Api::Token.repeat()).await?;
                let answer = judge::read(Api::Token, &answer)?;
                read_issued(&answer, "access_token").map_err(Failure::Final)
            });
            issued.await.map_err(judge::final_error)
        }
        .boxed()
    };
    let id = settings.corp_id.as_str();
    Issuer::new(PLATFORM, id, &word, RENEW_AHEAD, fetch)
}

/// What stands under that name, and for how long it is good.
pub(super) fn read_issued(answer: &serde_json::Value, name: &str) -> Result<Issued, CallError> {
    let token = answer[name].as_str().filter(|token| !token.is_empty());
    let seconds = number(&answer["expires_in"]).and_then(|seconds| u64::try_from(seconds).ok());
    match (token, seconds) {
        (Some(token), Some(seconds)) => Ok(Issued {
            token: AccessToken::new(token),
            lifetime: Duration::from_secs(seconds),
        }),
        _ => Err(Repeat::Harmless.uncertain("0 without what was asked for")),
    }
}
