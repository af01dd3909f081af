//! What goes out comes in again and changes nothing.

use super::{Format, Kind, Place, imported, now};
use crate::domain::{ChatKind, Label, Speaker};
use crate::store::{Customer, NewChat, NewMessage, NewSignal};

const IMPORTABLE: [Kind; 6] = [
    Kind::Reps,
    Kind::Customers,
    Kind::Contacts,
    Kind::Opportunities,
    Kind::Accounts,
    Kind::Purchases,
];

async fn filled() -> Place {
    let place = Place::with_people().await;
    place
        .take(
            Kind::Customers,
            "id,name,industry\nc-3,=1+1,+x\nc-4,'quoted,@sum\nc-5,'=2,\"a,\"\"b\"\"\"\n",
        )
        .await
        .unwrap();
    place
        .take(
            Kind::Customers,
            "id,name,产线,=年产能\nc-3,=1+1,三条,\nc-5,'=2,,+200\n",
        )
        .await
        .unwrap();
    place
        .take(
            Kind::Contacts,
            "id,name,customer\nwm-1,陈工 😀,c-1\nwm-2,-,\n",
        )
        .await
        .unwrap();
    place
        .take(Kind::Accounts, "open_kfid,rep\nwk-1,赵磊\nwk-2,\n")
        .await
        .unwrap();
    let deals = "id,customer,rep,name,stage,opened_at\nd-1,c-1,赵磊,产线,proposal,\nd-2,c-2,王芳,包装,,2026-11-20\n";
    place.take(Kind::Opportunities, deals).await.unwrap();
    let purchases = "customer,model,quantity,bought_at\nc-1,MX-100,2,2026-01-05\nc-1,ｍｘ 100,3,2026-01-05\nc-1,MX-100,,2026-02-05\nc-2,=A-7,1,2025-12-31\n";
    place.take(Kind::Purchases, purchases).await.unwrap();
    place
}

#[tokio::test]
async fn the_same_model_bought_twice_in_a_day_is_one_purchase_and_one_known_model() {
    let place = filled().await;

    let bought = place.store.purchases(None, 10).await.unwrap();
    let told: Vec<(&str, i64)> = bought
        .iter()
        .map(|purchase| (purchase.model.as_str(), purchase.quantity))
        .collect();
    assert_eq!(told, [("MX-100", 5), ("MX-100", 1), ("=A-7", 1)]);

    let customer = "c-1".parse().unwrap();
    let models = place.store.models_bought_by(&customer).await.unwrap();
    assert_eq!(models.len(), 1);
    assert_eq!(models[0].folded(), "mx100");
}

#[tokio::test]
async fn an_export_imported_again_changes_nothing() {
    let place = filled().await;

    for kind in IMPORTABLE {
        for format in [Format::Csv, Format::Xlsx] {
            let before = place.give_text(kind, Format::Json).await;
            let rows = before.lines().count() - 2;

            let done = place
                .take(kind, place.give(kind, format).await)
                .await
                .unwrap();

            assert_eq!(done, imported(0, 0, rows), "{kind} as {format}");
            assert_eq!(place.give_text(kind, Format::Json).await, before);
        }
    }
}

#[tokio::test]
async fn an_export_makes_an_empty_store_the_same() {
    let (place, other) = (filled().await, Place::new().await);

    for (index, kind) in IMPORTABLE.into_iter().enumerate() {
        let format = if index % 2 == 0 {
            Format::Xlsx
        } else {
            Format::Csv
        };
        other
            .take(kind, place.give(kind, format).await)
            .await
            .unwrap();

        assert_eq!(
            other.give_text(kind, Format::Json).await,
            place.give_text(kind, Format::Json).await
        );
    }
}

