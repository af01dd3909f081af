//! A DingTalk message as a phone shows it: title, text, and everything that can be pressed.

use serde_json::{Value, json};

use super::super::company::Company;
use super::super::record::{Channel, DingtalkMessage, Entry};

/// One line of the director's phone.
pub(super) fn line(company: &Company, entry: &Entry, message: &DingtalkMessage) -> Value {
    let shown = shown(message);
    let from = match message.channel {
        Channel::Group => &message.to,
        Channel::Robot | Channel::WorkNotice => &company.dingtalk.name,
    };
    json!({
        "id": format!("d-{}", entry.number),
        "at_ms": entry.at.0,
        "channel": message.channel.as_str(),
        "from": from,
        "kind": shown.kind,
        "title": shown.title,
        "text": shown.text,
        "buttons": shown.buttons,
    })
}

struct Shown {
    kind: &'static str,
    title: Option<String>,
    text: String,
    buttons: Vec<Value>,
}

/// The three channels spell the same things in three ways.
fn shown(message: &DingtalkMessage) -> Shown {
    let content = &message.content;
    let text = |key: &str| content[key].as_str().unwrap_or_default().to_owned();
    let title = content["title"].as_str().map(str::to_owned);
    let mut shown = Shown {
        kind: "text",
        title: title.clone(),
        text: text("text"),
        buttons: Vec::new(),
    };
    match message.msgtype.as_str() {
        "text" | "sampleText" => shown.text = text("content"),
        "markdown" | "sampleMarkdown" => shown.kind = "markdown",
        "link" | "sampleLink" => {
            shown.kind = "link";
            shown.buttons = vec![button(title.as_deref(), content["messageUrl"].as_str())];
        }
        "feedCard" => {
            shown.kind = "feed_card";
            shown.buttons = buttons(&content["links"], "title", "messageURL");
        }
        "sampleImageMsg" => {
            shown.kind = "image";
            shown.buttons = vec![button(Some("图片"), content["photoURL"].as_str())];
        }
        "oa" => oa(content, &mut shown),
        _ => action_card(content, &mut shown),
    }
    shown
}

fn action_card(content: &Value, shown: &mut Shown) {
    shown.kind = "action_card";
    if let Some(markdown) = content["markdown"].as_str() {
        shown.text = markdown.to_owned();
    }
    for [title, url] in [["singleTitle", "singleURL"], ["single_title", "single_url"]] {
        if content[title].is_string() {
            shown.buttons = vec![button(content[title].as_str(), content[url].as_str())];
            return;
        }
    }
    shown.buttons = buttons(&content["btns"], "title", "actionURL");
    shown
        .buttons
        .extend(buttons(&content["btn_json_list"], "title", "action_url"));
    for [title, url] in [["actionTitle", "actionURL"], ["buttonTitle", "buttonUrl"]] {
        let numbered = (1..=5)
            .map(|n| {
                (
                    &content[format!("{title}{n}")],
                    &content[format!("{url}{n}")],
                )
            })
            .take_while(|(title, _)| title.is_string());
        shown
            .buttons
            .extend(numbered.map(|(title, url)| button(title.as_str(), url.as_str())));
    }
}

fn oa(content: &Value, shown: &mut Shown) {
    let body = &content["body"];
    shown.kind = "oa";
    shown.title = body["title"].as_str().map(str::to_owned);
    let rows = body["form"].as_array().into_iter().flatten().map(|row| {
        let part = |key: &str| row[key].as_str().unwrap_or_default();
        format!("{}{}", part("key"), part("value"))
    });
    let own = body["content"].as_str().map(str::to_owned);
    shown.text = rows.chain(own).collect::<Vec<_>>().join("\n");
    shown.buttons = vec![button(Some("查看详情"), content["message_url"].as_str())];
}

fn buttons(list: &Value, title: &str, url: &str) -> Vec<Value> {
    let items = list.as_array().into_iter().flatten();
    items
        .map(|item| button(item[title].as_str(), item[url].as_str()))
        .collect()
}

fn button(title: Option<&str>, url: Option<&str>) -> Value {
    json!({ "title": title.unwrap_or("查看"), "url": url })
}
