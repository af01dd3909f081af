//! The card that asks for the stage; before it, which deal is meant.

use std::sync::Arc;

use dingdan_webhooks::wecom::message::Body;

use super::{STAGE, fresh_card};
use crate::engine::{CardPrompt, ChoicePrompt, NONE_CHOSEN, Process};
use crate::journal::{self, send_order};
use crate::outbox::card;
use crate::shared::Shared;
use crate::store::{CardRow, Person, RepDeal, StoreError, Tx};

/// A list longer than this is cut: a text holds 2,048 bytes.
const MOST_LISTED: usize = 9;
/// A drop-down has ten entries, and the first one chooses nothing.
const MOST_OFFERED: usize = 9;
const OPTION_CHARACTERS: usize = 16;
const LINE_CHARACTERS: usize = 40;
const NOTHING_OPEN: &str = "您名下没有进行中的商机。";

/// Sends the card for the rep's only open deal, or for that of the number; else says which there are.
///
/// # Errors
/// When the database fails.
pub(crate) async fn ask(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    rep: &Person,
    number: Option<usize>,
    cause: &str,
) -> Result<(), StoreError> {
    let deals = tx.open_deals_of(&rep.id).await?;
    let process = shared.process.load_full();
    let meant = match (deals.as_slice(), number) {
        ([], _) => return journal::tell(shared, tx, rep, NOTHING_OPEN, cause).await,
        ([only], None) => Some(only),
        (several, number) => number
            .and_then(|number| number.checked_sub(1))
            .and_then(|place| several.get(place)),
    };
    match meant {
        Some(deal) => send_card(shared, tx, rep, deal, &process, cause).await,
        None => journal::tell(shared, tx, rep, &list(&deals, &process), cause).await,
    }
}

fn list(deals: &[RepDeal], process: &Process) -> String {
    let mut text = "要推进哪个商机？回复「推进 1」推进第 1 个，其他类推。".to_owned();
    for (deal, number) in deals.iter().zip(1..).take(MOST_LISTED) {
        let shown = card::cut(
            &format!("{}「{}」", deal.customer, deal.name),
            LINE_CHARACTERS,
        );
        text += &format!("\n{number}. {shown}现在：{}", name_of(process, &deal.stage));
    }
    if let Some(more) = deals
        .len()
        .checked_sub(MOST_LISTED)
        .filter(|more| *more > 0)
    {
        text += &format!("\n……还有 {more} 个");
    }
    text
}

async fn send_card(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    rep: &Person,
    deal: &RepDeal,
    process: &Process,
    cause: &str,
) -> Result<(), StoreError> {
    let (run, now) = (fresh_card(), shared.clock.now());
    let task_id = card::task_id(&run, 1);
    let row = CardRow {
        task_id: task_id.clone(),
        run_id: run.clone(),
        opportunity_id: deal.id.clone(),
        person_id: rep.id.clone(),
    };
    tx.put_card(&row, now).await?;
    let asked = CardPrompt {
        run,
        number: 1,
        title: "商机推进到哪个阶段？".to_owned(),
        lines: vec![
            ("客户".to_owned(), deal.customer.clone()),
            ("商机".to_owned(), deal.name.clone()),
            ("现在".to_owned(), name_of(process, &deal.stage)),
        ],
        questions: vec![ChoicePrompt {
            key: STAGE.to_owned(),
            title: "阶段".to_owned(),
            several: false,
            options: options(process, &deal.stage),
        }],
        submit: "推进".to_owned(),
        may_be_false: false,
    };
    let body = Body::TemplateCard(Box::new(card::prompt(&asked, &task_id)));
    let order = send_order(shared, &rep.wecom_userid, body, Some(task_id));
    tx.order(&order.row(&format!("{cause}:stage"), now)).await
}

/// 请选择, then the stages that follow, then those before.
fn options(process: &Process, stands: &str) -> Vec<(String, String)> {
    let stages = process.stages();
    let place = stages.iter().position(|stage| stage.key == stands);
    let (before, after) = stages.split_at(place.map_or(0, |place| place + 1));
    let before = before.iter().filter(|stage| stage.key != stands);
    let offered = after.iter().chain(before).take(MOST_OFFERED);
    let offered = offered.map(|stage| {
        let name = card::cut(&stage.name, OPTION_CHARACTERS);
        (stage.key.clone(), name)
    });
    let none = (NONE_CHOSEN.to_owned(), "请选择".to_owned());
    [none].into_iter().chain(offered).collect()
}

/// What people call the stage.
pub(super) fn name_of(process: &Process, stage: &str) -> String {
    let known = process.stage(stage);
    known.map_or_else(|| stage.to_owned(), |stage| stage.name.clone())
}
