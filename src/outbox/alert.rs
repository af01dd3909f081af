//! Alerts to directors, on DingTalk, by whichever way takes them.

use std::time::Duration;

use ulid::Ulid;

use super::courier::Courier;
use super::order::{DirectorMessage, Order};
use super::record::{Delivery, Tried, month};
use super::rep::dead;
use crate::config::{AlertChannel, DingtalkSettings, GroupRobot};
use crate::domain::AlertId;
use crate::platform::{ActionCard, CallError, Refusal};
use crate::store::{Attempt, OutboxRow, Outcome, Rate, StoreError};

/// A custom robot over 20 messages a minute is blocked for ten; two are kept back, since its minute
/// is not quite ours.
const ROBOT_RATE: Rate = Rate {
    attempts: 18,
    within: Duration::from_secs(60),
};
const CHAT_BUTTON: &str = "看原始聊天";
/// Of what a customer's words didn't cause: a rule, a step that somebody opened.
const PAGE_BUTTON: &str = "看详情";
const DIGEST_BUTTON: &str = "看全部预警";
const WEEKLY_BUTTON: &str = "打开异议看板";
/// Ways without an idempotence key are repeated once after an unknown outcome, and no more.
pub(super) const UNKNOWNS_BEFORE_GIVING_UP: i64 = 2;

/// The quota of DingTalk's calls, and that of its group robots, as they are counted.
pub(crate) const API_QUOTA: &str = "dingtalk_api";
pub(crate) const WEBHOOK_QUOTA: &str = "dingtalk_webhook";

/// Whether every configured way takes a digest with its whole text, even when it is a repeat.
pub(crate) fn digest_fits(channels: &[AlertChannel], title: &str, text: &str, url: &str) -> bool {
    let card = ActionCard {
        title: title.to_owned(),
        markdown: maybe_repeated(text),
        button: DIGEST_BUTTON.to_owned(),
        url: url.to_owned(),
    };
    if channels.contains(&AlertChannel::WorkNotification) {
        card.is_whole_in_work_notification()
    } else {
        card.is_whole()
    }
}

/// Whether the week's objections are taken with their whole text, even when it is a repeat: in a
/// work notification, or by any other way.
pub(crate) fn weekly_fits(title: &str, text: &str, url: &str, in_a_notice: bool) -> bool {
    let card = ActionCard {
        title: title.to_owned(),
        markdown: maybe_repeated(text),
        button: WEEKLY_BUTTON.to_owned(),
        url: url.to_owned(),
    };
    if in_a_notice {
        card.is_whole_in_work_notification()
    } else {
        card.is_whole()
    }
}

fn maybe_repeated(text: &str) -> String {
    format!("（可能重复）\n\n{text}")
}

/// One way to reach the director.
pub(super) enum Way<'a> {
    Robot(&'a str),
    Group(&'a GroupRobot),
    WorkNotification(&'a str),
}

/// Whom ways lead to.
#[derive(Clone, Copy)]
enum Receiver<'a> {
    /// A person, or the groups of their region.
    Director,
    /// A person, and no group.
    Person,
    /// The group of this robot, and nobody else.
    Robot(&'a str),
}

/// What a director is told.
pub(super) struct Told<'a> {
    /// The alert that says it; of a digest the first; none where nothing was raised.
    pub(super) alert: Option<&'a AlertId>,
    /// Whom its ways lead to.
    receiver: Receiver<'a>,
    /// The text for a work notification, when it has one of its own.
    short: Option<&'a str>,
    /// What its button says.
    pub(super) button: &'static str,
    /// The message.
    pub(super) message: &'a DirectorMessage,
}

impl<'a> Told<'a> {
    /// What an order tells; `None` of another kind of order.
    pub(super) fn of(order: &'a Order) -> Option<Self> {
        let message = order.director_message()?;
        if let Order::DingtalkWeeklyV1 { robot, short, .. } = order {
            return Some(Self {
                alert: None,
                receiver: robot.as_deref().map_or(Receiver::Person, Receiver::Robot),
                short: Some(short),
                button: WEEKLY_BUTTON,
                message,
            });
        }
        Some(Self {
            alert: Some(order.alerts().first()?),
            receiver: Receiver::Director,
            short: None,
            button: match order {
                Order::DingtalkDigestV1 { .. } => DIGEST_BUTTON,
                _ if leads_to_chat(&message.url) => CHAT_BUTTON,
                _ => PAGE_BUTTON,
            },
            message,
        })
    }
}

impl Told<'_> {
    /// As it goes this way. What may be a repeat says so in front, where it can't be cut off.
    fn card(&self, way: &Way<'_>, row: &OutboxRow) -> ActionCard {
        let text = match way {
            Way::WorkNotification(_) => self.short.unwrap_or(&self.message.markdown),
            Way::Robot(_) | Way::Group(_) => &self.message.markdown,
        };
        ActionCard {
            title: self.message.title.clone(),
            markdown: if row.unknowns > 0 {
                maybe_repeated(text)
            } else {
                text.to_owned()
            },
            button: self.button.to_owned(),
            url: self.message.url.clone(),
        }
    }
}

