//! What WeCom's answers to a send mean.

use std::time::Duration;

use serde_json::json;

use super::{APP, CallError, Refusal, Reply, platform, send_answered};

#[tokio::test]
async fn each_errcode_leads_to_its_outcome() {
    use Refusal::{AlreadySent, Configuration, Other, ResponseCodeSpent, UnknownReceiver};
    let refusals = [
        (42014, AlreadySent),
        (60140, ResponseCodeSpent),
        (81013, UnknownReceiver),
        (60111, UnknownReceiver),
        (43012, Configuration),
        (301_002, Configuration),
        (40058, Other),
        (45002, Other),
    ];
    for (errcode, expected) in refusals {
        let body = json!({ "errcode": errcode, "errmsg": "about somebody" }).to_string();
        let error = send_answered(200, &body).await;
        let CallError::Refused { refusal, why } = error else {
            panic!("{errcode} is final, not {error:?}");
        };
        assert_eq!(refusal, expected, "{errcode}");
        assert!(why.starts_with(&format!("{errcode}: ")), "{why}");
    }
    for (errcode, seconds) in [(-1, 2), (45033, 2), (45009, 60)] {
        let body = json!({ "errcode": errcode, "errmsg": "about somebody" }).to_string();
        let error = send_answered(200, &body).await;
        let CallError::Later { after, .. } = error else {
            panic!("{errcode} may be repeated, not {error:?}");
        };
        assert_eq!(after, Duration::from_secs(seconds), "{errcode}");
    }
}

#[tokio::test]
async fn the_address_to_enter_at_the_trusted_ips_is_named() {
    let errmsg = "not allow to access from your ip, hint: [1741300001_12_0f3a], from ip: 203.0.113.7, \
                  more info at https://open.work.weixin.qq.com/devtool/query?e=60020";
    let body = json!({ "errcode": 60020, "errmsg": errmsg }).to_string();

    let error = send_answered(200, &body).await;

    assert!(error.to_string().contains("203.0.113.7"), "{error}");
}

#[tokio::test]
async fn an_answer_that_is_not_the_platforms_own_says_nothing_about_arrival() {
    for (status, body) in [
        (200, "<html>somebody</html>"),
        (200, "[]"),
        (200, "{\"errmsg\":\"ok\"}"),
        (200, "{\"errcode\":0,\"msgid\":7}"),
        (502, "<html>Bad Gateway</html>"),
        (500, ""),
    ] {
        let error = send_answered(status, body).await;
        assert!(
            matches!(error, CallError::Unknown { .. }),
            "{status} {body}: {error:?}"
        );
    }
    let error = send_answered(404, "<html>no such page</html>").await;
    let refusal = Refusal::Configuration;
    assert!(matches!(&error, CallError::Refused { refusal: found, .. } if *found == refusal));
}

#[tokio::test]
async fn who_got_nothing_is_compared_without_regard_to_case() {
    for list in ["invaliduser", "unlicenseduser"] {
        let body = json!({ "errcode": 0, "errmsg": "ok", list: "zhao.lei" }).to_string();
        let error = send_answered(200, &body).await;
        let refusal = Refusal::UnknownReceiver;
        assert!(matches!(&error, CallError::Refused { refusal: found, .. } if *found == refusal));
    }
    let answer = json!({ "errcode": 0, "errmsg": "ok", "invaliduser": "li.na", "msgid": "m2" });
    let (_platform, wecom) = platform(Reply::json(&answer)).await;
    let request = json!({ "touser": "zhao.lei|li.na" });
    assert!(wecom.send(APP, &request).await.is_ok());
}
