//! Puts people, customers, deals and their past into an empty store, and the chats onto the phones.

use std::sync::Arc;
use std::time::Duration;

use ulid::Ulid;

use super::cast::{BUYERS, Buyer, COLLEAGUES, Colleague};
use super::past::{CHATS, PastLine};
use crate::domain::{
    ChatId, ChatKind, EmptyId, MessageId, ModelCode, Role, Speaker, Timestamp, stored_number,
};
use crate::sandbox::{PastChatLine, Sandbox};
use crate::shared::Shared;
use crate::signals::{Detector, Line};
use crate::store::{
    Contact, Customer, NewChat, NewMessage, NewOpportunity, NewSignal, Person, Pulled, Purchase,
    StoreError, Tx,
};

/// Lines that the phones remember of a store that is used again.
const LINES_ON_PHONES: i64 = 10_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Models `DM-101` and on.
pub(super) const MODELS_BOUGHT: u32 = 20;
const BOUGHT_BEFORE: Duration = Duration::from_secs(400 * 24 * 3600);

/// Why a demo can't begin.
#[derive(Debug, thiserror::Error)]
pub(super) enum SeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Id(#[from] EmptyId),
}

/// Fills an empty store; then shows its chats on the phones, which forget everything at the end
/// of the process.
pub(super) async fn prepare(shared: &Arc<Shared>, sandbox: &Sandbox) -> Result<(), SeedError> {
    let store = &shared.store;
    let mut tx = store.begin().await?;
    if store.people().await?.is_empty() {
        fill(shared, &mut tx).await?;
    }
    for account in store.service_accounts().await? {
        // A cursor points into the phones of the last time.
        if let Some(pulled) = store.pulled(&account.id).await? {
            let anew = Pulled {
                cursor: String::new(),
                ..pulled.clone()
            };
            tx.move_cursor(&account.id, &pulled, &anew).await?;
        }
    }
    tx.commit().await?;
    show(shared, sandbox).await
}

/// One transaction: the demo is filled whole or not at all.
async fn fill(shared: &Shared, tx: &mut Tx) -> Result<(), SeedError> {
    let now = shared.clock.now();
    for colleague in in_order_of_rank() {
        tx.put_person(&person(colleague)?).await?;
        if colleague.role == Role::Rep {
            tx.put_service_account(&colleague.account(), Some(&colleague.id().parse()?))
                .await?;
        }
    }
    for buyer in &BUYERS {
        put_buyer(tx, buyer, now).await?;
        put_purchases(tx, buyer, now).await?;
    }
    let detector = shared.detector.load_full();
    for (buyer, lines) in &CHATS {
        if let Some(buyer) = BUYERS.iter().find(|known| known.id == *buyer) {
            put_chat(&detector, tx, buyer, lines, now).await?;
        }
    }
    Ok(())
}

/// A rep's supervisor has to be there first.
fn in_order_of_rank() -> impl Iterator<Item = &'static Colleague> {
    let reps = COLLEAGUES.iter().filter(|one| one.role == Role::Rep);
    COLLEAGUES
        .iter()
        .filter(|one| one.role != Role::Rep)
        .chain(reps)
}

fn person(colleague: &Colleague) -> Result<Person, EmptyId> {
    let dingtalk = colleague.dingtalk();
    Ok(Person {
        id: colleague.id().parse()?,
        name: colleague.name.to_owned(),
        role: colleague.role,
        region: colleague.region.to_owned(),
        supervisor_id: colleague
            .supervisor()
            .map(|director| director.id().parse())
            .transpose()?,
        wecom_userid: colleague.wecom.to_owned(),
        dingtalk_userid: Some(dingtalk.userid),
        dingtalk_unionid: Some(dingtalk.unionid),
        mobile: Some(colleague.mobile.to_owned()),
    })
}

async fn put_buyer(tx: &mut Tx, buyer: &Buyer, now: Timestamp) -> Result<(), SeedError> {
    let rep = buyer.rep();
    tx.put_customer(&Customer {
        id: buyer.id.parse()?,
        name: buyer.company.to_owned(),
        industry: buyer.industry.to_owned(),
        region: rep.region.to_owned(),
    })
    .await?;
    tx.put_contact(&Contact {
        id: buyer.contact.parse()?,
        customer_id: Some(buyer.id.parse()?),
        name: buyer.contact_name.to_owned(),
    })
    .await?;
    tx.create_opportunity(&NewOpportunity {
        id: buyer.deal_id().parse()?,
        customer: buyer.id.parse()?,
        rep: rep.id().parse()?,
        name: buyer.deal.to_owned(),
        stage: buyer.stage.to_owned(),
        opened_at: now.minus(DAY * buyer.deal_days_old),
    })
    .await?;
    Ok(())
}

