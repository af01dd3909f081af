//! Wrong rows: each told with its place, and nothing imported.

use super::{ImportError, Kind, Place, now};
use crate::exchange::{KindError, import};

/// A kind, a csv, and of each wrong cell: row, column's English name, a part of what was found, a part of what was expected.
type Case = (
    Kind,
    &'static str,
    &'static [(u32, &'static str, &'static str, &'static str)],
);

const CASES: &[Case] = &[
    (Kind::Reps, "", &[(1, "", "nothing", "姓名 name")]),
    (
        Kind::Reps,
        "id,nmae\n1,2\n",
        &[
            (1, "", "\"nmae\"", "one of: 编号 id, 姓名 name"),
            (1, "", "without it", "姓名 name"),
        ],
    ),
    (
        Kind::Reps,
        "id,name,姓名\n1,2,3\n",
        &[(1, "", "\"姓名\"", "once")],
    ),
    (
        Kind::Reps,
        "id,name\nx,王,5\n",
        &[
            (2, "column 3", "\"5\"", "no header"),
            (2, "wecom_userid", "nothing", "WeCom userid"),
        ],
    ),
    (
        Kind::Reps,
        "id,name,role,supervisor,wecom_userid,mobile\n\
         ,a,rep,,,\n\
         b,,boss,,b,\n\
         c,c,rep,nobody,,\n\
         d,d,rep,,d,one two\n",
        &[
            (2, "id", "neither", "one of them"),
            (3, "role", "\"boss\"", "rep, director or admin"),
            (3, "name", "nothing", "name"),
            (4, "wecom_userid", "nothing", "WeCom userid"),
            (4, "supervisor", "\"nobody\"", "known person"),
            (5, "mobile", "\"one two\"", "digits"),
        ],
    ),
    (
        Kind::Reps,
        "id,name,wecom_userid,mobile\na,a,x,1\nb,b,X,13900139000\nzhou,周敏,y,\nzhou,周敏,y,\n",
        &[
            (2, "mobile", "\"1\"", "digits"),
            (3, "wecom_userid", "\"x\"", "that of row 2"),
            (3, "mobile", "\"13900139000\"", "zhao.lei, who is stored"),
            (5, "", "row 4 again", "once"),
        ],
    ),
    (
        Kind::Reps,
        "id,name,role,supervisor\na,a,director,b\nb,b,director,c\nc,c,director,a\nd,d,director,d\n",
        &[
            (2, "supervisor", "\"b\"", "doesn't report"),
            (3, "supervisor", "\"c\"", "doesn't report"),
            (4, "supervisor", "\"a\"", "doesn't report"),
            (5, "supervisor", "\"d\"", "doesn't report"),
        ],
    ),
    (
        Kind::Customers,
        "id,name\nc-8,\n,新\n,新\nc-9,x\nc-9,y\n",
        &[
            (2, "name", "nothing", "name"),
            (4, "", "row 3 again", "once"),
            (6, "", "row 5 again", "once"),
        ],
    ),
    (
        Kind::Reps,
        "id,name,role,supervisor,wecom_userid,mobile,dingtalk_userid\n\
         ,,boss,nobody,,one two,\n\
         e,,boss,nobody,e,one two,\n\
         e,,boss,nobody,e,one two,\"two\nlines\"\n",
        &[
            (2, "id", "neither", "one of them"),
            (2, "role", "\"boss\"", "rep, director or admin"),
            (2, "name", "nothing", "name"),
            (2, "mobile", "\"one two\"", "digits"),
            (2, "supervisor", "\"nobody\"", "known person"),
            (3, "role", "\"boss\"", "rep, director or admin"),
            (3, "name", "nothing", "name"),
            (3, "mobile", "\"one two\"", "digits"),
            (3, "supervisor", "\"nobody\"", "known person"),
            (4, "dingtalk_userid", "\\n", "one line"),
            (4, "", "row 3 again", "once"),
            (4, "role", "\"boss\"", "rep, director or admin"),
            (4, "name", "nothing", "name"),
            (4, "mobile", "\"one two\"", "digits"),
            (4, "supervisor", "\"nobody\"", "known person"),
        ],
    ),
    (
        Kind::Customers,
        "id,name\nc-1,\nc-1,\n",
        &[
            (2, "name", "nothing", "name"),
            (3, "name", "nothing", "name"),
            (3, "", "row 2 again", "once"),
        ],
    ),
    (
        Kind::Contacts,
        "id,customer\n,没有\nwm-1,没有\nwm-1,没有\n",
        &[
            (2, "id", "nothing", "external_userid"),
            (2, "customer", "没有", "known customer"),
            (3, "customer", "没有", "known customer"),
            (4, "id", "row 3 again", "once"),
            (4, "customer", "没有", "known customer"),
        ],
    ),
    (
        Kind::Accounts,
        "open_kfid,rep\n,没有\nwk-1,\nwk-1,没有\n",
        &[
            (2, "open_kfid", "nothing", "open_kfid"),
            (2, "rep", "没有", "known person"),
            (4, "open_kfid", "row 3 again", "once"),
            (4, "rep", "没有", "known person"),
        ],
    ),
    (
        Kind::Opportunities,
        "customer,rep,name,stage,opened_at\n没有,没有,,成交,昨天\n\"没\n有\",赵磊,a,成交,\n",
        &[
            (2, "customer", "没有", "known customer"),
            (2, "rep", "没有", "known person"),
            (2, "name", "nothing", "deal"),
            (2, "stage", "成交", "lead 线索"),
            (2, "opened_at", "昨天", "2026-11-23"),
            (3, "customer", "\\n", "one line"),
            (3, "stage", "成交", "lead 线索"),
        ],
    ),
    (
        Kind::Customers,
        "name\n\"两\n行\"\n",
        &[(2, "name", "\\n", "one line")],
    ),
    (
        Kind::Contacts,
        "id,name,customer\n,a,\nwm-1,a,没有\nwm-2,a,\nwm-2,a,\n",
        &[
            (2, "id", "nothing", "external_userid"),
            (3, "customer", "没有", "known customer"),
            (5, "id", "row 4 again", "once"),
        ],
    ),
    (
        Kind::Accounts,
        "open_kfid,rep\n,赵磊\nwk-1,没有\nwk-2,\nwk-2,\n",
        &[
            (2, "open_kfid", "nothing", "open_kfid"),
            (3, "rep", "没有", "known person"),
            (5, "open_kfid", "row 4 again", "once"),
        ],
    ),
    (
        Kind::Opportunities,
        "customer,rep,name,stage,opened_at\n\
         没有,没有,x,,\n\
         c-1,赵磊,,,\n\
         c-1,赵磊,a,成交,昨天\n\
         c-1,赵磊,b,,\n\
         c-1,赵磊,b,,\n",
        &[
            (2, "customer", "没有", "known customer"),
            (2, "rep", "没有", "known person"),
            (3, "name", "nothing", "deal"),
            (4, "stage", "成交", "lead 线索"),
            (4, "opened_at", "昨天", "2026-11-23"),
            (6, "", "row 5 again", "once"),
        ],
    ),
];

