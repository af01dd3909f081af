//! What to send, as it waits in the outbox. Variants carry their version: rows outlive releases.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::{AlertId, PersonId, RunId};

/// WeCom drops an identical request within this time; so long after a try whose outcome is unknown,
/// a repeat can't reach the rep twice.
pub(crate) const DUPLICATE_CHECK: Duration = Duration::from_secs(14_400);

/// Something to be sent.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum Order {
    /// A card or text to a rep. The request is stored whole, so that a repeat is the same to the
    /// byte and WeCom's duplicate check knows it.
    WecomSendV1 {
        /// The app that speaks.
        app: String,
        /// The rep's WeCom userid.
        to: String,
        /// The body of `message/send`.
        request: Value,
        /// The card's task id, if it is a card.
        task_id: Option<String>,
    },
    /// A card that turns into its receipt.
    WecomUpdateCardV1 {
        /// The app the card belongs to.
        app: String,
        /// The rep's WeCom userid.
        to: String,
        /// The run the card belongs to, or the question which deal is meant.
        run: RunId,
        /// The body of `message/update_template_card`. Without a click its response code is
        /// empty, and the one that sending the run's last card gave is put in.
        request: Value,
    },
    /// An alert to a director, by whichever way takes it.
    DingtalkAlertV1 {
        /// The alert.
        alert: AlertId,
        /// What they are told.
        #[serde(flatten)]
        message: DirectorMessage,
    },
    /// Several alerts to a director in one message, by whichever way takes it.
    DingtalkDigestV1 {
        /// The alerts, the first one first.
        alerts: Vec<AlertId>,
        /// What they are told.
        #[serde(flatten)]
        message: DirectorMessage,
    },
    /// The week's objections, to one person or one group.
    DingtalkWeeklyV1 {
        /// The group's robot, by its configured name; none when it is for a person, who is told by
        /// every way but groups.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        robot: Option<String>,
        /// The text for a work notification, which takes least.
        short: String,
        /// What they are told.
        #[serde(flatten)]
        message: DirectorMessage,
    },
    /// The question what became of a work notification that DingTalk accepted.
    DingtalkSendResultV1 {
        /// DingTalk's id of it.
        task: String,
        /// Its line in the delivery ledger.
        attempt: String,
        /// The alert's order, for the ways that are left.
        told: Box<Order>,
    },
    /// Something for a supervisor's to-do list in DingTalk.
    DingtalkTodoV1 {
        /// Its key, by which DingTalk knows a repeat.
        todo: String,
        /// Who has to do it.
        person: PersonId,
        /// What to do.
        subject: String,
        /// Why.
        description: String,
        /// Where it leads.
        url: String,
    },
    /// A to-do that nobody has to do any more.
    DingtalkTodoDoneV1 {
        /// Its key.
        todo: String,
    },
}

/// One message to a director.
#[derive(Clone, Serialize, Deserialize)]
pub struct DirectorMessage {
    /// The director's DingTalk userid, when it is known.
    pub(crate) to: Option<String>,
    /// The region, for the choice of a group; empty when it is about several.
    pub(crate) region: String,
    /// The headline.
    pub(crate) title: String,
    /// The text.
    pub(crate) markdown: String,
    /// Where its button leads.
    pub(crate) url: String,
    /// The way that took it and then dropped it: only the ways behind that one are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
    /// The ways that refused it while another one waits. An order that is given up forgets
    /// them: who lets it go out again has mended something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) refused: Vec<String>,
}

impl Order {
    /// What a director is told by it; `None` of another kind of order.
    pub(super) const fn director_message(&self) -> Option<&DirectorMessage> {
        match self {
            Self::DingtalkAlertV1 { message, .. }
            | Self::DingtalkDigestV1 { message, .. }
            | Self::DingtalkWeeklyV1 { message, .. } => Some(message),
            _ => None,
        }
    }

