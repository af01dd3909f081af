//! Who is told what, when the engine raises an alert.

use dingdan_webhooks::dingtalk::link::page_link;
use serde::{Deserialize, Serialize};

use super::ordering::Ordering;
use crate::digests::{self, Raised};
use crate::domain::{AlertId, ChatId, RunId};
use crate::engine::{AlertText, DWELL, ESCALATED, LATE, OPENED};
use crate::fresh_id::fresh_id;
use crate::outbox::{DirectorMessage, Order};
use crate::percent_encoded::percent_encoded;
use crate::shared::Shared;
use crate::store::{AlertStatus, NewAlert, Person, StoreError, Tx};

/// What an alert says, as stored and shown.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AlertBody {
    /// The headline.
    pub title: String,
    /// Name → value.
    pub lines: Vec<(String, String)>,
    /// What the customer said.
    pub quote: String,
    /// The page that shows it: our path.
    pub path: String,
}

impl AlertBody {
    /// The chat whose words it quotes.
    pub(crate) fn chat(&self) -> Option<ChatId> {
        let rest = self.path.strip_prefix("/chats/")?;
        rest.split('?').next()?.parse().ok()
    }
}

/// Stores one alert for each director, and lets them be told when they may be interrupted.
pub(super) async fn raise(
    ordering: &Ordering<'_>,
    tx: &mut Tx,
    text: &AlertText,
) -> Result<(), StoreError> {
    let directors = ordering.deal.supervisors_at(text.level);
    let body = AlertBody {
        title: text.title.clone(),
        lines: text.lines.clone(),
        quote: text.quote.clone(),
        path: path(ordering, text),
    };
    if directors.is_empty() {
        let alert = new_alert(ordering, text, &body, None);
        tracing::error!(alert.id = %alert.id, "an alert has nobody to go to: no supervisor, no director of the region, no administrator");
        return tx.store_alert(&alert).await;
    }
    let raised = raised(ordering, text);
    for director in directors {
        let alert = new_alert(ordering, text, &body, Some(director));
        tx.store_alert(&alert).await?;
        let (shared, now) = (ordering.shared, ordering.now);
        digests::take_in(shared, tx, &alert.id, &director.id, &raised, now).await?;
    }
    Ok(())
}

/// How pressing it is: what is late ranks by how long, and only what opened is told at once.
fn raised(ordering: &Ordering<'_>, text: &AlertText) -> Raised {
    let state = &ordering.deal.state;
    let run = text.run.as_ref().and_then(|run| state.runs.get(run));
    let (red, since) = match (text.reason.as_str(), run) {
        (LATE | ESCALATED, Some(run)) => (true, run.phase.due()),
        (DWELL | ESCALATED, None) => (true, state.stage_since),
        _ => (false, ordering.now),
    };
    Raised {
        is_at_once: text.reason == OPENED,
        red,
        since,
    }
}

/// The run it is about; of a rule's alert `rule:` and the rule's key, which no run is called.
fn subject(text: &AlertText) -> RunId {
    let rule = text.rule.as_deref().unwrap_or_default();
    let of_rule = || RunId::try_from(format!("rule:{rule}")).expect("it has a word in it");
    text.run.clone().unwrap_or_else(of_rule)
}

/// The page that shows what it is about.
fn path(ordering: &Ordering<'_>, text: &AlertText) -> String {
    match (&text.chat, &text.message, &text.run) {
        (Some(chat), Some(message), _) => format!("/chats/{chat}?message={message}"),
        (_, _, Some(run)) => format!("/runs/{}", percent_encoded(run.as_str())),
        _ => format!("/deals/{}", percent_encoded(ordering.deal.row.id.as_str())),
    }
}

fn new_alert(
    ordering: &Ordering<'_>,
    text: &AlertText,
    body: &AlertBody,
    director: Option<&Person>,
) -> NewAlert {
    let (status, why) = match director {
        Some(_) => (AlertStatus::Queued, ""),
        None => (
            AlertStatus::Refused,
            "no supervisor, no director of the region and no administrator is known",
        ),
    };
    NewAlert {
        id: AlertId::try_from(fresh_id()).expect("a ULID is not empty"),
        opportunity: ordering.deal.row.id.clone(),
        run: subject(text),
        reason: text.reason.clone(),
        person: director.map(|director| director.id.clone()),
        region: ordering.deal.rep.region.clone(),
        body: serde_json::to_string(body).expect("an alert is always valid JSON"),
        raised_at: ordering.now,
        status,
        why: why.to_owned(),
    }
}

/// What tells a director of one alert.
pub(crate) fn alert_order(
    shared: &Shared,
    alert: &AlertId,
    body: &AlertBody,
    region: &str,
    director: &Person,
) -> Order {
    Order::DingtalkAlertV1 {
        alert: alert.clone(),
        message: DirectorMessage {
            to: director.dingtalk_userid.clone(),
            region: region.to_owned(),
            title: body.title.clone(),
            markdown: markdown(body, alert),
            url: alert_page(shared, body),
            after: None,
            refused: Vec::new(),
        },
    }
}

/// Where an alert leads, as DingTalk opens it.
pub(crate) fn alert_page(shared: &Shared, body: &AlertBody) -> String {
    let base = &shared.settings.server.public_url;
    let joined = if body.path.contains('?') { '&' } else { '?' };
    page_link(&format!("{base}{}{joined}via=dingtalk", body.path), true)
}

/// DingTalk's subset: headings, quotes, bold, lists. The alert's number makes each text its own,
/// since a work notification that equals another of the day is dropped without a word; it stands
/// where a text that is too long is not cut.
fn markdown(body: &AlertBody, alert: &AlertId) -> String {
    let number = short_number(alert);
    let mut text = format!("### {}\n\n编号 {number}\n\n", plain(&body.title));
    for (name, value) in &body.lines {
        text.push_str(&format!("- **{}**：{}\n", plain(name), plain(value)));
    }
    if !body.quote.is_empty() {
        text.push_str(&format!("\n> 客户原话：{}\n", plain(&body.quote)));
    }
    text
}

/// By which people tell alerts apart.
pub(crate) fn short_number(alert: &AlertId) -> &str {
    let number = alert.as_str();
    &number[number.len().saturating_sub(6)..]
}

/// Text of customers and reps stays text: no mark-up, no links, no `@all`.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' => ' ',
            '*' => '＊',
            '_' => '＿',
            '#' => '＃',
            '[' => '［',
            ']' => '］',
            '(' => '（',
            ')' => '）',
            '`' => '｀',
            '<' => '＜',
            '>' => '＞',
            '@' => '＠',
            '!' => '！',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_stands_before_everything_that_may_be_long() {
        let body = AlertBody {
            title: "风险预判登记超时".to_owned(),
            lines: vec![("客户".to_owned(), "云杉机械".repeat(500))],
            quote: "要走招标".repeat(500),
            path: String::new(),
        };
        let alert = "01KAV3Q5Y8ZJ4N6T2W9XB7MCDE".parse().expect("not empty");

        let text = markdown(&body, &alert);

        assert!(
            text.starts_with("### 风险预判登记超时\n\n编号 B7MCDE\n\n"),
            "{text}"
        );
    }

    #[test]
    fn a_customers_markup_stays_text() {
        assert_eq!(
            plain("![x](http://a) @all\n# hi"),
            "！［x］（http://a） ＠all ＃ hi"
        );
    }
}
