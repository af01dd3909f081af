//! What people do about what the engine wants.

use std::collections::BTreeMap;

use super::World;
use super::team::director;
use crate::domain::{RunId, Timestamp};
use crate::engine::{
    AlertText, CardPrompt, Column, Effect, Event, Evidence, FileSort, Finding, NONE_CHOSEN,
    Question, QuestionKind, SignatureFound, TitleFound, Unmatched,
};

impl World<'_> {
    /// Plans what somebody does about an effect.
    pub(super) fn react(&mut self, now: Timestamp, deal: usize, effect: &Effect) {
        match effect {
            Effect::SendCard(card) => self.answer_card(now, deal, card),
            Effect::Ask { run, question, .. } => self.answer(now, deal, run, question),
            Effect::RaiseAlert(alert) => self.heed(now, deal, alert),
            Effect::CreateTodo(todo) => {
                if self.chance.percent(60) {
                    let at = self.in_working_time(now, 60, 3000);
                    let todo = todo.key.clone();
                    self.plan_event(at, deal, Event::TodoDone { todo });
                }
            }
            Effect::TellRep { .. }
            | Effect::ReplaceCard { .. }
            | Effect::CloseTodo { .. }
            | Effect::RefuseStage { .. } => {}
        }
    }

    pub(super) fn in_working_time(&mut self, now: Timestamp, least: u64, most: u64) -> Timestamp {
        let after = self.chance.minutes(least, most);
        self.definitions.calendar().next_working(now.plus(after))
    }

    /// When the rep comes to it: mostly soon, sometimes days later, sometimes never.
    fn comes_to_it(&mut self, now: Timestamp) -> Option<Timestamp> {
        if self.chance.percent(self.team.neglect_percent) {
            return None;
        }
        Some(match self.chance.below(10) {
            0..7 => self.in_working_time(now, 2, 90),
            7..9 => self.in_working_time(now, 120, 1500),
            _ => self.in_working_time(now, 2000, 8000),
        })
    }

    fn answer_card(&mut self, now: Timestamp, deal: usize, card: &CardPrompt) {
        let Some(at) = self.comes_to_it(now) else {
            return;
        };
        let is_careless = self.chance.percent(8);
        let mut choices = BTreeMap::new();
        for question in &card.questions {
            let meant: Vec<&str> = question
                .options
                .iter()
                .map(|(id, _)| id.as_str())
                .filter(|id| (*id == NONE_CHOSEN) == is_careless)
                .collect();
            let chosen = self.chance.one_of(&meant).map(|id| (*id).to_owned());
            choices.insert(question.key.clone(), chosen.into_iter().collect());
        }
        let event = Event::Chosen {
            run: card.run.clone(),
            choices,
            by: self.rep(deal).id,
            amends: false,
        };
        self.plan_event(at, deal, event);
    }

    fn answer(&mut self, now: Timestamp, deal: usize, id: &RunId, question: &str) {
        let Some(at) = self.comes_to_it(now) else {
            return;
        };
        let Some(run) = self.deals[deal].state.runs.get(id) else {
            return;
        };
        let Some(asked) = self
            .definitions
            .node_of(run)
            .and_then(|node| node.question(question))
            .cloned()
        else {
            return;
        };
        let event = self.given(deal, id.clone(), &asked);
        self.plan_event(at, deal, event);
        if self.chance.percent(3) {
            let by = self.rep(deal).id;
            let run = id.clone();
            let aside = if self.chance.percent(50) {
                Event::PutOff { run, by }
            } else {
                Event::TookBack { run, by }
            };
            self.plan_event(now.plus(self::soon()), deal, aside);
        }
    }

    /// An answer of the question's kind: mostly right, now and then wrong.
    pub(super) fn given(&mut self, deal: usize, run: RunId, question: &Question) -> Event {
        let is_right = !self.chance.percent(15);
        let by = self.rep(deal).id;
        let key = question.key.clone();
        let number = self.planned;
        let proved = |finding| Event::Proved {
            run: run.clone(),
            question: key.clone(),
            evidence: evidence(number, finding),
            by: by.clone(),
        };
        match &question.kind {
            QuestionKind::File { accept, .. } => {
                let finding = document(accept, is_right, self.chance.percent(20));
                proved(finding)
            }
            QuestionKind::Voice { min_seconds, .. } => {
                let seconds = u64::from(*min_seconds);
                let seconds = if is_right { seconds + 5 } else { seconds / 2 };
                proved(Finding::Voice {
                    milliseconds: seconds * 1000,
                    sound_ms: None,
                })
            }
            QuestionKind::PartsList { .. } => proved(parts(is_right, self.chance.percent(10))),
            QuestionKind::Place { .. } => proved(Finding::Place {
                latitude: 29_868_000,
                longitude: 121_544_000,
            }),
            QuestionKind::Table {
                columns, min_rows, ..
            } => Event::Tabled {
                run,
                question: key,
                rows: rows(columns, if is_right { *min_rows + 2 } else { 0 }),
                by,
            },
            QuestionKind::Text { .. }
            | QuestionKind::ChooseOne(_)
            | QuestionKind::ChooseSeveral(_) => Event::Told {
                run,
                question: key,
                text: if is_right {
                    "我们会按客户的要求尽快给出方案".to_owned()
                } else {
                    "。".to_owned()
                },
                by,
                amends: false,
            },
        }
    }

    /// A supervisor stops the clock of what has just opened, and lets it go on some days later.
    fn stop_for_a_while(&mut self, now: Timestamp, deal: usize, run: &RunId) {
        let at = self.in_working_time(now, 5, 100);
        let stopped = Event::Stopped {
            run: run.clone(),
            by: director(),
            why: "客户停产检修".to_owned(),
        };
        self.plan_event(at, deal, stopped);
        let went_on = Event::WentOn {
            run: run.clone(),
            by: director(),
        };
        let later = at.plus(self.chance.minutes(30, 10_000));
        self.plan_event(later, deal, went_on);
    }

    /// A supervisor takes an alert on, or lets it go up.
    fn heed(&mut self, now: Timestamp, deal: usize, alert: &AlertText) {
        if let Some(run) = alert.run.as_ref().filter(|_| self.chance.percent(6)) {
            self.stop_for_a_while(now, deal, run);
        }
        if !self.chance.percent(70) {
            return;
        }
        let at = self.in_working_time(now, 5, 400);
        let (run, rule, by) = (alert.run.clone(), alert.rule.clone(), director());
        let late = alert
            .run
            .clone()
            .filter(|_| alert.reason != crate::engine::OPENED);
        let event = match (late, self.chance.below(20)) {
            (Some(run), 5) => Event::Dismissed {
                run,
                by,
                why: "不是本项目".to_owned(),
            },
            (Some(run), 0) => Event::Waived {
                run,
                by,
                why: "客户已口头确认".to_owned(),
            },
            (Some(run), 1) => Event::Extended {
                run,
                due: at.plus(std::time::Duration::from_secs(86_400)),
                by,
                why: "等客户回复".to_owned(),
            },
            (Some(run), 2..5) => Event::Urged { run, by },
            _ => Event::Acknowledged { run, rule, by },
        };
        self.plan_event(at, deal, event);
    }
}

