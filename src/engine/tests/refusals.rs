//! Mistakes in a definition: each is told with its line and with what was expected.

use crate::config::{Document, Problem, Problems};
use crate::engine::Process;

use super::telling::two_nodes_text;

/// What is replaced, by what, and then: the line of the problem (the text it contains), its key,
/// and words of what was found and expected.
type Mistake = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    ("name = \"黄金六节点\"", "", "#", "name", "no such key in the file", "1 to 40 characters"),
    ("name = \"黄金六节点\"", "name = 6", "name = 6", "name", "the number 6", "a text in quotes"),
    ("key = \"demo\"", "key = \"lead\"", "key = \"lead\"", "stage[2].key", "\"lead\" a second time", "another name for each stage"),
    ("key = \"demo\"", "key = \"演示\"", "演示", "stage[2].key", "\"演示\"", "lower-case name"),
    ("name = \"线索\"", "name = \"线索\"\nends = \"won\"", "ends = \"won\"", "stage[0].ends", "ends the deal", "begin with"),
    ("name = \"提案\"", "name = \"提案\"\nend = true", "end = true", "stage[3].end", "unknown key", "did you mean \"ends\""),
    ("once_per = \"words\"", "once_per = \"word\"", "once_per = \"word\"", "node[1].once_per", "\"word\"", "\"deal\", \"signal\", \"words\""),
    ("key = \"competitor_response\"", "key = \"risk_registration\"", "key = \"risk_registration\"", "node[1].key", "a second time", "each node"),
    ("[\"TENDER\", \"BUDGET\"]", "[\"TENDER\",\n \"BUGDET\"]", "BUGDET", "node[0].opens_on", "\"BUGDET\"", "BUDGET"),
    ("[\"TENDER\", \"BUDGET\"]", "[\"TENDER\", \"TENDER\"]", "opens_on = [\"TENDER\"", "node[0].opens_on", "a second time", "each signal once"),
    ("name = \"输单\"\nends = \"lost\"", "name = \"输单\"\nends = true", "ends = true", "stage[7].ends", "true", "a text in quotes"),
    ("name = \"输单\"\nends = \"lost\"", "name = \"输单\"\nends = \"over\"", "over", "stage[7].ends", "\"over\"", "\"won\", \"lost\""),
    ("[\"COMPETITOR\"]", "[]", "[[node]]", "node[1]", "opens_on with nothing in it", "at least one"),
    ("opens_on = [\"COMPETITOR\"]\n", "", "[[node]]", "node[1]", "a node that nothing opens", "[\"TENDER\"]"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on_stage = [\"propsal\"]", "propsal", "node[1].opens_on_stage", "\"propsal\"", "the key of a stage"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on = [\"COMPETITOR\"]\ngates = [\"contrct\"]", "contrct", "node[1].gates", "\"contrct\"", "the key of a stage"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on = [\"COMPETITOR\"]\ngates = [\"lead\"]", "gates = [\"lead\"]", "node[1].gates", "\"lead\"", "a stage behind the first"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on = [\"COMPETITOR\"]\nwhen = \"customer.industri == 'x'\"", "industri", "node[1].when", "customer.industri", "customer.industry"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on = [\"COMPETITOR\"]\nwhen = \"customer.name\"", "when", "node[1].when", "string", "true or false"),
    ("opens_on = [\"COMPETITOR\"]", "opens_on = [\"COMPETITOR\"]\nwhen = \"deal.stage ==\"", "when", "node[1].when", "deal.stage ==", "a condition such as"),
    ("expected_after = \"24h\"", "expected_after = \"150%\"", "150%", "node[1].expected_after", "150%", "\"48h\""),
    ("expected_after = \"24h\"", "expected_after = \"24h\"\non_work = \"halts\"", "halts", "node[1].on_work", "\"halts\"", "\"restarts\""),
    ("[\"COMPETITOR\"]", "[\"COMPETITOR\"]\nopens_in = [\"lead\", \"propsal\"]", "propsal", "node[1].opens_in", "\"propsal\"", "proposal"),
    ("\nlate_after = \"24h\"", "\nlate_after = \"24 Stunden\"", "Stunden", "node[1].late_after", "24 Stunden", "\"48h\""),
    ("\nlate_after = \"24h\"", "\nlate_after = \"5 workweeks\"", "workweeks", "node[1].late_after", "5 workweeks", "\"5 workdays\""),
    ("\nlate_after = \"24h\"", "\nlate_after = \"0h\"", "\"0h\"", "node[1].late_after", "0h", "at least one minute"),
    ("quiet_for = \"30d\"", "quiet_for = \"never\"", "never", "node[0].quiet_for", "never", "\"2d\""),
    ("inform_director_on_open = true", "inform_director_on_open = \"yes\"", "\"yes\"", "node[0].inform_director_on_open", "\"yes\"", "true or false"),
    ("inform_director_on_open = true", "inform_directors_on_open = true", "directors", "node[0].inform_directors_on_open", "unknown key", "inform_director_on_open"),
    ("name = \"竞品应对备案\"", "name = \"竞品应对备案竞品应对备案竞品应对备案\"", "备案竞品", "node[1].name", "18 characters", "1 to 16"),
    ("key = \"strategy\"", "key = \"risk_type\"", "key = \"risk_type\"", "node[0].question[1].key", "a second time", "each question"),
    ("title = \"竞品型号\"", "title = \"请写下竞品的品牌系列和具体型号\"", "请写下竞品", "node[1].question[1].title", "15 characters", "1 to 13"),
    ("kind = \"text\"\n", "kind = \"txt\"\n", "\"txt\"", "node[1].question[1].kind", "\"txt\"", "\"text\", \"file\", \"voice\""),
    ("library = \"risk_strategies\"", "library = \"risk_strategy\"", "\"risk_strategy\"", "node[0].question[1].library", "\"risk_strategy\"", "risk_strategies"),
    ("key = \"risk_strategies\"", "key = \"risk_strategies\"\noptions = []\n[[library]]\nkey = \"spare\"", "[[library]]", "library[0]", "an empty library", "at least one option"),
    ("{ id = \"own\"", "{ id = \"pilot\"", "library =", "node[0].question[1].library", "\"pilot\" in the library too", "another id"),
    ("id = \"no_budget\"", "id = \"budget_cut\"", "预算尚未立项", "node[0].question[0].options[3].id", "a second time", "each option"),
    ("id = \"no_budget\"", "id = \"_none\"", "_none", "node[0].question[0].options[3].id", "_none", "not beginning with _"),
    ("id = \"no_budget\"", "id = \"没预算\"", "没预算\"", "node[0].question[0].options[3].id", "9 bytes", "128 letters"),
    ("text = \"预算尚未立项\"", "text = \"这笔采购的预算到目前为止还没有立项\"", "到目前为止", "node[0].question[0].options[3].text", "17 characters", "1 to 16"),
    ("text = \"预算尚未立项\"", "text = \"预算尚未立项\", asks = \"x\"", "asks", "node[0].question[0].options[3].asks", "unknown key", "ask_text"),
    ("text = \"先做试点再放量\"", "text = \"先做试点再放量\", ask_text = \"哪里？\"", "[[node.question]]", "node[0].question[1]", "several options with ask_text", "at most one"),
    ("您打算怎么应对", "{plan}", "{plan}", "node[0].question[1].options[0].ask_text", "{plan}", "{customer}"),
    ("max_chars = 100", "max_chars = 501", "501", "node[1].question[1].max_chars", "501", "1 to 500"),
    ("max_chars = 100", "max_chars = 1", "min_chars = 2", "node[1].question[1].min_chars", "at least 2 and at most 1", "up to"),
    ("value = \"{quote}\"", "value = \"{qoute}\"", "{qoute}", "card.lines[3].value", "{qoute}", "{quote}"),
    ("value = \"{due}\"", "value = \"超时 {late_by}\"", "截止", "card.lines[2].value", "{late_by}", "only these placeholders here"),
    ("value = \"{due}\"", "value = \"{due\"", "{due\"", "card.lines[2].value", "a single brace", "between { and }"),
    ("name = \"截止\"", "name = \"截止日期时间\"", "截止日期时间", "card.lines[2].name", "6 characters", "1 to 5"),
    ("lines = [{ name = \"还差\"", "lines = [{ name = \"客户\", value = \"{customer}\" }, { name = \"还差\"", "[receipt.kept]", "receipt.kept", "2 lines", "at most 1"),
    ("title = \"{node}\"", "title = \"\"", "title = \"\"", "card.title", "an empty text", "people can read"),
    ("submit = \"提交\"", "submit = \"请选好以后点击这里提交\"", "点击这里", "card.submit", "11 characters", "1 to 10"),
    ("please_choose = \"请选择\"\n", "", "[card]", "card.please_choose", "no such key in [card]", "1 to 16"),
    ("title = \"{node}\"", "title = \"请在截止时间之前认真填写完成下面列出来的这一项内容非常感谢您：{node}\"", "[[node]]", "node[0]", "card title of 37 characters", "at most 36"),
    ("[alert.late]", "[alert.latest]", "[alert", "alert.late", "no such key", "a section with title and lines"),
    ("unknown_run = \"没有", "unknown_run = \"{node}没有", "{node}", "say.unknown_run", "{node}", "{rep}"),
];

fn problems(text: &str) -> Vec<Problem> {
    match Process::from_document(&Document::new("test.toml", text)) {
        Ok(_) => Vec::new(),
        Err(Problems(problems)) => problems,
    }
}

#[test]
fn each_mistake_names_its_line_what_was_found_and_what_was_expected() {
    for (from, to, line, key, found, expected) in MISTAKES {
        let good = two_nodes_text();
        assert!(good.contains(from), "{from}");
        let text = good.replacen(from, to, 1);

        let told = problems(&text);

        let problem = told
            .iter()
            .find(|problem| problem.key == *key && problem.found.contains(found))
            .unwrap_or_else(|| panic!("{to}: {}", Problems(told.clone())));
        let at = text.lines().nth(problem.line - 1).unwrap_or_default();
        assert!(at.contains(line), "{to}: line {} is {at:?}", problem.line);
        assert!(problem.expected.contains(expected), "{to}: {problem}");
    }
}

#[test]
fn a_mistake_is_told_once_and_drags_no_others_along() {
    let says_more = ["[alert.latest]", "[[library]]", "非常感谢"];
    let says_one = |to: &str| !says_more.iter().any(|part| to.contains(part));
    for (from, to, ..) in MISTAKES.iter().filter(|(_, to, ..)| says_one(to)) {
        let told = problems(&two_nodes_text().replacen(from, to, 1));

        assert_eq!(told.len(), 1, "{to}: {}", Problems(told.clone()));
    }
}

#[test]
fn twenty_mistakes_are_told_in_one_reading() {
    let mut text = two_nodes_text();
    let mut made = 0;
    for (from, to, ..) in MISTAKES {
        if text.contains(from) {
            text = text.replacen(from, to, 1);
            made += 1;
        }
    }

    let told = problems(&text);

    assert!(made >= 20, "{made}");
    assert!(told.len() >= 20, "{}", Problems(told));
    assert!(told.is_sorted_by_key(|problem| problem.line));
}

#[test]
fn too_many_questions_or_options_are_refused() {
    let question =
        "\n[[node.question]]\nkey = \"kN\"\ntitle = \"问\"\nkind = \"text\"\nask = \"问？\"\n";
    let three_more: String = (1..=3)
        .map(|n| question.replace('N', &n.to_string()))
        .collect();
    let option = "  { id = \"oN\", text = \"项\" },\n";
    let four_more: String = (1..=4)
        .map(|n| option.replace('N', &n.to_string()))
        .collect();
    let good = two_nodes_text();

    let six = problems(&good.replace("\n# ───────── 卡片", &format!("{three_more}\n# ── 卡片")));
    assert_eq!(
        (six[0].key.as_str(), six[0].found.as_str()),
        ("node[1]", "6 required questions")
    );

    let ten = problems(&good.replace(
        "  { id = \"open_tender\"",
        &format!("{four_more}  {{ id = \"open_tender\""),
    ));
    assert_eq!(
        (
            ten[0].key.as_str(),
            ten[0].found.as_str(),
            ten[0].expected.as_str()
        ),
        ("node[0].question[0]", "10 options", "2 to 9 of this kind")
    );

    let several = good.replacen("kind = \"choose_one\"", "kind = \"choose_several\"", 1);
    assert_eq!(problems(&several).len(), 0);
}

#[test]
fn a_file_with_nothing_in_it_is_told_what_a_process_needs() {
    let told = problems("");

    let keys: Vec<&str> = told.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["", "", "alert", "card", "name", "receipt", "say"]);
    assert!(
        told.iter()
            .any(|problem| problem.expected == "at least one [[node]]")
    );
}

#[test]
fn another_text_is_another_version() {
    let good = two_nodes_text();
    let version = |text: &str| {
        let process = Process::from_document(&Document::new("test.toml", text));
        process.expect("valid").version().to_owned()
    };

    assert_eq!(version(&good), version(&good));
    assert_eq!(version(&good).len(), 12);
    assert_ne!(version(&good), version(&format!("{good}# 改\n")));
}
