//! Who is who.

use serde_json::{Value, json};

use super::super::Refusal;
use super::super::fields::Fields;
use super::super::state::State;
use super::invalid;

/// `user/getbyunionid`.
pub(super) fn by_unionid(state: &State, body: &Value) -> Result<Value, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    let unionid = fields.filled("unionid").map_err(invalid)?;
    let ids = state
        .company
        .people
        .iter()
        .filter_map(|person| person.dingtalk.as_ref());
    let found = ids.into_iter().find(|ids| ids.unionid == unionid);
    let found = found.ok_or_else(unknown)?;
    Ok(json!({ "result": { "contact_type": 0, "userid": found.userid } }))
}

/// `user/get`.
pub(super) fn details(state: &State, body: &Value) -> Result<Value, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    let userid = fields.filled("userid").map_err(invalid)?;
    let (person, ids) = state.company.by_dingtalk(userid).ok_or_else(unknown)?;
    Ok(json!({ "result": { "userid": ids.userid, "unionid": ids.unionid, "name": person.name } }))
}

/// `user/getbymobile`.
pub(super) fn by_mobile(state: &State, body: &Value) -> Result<Value, Refusal> {
    let fields = Fields::of(body, "").map_err(invalid)?;
    let mobile = fields.filled("mobile").map_err(invalid)?;
    let is_mobile = mobile.len() == 11 && mobile.bytes().all(|byte| byte.is_ascii_digit());
    if !is_mobile {
        return Err(Refusal::number(40104, "不合法的手机号"));
    }
    let person = state
        .company
        .people
        .iter()
        .find(|person| person.mobile == mobile);
    let ids = person.and_then(|person| person.dingtalk.as_ref());
    let ids = ids.ok_or_else(unknown)?;
    Ok(json!({ "result": { "userid": ids.userid } }))
}

fn unknown() -> Refusal {
    Refusal::number(60121, "找不到该用户")
}