/// As it stands in the address, or within one that DingTalk unwraps.
fn leads_to_chat(url: &str) -> bool {
    ["/chats/", "%2Fchats%2F"]
        .iter()
        .any(|place| url.contains(place))
}

impl Courier {
    pub(super) async fn alert(&self, row: &OutboxRow, told: &Told<'_>) -> Delivery {
        let Some(settings) = &self.shared.settings.dingtalk else {
            return dead("no [dingtalk] in the configuration");
        };
        if row.unknowns >= UNKNOWNS_BEFORE_GIVING_UP {
            return dead("twice nobody knows whether it arrived; not sent a third time");
        }
        let ways = self.ways(settings, told);
        if ways.is_empty() {
            return dead(
                "no way to this director: no DingTalk userid and no group robot for the region; see [alerts] channels",
            );
        }
        self.try_ways(row, &ways, told).await
    }

    /// The ways that are left, in the configured order.
    pub(super) fn ways<'a>(&self, settings: &'a DingtalkSettings, told: &Told<'a>) -> Vec<Way<'a>> {
        let (to, region) = (told.message.to.as_deref(), told.message.region.as_str());
        let is_meant = |robot: &&GroupRobot| match told.receiver {
            Receiver::Director => {
                robot.regions.is_empty() || robot.regions.iter().any(|name| name == region)
            }
            Receiver::Person => false,
            Receiver::Robot(name) => robot.name == name,
        };
        let mut ways = Vec::new();
        if let Receiver::Robot(_) = told.receiver {
            ways.extend(settings.robots.iter().filter(is_meant).map(Way::Group));
            return ways;
        }
        let channels = &self.shared.settings.alerts.channels;
        let tried = channels
            .iter()
            .position(|channel| Some(channel.as_str()) == told.message.after.as_deref());
        for channel in channels.iter().skip(tried.map_or(0, |place| place + 1)) {
            match channel {
                AlertChannel::Robot => ways.extend(to.map(Way::Robot)),
                AlertChannel::WorkNotification => ways.extend(to.map(Way::WorkNotification)),
                AlertChannel::Group => {
                    ways.extend(settings.robots.iter().filter(is_meant).map(Way::Group))
                }
            }
        }
        ways.retain(|way| !told.message.refused.contains(&way.name()));
        ways
    }

