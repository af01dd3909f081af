//! What right rows do.

use super::{Kind, Place, imported};
use crate::domain::Role;
use crate::store::Person;

#[tokio::test]
async fn people_come_in_with_their_supervisors() {
    let place = Place::with_people().await;

    let zhao = place
        .store
        .person_in_wecom("ZHAO.LEI")
        .await
        .unwrap()
        .unwrap();

    let expected = Person {
        id: "zhao.lei".parse().unwrap(),
        name: "赵磊".to_owned(),
        role: Role::Rep,
        region: "华东".to_owned(),
        supervisor_id: "zhou".parse().ok(),
        wecom_userid: "Zhao.Lei".to_owned(),
        dingtalk_userid: None,
        dingtalk_unionid: None,
        mobile: Some("13900139000".to_owned()),
    };
    assert_eq!(zhao, expected);
}

#[tokio::test]
async fn a_column_that_is_left_out_stays_and_an_empty_cell_clears() {
    let place = Place::with_people().await;

    let done = place
        .take(
            Kind::Reps,
            "姓名,企微账号,手机\n赵小磊,zhao.lei,\n王芳,wang.fang,\n",
        )
        .await
        .unwrap();

    assert_eq!(done, imported(0, 1, 1));
    let zhao = place
        .store
        .person_in_wecom("zhao.lei")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (zhao.name.as_str(), zhao.region.as_str(), zhao.mobile),
        ("赵小磊", "华东", None)
    );
    assert_eq!(zhao.supervisor_id, "zhou".parse().ok());
}

#[tokio::test]
async fn two_people_may_exchange_what_is_theirs_alone() {
    let place = Place::with_people().await;

    let done = place
        .take(
            Kind::Reps,
            "id,name,role,dingtalk_userid\nzhou,周敏,director,dd-wu\nwu,吴军,主管,dd-zhou\n",
        )
        .await
        .unwrap();

    assert_eq!(done, imported(0, 2, 0));
    let wu = place
        .store
        .person_in_dingtalk("dd-zhou")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(wu.id.as_str(), "wu");
}

#[tokio::test]
async fn customers_without_an_id_are_known_by_their_name() {
    let place = Place::with_people().await;

    let first = place
        .take(Kind::Customers, "名称,行业\n云杉精密,机械\n博锐,医疗\n")
        .await
        .unwrap();
    let second = place
        .take(Kind::Customers, "名称,行业\n云杉精密,机械\n博锐,医疗\n")
        .await
        .unwrap();

    assert_eq!((first, second), (imported(1, 1, 0), imported(0, 0, 2)));
    let spruce = place
        .store
        .customer(&"c-1".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (spruce.industry.as_str(), spruce.region.as_str()),
        ("机械", "华东")
    );
}

#[tokio::test]
async fn contacts_and_accounts_find_whom_they_belong_to() {
    let place = Place::with_people().await;

    place
        .take(
            Kind::Contacts,
            "external_userid,name,customer\nwm-1,陈工,云杉精密\nwm-2,,c-2\nwm-3,李,\n",
        )
        .await
        .unwrap();
    place
        .take(
            Kind::Accounts,
            "open_kfid,rep\nwk-1,赵磊\nwk-2,Wang.Fang\nwk-3,\n",
        )
        .await
        .unwrap();

    let contacts = place.store.contacts("", 10).await.unwrap();
    let customers: Vec<_> = contacts
        .iter()
        .map(|contact| contact.customer_id.as_ref().map(|id| id.as_str()))
        .collect();
    assert_eq!(customers, [Some("c-1"), Some("c-2"), None]);
    let accounts = place.store.service_accounts().await.unwrap();
    let reps: Vec<_> = accounts
        .iter()
        .map(|account| account.rep_id.as_ref().map(|id| id.as_str()))
        .collect();
    assert_eq!(reps, [Some("zhao.lei"), Some("wang.fang"), None]);
}

#[tokio::test]
async fn deals_begin_where_and_when_their_row_says() {
    let place = Place::with_people().await;
    let rows = "id,customer,rep,name,stage,opened_at\n\
                d-1,云杉精密,赵磊,产线,,\n\
                d-2,c-2,wang.fang,包装,提案,2026/11/20\n\
                d-3,c-2,王芳,旧单,won,2026-10-01T08:00:00+08:00\n";

    let first = place.take(Kind::Opportunities, rows).await.unwrap();
    let second = place.take(Kind::Opportunities, rows).await.unwrap();

    assert_eq!((first, second), (imported(3, 0, 0), imported(0, 0, 3)));
    let deals = place.store.opportunities("", 10).await.unwrap();
    let shown: Vec<_> = deals
        .iter()
        .map(|deal| {
            (
                deal.rep_id.as_str(),
                deal.stage.as_str(),
                deal.opened_at.rfc3339(),
                deal.closed_at.is_some(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (
                "zhao.lei",
                "lead",
                "2026-11-23T12:00:00.000+08:00".to_owned(),
                false
            ),
            (
                "wang.fang",
                "proposal",
                "2026-11-20T00:00:00.000+08:00".to_owned(),
                false
            ),
            (
                "wang.fang",
                "won",
                "2026-10-01T08:00:00.000+08:00".to_owned(),
                true
            ),
        ]
    );
}

#[tokio::test]
async fn a_deal_gets_another_rep_but_keeps_its_stage() {
    let place = Place::with_people().await;
    place
        .take(Kind::Opportunities, "customer,rep,name\nc-1,赵磊,产线\n")
        .await
        .unwrap();

    let done = place
        .take(Kind::Opportunities, "customer,rep,name\nc-1,王芳,产线\n")
        .await
        .unwrap();

    assert_eq!(done, imported(0, 1, 0));
    let deals = place.store.opportunities("", 10).await.unwrap();
    assert_eq!((deals.len(), deals[0].rep_id.as_str()), (1, "wang.fang"));
}

#[tokio::test]
async fn further_columns_of_customers_are_kept_for_the_conditions_of_processes() {
    let place = Place::new().await;

    place
        .take(
            Kind::Customers,
            "编号,名称,产线数量,客户等级\nc-1,云杉机械,3,A\nc-2,佳禾包装,,\n",
        )
        .await
        .unwrap();
    let again = place
        .take(Kind::Customers, "编号,名称,客户等级\nc-1,云杉机械,\n")
        .await
        .unwrap();

    assert_eq!(again, imported(0, 1, 0));
    let fields = place.store.customers_fields().await.unwrap();
    let kept: Vec<(&str, &str)> = fields["c-1"]
        .iter()
        .map(|(header, text)| (header.as_str(), text.as_str()))
        .collect();
    assert_eq!(kept, [("产线数量", "3")]);
    assert!(!fields.contains_key("c-2"));
}
