//! Who somebody outside is.

use serde_json::{Value, json};

use super::Peer;
use crate::sandbox::Customer;

const CUSTOMER: &str = "wmYunshanChen01";

async fn get(peer: &Peer, query: &str) -> Value {
    let token = peer.wecom_token().await;
    let path = format!("/wecom/cgi-bin/externalcontact/get?access_token={token}{query}");
    peer.get(&path).await
}

#[tokio::test]
async fn what_the_rep_noted_is_told_of_people_in_wechat() {
    let peer = Peer::start().await;

    let found = get(&peer, &format!("&external_userid={CUSTOMER}")).await;

    assert_eq!(found["errcode"], 0);
    let contact = &found["external_contact"];
    assert_eq!(
        (&contact["name"], &contact["type"]),
        (&json!("陈立 云杉机械"), &json!(1))
    );
    assert_eq!(contact["corp_name"], Value::Null);
    let noted = &found["follow_user"][0];
    assert_eq!(noted["userid"], "zhao.lei");
    assert_eq!(noted["remark_corp_name"], "云杉机械");
}

#[tokio::test]
async fn people_in_wecom_tell_their_company_themselves() {
    let peer = Peer::start().await;
    peer.sandbox.set_up(|company| {
        company.customers.push(Customer {
            external_userid: "woLiMing000001".into(),
            name: "李明".into(),
            open_kfid: "wkZhaoLei0001".into(),
            company: Some("云杉机械".into()),
        });
    });

    let found = get(&peer, "&external_userid=woLiMing000001").await;

    assert_eq!(found["external_contact"]["corp_full_name"], "云杉机械");
    assert_eq!(found["follow_user"][0]["remark_corp_name"], "");
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let peer = Peer::start().await;
    peer.sandbox
        .customer("wmTianheXu00004")
        .is_noted_as(None)
        .await;

    for (query, errcode) in [
        ("", 40058),
        ("&external_userid=zhao.lei", 40096),
        ("&external_userid=wmNobodyKnows01", 84061),
        ("&external_userid=wmTianheXu00004", 84061),
        ("&external_userid=wmYunshanChen01&cursor=x", 40058),
    ] {
        assert_eq!(get(&peer, query).await["errcode"], errcode, "{query}");
    }
}