#[tokio::test]
async fn further_columns_of_customers_go_out_behind_their_own() {
    let place = filled().await;

    let json = place.give_text(Kind::Customers, Format::Json).await;
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
    let csv = place.give_text(Kind::Customers, Format::Csv).await;

    let of = |id: &str| rows.iter().find(|row| row["id"] == id).unwrap();
    assert_eq!(
        (&of("c-3")["产线"], &of("c-3")["=年产能"]),
        (&"三条".into(), &serde_json::Value::Null)
    );
    assert_eq!(of("c-5")["=年产能"], "+200");
    let header = csv.lines().next().unwrap();
    assert!(header.ends_with("区域 region,'=年产能,产线"), "{header}");
}

#[tokio::test]
async fn an_empty_store_gives_the_template() {
    let place = Place::new().await;

    let template = place.give_text(Kind::Accounts, Format::Csv).await;
    assert_eq!(template, "\u{feff}客服账号 open_kfid,销售 rep\n");
    assert_eq!(place.give_text(Kind::Reps, Format::Json).await, "[\n]\n");
    for kind in IMPORTABLE {
        for format in [Format::Csv, Format::Xlsx] {
            assert_eq!(
                place
                    .take(kind, place.give(kind, format).await)
                    .await
                    .unwrap(),
                imported(0, 0, 0)
            );
        }
    }
}

#[tokio::test]
async fn a_csv_runs_nothing_when_it_is_opened() {
    let place = Place::new().await;
    let mut tx = place.store.begin().await.unwrap();
    for (number, name) in [
        "=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "＝1", "'=1", "plain",
    ]
    .into_iter()
    .enumerate()
    {
        let (id, name) = (format!("c-{number}").parse().unwrap(), name.to_owned());
        tx.put_customer(&Customer {
            id,
            name,
            industry: String::new(),
            region: String::new(),
        })
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();

    let csv = place.give(Kind::Customers, Format::Csv).await;

    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let names: Vec<String> = reader
        .records()
        .map(|record| record.unwrap()[1].to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "'=1+1", "'+1", "'-1", "'@sum", "'\t=1", "'\r=1", "'＝1", "''=1", "plain"
        ]
    );
}

#[tokio::test]
async fn signals_go_out_with_their_words() {
    let place = filled().await;
    let mut tx = place.store.begin().await.unwrap();
    tx.put_chat(NewChat {
        id: &"chat".parse().unwrap(),
        kind: ChatKind::Kf,
        account: "wk-1",
        name: "",
        contact: &"wm-1".parse().unwrap(),
        rep: None,
        at: now(),
    })
    .await
    .unwrap();
    let message = NewMessage {
        id: "m-1".parse().unwrap(),
        platform_id: "kf:msg:1".to_owned(),
        chat: "chat".parse().unwrap(),
        speaker: Speaker::Customer,
        sender: "wm-1".to_owned(),
        contact: None,
        sent_at: now(),
        position: 1,
        received_at: now(),
        kind: "text".to_owned(),
        text: "你们太贵了".to_owned(),
        heard: None,
        payload: "{}".to_owned(),
    };
    tx.store_message(&message).await.unwrap();
    let signal = NewSignal {
        product: String::new(),
        words: String::new(),
        quote: String::new(),
        id: "s-1".to_owned(),
        message: message.id,
        label: Label::Price,
        first_byte: 6,
        end_byte: 12,
        rule: "rule".to_owned(),
        dictionaries: "v1".to_owned(),
        model: String::new(),
        why: String::new(),
        shadow: false,
        at: now(),
        chat: message.chat,
        region: "华东".to_owned(),
        rep: "zhao.lei".parse().ok(),
        customer: None,
    };
    tx.store_signal(&signal).await.unwrap();
    tx.commit().await.unwrap();

    let json: serde_json::Value =
        serde_json::from_slice(&place.give(Kind::Signals, Format::Json).await).unwrap();

    assert_eq!(
        (&json[0]["label"], &json[0]["words"]),
        (&"PRICE".into(), &"太贵".into())
    );
    assert_eq!(
        (&json[0]["rep"], &json[0]["customer_id"]),
        (&"赵磊".into(), &serde_json::Value::Null)
    );
}
