//! Messages of the app's robot to single people
//! (`/v1.0/robot/oToMessages/batchSend`).

mod template;

pub use template::{Button, Template};

use crate::problem::{Check, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// The body of `batchSend`. `Debug` shows ids only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchSendRequest {
    /// For an app's own robot its appKey.
    pub robot_code: String,
    /// 1 to 20 userids.
    pub user_ids: Vec<String>,
    /// Which template.
    pub msg_key: String,
    /// The template's values: JSON in a string, at most 15,000 bytes.
    pub msg_param: String,
}

/// What `batchSend` answers. HTTP 200 says nothing about the two lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct BatchSendResponse {
    /// For recalling it and for its read state, within 24 hours.
    pub process_query_key: String,
    /// Userids that do not exist: they got nothing.
    pub invalid_staff_id_list: Vec<String>,
    /// Userids to try again later: they got nothing.
    pub flow_controlled_staff_id_list: Vec<String>,
}

impl BatchSendRequest {
    /// Says `template` to these people.
    pub fn new(robot_code: impl Into<String>, user_ids: Vec<String>, template: &Template) -> Self {
        Self {
            robot_code: robot_code.into(),
            user_ids,
            msg_key: template.msg_key(),
            msg_param: Value::Object(template.params()).to_string(),
        }
    }

    /// What it says; `None` for a template this version does not build, or
    /// when its values are not as the template has them.
    pub fn template(&self) -> Option<Template> {
        Template::read(&self.msg_key, &self.msg_param)
    }

    /// Checks the platform's hard limits.
    ///
    /// # Errors
    /// All limits that are not kept.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut check = Check::default();
        check.required("robotCode", &self.robot_code);
        check.count("userIds", self.user_ids.len(), 1, 20);
        check.required("msgKey", &self.msg_key);
        check.key("msgParam", &self.msg_param, MAX_PARAM_BYTES);
        match self.template() {
            Some(template) => template.check(&mut check),
            None => check.range("msgParam", false, "the values of a known template"),
        }
        check.finish()
    }
}

const MAX_PARAM_BYTES: usize = 15_000;

impl fmt::Debug for BatchSendRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BatchSendRequest")
            .field("robot_code", &self.robot_code)
            .field("user_ids", &self.user_ids)
            .field("msg_key", &self.msg_key)
            .finish_non_exhaustive()
    }
}
