//! 返回, 稍后, 继续: the rep takes an answer back, wants to be asked later, or now.

use crate::domain::RunId;

use super::state::State;
use super::step::Step;
use super::supervising::withdraw;

impl Step<'_> {
    /// 返回: the last answer is taken back and asked again.
    pub(super) fn take_back(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.wanted(state, id) else {
            return;
        };
        let last = run.answers.iter().max_by_key(|(key, answer)| {
            let place = node
                .questions
                .iter()
                .position(|question| question.key == **key);
            (answer.at, place)
        });
        let Some(key) = last.map(|(key, _)| key.clone()) else {
            let nothing = &self.process_of(run).wording.sentences.nothing_to_take_back;
            let text = self.facts().run(node, run).fill(nothing);
            return self.say(Some(id), text);
        };
        withdraw(run, &key, self.now, "taken_back");
        run.put_off = None;
        self.settle(state, id);
        self.ask_next(state, id);
    }

    /// 稍后: the rep is asked again when the process says.
    pub(super) fn put_off(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.wanted(state, id) else {
            return;
        };
        run.asked = None;
        let process = self.process_of(run);
        run.put_off = Some(process.put_off_for.after(self.now, self.calendar));
        let text = self
            .facts()
            .run(node, run)
            .fill(&process.wording.sentences.put_off);
        self.say(Some(id), text);
    }

    /// What is missing is asked now.
    pub(super) fn ask_again(&mut self, state: &mut State, id: &RunId) {
        let Some((node, run)) = self.wanted(state, id) else {
            return;
        };
        run.put_off = None;
        self.ask(id, node, run, None);
    }
}