const fn soon() -> std::time::Duration {
    std::time::Duration::from_secs(60)
}

/// Each file is another.
fn evidence(number: u64, finding: Finding) -> Evidence {
    Evidence {
        sha256: format!("{number:064x}"),
        name: "附件".to_owned(),
        size: 10_000,
        finding,
    }
}

fn document(accept: &[FileSort], is_right: bool, is_scan: bool) -> Finding {
    let sort = accept.first().copied();
    match sort {
        Some(FileSort::Pdf) if is_scan => Finding::Pdf {
            pages: 1,
            title: TitleFound::Unreadable,
            signature: SignatureFound::Unreadable,
        },
        Some(FileSort::Pdf) => Finding::Pdf {
            pages: 2,
            title: TitleFound::Yes,
            signature: if is_right {
                SignatureFound::Digital
            } else {
                SignatureFound::None
            },
        },
        sort => Finding::File {
            sort: sort.filter(|_| is_right),
        },
    }
}

fn parts(is_right: bool, is_new: bool) -> Finding {
    let unmatched = if is_right { 1 } else { 9 };
    Finding::PartsList {
        matched: (0..20).map(|number| format!("M-{number}")).collect(),
        unmatched: (0..unmatched)
            .map(|number| Unmatched {
                model: format!("X-{number}"),
                nearest: Vec::new(),
            })
            .collect(),
        more_matched: 0,
        more_unmatched: 0,
        has_history: !is_new,
    }
}

/// Rows that hold each option of each column.
fn rows(columns: &[Column], count: u32) -> Vec<BTreeMap<String, String>> {
    let cell = |column: &Column, row: usize| match column.options.as_slice() {
        [] => format!("某{row}"),
        options => options[row % options.len()].clone(),
    };
    (0..count as usize)
        .map(|row| {
            let cells = columns.iter();
            cells
                .map(|column| (column.key.clone(), cell(column, row)))
                .collect()
        })
        .collect()
}