#[tokio::test]
async fn every_wrong_cell_is_told_at_once_and_nothing_comes_in() {
    let place = Place::with_people().await;
    let before = everything(&place).await;

    for (kind, csv, expected) in CASES {
        let wrong = place.wrong(*kind, csv).await;

        let told: Vec<_> = wrong
            .iter()
            .map(|cell| {
                (
                    cell.row,
                    cell.column.rsplit_once(' ').map_or("", |(_, code)| code),
                )
            })
            .collect();
        let places: Vec<_> = expected
            .iter()
            .map(|(row, column, ..)| (*row, column.trim_start_matches("column ")))
            .collect();
        assert_eq!(told, places, "{csv}");
        for (cell, (_, _, found, wanted)) in wrong.iter().zip(*expected) {
            assert!(
                cell.found.contains(found) && cell.expected.contains(wanted),
                "{csv}\n{cell}"
            );
        }
        assert_eq!(everything(&place).await, before, "{csv}");
    }
}

#[tokio::test]
async fn names_that_several_have_need_an_id() {
    let place = Place::with_people().await;
    place
        .take(Kind::Customers, "id,name\nc-3,云杉精密\n")
        .await
        .unwrap();
    place
        .take(Kind::Reps, "id,name,role\nx,王芳,admin\n")
        .await
        .unwrap();

    let customers = place.wrong(Kind::Customers, "name\n云杉精密\n").await;
    let deals = place
        .wrong(Kind::Opportunities, "customer,rep,name\n云杉精密,王芳,x\n")
        .await;

    assert!(
        customers[0].expected.contains("c-1, c-3"),
        "{}",
        customers[0]
    );
    assert!(
        deals
            .iter()
            .all(|cell| cell.expected.contains("an id, since 2 are called so")),
        "{deals:?}"
    );
    assert_eq!(deals.len(), 2);
}

