//! Which product a customer's words are about: what their line names, else what was named last in
//! the chat.
//!
//! Products are those of the dictionaries (`products.toml`), under the name that stands first there;
//! else the models that the customer bought before (`purchase`), found however they are written.

use crate::domain::{ModelCode, Timestamp};
use crate::signals::Detector;
use crate::store::{ChatRow, StoreError, StoredMessage, Tx};

/// So many lines before a line may say what it is about,
const LINES: i64 = 12;
/// if they were said within this time.
const WITHIN: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
/// Shorter codes are found in any number.
const SHORTEST_CODE: usize = 3;

/// The product that a line is about; empty when none is named.
pub(crate) async fn heard_of(
    tx: &mut Tx,
    line: &StoredMessage,
    chat: &ChatRow,
    detector: &Detector,
) -> Result<String, StoreError> {
    let models = match &chat.customer_id {
        Some(customer) => tx.models_bought(customer).await?,
        None => Vec::new(),
    };
    let named_in = |text: &str| {
        let by_dictionary = detector.products_in(text).into_iter().next();
        match by_dictionary {
            Some(product) => Some(product.name.to_owned()),
            None => model_in(text, &models),
        }
    };
    if let Some(product) = named_in(line.heard().0) {
        return Ok(product);
    }
    let place = (line.sent_at, line.position);
    let before = tx.words_before(&line.chat_id, place, LINES).await?;
    let since = Timestamp(0).max(line.sent_at.minus(WITHIN));
    let recent = before.iter().filter(|line| line.sent_at >= since);
    let mut named = recent.filter_map(|line| named_in(line.heard().0));
    Ok(named.next().unwrap_or_default())
}

/// The first model that a text names; of those at one place the longest, as it was bought.
fn model_in(text: &str, models: &[ModelCode]) -> Option<String> {
    let folded = ModelCode::new(text)?;
    let found = models.iter().filter_map(|model| {
        let place = place_of(folded.folded(), model.folded())?;
        Some((place, std::cmp::Reverse(model.folded().len()), model))
    });
    found.min().map(|(_, _, model)| model.written().to_owned())
}

/// Where a code stands in a text, not as a part of a longer code or number.
fn place_of(text: &str, code: &str) -> Option<usize> {
    if code.chars().count() < SHORTEST_CODE {
        return None;
    }
    let continues = |character: Option<char>, edge: Option<char>| {
        character.is_some_and(|character| character.is_ascii_alphanumeric())
            && edge.is_some_and(|edge| edge.is_ascii_alphanumeric())
    };
    let stands_alone = |(place, _): &(usize, &str)| {
        let before = text[..*place].chars().next_back();
        let after = text[place + code.len()..].chars().next();
        !continues(before, code.chars().next()) && !continues(after, code.chars().next_back())
    };
    text.match_indices(code)
        .find(stands_alone)
        .map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_however_it_is_written_and_not_within_another() {
        let models = ["CNC-850", "CNC-850 II", "V6", "伺服电机A3"];
        let models: Vec<ModelCode> = models
            .iter()
            .filter_map(|text| ModelCode::new(text))
            .collect();
        for (text, named) in [
            ("你们的cnc850太贵了", Some("CNC-850")),
            ("ＣＮＣ－８５０ 能不能便宜点", Some("CNC-850")),
            ("CNC850II 交期太长", Some("CNC-850 II")),
            ("CNC8500 多少钱", None),
            ("XCNC850 多少钱", None),
            ("伺服电机a3和CNC-850一起报", Some("伺服电机A3")),
            ("V6太贵", None),
            ("太贵了", None),
            ("", None),
        ] {
            assert_eq!(model_in(text, &models).as_deref(), named, "{text}");
        }
    }
}
