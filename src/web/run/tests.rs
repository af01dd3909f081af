//! The run's page with samples, peaceful and hostile.

use super::*;
use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};
use drawn::Shown;

fn page_of(text: &str, can: Can) -> String {
    let shown = |why| Shown {
        text: text.to_owned(),
        file: Some("/runs/o1-1/files/abc".to_owned()),
        at: "今天 09:30".to_owned(),
        findings: vec![text.to_owned(), "12 KB".to_owned()],
        why,
    };
    RunPage {
        frame: Frame::sample(Tab::None, text),
        path: "/runs/o1-1".to_owned(),
        title: text.to_owned(),
        customer: text.to_owned(),
        deal: text.to_owned(),
        deal_path: "/deals/o1".to_owned(),
        rep: text.to_owned(),
        light: Light::Overdue,
        when: "已超 2 小时 5 分".to_owned(),
        why: text.to_owned(),
        quote: Some(Quote {
            text: text.to_owned(),
            at: "今天 09:30".to_owned(),
            href: "/chats/c1?message=m1".to_owned(),
            corrections: "/chats/c1/corrections".to_owned(),
            message: "m1".to_owned(),
            label: crate::domain::Label::Price,
        }),
        decisions: vec![format!("今天 09:30 {text} 豁免：{text}")],
        questions: vec![
            Question {
                title: text.to_owned(),
                required: true,
                answer: Some(shown("")),
                past: vec![shown("被退回")],
            },
            Question {
                title: "语音小结".to_owned(),
                required: false,
                answer: None,
                past: Vec::new(),
            },
        ],
        clock: vec![("今天 09:30".to_owned(), text.to_owned())],
        looks: vec![(text.to_owned(), text.to_owned(), "今天 09:31".to_owned())],
        waiting: if can.is_any() {
            vec![Waiting {
                question: "confirmation".to_owned(),
                title: text.to_owned(),
                sha256: text.to_owned(),
            }]
        } else {
            Vec::new()
        },
        can,
        refusal: Some("这个节点已经结束，不需要再处理。".to_owned()),
    }
    .render()
    .expect("the run renders")
}

fn all() -> Can {
    Can {
        acknowledge: true,
        urge: true,
        extend: true,
        pause: true,
        resume: true,
        let_off: true,
        send_back: true,
    }
}

#[test]
fn a_run_tells_what_was_asked_given_and_decided() {
    let html = page_of("首次需求澄清", all());
    keep("run", &html);

    for words in [
        "已超时",
        "看原始聊天",
        "被退回",
        "还没有回答",
        "以前的回答 1",
        "value=\"acknowledge\"",
        "value=\"urge\"",
        "value=\"extend\"",
        "value=\"pause\"",
        "value=\"resume\"",
        "value=\"waive\"",
        "value=\"dismiss\"",
        "value=\"approve\"",
        "value=\"return\"",
        "value=\"refuse\"",
        "value=\"confirmation\"",
        "href=\"/chats/c1?message=m1\"",
        "href=\"/runs/o1-1/files/abc\"",
    ] {
        assert!(html.contains(words), "{words}");
    }
    assert!(!page_of("首次需求澄清", Can::default()).contains("name=\"act\""));
}

#[test]
fn hostile_words_stay_text() {
    assert_escaped(&page_of(HOSTILE, all()));
}
