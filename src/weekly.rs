//! TOP3 客户异议类型, told once a week: to each director about what they see on the board, to the
//! product team about the whole company.
//!
//! It is due at `[weekly] at`, about the seven days before that day; when nobody works then, when work
//! begins next, and never in a person's quiet hours. What is told to whom is a row, written in one
//! commit with the order that tells it, so that neither a restart nor a replica tells it twice. After
//! a downtime of two days it is no news any more. A week without objections is told nobody. It is no
//! interruption of the day: it comes when it is expected, and must not hold up an alert.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dingdan_webhooks::dingtalk::link::page_link;

use crate::config::QuietHours;
use crate::domain::{Day, PersonId, Role, Timestamp};
use crate::outbox::{DirectorMessage, Order, weekly_fits};
use crate::percent_encoded::percent_encoded;
use crate::shared::Shared;
use crate::store::{BoardScope, Person, StoreError, ViewScope};
use crate::top_three::{Asked, Quote, Report, text};

/// So long after it was due it is told late; after that it is left out.
const TOLD_LATE: Duration = Duration::from_secs(48 * 3600);
const DAYS: i64 = 7;

/// After a holiday several weeks may be due at once.
const WEEKS: i64 = 3;

/// Tells the week when it is due.
#[derive(Default)]
pub(crate) struct Weekly {
    /// The weeks that everybody was told, so that nobody is looked for again.
    done: Mutex<BTreeSet<Day>>,
}

/// Who is told.
enum Receiver {
    /// By whichever way of `[alerts]` reaches them, but for groups.
    Person(Person),
    /// The group of a robot.
    Robot(String),
}

/// One receiver, and what they are told of.
struct Telling {
    receiver: Receiver,
    scope: ViewScope,
    due: Timestamp,
}

impl Weekly {
    /// Tells whom it is due to and who wasn't told yet. Returns how many were.
    ///
    /// # Errors
    /// When the store fails; who wasn't told is told by the next round.
    pub(crate) async fn tell_due(&self, shared: &Shared) -> Result<usize, StoreError> {
        let mut count = 0;
        for (week, due) in due(shared) {
            if !self.done().contains(&week.0) {
                count += self.tell_week(shared, week, due).await?;
            }
        }
        Ok(count)
    }

    async fn tell_week(
        &self,
        shared: &Shared,
        week: (Day, Day),
        due: Timestamp,
    ) -> Result<usize, StoreError> {
        let now = shared.clock.now();
        let told = shared.store.weekly_receivers(week.0).await?;
        let mut waiting = tellings(shared, due).await?;
        waiting.retain(|telling| !told.contains(&telling.receiver.key()));
        let (ready, later): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|telling| telling.due <= now);
        let count = ready.len();
        if count > 0 {
            tell_all(shared, week, ready, now).await?;
            shared.wake_after_commit();
        }
        if later.is_empty() {
            self.done().insert(week.0);
        }
        Ok(count)
    }

    fn done(&self) -> MutexGuard<'_, BTreeSet<Day>> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The weeks that are to be told now, the oldest first, and since when.
fn due(shared: &Shared) -> Vec<((Day, Day), Timestamp)> {
    let now = shared.clock.now();
    let weekly = shared.settings.weekly.at;
    let Some(at) = weekly.filter(|_| shared.settings.dingtalk.is_some()) else {
        return Vec::new();
    };
    let last = at.last(now);
    let calendar = shared.calendar.load();
    let week = |back: i64| {
        let day = last.day().plus(-DAYS * back);
        let set = day.start().plus(last.since(last.day().start()));
        let due = calendar.next_working(set);
        let is_now = due <= now && now.since(due) < TOLD_LATE;
        is_now.then_some(((day.plus(-DAYS), day.plus(-1)), due))
    };
    (0..WEEKS).rev().filter_map(week).collect()
}

/// Everybody who is told, with the moment from which they may be. Who belongs to the product team
/// hears of the whole company, directors of what they see.
async fn tellings(shared: &Shared, due: Timestamp) -> Result<Vec<Telling>, StoreError> {
    let weekly = &shared.settings.weekly;
    let mut tellings = Vec::new();
    for person in shared.store.people().await? {
        let is_of_product = weekly.people.contains(&person.id);
        if !is_of_product && person.role != Role::Director {
            continue;
        }
        let scope = if is_of_product {
            ViewScope::All
        } else {
            ViewScope::of(&person)
        };
        let quiet = quiet_hours(shared, &person.id).await?;
        tellings.push(Telling {
            due: quiet.and_then(|quiet| quiet.end_after(due)).unwrap_or(due),
            receiver: Receiver::Person(person),
            scope,
        });
    }
    for robot in &weekly.robots {
        tellings.push(Telling {
            receiver: Receiver::Robot(robot.clone()),
            scope: ViewScope::All,
            due,
        });
    }
    Ok(tellings)
}

