//! What the engine wants to ask, as a template card of WeCom; and what a finished card shows.
//! Source: `developer.work.weixin.qq.com/document/path/90236`.

use dingdan_webhooks::wecom::card::{
    ButtonInteraction, ButtonSelection, CardButton, Checkbox, CheckboxOption, HorizontalContent,
    MainTitle, MultipleInteraction, SelectOption, Source, SubmitButton, TemplateCard,
    VoteInteraction,
};

use crate::domain::RunId;
use crate::engine::{CardPrompt, ChoicePrompt, Receipt};

/// Key of the one button of our cards.
const SUBMIT: &str = "submit";
const SOURCE: &str = "盯单";
/// Rows that a card may have.
const MOST_ROWS: usize = 6;
/// Lengths that the platform recommends; it cuts longer texts by itself, in the middle of words.
const DESCRIPTION_CHARACTERS: usize = 150;
const ROW_NAME_CHARACTERS: usize = 5;
const ROW_VALUE_CHARACTERS: usize = 30;

/// The option of a list, or the key of a button, by which a rep says that what the card is about is
/// none. No option of a process begins so.
pub(crate) const FALSE_ALARM: &str = "_false-alarm";
const FALSE_ALARM_TEXT: &str = "这是误报";
/// Options that the platform takes in a list, and in a card of one multiple choice.
const MOST_IN_LIST: usize = 10;
const MOST_IN_VOTE: usize = 20;

/// The name of a run's card: unique in the app, and leads back to the run.
#[must_use]
pub fn task_id(run: &RunId, number: u32) -> String {
    format!("{run}@{number}")
}

/// The id and the number that a task id was made of, as far as it can be one.
pub(crate) fn named_by<I: std::str::FromStr>(task_id: &str) -> Option<(I, i64)> {
    let (id, number) = task_id.rsplit_once('@')?;
    Some((id.parse().ok()?, number.parse().ok()?))
}

/// The card that asks.
#[must_use]
pub fn prompt(prompt: &CardPrompt, task_id: &str) -> TemplateCard {
    match prompt.questions.as_slice() {
        [] => TemplateCard::ButtonInteraction(ButtonInteraction {
            source: Some(source()),
            task_id: task_id.to_owned(),
            main_title: MainTitle {
                title: prompt.title.clone(),
                desc: String::new(),
            },
            horizontal_content_list: rows(&prompt.lines),
            button_list: [CardButton {
                text: prompt.submit.clone(),
                style: 1,
                key: SUBMIT.to_owned(),
                ..CardButton::default()
            }]
            .into_iter()
            .chain(prompt.may_be_false.then(false_alarm_button))
            .collect(),
            ..ButtonInteraction::default()
        }),
        [one] if one.several => TemplateCard::VoteInteraction(VoteInteraction {
            source: Some(source()),
            task_id: task_id.to_owned(),
            main_title: title(prompt),
            checkbox: Some(checkbox(&contestable(one, prompt.may_be_false))),
            submit_button: Some(submit(&prompt.submit)),
            ..VoteInteraction::default()
        }),
        several => TemplateCard::MultipleInteraction(MultipleInteraction {
            source: Some(source()),
            task_id: task_id.to_owned(),
            main_title: title(prompt),
            select_list: lists(several, prompt.may_be_false),
            submit_button: Some(submit(&prompt.submit)),
            ..MultipleInteraction::default()
        }),
    }
}

/// The lists; the first that has room offers that it was a false alarm. WeCom's cards with lists have
/// neither a menu nor a second button.
fn lists(questions: &[ChoicePrompt], may_be_false: bool) -> Vec<ButtonSelection> {
    let room = |question: &ChoicePrompt| question.options.len() < MOST_IN_LIST;
    let offering = questions.iter().position(room).filter(|_| may_be_false);
    let drawn = |(place, question)| list(&contestable(question, offering == Some(place)));
    questions.iter().enumerate().map(drawn).collect()
}

/// The question, with the option that it was a false alarm behind its own.
fn contestable(question: &ChoicePrompt, may_be_false: bool) -> ChoicePrompt {
    let mut question = question.clone();
    if may_be_false && question.options.len() < MOST_IN_VOTE {
        let option = (FALSE_ALARM.to_owned(), FALSE_ALARM_TEXT.to_owned());
        question.options.push(option);
    }
    question
}

