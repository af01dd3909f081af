//! A little of everything.

use crate::domain::{ChatKind, Label, Role, Speaker, Timestamp};
use crate::store::{
    AlertStatus, Attempt, Contact, Customer, NewAlert, NewChat, NewMessage, NewOpportunity,
    NewOrder, NewSignal, Person, RunRow, Store, Tx,
};

use super::at;

pub(super) const WORDS: &str = "你们太贵了，今年要走招标";

/// Two reps of two regions, a director, two customers, a chat with three lines of the same second,
/// two signals, two deals, three runs and two alerts.
pub(super) async fn deals(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    for (id, role, region) in [
        ("d-zhou", Role::Director, "华东"),
        ("r-wang", Role::Rep, "华北"),
        ("r-zhao", Role::Rep, "华东"),
    ] {
        tx.put_person(&person(id, role, region)).await.unwrap();
    }
    for (id, name) in [("c-1", "云杉精密"), ("c-2", "佳禾包装")] {
        let (id, name) = (id.parse().unwrap(), name.to_owned());
        tx.put_customer(&Customer {
            id,
            name,
            industry: String::new(),
            region: "华东".to_owned(),
        })
        .await
        .unwrap();
    }
    let contact = Contact {
        id: "wm-chen".parse().unwrap(),
        customer_id: "c-1".parse().ok(),
        name: "陈工".to_owned(),
    };
    tx.put_contact(&contact).await.unwrap();
    let rep = "r-zhao".parse().unwrap();
    let opened = at("2026-11-20T09:00:00+08:00");
    tx.put_chat(NewChat {
        id: &"chat-1".parse().unwrap(),
        kind: ChatKind::Kf,
        account: "wk-1",
        name: "",
        contact: &contact.id,
        rep: Some(&rep),
        at: opened,
    })
    .await
    .unwrap();
    for (number, text) in [(1, WORDS), (2, "在吗"), (3, "好的")] {
        tx.store_message(&message(number, text)).await.unwrap();
    }
    for (label, words) in [(Label::Price, "太贵"), (Label::Tender, "要走招标")] {
        tx.store_signal(&signal(label, words)).await.unwrap();
    }
    for (id, customer, rep) in [("deal-1", "c-1", "r-zhao"), ("deal-2", "c-2", "r-wang")] {
        deal(&mut tx, id, customer, rep, opened).await;
    }
    for (id, deal, status, late) in [
        ("run-1", "deal-1", "done", false),
        ("run-2", "deal-1", "overdue", true),
        ("run-3", "deal-2", "open", false),
    ] {
        tx.put_run(&run(id, deal, status, late)).await.unwrap();
    }
    for (id, status) in [
        ("alert-1", AlertStatus::Sent),
        ("alert-2", AlertStatus::Queued),
    ] {
        tx.store_alert(&alert(id, status)).await.unwrap();
    }
    deliver(&mut tx).await;
    tx.commit().await.unwrap();
}