    /// Tries one way after the other. A way that may have taken the alert ends the search: another
    /// one would only tell the director twice.
    async fn try_ways(&self, row: &OutboxRow, ways: &[Way<'_>], told: &Told<'_>) -> Delivery {
        let (mut attempts, mut refused) = (Vec::new(), Vec::new());
        let mut waits: Option<Delivery> = None;
        let delivery = Ulid::generate();
        for (number, way) in ways.iter().enumerate() {
            let id = format!("{delivery}-{number}");
            match self.may_use(way, row, told.alert, &id).await {
                Ok(None) => {}
                Ok(Some(wait)) => {
                    waits.get_or_insert(wait);
                    continue;
                }
                Err(error) => return self.not_tried(row, &error),
            }
            let card = told.card(way, row);
            let result = self.by(way, row, told.message.to.as_deref(), &card).await;
            let ends = matches!(result, Ok(_) | Err(CallError::Unknown { .. }));
            if matches!(result, Err(CallError::Refused { .. })) {
                refused.push(way.name());
            }
            attempts.push(tried(id, way, result));
            if ends {
                break;
            }
        }
        Delivery {
            refused,
            ..self.conclude(row, attempts, waits)
        }
    }

    fn conclude(&self, row: &OutboxRow, attempts: Vec<Tried>, waits: Option<Delivery>) -> Delivery {
        let heals = |tried: &&Tried| !matches!(tried.result, Err(CallError::Refused { .. }));
        let deciding = attempts.iter().rev().find(heals).or(attempts.last());
        let outcome = match (deciding, waits) {
            (Some(tried), None) => self.outcome(row, &tried.result),
            (Some(tried), Some(_)) if heals(&tried) => self.outcome(row, &tried.result),
            (_, Some(wait)) => wait.outcome,
            (None, None) => Outcome::Dead {
                why: "no way was left".to_owned(),
            },
        };
        Delivery::by_calls(outcome, attempts)
    }

    /// `Some` with how long to wait, when a way's budget is used up or it is blocked: whichever
    /// alert it was blocked for, asking again would only prolong that. A group robot's attempt is in
    /// the ledger before it is made, so that couriers who count in the same moment count each other.
    async fn may_use(
        &self,
        way: &Way<'_>,
        row: &OutboxRow,
        alert: Option<&AlertId>,
        id: &str,
    ) -> Result<Option<Delivery>, StoreError> {
        let Way::Group(robot) = way else {
            return Ok(None);
        };
        let now = self.shared.clock.now();
        let attempt = Attempt {
            id: id.to_owned(),
            alert: alert.cloned(),
            channel: way.channel().to_owned(),
            target: robot.name.clone(),
            at: now,
            outcome: "unknown",
            why: "under way, or whoever sent it died before the answer".to_owned(),
            receipt: String::new(),
            blocked_until: None,
        };
        let due = self
            .shared
            .store
            .note_attempt(&row.id, &attempt, ROBOT_RATE)
            .await?;
        Ok(due.map(|due| {
            Delivery::without_call(Outcome::Wait {
                due: due.plus(Duration::from_secs(1)),
            })
        }))
    }

    async fn by(
        &self,
        way: &Way<'_>,
        row: &OutboxRow,
        to: Option<&str>,
        card: &ActionCard,
    ) -> Result<String, CallError> {
        let Some(dingtalk) = &self.shared.dingtalk else {
            return Err(CallError::Refused {
                refusal: Refusal::Configuration,
                why: "no [dingtalk]".to_owned(),
            });
        };
        self.warn_of_quota(way).await;
        match way {
            Way::Robot(user) => dingtalk.one_to_one(user, card).await,
            Way::WorkNotification(user) => dingtalk.work_notification(user, card).await,
            Way::Group(robot) => {
                dingtalk
                    .group(robot, card, to, row.id.as_str(), self.shared.clock.now())
                    .await
            }
        }
    }

    /// Says so when the month's quota is nearly gone, so that an administrator can act before alerts stop.
    async fn warn_of_quota(&self, way: &Way<'_>) {
        let Some(settings) = &self.shared.settings.dingtalk else {
            return;
        };
        let allowed = match way.quota() {
            WEBHOOK_QUOTA => settings.monthly_webhooks,
            _ => settings.monthly_calls,
        };
        let Ok(used) = self
            .shared
            .store
            .quota_used(way.quota(), &month(self.shared.clock.now()))
            .await
        else {
            return;
        };
        if used * 5 >= allowed * 4 {
            tracing::warn!(
                quota = way.quota(),
                used,
                allowed,
                "over 80 % of this month's DingTalk calls are used"
            );
        }
    }
}

impl Way<'_> {
    const fn channel(&self) -> &'static str {
        match self {
            Self::Robot(_) => AlertChannel::Robot.as_str(),
            Self::Group(_) => AlertChannel::Group.as_str(),
            Self::WorkNotification(_) => AlertChannel::WorkNotification.as_str(),
        }
    }

    /// What an order remembers it by.
    fn name(&self) -> String {
        match self {
            Self::Group(robot) => format!("{}:{}", self.channel(), robot.name),
            Self::Robot(_) | Self::WorkNotification(_) => self.channel().to_owned(),
        }
    }

    const fn quota(&self) -> &'static str {
        match self {
            Self::Group(_) => WEBHOOK_QUOTA,
            Self::Robot(_) | Self::WorkNotification(_) => API_QUOTA,
        }
    }
}

fn tried(id: String, way: &Way<'_>, result: Result<String, CallError>) -> Tried {
    let target = match way {
        Way::Robot(user) | Way::WorkNotification(user) => (*user).to_owned(),
        Way::Group(robot) => robot.name.clone(),
    };
    Tried {
        id,
        channel: way.channel().to_owned(),
        target,
        result,
        quota: Some(way.quota()),
    }
}
