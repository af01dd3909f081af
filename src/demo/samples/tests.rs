use super::SAMPLES;
use crate::config::Document;
use crate::engine::{Process, QuestionKind};
use crate::evidence::{FileKind, bom, pdf, sniff};

const GOLDEN_SIX: &str = include_str!("../../../config/processes/golden-six.toml");
const LARGEST: usize = 1 << 20;

fn bytes(id: &str) -> Vec<u8> {
    let sample = SAMPLES.iter().find(|sample| sample.id == id);
    (sample.expect("a sample").make)().expect("it is made")
}

#[test]
fn letters_are_what_they_say() {
    for (id, title, standing) in [
        ("needs-signed", "需求确认单", pdf::Standing::Signed),
        ("needs-unsigned", "需求确认单", pdf::Standing::NotSigned),
        ("brochure", "需求确认单", pdf::Standing::OtherTitle),
        (
            "needs-scan",
            "需求确认单",
            pdf::Standing::ToBeLookedAt(pdf::Doubt::Scan),
        ),
        ("takt", "产线节拍匹配分析", pdf::Standing::NotSigned),
        ("minutes", "会议纪要", pdf::Standing::NotSigned),
        ("terms-signed", "关键条款确认函", pdf::Standing::Signed),
        ("terms-unsigned", "关键条款确认函", pdf::Standing::NotSigned),
        (
            "terms-scan",
            "关键条款确认函",
            pdf::Standing::ToBeLookedAt(pdf::Doubt::Scan),
        ),
    ] {
        let found = pdf::inspect(&bytes(id), title, LARGEST);
        let found = found.unwrap_or_else(|refusal| panic!("{id}: {refusal:?}"));
        assert_eq!(found.standing(), standing, "{id}");
    }
    assert_eq!(
        pdf::inspect(&bytes("broken"), "需求确认单", LARGEST),
        Err(pdf::Refusal::Damaged)
    );
    assert_eq!(sniff(&bytes("picture")), FileKind::Png);
}

#[test]
fn parts_lists_match_as_they_say() {
    let bought: Vec<String> = (101..=120).map(|number| format!("DM-{number}")).collect();
    let bought: Vec<bom::ModelCode> = bought
        .iter()
        .filter_map(|model| bom::ModelCode::new(model))
        .collect();
    for (id, percent) in [("parts-known", 95), ("parts-unknown", 60)] {
        let models = bom::read(&bytes(id), &bom::HEADERS, LARGEST).expect("a table");
        let compared = bom::compare(&models, &bought);
        assert_eq!(compared.share.percent(), Some(percent), "{id}");
    }
}

/// A question that wants a file finds one that it takes among the phone's.
#[test]
fn every_question_for_a_file_has_a_good_one() {
    let document = Document::new("golden-six.toml", GOLDEN_SIX);
    let process = Process::from_document(&document).expect("the process is right");
    for question in process.nodes().iter().flat_map(|node| &node.questions) {
        let takes_files = matches!(
            question.kind,
            QuestionKind::File { .. } | QuestionKind::PartsList { .. }
        );
        let has_one = SAMPLES
            .iter()
            .any(|sample| sample.is_good && sample.answers.contains(&question.title.as_str()));
        assert!(!takes_files || has_one, "{}", question.title);
    }
    let titles: Vec<&str> = process
        .nodes()
        .iter()
        .flat_map(|node| &node.questions)
        .map(|question| question.title.as_str())
        .collect();
    for sample in &SAMPLES {
        let unknown = sample.answers.iter().find(|title| !titles.contains(title));
        assert_eq!(unknown, None, "{}", sample.id);
    }
}
