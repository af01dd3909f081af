//! A run is done, or nothing is asked of it any more.

use crate::domain::RunId;

use super::answering::Reply;
use super::definition::Node;
use super::notice::as_text;
use super::phase::{Actor, Phase, Signed};
use super::run::Run;
use super::step::Step;

/// Why a run ends of which nothing was wanted.
const NOTHING_TO_ANSWER: &str = "没有需要回答的问题";

impl Step<'_> {
    /// Every answer is there: the run is done, and its receipt says so.
    pub(super) fn finish(
        &mut self,
        id: &RunId,
        node: &Node,
        run: &mut Run,
        by: Actor,
        reply: Reply,
    ) {
        let signed = Signed { at: self.now, by };
        run.asked = None;
        run.put_off = None;
        run.phase = Phase::Done {
            signed,
            late: run.is_late(),
            due: run.phase.due(),
        };
        self.tell_end(id, node, run, reply);
    }

    /// Nothing is missing any more, since what was is not asked of this deal now: done by whoever
    /// answered last. Of whom nothing was ever wanted, it does not apply.
    pub(super) fn finish_unasked(&mut self, id: &RunId, node: &Node, run: &mut Run) {
        let last = run.answers.values().max_by_key(|answer| answer.at);
        if let Some(last) = last {
            let by = Actor {
                id: last.by.clone(),
                name: self.context.rep.clone(),
            };
            return self.finish(id, node, run, by, Reply::InChat);
        }
        run.asked = None;
        run.put_off = None;
        run.phase = Phase::NotApplicable {
            signed: Signed {
                at: self.now,
                by: by_the_process(),
            },
            why: NOTHING_TO_ANSWER.into(),
            due: run.phase.due(),
        };
        self.tell_end(id, node, run, Reply::InChat);
    }

    /// The receipt of a run that is over, in its card and where the rep reads.
    fn tell_end(&mut self, id: &RunId, node: &Node, run: &Run, reply: Reply) {
        let receipt = self.receipt(node, run);
        if let Reply::OnCard = reply {
            return self.replace_card(id, receipt);
        }
        let text = as_text(&receipt);
        // The card that asked would go on saying that something is missing.
        if run.cards > 0 {
            self.replace_card(id, receipt);
        }
        self.say(Some(id), text);
    }
}

/// Who decides what follows from the definition alone.
fn by_the_process() -> Actor {
    Actor {
        id: "process".parse().expect("not empty"),
        name: "流程".to_owned(),
    }
}