fn false_alarm_button() -> CardButton {
    CardButton {
        text: FALSE_ALARM_TEXT.to_owned(),
        style: 2,
        key: FALSE_ALARM.to_owned(),
        ..CardButton::default()
    }
}

/// The card as it stays: what was answered, and a grey button.
#[must_use]
pub fn receipt(receipt: &Receipt) -> TemplateCard {
    TemplateCard::ButtonInteraction(ButtonInteraction {
        source: Some(source()),
        main_title: MainTitle {
            title: receipt.title.clone(),
            desc: String::new(),
        },
        horizontal_content_list: rows(&receipt.lines),
        button_list: vec![CardButton {
            text: receipt.button.clone(),
            style: 4,
            key: SUBMIT.to_owned(),
            ..CardButton::default()
        }],
        replace_text: receipt.button.clone(),
        ..ButtonInteraction::default()
    })
}

fn source() -> Source {
    Source {
        desc: SOURCE.to_owned(),
        ..Source::default()
    }
}

fn submit(text: &str) -> SubmitButton {
    SubmitButton {
        text: text.to_owned(),
        key: SUBMIT.to_owned(),
    }
}

/// Cards with lists have no rows: what is known goes into the line below the title.
fn title(prompt: &CardPrompt) -> MainTitle {
    let lines: Vec<String> = prompt
        .lines
        .iter()
        .map(|(name, value)| format!("{name}：{value}"))
        .collect();
    MainTitle {
        title: prompt.title.clone(),
        desc: cut(&lines.join("\n"), DESCRIPTION_CHARACTERS),
    }
}

fn list(question: &ChoicePrompt) -> ButtonSelection {
    let options = question.options.iter();
    ButtonSelection {
        question_key: question.key.clone(),
        title: question.title.clone(),
        selected_id: question
            .options
            .first()
            .map(|(id, _)| id.clone())
            .unwrap_or_default(),
        option_list: options
            .map(|(id, text)| SelectOption {
                id: id.clone(),
                text: text.clone(),
            })
            .collect(),
        ..ButtonSelection::default()
    }
}

fn checkbox(question: &ChoicePrompt) -> Checkbox {
    let option = |(id, text): &(String, String)| CheckboxOption {
        id: id.clone(),
        text: text.clone(),
        is_checked: false,
    };
    Checkbox {
        question_key: question.key.clone(),
        mode: 1,
        option_list: question.options.iter().map(option).collect(),
        ..Checkbox::default()
    }
}

fn rows(lines: &[(String, String)]) -> Vec<HorizontalContent> {
    let row = |(name, value): &(String, String)| HorizontalContent {
        keyname: cut(name, ROW_NAME_CHARACTERS),
        value: cut(value, ROW_VALUE_CHARACTERS),
        ..HorizontalContent::default()
    };
    lines.iter().take(MOST_ROWS).map(row).collect()
}

/// The text, at most so long.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    if text.chars().count() <= characters {
        return text.to_owned();
    }
    text.chars().take(characters - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(questions: Vec<ChoicePrompt>) -> CardPrompt {
        CardPrompt {
            run: "deal-1".parse().expect("not empty"),
            number: 1,
            title: "风险预判登记".to_owned(),
            lines: (0..8)
                .map(|n| (format!("很长的名字{n}"), "值".repeat(80)))
                .collect(),
            questions,
            submit: "提交".to_owned(),
            may_be_false: true,
        }
    }

    fn choice(key: &str, several: bool) -> ChoicePrompt {
        let options = (0..9)
            .map(|n| (format!("o{n}"), format!("选项{n}")))
            .collect();
        ChoicePrompt {
            key: key.to_owned(),
            title: "哪一种".to_owned(),
            several,
            options,
        }
    }

    #[test]
    fn every_kind_of_prompt_is_a_card_that_the_platform_takes() {
        let prompts = [
            asks(vec![]),
            asks(vec![choice("a", false)]),
            asks(vec![
                choice("a", false),
                choice("b", false),
                choice("c", false),
            ]),
            asks(vec![choice("a", true)]),
        ];

        for asked in prompts {
            let card = prompt(&asked, "deal-1@1");
            assert_eq!(card.check(), Ok(()), "{card:?}");
            assert_eq!(card.task_id(), "deal-1@1");
        }
    }
}