    /// As [`Order::director_message`], to be changed.
    pub(super) const fn director_message_mut(&mut self) -> Option<&mut DirectorMessage> {
        match self {
            Self::DingtalkAlertV1 { message, .. }
            | Self::DingtalkDigestV1 { message, .. }
            | Self::DingtalkWeeklyV1 { message, .. } => Some(message),
            _ => None,
        }
    }

    /// The platform it goes to.
    #[must_use]
    pub const fn destination(&self) -> &'static str {
        match self {
            Self::WecomSendV1 { .. } | Self::WecomUpdateCardV1 { .. } => "wecom",
            Self::DingtalkAlertV1 { .. }
            | Self::DingtalkDigestV1 { .. }
            | Self::DingtalkWeeklyV1 { .. }
            | Self::DingtalkSendResultV1 { .. }
            | Self::DingtalkTodoV1 { .. }
            | Self::DingtalkTodoDoneV1 { .. } => "dingtalk",
        }
    }

    /// What it has to stay in order with: a rep's dialogue, a to-do. Alerts wait for nothing.
    #[must_use]
    pub fn lane(&self, key: &str) -> String {
        match self {
            Self::WecomSendV1 { to, .. } | Self::WecomUpdateCardV1 { to, .. } => {
                format!("wecom:{}", crate::domain::fold_user_id(to))
            }
            Self::DingtalkAlertV1 { .. }
            | Self::DingtalkDigestV1 { .. }
            | Self::DingtalkWeeklyV1 { .. }
            | Self::DingtalkSendResultV1 { .. } => {
                format!("alert:{key}")
            }
            // It has to be there before it can be ticked off.
            Self::DingtalkTodoV1 { todo, .. } | Self::DingtalkTodoDoneV1 { todo } => {
                format!("todo:{todo}")
            }
        }
    }

    /// The alerts that it tells of.
    #[must_use]
    pub fn alerts(&self) -> &[AlertId] {
        match self {
            Self::DingtalkAlertV1 { alert, .. } => std::slice::from_ref(alert),
            Self::DingtalkDigestV1 { alerts, .. } => alerts,
            Self::DingtalkSendResultV1 { told, .. } => told.alerts(),
            Self::WecomSendV1 { .. }
            | Self::WecomUpdateCardV1 { .. }
            | Self::DingtalkWeeklyV1 { .. }
            | Self::DingtalkTodoV1 { .. }
            | Self::DingtalkTodoDoneV1 { .. } => &[],
        }
    }

    /// What it is, for lists: never content.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::WecomSendV1 {
                task_id: Some(_), ..
            } => "card to a rep",
            Self::WecomSendV1 { .. } => "text to a rep",
            Self::WecomUpdateCardV1 { .. } => "receipt on a card",
            Self::DingtalkAlertV1 { .. } => "alert to a director",
            Self::DingtalkDigestV1 { .. } => "digest to a director",
            Self::DingtalkWeeklyV1 { .. } => "the week's objections",
            Self::DingtalkSendResultV1 { .. } => "question whether an alert arrived",
            Self::DingtalkTodoV1 { .. } => "to-do for a supervisor",
            Self::DingtalkTodoDoneV1 { .. } => "end of a to-do",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_to_directors_are_stored_as_they_always_were() {
        for stored in [
            r#"{"order":"dingtalk_alert_v1","alert":"a-1","to":"dd-1","region":"华东","title":"超时","markdown":"超时了","url":"https://pages.example/chats/c"}"#,
            r#"{"order":"dingtalk_digest_v1","alerts":["a-1","a-2"],"to":null,"region":"","title":"2 条预警","markdown":"两条","url":"https://pages.example/alerts","after":"work","refused":["robot"]}"#,
        ] {
            let order: Order = serde_json::from_str(stored).expect("an order");

            assert_eq!(serde_json::to_string(&order).expect("valid JSON"), stored);
        }
    }
}
