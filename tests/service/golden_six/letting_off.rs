//! Pause, more time, a waiver, 不适用: the same for all nodes.

use std::time::Duration;

use dingdan::domain::Timestamp;
use serde_json::{Value, json};

use super::{BOTH, HUAFENG, Node, YUNSHAN};
use crate::app::{DIRECTOR, START};

const HOUR: Duration = Duration::from_secs(3600);
const MONTH: Duration = Duration::from_secs(31 * 24 * 3600);

impl Node {
    /// In both deals the node is open. A director stops the clock of one, gives it more time and
    /// lets it off; the other doesn't apply. All of it takes a reason and is on record, and neither
    /// of them is ever late.
    pub async fn can_be_let_off(&self) {
        self.can_be_paused().await;
        self.can_be_extended().await;
        self.can_be_waived().await;

        let nothing = json!({});
        assert_eq!(self.supervised(&HUAFENG, "dismiss", nothing).await.0, 400);
        let why = json!({ "reason": "不是本项目" });
        let (dismissed, run) = self.supervised(&HUAFENG, "dismiss", why).await;
        assert_eq!(
            (dismissed, &run["status"]),
            (200, &json!("not_applicable")),
            "{run}"
        );

        self.app.advance(MONTH).await;
        for deal in BOTH {
            assert!(self.told_late(DIRECTOR, deal).is_empty());
        }
        self.assert_neither_counts().await;
    }

    async fn can_be_paused(&self) {
        let before = due(&self.run(&YUNSHAN).await);
        for empty in [json!({}), json!({ "reason": "  " })] {
            let (status, _) = self.supervised(&YUNSHAN, "pause", empty).await;
            assert_eq!(status, 400, "a pause takes a reason");
        }

        let why = json!({ "reason": "客户停产检修" });
        let (paused, run) = self.supervised(&YUNSHAN, "pause", why).await;
        assert_eq!((paused, &run["status"]), (200, &json!("paused")), "{run}");
        assert_eq!(run["decided"]["why"], "客户停产检修");
        let again = json!({ "reason": "再停" });
        assert_eq!(self.supervised(&YUNSHAN, "pause", again).await.0, 409);
        self.app.advance(HOUR).await;
        let (resumed, run) = self.supervised(&YUNSHAN, "resume", json!({})).await;

        assert_eq!((resumed, &run["status"]), (200, &json!("open")), "{run}");
        assert!(due(&run) >= before.plus(HOUR), "what was left is left");
        self.assert_on_record("paused", "客户停产检修").await;
    }

    async fn can_be_extended(&self) {
        let before = due(&self.run(&YUNSHAN).await);
        let without = json!({ "hours": 24 });
        assert_eq!(self.supervised(&YUNSHAN, "extend", without).await.0, 400);

        let more = json!({ "hours": 24, "reason": "客户负责人出差" });
        let (extended, run) = self.supervised(&YUNSHAN, "extend", more).await;

        assert_eq!(extended, 200, "{run}");
        assert_eq!(due(&run), before.plus(24 * HOUR));
        self.assert_on_record("extended", "客户负责人出差").await;
        let told = self.newest(&YUNSHAN);
        assert!(told.contains("已延期到"), "{told}");
    }

    async fn can_be_waived(&self) {
        let waiver = |by: &str| json!({ "by": by, "reason": "框架协议已覆盖" });
        for stranger in [YUNSHAN.rep_id, "director-north"] {
            let (status, _) = self.supervised(&YUNSHAN, "waive", waiver(stranger)).await;
            assert_eq!(status, 422, "{stranger} doesn't answer for the rep");
        }
        let without = json!({});
        assert_eq!(self.supervised(&YUNSHAN, "waive", without).await.0, 400);

        let (waived, run) = self
            .supervised(&YUNSHAN, "waive", waiver("director-east"))
            .await;

        assert_eq!((waived, &run["status"]), (200, &json!("waived")), "{run}");
        assert_eq!(
            (&run["decided"]["by"], &run["decided"]["why"]),
            (&json!("周敏"), &json!("框架协议已覆盖"))
        );
        let told = self.newest(&YUNSHAN);
        assert!(
            told.contains(&format!("已豁免 · {}", self.title)) && told.contains("框架协议已覆盖"),
            "{told}"
        );
        let record = self.app.store.journal(&YUNSHAN.id.parse().unwrap()).await;
        let mut record = record.unwrap().into_iter();
        assert!(record.any(|entry| {
            entry.event.contains("\"waived\"")
                && entry.event.contains("框架协议已覆盖")
                && entry.cause == "api:tests"
        }));
    }

    async fn assert_on_record(&self, what: &str, why: &str) {
        let run = self.run(&YUNSHAN).await;
        let clock = run["clock"].as_array().unwrap();
        let entry = clock.iter().rfind(|entry| entry["what"] == what).unwrap();
        assert_eq!(
            (&entry["by"], &entry["why"]),
            (&json!("周敏"), &json!(why)),
            "{entry}"
        );
    }

    /// The waiver is in the figures, and what does not apply left the denominator.
    async fn assert_neither_counts(&self) {
        let mut waived = 0;
        for run in self.app.items("runs?status=waived").await {
            waived += i64::from(run["due_at"].as_str().is_some());
        }
        let day = START.split('T').next().unwrap();
        let figures = self.app.api(&format!("compliance?from={day}")).await;
        let total = &figures["total"];
        assert_eq!(
            (&total["due"], &total["rate"]),
            (&json!(0), &Value::Null),
            "{figures}"
        );
        assert_eq!(
            (&total["waived"], &total["not_applicable"]),
            (&json!(waived), &json!(1)),
            "{figures}"
        );
    }
}

fn due(run: &Value) -> Timestamp {
    Timestamp::parse_rfc3339(run["due_at"].as_str().unwrap()).unwrap()
}