/// What each customer of the demo bought before, the robots of an earlier line: a parts list with
/// them passes, one with others doesn't.
async fn put_purchases(tx: &mut Tx, buyer: &Buyer, now: Timestamp) -> Result<(), SeedError> {
    for number in 1..=MODELS_BOUGHT {
        let model = format!("DM-{}", 100 + number);
        let Some(code) = ModelCode::new(&model) else {
            continue;
        };
        tx.put_purchase(&Purchase {
            customer_id: buyer.id.parse()?,
            folded: code.folded().to_owned(),
            bought_at: now.minus(BOUGHT_BEFORE),
            model,
            quantity: 2,
        })
        .await?;
    }
    Ok(())
}

async fn put_chat(
    detector: &Detector,
    tx: &mut Tx,
    buyer: &Buyer,
    lines: &[PastLine],
    now: Timestamp,
) -> Result<(), SeedError> {
    let rep = buyer.rep();
    // As the worker names the chat of a 微信客服 account, so that what is said next follows here.
    let chat: ChatId = format!("kf-{}-{}", rep.account(), buyer.contact).parse()?;
    let began = lines.first().map_or(now, |line| line.at(now));
    tx.put_chat(NewChat {
        id: &chat,
        kind: ChatKind::Kf,
        account: &rep.account(),
        name: "",
        contact: &buyer.contact.parse()?,
        rep: Some(&rep.id().parse()?),
        at: began,
    })
    .await?;
    let mut previous = None;
    for (place, line) in lines.iter().enumerate() {
        let message = message(buyer, &chat, line, place, now)?;
        tx.store_message(&message).await?;
        if line.speaker == Speaker::Customer {
            let heard = Line {
                speaker: line.speaker,
                text: line.text,
                previous,
            };
            put_signals(detector, tx, buyer, &message, heard).await?;
        }
        previous = Some((line.speaker, line.text));
    }
    Ok(())
}

fn message(
    buyer: &Buyer,
    chat: &ChatId,
    line: &PastLine,
    place: usize,
    now: Timestamp,
) -> Result<NewMessage, EmptyId> {
    let at = Timestamp::from_seconds(line.at(now).seconds());
    let sender = if line.speaker == Speaker::Rep {
        buyer.rep
    } else {
        buyer.contact
    };
    Ok(NewMessage {
        id: MessageId::try_from(Ulid::generate().to_string())?,
        platform_id: format!("kf:msg:past-{}-{place}", buyer.id),
        chat: chat.clone(),
        speaker: line.speaker,
        sender: sender.to_owned(),
        contact: (line.speaker == Speaker::Customer)
            .then(|| buyer.contact.parse())
            .transpose()?,
        sent_at: at,
        position: at.0.saturating_mul(1000),
        received_at: at,
        kind: "text".to_owned(),
        text: line.text.to_owned(),
        heard: None,
        payload: "{}".to_owned(),
    })
}

async fn put_signals(
    detector: &Detector,
    tx: &mut Tx,
    buyer: &Buyer,
    message: &NewMessage,
    line: Line<'_>,
) -> Result<(), SeedError> {
    let rep = buyer.rep();
    for signal in detector.hear(line) {
        tx.store_signal(&NewSignal {
            product: String::new(),
            words: String::new(),
            quote: String::new(),
            id: Ulid::generate().to_string(),
            message: message.id.clone(),
            label: signal.label,
            first_byte: stored_number(signal.start),
            end_byte: stored_number(signal.end),
            rule: signal.rule,
            dictionaries: detector.dictionaries_version().to_owned(),
            model: detector.model_version().to_owned(),
            why: signal.why,
            shadow: signal.shadow,
            at: message.sent_at,
            chat: message.chat.clone(),
            region: rep.region.to_owned(),
            rep: Some(rep.id().parse()?),
            customer: Some(buyer.id.parse()?),
        })
        .await?;
    }
    Ok(())
}

/// The chats that are stored, on the phones of customers and reps.
async fn show(shared: &Shared, sandbox: &Sandbox) -> Result<(), SeedError> {
    let now = shared.clock.now();
    let lines = shared
        .store
        .messages(None, None, (Timestamp(i64::MIN), 0), now, LINES_ON_PHONES)
        .await?;
    for line in lines {
        let of_chat = |buyer: &&Buyer| {
            line.chat_id.as_str() == format!("kf-{}-{}", buyer.rep().account(), buyer.contact)
        };
        let Some(buyer) = BUYERS.iter().find(of_chat) else {
            continue;
        };
        if line.speaker == Speaker::System || line.text.is_empty() {
            continue;
        }
        sandbox.add_past_line(PastChatLine {
            msgid: line.platform_id.trim_start_matches("kf:msg:").to_owned(),
            open_kfid: buyer.rep().account(),
            external_userid: buyer.contact.to_owned(),
            servicer: (line.speaker == Speaker::Rep).then_some(line.sender),
            text: line.text,
            at: line.sent_at,
        });
    }
    Ok(())
}
