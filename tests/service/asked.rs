//! What the rep is asked by a card, and how they answer by a click.

use serde_json::Value;

use crate::app::{REP, TestApp};
use crate::sightings::cards;

/// The rep sends the card off with these choices: question key → option ids.
pub async fn clicks(app: &TestApp, card: &str, choices: &[(&str, &[&str])]) {
    let rep = app.sandbox.rep(REP);
    rep.clicks(card, "submit", choices)
        .await
        .expect("the card is open");
    app.settle().await;
}

/// What the rep's cards of that title show, the oldest first.
pub fn questions(app: &TestApp, title: &str) -> Vec<Value> {
    let cards = cards(app, REP).into_iter().map(|card| card.content);
    cards
        .filter(|card| card["main_title"]["title"] == title)
        .collect()
}

/// What may be chosen on a card with one list, as it is shown.
pub fn choices(card: &Value) -> Vec<&str> {
    let options = card["select_list"][0]["option_list"].as_array().unwrap();
    let shown = options.iter().map(|option| option["text"].as_str());
    shown.map(Option::unwrap).collect()
}
