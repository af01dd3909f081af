//! WeCom is asked who a contact is, and what its answer leads to.

use std::sync::Arc;

use dingdan_webhooks::wecom::external_contact::Profile;

use super::company_name;
use super::{asking, belongs, companies, customers_meant};
use crate::domain::ContactId;
use crate::shared::Shared;
use crate::store::{Arrival, ChatRow, Standing, StoreError, Tx};

/// The source of the inbox's rows that ask WeCom.
pub(crate) const SOURCE: &str = "who";
/// What their lanes begin with: behind all others, so that they have places of their own, whatever
/// order of words the database keeps ([`crate::store::Span`]).
pub(crate) const LANE: &str = "zzz:who:";
/// Whose word it is when WeCom's answer says enough.
const BY_WECOM: &str = "wecom";

/// Lets WeCom be asked who the contact is when it never was, or not for as long as the configuration
/// says. Answers whether it is asked by now or will be.
///
/// # Errors
/// When the database fails.
pub(crate) async fn look_up(
    shared: &Shared,
    tx: &mut Tx,
    contact: &Standing,
) -> Result<bool, StoreError> {
    let settings = &shared.settings.contacts;
    if !settings.look_up || !is_external(&contact.id) {
        return Ok(false);
    }
    let now = shared.clock.now();
    let is_fresh = |at: crate::domain::Timestamp| now < at.plus(settings.refresh);
    if contact.tried_at.is_some_and(is_fresh) {
        return Ok(true);
    }
    let last = contact.tried_at.map_or(0, |at| at.0);
    tx.store_arrivals(vec![arrival(shared, &contact.id, &last.to_string())])
        .await?;
    Ok(true)
}

/// The row that asks WeCom; one of a kind for each `turn`.
pub(crate) fn arrival(shared: &Shared, contact: &ContactId, turn: &str) -> Arrival {
    let settings = &shared.settings;
    let app = settings.contacts.app.as_deref();
    Arrival {
        key: format!("{SOURCE}:{contact}:{turn}"),
        source: SOURCE,
        account: app.unwrap_or(&settings.wecom.main_app().name).into(),
        lane: format!("{LANE}{contact}"),
        received_at: shared.clock.now(),
        position: 0,
        payload: contact.to_string(),
        set_aside: None,
    }
}

/// WeCom knows people outside by ids that begin so (`…/document/path/92114`); `wb` is a robot.
fn is_external(contact: &ContactId) -> bool {
    ["wm", "wo"]
        .iter()
        .any(|prefix| contact.as_str().starts_with(prefix))
}

/// Keeps what WeCom says. A contact whom nobody knows belongs to the customer that its company's
/// name means without doubt; where there is doubt, the rep is asked.
///
/// # Errors
/// When the database fails.
pub(crate) async fn found(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    id: &ContactId,
    profile: &Profile,
) -> Result<(), StoreError> {
    let Some(contact) = tx.take_contact(id).await? else {
        return Ok(());
    };
    let chat = last_chat(tx, &contact).await?;
    let rep = match chat.as_ref().and_then(|chat| chat.rep_id.as_ref()) {
        Some(rep) => tx.person(rep).await?,
        None => None,
    };
    let user_id = rep.map(|rep| rep.wecom_userid).unwrap_or_default();
    let names = profile.companies(&user_id);
    let list = serde_json::to_string(&names).expect("a list of texts is always valid JSON");
    let now = shared.clock.now();
    tx.keep_profile(id, (&profile.external_contact.name, &list), now)
        .await?;
    let Some(contact) = tx.standing(id).await?.filter(Standing::is_unknown) else {
        return Ok(());
    };
    let companies = companies(&contact)?;
    let known = customers_meant(tx, &companies).await?;
    match company_name::meant(&companies, &known).one {
        Some(customer) => belongs(shared, tx, &contact, &customer.id, BY_WECOM).await,
        None => ask(shared, tx, &contact, chat).await,
    }
}

/// WeCom could not say who the contact is: the rep can.
///
/// # Errors
/// When the database fails.
pub(crate) async fn not_found(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    id: &ContactId,
) -> Result<(), StoreError> {
    let Some(contact) = tx.take_contact(id).await? else {
        return Ok(());
    };
    tx.note_lookup(id, shared.clock.now()).await?;
    if contact.is_unknown() {
        let chat = last_chat(tx, &contact).await?;
        ask(shared, tx, &contact, chat).await?;
    }
    Ok(())
}

/// Asks the rep, if the contact has said anything that counts.
async fn ask(
    shared: &Arc<Shared>,
    tx: &mut Tx,
    contact: &Standing,
    chat: Option<ChatRow>,
) -> Result<(), StoreError> {
    let waiting = tx.waiting_signals(&contact.id).await?;
    let first = waiting.iter().find(|signal| !signal.shadow);
    match (chat, first) {
        (Some(chat), Some(first)) => asking::ask(shared, tx, contact, &chat, first.said().1).await,
        _ => Ok(()),
    }
}

async fn last_chat(tx: &mut Tx, contact: &Standing) -> Result<Option<ChatRow>, StoreError> {
    match &contact.last_chat_id {
        Some(chat) => tx.chat(chat).await,
        None => Ok(None),
    }
}
