//! Who somebody is, from a login inside DingTalk or in a browser.

use serde_json::json;

use super::super::answer::{id, number};
use super::super::call::{CallError, Refusal};
use super::api::{Api, as_person, without_token};
use super::{Dingtalk, judge};

impl Dingtalk {
    /// The userid behind a code of `dd.requestAuthCode` (`topapi/v2/user/getuserinfo`).
    ///
    /// # Errors
    /// [`Refusal::LoginCode`] when the page has to fetch a new code.
    #[tracing::instrument(name = "dingtalk.user_of_app_code", skip_all)]
    pub async fn user_of_app_code(&self, code: &str) -> Result<String, CallError> {
        let answer = self
            .call(Api::UserOfAppCode, &json!({ "code": code }))
            .await?;
        id(&answer["result"]["userid"]).ok_or_else(|| judge::undocumented(Api::UserOfAppCode))
    }

    /// The userid behind the `authCode` of a login in a browser, in three steps: the person's
    /// token (`/v1.0/oauth2/userAccessToken`), their unionId (`/v1.0/contact/users/me`), and
    /// their userid in this company (`topapi/user/getbyunionid`).
    ///
    /// # Errors
    /// [`Refusal::LoginCode`] when the login has to start again, and
    /// [`Refusal::UnknownReceiver`] for somebody who doesn't belong to this company.
    #[tracing::instrument(name = "dingtalk.user_of_oauth_code", skip_all)]
    pub async fn user_of_oauth_code(&self, code: &str) -> Result<String, CallError> {
        let token = self.user_token(code).await?;
        let union_id = self.union_id(&token).await?;
        let request = json!({ "unionid": union_id });
        let answer = self.call(Api::UserOfUnionId, &request).await?;
        let person = &answer["result"];
        if number(&person["contact_type"]) == Some(EXTERNAL_CONTACT) {
            let why = "contact_type 1: an external contact, no member of this company";
            return Err(CallError::refused(Refusal::UnknownReceiver, why));
        }
        id(&person["userid"]).ok_or_else(|| judge::undocumented(Api::UserOfUnionId))
    }

    async fn user_token(&self, code: &str) -> Result<String, CallError> {
        self.0.pacer.turn(Api::UserToken.name()).await?;
        let settings = &self.0.settings;
        let body = json!({
            "clientId": settings.app_key,
            "clientSecret": settings.app_secret.expose(),
            "code": code,
            "grantType": "authorization_code",
        });
        let request = without_token(settings, Api::UserToken, &body);
        let answer = self
            .exchange(Api::UserToken, request)
            .await
            .map_err(judge::final_error)?;
        id(&answer["accessToken"]).ok_or_else(|| judge::undocumented(Api::UserToken))
    }

    async fn union_id(&self, token: &str) -> Result<String, CallError> {
        self.0.pacer.turn(Api::Me.name()).await?;
        let request = as_person(&self.0.settings, Api::Me, token);
        let answer = self
            .exchange(Api::Me, request)
            .await
            .map_err(judge::final_error)?;
        id(&answer["unionId"]).ok_or_else(|| judge::undocumented(Api::Me))
    }
}

const EXTERNAL_CONTACT: i64 = 1;