#[tokio::test]
async fn the_stage_of_a_deal_that_is_there_is_not_moved_by_a_file() {
    let place = Place::with_people().await;
    place
        .take(
            Kind::Opportunities,
            "id,customer,rep,name\nd-1,c-1,赵磊,x\n",
        )
        .await
        .unwrap();

    let wrong = place
        .wrong(
            Kind::Opportunities,
            "id,customer,rep,name,stage\nd-1,c-1,赵磊,x,won\n",
        )
        .await;

    assert!(
        wrong[0]
            .expected
            .contains("POST /api/v1/opportunities/d-1/stage"),
        "{}",
        wrong[0]
    );
}

#[tokio::test]
async fn kinds_that_only_go_out_or_are_not_yet_there_are_refused() {
    let place = Place::new().await;

    for kind in [Kind::Runs, Kind::Signals, Kind::Corrections, Kind::Alerts] {
        let file = place.file("id\n");
        let refused = import(&place.store, &place.process, kind, &file, now()).await;
        assert!(matches!(refused, Err(ImportError::ExportOnly(_))));
    }
    assert_eq!(
        "standards".parse::<Kind>(),
        Err(KindError::NotYet("standards"))
    );
    assert!(matches!(
        "messages".parse::<Kind>(),
        Err(KindError::Unknown(_))
    ));
}

#[tokio::test]
async fn a_purchase_needs_a_known_customer_a_model_a_day_and_a_number() {
    let place = Place::with_people().await;

    let wrong = place
        .wrong(
            Kind::Purchases,
            "客户,型号,数量,采购日期\n谁,MX-1,1,2026-01-02\nc-1,--,1,2026-01-02\nc-1,MX-1,0,2026-01-02\nc-1,MX-1,1,昨天\n",
        )
        .await;

    let columns: Vec<(u32, &str)> = wrong
        .iter()
        .map(|cell| (cell.row, cell.column.as_str()))
        .collect();
    assert_eq!(
        columns,
        [
            (2, "客户 customer"),
            (3, "型号 model"),
            (4, "数量 quantity"),
            (5, "采购日期 bought_at")
        ]
    );
    assert!(place.store.purchases(None, 10).await.unwrap().is_empty());
}

#[test]
fn what_was_found_stays_out_of_debug_output() {
    let cell = super::WrongCell {
        row: 2,
        column: "手机 mobile".to_owned(),
        found: "13900139000".to_owned(),
        expected: "x".to_owned(),
    };

    assert!(!format!("{cell:?}").contains("139"));
    assert_eq!(
        cell.to_string(),
        "row 2, 手机 mobile: found 13900139000, expected x"
    );
}

async fn everything(place: &Place) -> Vec<String> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        all.push(place.give_text(kind, crate::exchange::Format::Json).await);
    }
    all
}
