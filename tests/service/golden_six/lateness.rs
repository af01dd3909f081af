//! Yellow, red, and up: the same for all nodes but for the moments.

use std::time::Duration;

use dingdan::domain::Timestamp;

use super::{ABOVE, BOTH, Deal, HUAFENG, Node, YUNSHAN};
use crate::app::DIRECTOR;

const SECOND: Duration = Duration::from_secs(1);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

impl Node {
    /// At this moment and not before it the reps are reminded, and nobody above them hears of it.
    pub async fn turns_yellow_at(&self, moment: &str) {
        self.is_a_second_before(moment).await;
        for deal in BOTH {
            assert_eq!(self.run(deal).await["light"], "green");
            assert_eq!(self.reminders(deal), 0);
        }

        self.app.advance(SECOND).await;

        self.is_yellow(1).await;
    }

    /// By night the light turns alone; the reps are reminded when their work begins.
    pub async fn turns_yellow_by_night_at(&self, moment: &str, work_begins: &str) {
        self.is_a_second_before(moment).await;
        self.app.advance(SECOND).await;
        self.is_yellow(0).await;

        self.is_a_second_before(work_begins).await;
        self.is_yellow(0).await;
        self.app.advance(SECOND).await;

        self.is_yellow(1).await;
    }

    async fn is_yellow(&self, reminders: usize) {
        for deal in BOTH {
            let run = self.run(deal).await;
            assert_eq!(run["light"], "yellow", "{run}");
            assert_eq!(self.reminders(deal), reminders, "{:?}", self.said(deal));
            assert!(self.told_late(DIRECTOR, deal).is_empty());
        }
    }

    /// At this moment and not before it the director is told, with everything that they have to know.
    pub async fn turns_red_at(&self, moment: &str) {
        self.is_a_second_before(moment).await;
        for deal in BOTH {
            assert_eq!(self.run(deal).await["light"], "yellow");
            assert!(self.told_late(DIRECTOR, deal).is_empty());
        }

        self.app.advance(SECOND).await;

        for deal in BOTH {
            let run = self.run(deal).await;
            assert_eq!(
                (&run["status"], &run["light"]),
                (&"overdue".into(), &"red".into())
            );
            let [told] = self
                .told_late(DIRECTOR, deal)
                .try_into()
                .expect("told once");
            let due = Timestamp::parse_rfc3339(moment).unwrap().for_people();
            for (name, value) in [
                ("客户", deal.customer),
                ("商机", deal.name),
                ("销售", deal.rep),
                ("未完成", self.title),
                ("应完成", &due),
                ("已超时", "不到 1 分"),
            ] {
                let line = format!("**{name}**：{value}");
                assert!(told.contains(&line), "{line} is missing in {told}");
            }
            assert!(self.told_late(ABOVE, deal).is_empty());
        }
    }

    /// At this moment and not before it the next supervisor is told of what nobody has taken on, and
    /// of nothing else. There is nobody above them, so that it ends there.
    pub async fn goes_up_at(&self, moment: &str) {
        let (taken_on, run) = self
            .supervised(&HUAFENG, "acknowledge", serde_json::json!({}))
            .await;
        assert_eq!(
            (taken_on, &run["acknowledged"]["by"]),
            (200, &"周敏".into())
        );
        self.is_a_second_before(moment).await;
        assert!(self.told_late(ABOVE, &YUNSHAN).is_empty());

        self.app.advance(SECOND).await;

        assert_eq!(self.told_late(ABOVE, &YUNSHAN).len(), 1);
        self.app.advance(WEEK).await;
        for (deal, above) in [(&YUNSHAN, 1), (&HUAFENG, 0)] {
            assert_eq!(self.told_late(ABOVE, deal).len(), above);
            assert_eq!(self.told_late(DIRECTOR, deal).len(), 1, "told once");
        }
    }

    async fn is_a_second_before(&self, moment: &str) {
        let moment = Timestamp::parse_rfc3339(moment).unwrap().minus(SECOND);
        self.app.advance(moment.since(self.app.clock.now())).await;
    }

    /// How often the rep was reminded of what is left.
    fn reminders(&self, deal: &Deal) -> usize {
        let begins = format!("提醒：{}的「{}」还差", deal.customer, self.title);
        let said = self.said(deal).into_iter();
        said.filter(|text| text.contains(&begins)).count()
    }
}
