//! The APIs that are called, and where the token comes from.

use std::time::Duration;

use futures_util::FutureExt;
use reqwest::header::HeaderName;
use reqwest::{Method, Request};
use serde_json::{Value, json};

use super::super::answer::number;
use super::super::call::{CallError, Failure, Repeat};
use super::super::http::{Http, address, get, post, with_secret_header};
use super::super::measure::measured;
use super::super::tokens::{AccessToken, Issued, Issuer};
use super::judge;
use crate::config::DingtalkSettings;

pub(super) const PLATFORM: &str = "dingtalk";

const RENEW_AHEAD: Duration = Duration::from_secs(600);

/// One API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    Token,
    OneToOne,
    Group,
    WorkNotification,
    SendResult,
    UserOfAppCode,
    UserToken,
    Me,
    UserOfUnionId,
    User,
    TodoCreate,
    TodoUpdate,
    TodoQuery,
}

/// The two API families.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    /// Token in the query, failures as `errcode` in HTTP 200.
    Old,
    /// Token in a header, failures as a word with an HTTP status.
    New,
}

impl Api {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Token => "/v1.0/oauth2/accessToken",
            Self::OneToOne => "/v1.0/robot/oToMessages/batchSend",
            // The robot's own address is complete.
            Self::Group => "",
            // With people and tasks in them: `todo` knows them.
            Self::TodoCreate | Self::TodoUpdate | Self::TodoQuery => "",
            Self::WorkNotification => "/topapi/message/corpconversation/asyncsend_v2",
            Self::SendResult => "/topapi/message/corpconversation/getsendresult",
            Self::UserOfAppCode => "/topapi/v2/user/getuserinfo",
            Self::UserToken => "/v1.0/oauth2/userAccessToken",
            Self::Me => "/v1.0/contact/users/me",
            Self::UserOfUnionId => "/topapi/user/getbyunionid",
            Self::User => "/topapi/v2/user/get",
        }
    }

    /// For counters.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::OneToOne => "one_to_one",
            Self::Group => "group",
            Self::WorkNotification => "work_notification",
            Self::SendResult => "send_result",
            Self::UserOfAppCode => "user_of_app_code",
            Self::UserToken => "user_token",
            Self::Me => "me",
            Self::UserOfUnionId => "user_of_union_id",
            Self::User => "user",
            Self::TodoCreate => "todo_create",
            Self::TodoUpdate => "todo_update",
            Self::TodoQuery => "todo_query",
        }
    }

    pub(super) fn family(self) -> Family {
        match self {
            Self::Token
            | Self::OneToOne
            | Self::UserToken
            | Self::Me
            | Self::TodoCreate
            | Self::TodoUpdate
            | Self::TodoQuery => Family::New,
            Self::Group
            | Self::WorkNotification
            | Self::SendResult
            | Self::UserOfAppCode
            | Self::UserOfUnionId
            | Self::User => Family::Old,
        }
    }

    pub(super) fn repeat(self) -> Repeat {
        match self {
            Self::Token
            | Self::SendResult
            | Self::Me
            | Self::UserOfUnionId
            | Self::User
            | Self::TodoQuery => Repeat::Harmless,
            // What is done stays done.
            Self::TodoUpdate => Repeat::Harmless,
            // By msgUuid, by sourceId; a login by its code, which works once.
            Self::Group | Self::TodoCreate | Self::UserOfAppCode | Self::UserToken => {
                Repeat::Recognised
            }
            Self::OneToOne | Self::WorkNotification => Repeat::Doubles,
        }
    }

    /// A POST with the app's token where the family has it.
    pub(super) fn request(
        self,
        settings: &DingtalkSettings,
        token: &str,
        body: String,
    ) -> Result<Request, CallError> {
        match self.family() {
            Family::Old => {
                let query = [("access_token", token)];
                Ok(post(
                    address(&settings.oapi_base, self.path(), &query)?,
                    body,
                ))
            }
            Family::New => {
                let request = post(address(&settings.api_base, self.path(), &[])?, body);
                with_secret_header(request, TOKEN_HEADER, token)
            }
        }
    }
}

/// A call of the new family at a path of its own, with the app's token.
pub(super) fn request_at(
    settings: &DingtalkSettings,
    api: Api,
    path: &str,
    token: &str,
    body: String,
) -> Result<Request, CallError> {
    let mut request = post(address(&settings.api_base, path, &[])?, body);
    if api == Api::TodoUpdate {
        *request.method_mut() = Method::PUT;
    }
    with_secret_header(request, TOKEN_HEADER, token)
}

const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-acs-dingtalk-access-token");

/// A POST of the new family without any token: the body says who asks.
pub(super) fn without_token(
    settings: &DingtalkSettings,
    api: Api,
    body: &Value,
) -> Result<Request, CallError> {
    let url = address(&settings.api_base, api.path(), &[])?;
    Ok(post(url, body.to_string()))
}

/// A GET of the new family with a person's token.
pub(super) fn as_person(
    settings: &DingtalkSettings,
    api: Api,
    token: &str,
) -> Result<Request, CallError> {
    let url = address(&settings.api_base, api.path(), &[])?;
    with_secret_header(get(url), TOKEN_HEADER, token)
}

/// `/v1.0/oauth2/accessToken`; its token serves both families.
pub(super) fn issuer(settings: &DingtalkSettings, http: Http) -> Issuer {
    let owned = settings.clone();
    let fetch = move || {
        let key = &owned.app_key;
        let body = json!({ "appKey": key, "appSecret": owned.app_secret.expose() });
        let request = without_token(&owned, Api::Token, &body);
        let http = http.clone();
        async move {
            let issued = measured(PLATFORM, Api::Token.name(), async {
                let answer = http.exchange(request?, Api::Token.repeat()).await?;
                read_token(&judge::read(Api::Token, &answer)?).map_err(Failure::Final)
            });
            issued.await.map_err(judge::final_error)
        }
        .boxed()
    };
    let secret = settings.app_secret.expose();
    Issuer::new(PLATFORM, &settings.app_key, secret, RENEW_AHEAD, fetch)
}

fn read_token(answer: &Value) -> Result<Issued, CallError> {
    let token = answer["accessToken"]
        .as_str()
        .filter(|token| !token.is_empty());
    let seconds = number(&answer["expireIn"]).and_then(|seconds| u64::try_from(seconds).ok());
    match (token, seconds) {
        (Some(token), Some(seconds)) => Ok(Issued {
            token: AccessToken::new(token),
            lifetime: Duration::from_secs(seconds),
        }),
        _ => Err(judge::undocumented(Api::Token)),
    }
}
