//! Who somebody outside is (`developer.work.weixin.qq.com/document/path/92114`).

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::api::Incoming;
use super::super::company::Customer;
use super::super::state::State;

/// `externalcontact/get`. Somebody whom no member has as a customer can't be looked up.
pub(super) fn get(state: &State, incoming: &Incoming) -> Result<Value, Refusal> {
    let id = incoming
        .parameter("external_userid")
        .ok_or_else(|| Refusal::number(40058, "invalid parameter: external_userid missing"))?;
    if !["wm", "wo"].iter().any(|prefix| id.starts_with(prefix)) {
        return Err(Refusal::number(40096, "invalid external userid"));
    }
    // Nobody has more than 500 members here, so no answer names a next page.
    if incoming.parameter("cursor").is_some() {
        return Err(Refusal::number(40058, "invalid parameter: cursor"));
    }
    let stranger = || Refusal::number(84061, "not external contact");
    let customer = state.company.customer(id).ok_or_else(stranger)?;
    let company = customer.company.as_deref().ok_or_else(stranger)?;
    Ok(profile(state, customer, company))
}

fn profile(state: &State, customer: &Customer, company: &str) -> Value {
    let is_in_wecom = customer.external_userid.starts_with("wo");
    let mut contact = json!({
        "external_userid": customer.external_userid,
        "name": customer.name,
        "avatar": "http://p.qlogo.cn/bizmail/sandbox/0",
        "type": if is_in_wecom { 2 } else { 1 },
        "gender": 0,
    });
    if is_in_wecom {
        contact["corp_name"] = json!(company);
        contact["corp_full_name"] = json!(company);
        contact["position"] = json!("采购经理");
    }
    let follower = state.company.account(&customer.open_kfid);
    let noted = if is_in_wecom { "" } else { company };
    let follow_user = follower.map(|account| {
        json!({
            "userid": account.servicer,
            "remark": customer.name,
            "description": "",
            "createtime": 1_760_000_000,
            "tags": [],
            "remark_corp_name": noted,
            "remark_mobiles": [],
            "add_way": 1,
            "oper_userid": account.servicer,
        })
    });
    let follow_user: Vec<Value> = follow_user.into_iter().collect();
    json!({ "external_contact": contact, "follow_user": follow_user })
}
