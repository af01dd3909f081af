//! The click on the card that asks for a stage.

use std::sync::Arc;

use super::STAGE;
use super::asking::name_of;
use crate::engine::{Actor, Definitions, Effect, Event, NONE_CHOSEN, Receipt};
use crate::journal::{self, Cause, Click, Stepped, update_order};
use crate::shared::Shared;
use crate::store::{CardRow, Opportunity, Person, StoreError, Tx};

/// A click on such a card.
pub(crate) struct Answer<'a> {
    /// The card.
    pub(crate) card: &'a CardRow,
    /// What it chose: question key → option ids.
    pub(crate) selected: &'a [(String, Vec<String>)],
    /// Who clicked.
    pub(crate) person: &'a Person,
    /// What changes the card.
    pub(crate) click: &'a Click,
    /// The inbox row's key.
    pub(crate) cause: &'a str,
}

/// Asks the engine for the stage, and turns the card into what came of it. Answers whether the deal
/// was told.
///
/// # Errors
/// When the database fails, or someone else changed the deal first.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    answer: Answer<'_>,
) -> Result<bool, StoreError> {
    let definitions = shared.definitions();
    let process = definitions.current();
    let deal = tx.opportunity(&answer.card.opportunity_id).await?;
    let own = deal.filter(|deal| deal.rep_id == answer.person.id);
    let wanted = chosen(answer.selected);
    let is_over = |stage: &str| process.stage(stage).is_some_and(|stage| stage.is_end());
    let shown = match (own, wanted) {
        (None, _) => Shown::nothing("这个商机不在您名下".to_owned()),
        (Some(deal), _) if is_over(&deal.stage) => {
            Shown::nothing(format!("商机已结束：{}", name_of(process, &deal.stage)))
        }
        (Some(_), None) => Shown::nothing("还没有选择阶段，请回复「推进」再选".to_owned()),
        (Some(_), Some(stage)) if process.stage(stage).is_none() => {
            Shown::nothing("没有这个阶段了，请回复「推进」再选".to_owned())
        }
        (Some(deal), Some(stage)) => {
            ask_for(shared, tx, &definitions, &deal, stage, &answer).await?
        }
    };
    let was_told = shown.was_told;
    show(shared, tx, shown, &answer).await?;
    Ok(was_told)
}

/// What the card shows from now on.
struct Shown {
    title: String,
    lines: Vec<(String, String)>,
    has_moved: bool,
    was_told: bool,
}

impl Shown {
    /// The engine wasn't asked.
    const fn nothing(title: String) -> Self {
        Self {
            title,
            lines: Vec::new(),
            has_moved: false,
            was_told: false,
        }
    }
}

/// The stage that was chosen, if one was.
fn chosen(selected: &[(String, Vec<String>)]) -> Option<&str> {
    let (_, options) = selected.iter().find(|(key, _)| key == STAGE)?;
    let stage = options.first().map(String::as_str);
    stage.filter(|stage| *stage != NONE_CHOSEN)
}

async fn ask_for(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    definitions: &Definitions,
    deal: &Opportunity,
    stage: &str,
    answer: &Answer<'_>,
) -> Result<Shown, StoreError> {
    let now = shared.clock.now();
    let event = Event::StageAsked {
        to: stage.to_owned(),
        by: Actor {
            id: answer.person.id.clone(),
            name: answer.person.name.clone(),
        },
    };
    // Without the click: its code is for this card, and runs that end have cards of their own.
    let cause = Cause {
        key: answer.cause,
        click: None,
    };
    let by = (definitions, now);
    let stepped = journal::step_at(shared, tx, &deal.id, &[event], cause, by).await?;
    let name = name_of(definitions.current(), stage);
    let missing = stepped.and_then(|stepped| missing(definitions, &stepped));
    let has_moved = missing.is_none();
    let (title, line) = match missing {
        Some(missing) => (format!("未能进入「{name}」"), ("先完成", missing)),
        None => {
            let signed = format!("{} {}", answer.person.name, now.for_people());
            (format!("已进入「{name}」"), ("登记", signed))
        }
    };
    let lines = [("商机", deal.name.clone()), line];
    let lines = lines.map(|(name, value)| (name.to_owned(), value)).into();
    Ok(Shown {
        title,
        lines,
        has_moved,
        was_told: true,
    })
}

/// The names of the runs that the gate waits for, if one stood in the way.
fn missing(definitions: &Definitions, stepped: &Stepped) -> Option<String> {
    let runs = stepped.effects.iter().find_map(|effect| match effect {
        Effect::RefuseStage { missing, .. } => Some(missing),
        _ => None,
    })?;
    let name = |id| {
        Some(
            definitions
                .node_of(stepped.state.runs.get(id)?)?
                .name
                .as_str(),
        )
    };
    let names: Vec<&str> = runs.iter().filter_map(name).collect();
    Some(names.join("、"))
}

async fn show(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    shown: Shown,
    answer: &Answer<'_>,
) -> Result<(), StoreError> {
    let button = if shown.has_moved {
        "已推进"
    } else {
        "未推进"
    };
    let receipt = Receipt {
        title: shown.title,
        lines: shown.lines,
        button: button.to_owned(),
    };
    let user_id = &answer.person.wecom_userid;
    let order = update_order(
        shared,
        user_id,
        Some(answer.click),
        &answer.card.run_id,
        &receipt,
    );
    let key = format!("{}:stage", answer.cause);
    tx.order(&order.row(&key, shared.clock.now())).await
}
