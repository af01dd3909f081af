//! The company of the demo and of the tests.

use super::company::{
    AiBot, Company, Customer, DingtalkApp, DingtalkIds, GroupRobot, Person, Security,
    ServiceAccount, WecomApp,
};

impl Company {
    /// A machine builder with three reps in the east and the north, two directors and five
    /// customers. One userid is written in mixed case, since the platform answers in lower case.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            corp_id: "ww4b7d2f9c1e8a6035".into(),
            apps: vec![WecomApp {
                name: "sales".into(),
                agent_id: 1_000_002,
                secret: "Qm7sT1vXz9Kc3LpRb5NdWf8HgJy2EaUo4Vi6MxCt0Ks".into(),
                callback_url: None,
                token: "hT4kPq9ZrW2m".into(),
                encoding_aes_key: "kV8dR2nLx5TqJ7wYb3GmZc9HsPf1EaUo6Xi4NtKvBrQ".into(),
                invisible_to: Vec::new(),
            }],
            bots: vec![AiBot {
                name: "groups".into(),
                id: "aibSandbox01".into(),
                title: "销售助手".into(),
                callback_url: None,
                token: "bT7mKq2ZrW9x".into(),
                encoding_aes_key: "bV8dR2nLx5TqJ7wYb3GmZc9HsPf1EaUo6Xi4NtKvBrQ".into(),
            }],
            accounts: [
                ("wkZhaoLei0001", "赵磊 · 专属顾问", "zhao.lei"),
                ("wkQianYue0002", "钱悦 · 专属顾问", "QianYue"),
                ("wkSunHao00003", "孙浩 · 专属顾问", "sun.hao"),
            ]
            .map(|(open_kfid, name, servicer)| ServiceAccount {
                open_kfid: open_kfid.into(),
                name: name.into(),
                app: "sales".into(),
                servicer: servicer.into(),
            })
            .into(),
            people: people(),
            customers: [
                (
                    "wmYunshanChen01",
                    "陈立 云杉机械",
                    "wkZhaoLei0001",
                    "云杉机械",
                ),
                (
                    "wmBeichenLiu002",
                    "刘芳 北辰重工",
                    "wkZhaoLei0001",
                    "北辰重工",
                ),
                (
                    "wmHuafengLin003",
                    "林涛 华丰电子",
                    "wkQianYue0002",
                    "华丰电子",
                ),
                (
                    "wmTianheXu00004",
                    "许静 天河水泥",
                    "wkQianYue0002",
                    "天河水泥",
                ),
                (
                    "wmGangchengMa05",
                    "马超 港城物流",
                    "wkSunHao00003",
                    "港城物流",
                ),
            ]
            .map(|(external_userid, name, open_kfid, company)| Customer {
                external_userid: external_userid.into(),
                name: name.into(),
                open_kfid: open_kfid.into(),
                company: Some(company.into()),
            })
            .into(),
            dingtalk: DingtalkApp {
                corp_id: "ding8e6a1f4c9b27d305".into(),
                app_key: "dingk3x8w1q7z5v9".into(),
                app_secret: "Zt6Yb2Xr9Lw4Qn8Vc1Md7Kp3Hs5Jf0Ga_Eu-Ri2To4Wk6Nx8".into(),
                agent_id: 2_853_001_417,
                name: "盯单".into(),
                callback_url: None,
                callback_token: "qX7dT2mK9vWc".into(),
                callback_aes_key: "Hn4sPz8LcVb1RtYw6KjXe3Gm9QaUd5Tf7Oi2ZxC0BvM".into(),
                redirect_prefixes: Vec::new(),
            },
            robots: vec![GroupRobot {
                name: "盯单 · 主管群".into(),
                access_token: "5f1d8c3a7e9b2046d1c8f5a3b7e90246c8d1f5a3e7b90264d8c1a5f3e7092b46"
                    .into(),
                security: Security::Sign(
                    "SEC7d1f9a3c5e8b2064f7a1c9d3e5b80246a7c1f9d3b5e80264c7a1d9f3e5b80246".into(),
                ),
                members: vec!["dd-zhou-min".into(), "dd-wu-jun".into()],
                stopped: false,
            }],
        }
    }
}

fn people() -> Vec<Person> {
    [
        ("赵磊", "13800000011", "zhao.lei", "dd-zhao-lei"),
        ("钱悦", "13800000012", "QianYue", "dd-qian-yue"),
        ("孙浩", "13800000013", "sun.hao", "dd-sun-hao"),
        ("周敏", "13800000021", "zhou.min", "dd-zhou-min"),
        ("吴军", "13800000022", "wu.jun", "dd-wu-jun"),
        ("郑洁", "13800000031", "zheng.jie", "dd-zheng-jie"),
    ]
    .map(|(name, mobile, wecom, dingtalk)| Person {
        name: name.into(),
        mobile: mobile.into(),
        wecom: Some(wecom.into()),
        dingtalk: Some(DingtalkIds {
            userid: dingtalk.into(),
            unionid: format!("UNION{}", dingtalk.replace('-', "").to_uppercase()),
        }),
    })
    .into()
}