/// The run that the alerts are about is done a day and half an hour late.
pub(super) async fn finish_late(store: &Store) {
    let mut tx = store.begin().await.unwrap();
    tx.put_run(&run("run-2", "deal-1", "done", true))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn person(id: &str, role: Role, region: &str) -> Person {
    Person {
        id: id.parse().unwrap(),
        name: format!("名{id}"),
        role,
        region: region.to_owned(),
        supervisor_id: None,
        wecom_userid: format!("wecom-{id}"),
        dingtalk_userid: None,
        dingtalk_unionid: None,
        mobile: None,
    }
}

fn message(number: i64, text: &str) -> NewMessage {
    NewMessage {
        id: format!("m-{number}").parse().unwrap(),
        platform_id: format!("kf:msg:msgid-{number}"),
        chat: "chat-1".parse().unwrap(),
        speaker: if number == 2 {
            Speaker::Rep
        } else {
            Speaker::Customer
        },
        sender: if number == 2 {
            "wecom-r-zhao"
        } else {
            "wm-chen"
        }
        .to_owned(),
        contact: None,
        sent_at: said(),
        position: number,
        received_at: said(),
        kind: "text".to_owned(),
        text: text.to_owned(),
        heard: None,
        payload: "{}".to_owned(),
    }
}

fn signal(label: Label, words: &str) -> NewSignal {
    let first = WORDS.find(words).unwrap();
    NewSignal {
        product: String::new(),
        words: String::new(),
        quote: String::new(),
        id: format!("s-{label}"),
        message: "m-1".parse().unwrap(),
        label,
        first_byte: first.try_into().unwrap(),
        end_byte: (first + words.len()).try_into().unwrap(),
        rule: "rule".to_owned(),
        dictionaries: "v1".to_owned(),
        model: String::new(),
        why: String::new(),
        shadow: false,
        at: said(),
        chat: "chat-1".parse().unwrap(),
        region: "华东".to_owned(),
        rep: "r-zhao".parse().ok(),
        customer: "c-1".parse().ok(),
    }
}

async fn deal(tx: &mut Tx, id: &str, customer: &str, rep: &str, opened_at: Timestamp) {
    let deal = NewOpportunity {
        id: id.parse().unwrap(),
        customer: customer.parse().unwrap(),
        rep: rep.parse().unwrap(),
        name: format!("商机 {id}"),
        stage: "lead".to_owned(),
        opened_at,
    };
    assert!(tx.create_opportunity(&deal).await.unwrap());
}

fn run(id: &str, deal: &str, status: &str, late: bool) -> RunRow {
    let due = if status == "open" {
        "2026-11-24T09:00:00+08:00"
    } else {
        "2026-11-22T09:00:00+08:00"
    };
    RunRow {
        id: id.parse().unwrap(),
        opportunity_id: deal.parse().unwrap(),
        node: "risk".to_owned(),
        title: "风险预判登记".to_owned(),
        status: status.to_owned(),
        opened_at: said(),
        expected_at: (status == "open").then(|| at(due)),
        due_at: at(due),
        done_at: (status == "done").then(said),
        late,
        answers: r#"{"risk_type":"公开招标"}"#.to_owned(),
        done_by: (status == "done").then(|| "名r-zhao".to_owned()),
        spot_check: None,
    }
}

fn alert(id: &str, status: AlertStatus) -> NewAlert {
    NewAlert {
        id: id.parse().unwrap(),
        opportunity: "deal-1".parse().unwrap(),
        run: "run-2".parse().unwrap(),
        reason: "late".to_owned(),
        person: "d-zhou".parse().ok(),
        region: "华东".to_owned(),
        body: r#"{"title":"已超时","lines":[["客户","云杉精密"]],"quote":"太贵","path":"/chats/chat-1?message=m-1"}"#.to_owned(),
        raised_at: said(),
        status,
        why: String::new(),
    }
}

async fn deliver(tx: &mut Tx) {
    let order = NewOrder {
        id: "order-1".parse().unwrap(),
        key: "key".to_owned(),
        destination: "dingtalk",
        lane: "lane".to_owned(),
        payload: "{}".to_owned(),
        created_at: said(),
        due_at: said(),
    };
    tx.order(&order).await.unwrap();
    for (id, outcome, why) in [
        ("try-1", "refused", "errcode 410100"),
        ("try-2", "sent", ""),
    ] {
        let attempt = Attempt {
            blocked_until: None,
            id: id.to_owned(),
            alert: "alert-1".parse().ok(),
            channel: "robot".to_owned(),
            target: "sales-directors".to_owned(),
            at: said(),
            outcome,
            why: why.to_owned(),
            receipt: String::new(),
        };
        tx.record_attempt(&order.id, &attempt).await.unwrap();
    }
}

fn said() -> Timestamp {
    at("2026-11-23T09:30:00+08:00")
}
