//! The deal's page with samples, peaceful and hostile.

use super::*;
use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

fn page_of(text: &str) -> String {
    DealPage {
        frame: Frame::sample(Tab::None, text),
        path: "/deals/o1".to_owned(),
        name: text.to_owned(),
        customer: text.to_owned(),
        rep: text.to_owned(),
        stage: text.to_owned(),
        is_closed: false,
        stages: vec![
            ("demo".to_owned(), text.to_owned(), true),
            ("proposal".to_owned(), text.to_owned(), false),
        ],
        runs: vec![Run {
            path: "/runs/o1-1".to_owned(),
            title: text.to_owned(),
            light: Light::Paused,
            when: "计时已停".to_owned(),
        }],
        by_hand: vec![("needs_clarification".to_owned(), text.to_owned())],
        rules: [
            Taken::ByNobody(Some("/deals/o1/rules/demo_dwell/acknowledge".to_owned())),
            Taken::ByNobody(None),
            Taken::By(format!("今天 09:30 {text} 确认了预警")),
        ]
        .map(|taken| RuleAlert {
            name: text.to_owned(),
            since: "昨天 09:30".to_owned(),
            level: 2,
            taken,
        })
        .into(),
        dwell: dwell::sample(text),
        history: History {
            lines: vec![
                history::Line {
                    at: "今天 09:31".to_owned(),
                    what: format!("{text} 回答了「风险类型」"),
                    run: Some(("/runs/o1-1".to_owned(), text.to_owned())),
                },
                history::Line {
                    at: "今天 09:30".to_owned(),
                    what: format!("{text} 把阶段改为「方案演示」"),
                    run: None,
                },
            ],
            earlier: Some("/deals/o1?before=7#history".to_owned()),
            is_newest: false,
        },
        refusal: Some(Refusal {
            text: text.to_owned(),
            missing: vec![("/runs/o1-1".to_owned(), text.to_owned())],
        }),
    }
    .render()
    .expect("the deal renders")
}

#[test]
fn a_refused_move_leads_to_the_runs_it_waits_for() {
    let html = page_of("方案匹配验证");
    keep("deal", &html);

    assert!(html.contains("<option value=\"demo\" selected>"), "{html}");
    assert!(html.contains("<a href=\"/runs/o1-1\">方案匹配验证</a>"));
    let form = "action=\"/deals/o1/rules/demo_dwell/acknowledge\"";
    assert_eq!(html.matches(form).count(), 1, "one waits for the viewer");
    assert!(html.contains("团队中位数 4 小时，中间一半 2 小时 到 1 个工作日，样本 5"));
    assert!(html.contains("样本不到 5 个") && html.matches("dwell-own long").count() == 1);
    assert_escaped(&page_of(HOSTILE));
}
