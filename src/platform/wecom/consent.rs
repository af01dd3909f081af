//! About archived chats: who agreed (91782), asked with the archive's own token, and what a group is
//! called (92122).

use dingdan_webhooks::wecom::archive::{
    AgreeResponse, Agreement, MemberAndContact, RoomAgreeRequest, SingleAgreeRequest,
};

use serde_json::{Value, json};

use super::super::call::{CallError, Refusal};
use super::Wecom;
use super::api::Api;
use crate::config::ARCHIVE;

impl Wecom {
    /// `msgaudit/check_single_agree`: what these people said in their chats with these members. At most
    /// 100.
    ///
    /// # Errors
    /// As every call.
    #[tracing::instrument(name = "wecom.check_single_agree", skip_all)]
    pub async fn check_single_agree(
        &self,
        info: Vec<MemberAndContact>,
    ) -> Result<Vec<Agreement>, CallError> {
        self.agreements(Api::SingleAgree, &SingleAgreeRequest { info })
            .await
    }

    /// `msgaudit/check_room_agree`: what everybody outside in that group said.
    ///
    /// # Errors
    /// As every call.
    #[tracing::instrument(name = "wecom.check_room_agree", skip_all)]
    pub async fn check_room_agree(&self, room: &str) -> Result<Vec<Agreement>, CallError> {
        let roomid = room.to_owned();
        self.agreements(Api::RoomAgree, &RoomAgreeRequest { roomid })
            .await
    }

    /// `externalcontact/groupchat/get` (92122): the name of a customer group; empty when it has none.
    ///
    /// # Errors
    /// As every call: the app may not be allowed to ask, or not for this group.
    #[tracing::instrument(name = "wecom.group_name", skip_all, fields(app = app))]
    pub async fn group_name(&self, app: &str, chat_id: &str) -> Result<String, CallError> {
        let body = json!({ "chat_id": chat_id, "need_name": 0 }).to_string();
        let answer: Value = self.post(app, Api::GroupChat, body).await?;
        let name = answer["group_chat"]["name"].as_str();
        Ok(name.unwrap_or_default().replace('\0', "").to_owned())
    }

    async fn agreements(
        &self,
        api: Api,
        request: &impl serde::Serialize,
    ) -> Result<Vec<Agreement>, CallError> {
        let body = serde_json::to_string(request).map_err(|_| {
            CallError::refused(Refusal::Other, "the question for consents is no JSON")
        })?;
        let answer: AgreeResponse = self.post(ARCHIVE, api, body).await?;
        Ok(answer.agreeinfo)
    }
}