async fn quiet_hours(shared: &Shared, person: &PersonId) -> Result<Option<QuietHours>, StoreError> {
    let setting = shared.store.person_setting(person).await?;
    let own = setting.quiet_hours.as_deref().map(QuietHours::or_none);
    Ok(match own {
        Some(Ok(own)) => own,
        Some(Err(_)) | None => shared.settings.alerts.quiet_hours,
    })
}

async fn tell_all(
    shared: &Shared,
    week: (Day, Day),
    tellings: Vec<Telling>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let store = &shared.store;
    let teams = store.teams().await?;
    // Directors of one region, and the whole product team, are told the same.
    let of = |telling: &Telling| format!("{:?}", telling.scope.on_board());
    let mut asked: BTreeMap<String, Asked> = BTreeMap::new();
    for telling in &tellings {
        asked
            .entry(of(telling))
            .or_insert_with(|| Asked::all(&telling.scope, week, &teams));
    }
    let (whose, asked): (Vec<String>, Vec<Asked>) = asked.into_iter().unzip();
    let dictionaries = shared.detector.load().dictionaries().clone();
    let reports = Report::all(store, &dictionaries, &asked).await?;
    let reports: BTreeMap<String, Report> = whose.into_iter().zip(reports).collect();
    for telling in tellings {
        tell(shared, week.0, &telling, &reports[&of(&telling)], now).await?;
    }
    Ok(())
}

async fn tell(
    shared: &Shared,
    week: Day,
    telling: &Telling,
    report: &Report,
    now: Timestamp,
) -> Result<(), StoreError> {
    let receiver = telling.receiver.key();
    let outcome = match &telling.receiver {
        _ if report.tops.is_empty() => "nothing",
        Receiver::Person(person) if person.dingtalk_userid.is_none() => "no way",
        _ => "ordered",
    };
    let mut tx = shared.store.begin().await?;
    let is_new = tx.decide_weekly((week, &receiver), outcome, now).await?;
    if is_new && outcome == "ordered" {
        let order = order(shared, telling, report);
        let key = format!("weekly:{week}:{receiver}");
        tx.order(&order.row(&key, now)).await?;
    }
    tx.commit().await
}

fn order(shared: &Shared, telling: &Telling, report: &Report) -> Order {
    let base = &shared.settings.server.public_url;
    let link = |quote: &Quote| {
        let chat = percent_encoded(quote.chat.as_str());
        let message = percent_encoded(quote.message.as_str());
        page_link(
            &format!("{base}/chats/{chat}?message={message}&via=dingtalk"),
            true,
        )
    };
    let whose = match telling.scope.on_board() {
        BoardScope::All => "全公司".to_owned(),
        BoardScope::Region { region, .. } => region,
        BoardScope::Team(_) => "本团队".to_owned(),
        BoardScope::Rep(_) => "本人".to_owned(),
    };
    let (from, to) = report.days;
    let title = text::title(report);
    let url = page_link(&format!("{base}/?from={from}&to={to}&via=dingtalk"), true);
    let in_a_notice = |text: &str| weekly_fits(&title, text, &url, true);
    let elsewhere = |text: &str| weekly_fits(&title, text, &url, false);
    let (to, robot) = match &telling.receiver {
        Receiver::Person(person) => (person.dingtalk_userid.clone(), None),
        Receiver::Robot(name) => (None, Some(name.clone())),
    };
    Order::DingtalkWeeklyV1 {
        robot,
        short: text::markdown(report, &whose, &link, in_a_notice),
        message: DirectorMessage {
            to,
            region: String::new(),
            markdown: text::markdown(report, &whose, &link, elsewhere),
            title,
            url,
            after: None,
            refused: Vec::new(),
        },
    }
}

impl Receiver {
    fn key(&self) -> String {
        match self {
            Self::Person(person) => format!("person:{}", person.id),
            Self::Robot(name) => format!("robot:{name}"),
        }
    }
}
