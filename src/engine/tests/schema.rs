//! The schema of definitions: it is in step with the parser, and with the file that ships.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::config::{Document, Problems};
use crate::engine::Process;

use super::json_schema::Checker;
use super::telling::golden_six_text;

/// What the six nodes don't use.
const REST: &str = include_str!("rest-of-the-keys.toml");

/// A definition in which every key stands.
fn with_every_key() -> String {
    let named = "name = \"黄金六节点\"";
    let text = golden_six_text();
    assert!(text.contains(named));
    text.replacen(named, &format!("{named}\nput_off_for = \"1 workhours\""), 1) + REST
}

fn problems(text: &str) -> Problems {
    Process::from_document(&Document::new("test.toml", text))
        .err()
        .unwrap_or_default()
}

fn parsed(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

/// One occurrence of a key: where it stands, as `node.question[file].accept`, and the way there.
type Occurrences = BTreeMap<String, Vec<String>>;

/// Finds each key of each table once; tables of other kinds are other tables.
fn occurrences(value: &Value, name: &str, way: &[String], found: &mut Occurrences) {
    match value {
        Value::Object(table) => {
            let kind = table.get("kind").and_then(Value::as_str);
            let name = kind.map_or_else(|| name.to_owned(), |kind| format!("{name}[{kind}]"));
            for (key, below) in table {
                let way = [way, std::slice::from_ref(key)].concat();
                let name = format!("{name}.{key}");
                occurrences(below, &name, &way, found);
                found.entry(name).or_insert(way);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let way = [way, &[index.to_string()]].concat();
                occurrences(item, name, &way, found);
            }
        }
        _ => {}
    }
}

fn at<'v>(value: &'v mut Value, way: &[String]) -> &'v mut Value {
    way.iter().fold(value, |value, step| match value {
        Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        value => &mut value[step.as_str()],
    })
}

/// `.node[0].key`.
fn path(way: &[String]) -> String {
    let step = |step: &String| match step.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{step}"),
    };
    way.iter().map(step).collect()
}

fn is_table(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_table),
        value => value.is_object(),
    }
}

#[test]
fn the_file_beside_the_definition_is_the_schema_of_this_version() {
    let shipped = include_str!("../../../config/processes/process.schema.json");
    let schema = serde_json::to_string_pretty(&Process::schema()).unwrap() + "\n";

    assert!(
        shipped == schema,
        "config/processes/process.schema.json is of another version: run `cargo run -- schema > config/processes/process.schema.json` to renew it"
    );
}

#[test]
fn a_definition_with_every_key_is_taken_by_parser_and_schema() {
    let text = with_every_key();
    let checker = Checker::new(Process::schema());

    let told = problems(&text);
    let objections = checker.objections(&parsed(&text));

    assert!(told.0.is_empty(), "{told}");
    assert_eq!(objections, [""; 0]);
    assert_eq!(checker.objections(&parsed(&golden_six_text())), [""; 0]);
    let mut found = Occurrences::new();
    occurrences(&parsed(&text), "", &[], &mut found);
    let without_kinds = |name: &String| {
        let parts = name.split('[').map(|part| part.split(']').next_back());
        parts.map(Option::unwrap_or_default).collect::<String>()
    };
    let used: BTreeSet<String> = found.keys().map(without_kinds).collect();
    let known = checker.keys();
    let unused: Vec<&String> = known.difference(&used).collect();
    assert!(unused.is_empty(), "no test has {unused:?}");
}

/// Where the parser and where the schema find mistakes, in the same way of writing.
fn mistakes(checker: &Checker, value: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let told = problems(&toml::to_string(value).unwrap());
    let by_parser = told.0.iter().map(|problem| format!(".{}", problem.key));
    let objections = checker.objections(value);
    let by_schema = objections.iter().filter_map(|text| text.split(": ").next());
    (by_parser.collect(), by_schema.map(str::to_owned).collect())
}

#[test]
fn every_key_is_read_and_its_type_is_that_of_the_schema() {
    let mut wrong = parsed(&with_every_key());
    let checker = Checker::new(Process::schema());
    let mut found = Occurrences::new();
    occurrences(&wrong, "", &[], &mut found);
    // Which keys there are depends on the kind.
    found.retain(|_, way| way.last().is_some_and(|key| key != "kind"));
    for way in found.values() {
        let value = at(&mut wrong, way);
        if !is_table(value) {
            let number = value.is_string();
            *value = if number {
                Value::from(7)
            } else {
                Value::from("另一种")
            };
        }
    }

    let (by_parser, by_schema) = mistakes(&checker, &wrong);

    for (name, way) in &found {
        if !is_table(at(&mut wrong, way)) {
            assert!(by_parser.contains(&path(way)), "{name} is not read");
            assert!(by_schema.contains(&path(way)), "{name} may be anything");
        }
    }
}

#[test]
fn a_misspelt_key_is_refused_in_every_table() {
    let good = parsed(&with_every_key());
    let checker = Checker::new(Process::schema());
    let mut found = Occurrences::new();
    occurrences(&good, "", &[], &mut found);
    let tables: BTreeSet<&[String]> = found.values().map(|way| &way[..way.len() - 1]).collect();
    let mut wrong = good.clone();
    for table in &tables {
        at(&mut wrong, table)["nam"] = Value::from("x");
    }

    let (by_parser, by_schema) = mistakes(&checker, &wrong);

    for table in tables {
        let key = [table, &["nam".to_owned()]].concat();
        assert!(by_parser.contains(&path(&key)), "{}", path(&key));
        assert!(by_schema.contains(&path(table)), "{}", path(table));
    }
}

#[test]
fn what_has_to_be_there_is_the_same_for_parser_and_schema() {
    let good = parsed(&with_every_key());
    let checker = Checker::new(Process::schema());
    let mut found = Occurrences::new();
    occurrences(&good, "", &[], &mut found);

    for (name, way) in &found {
        let (key, above) = way.split_last().unwrap();
        let mut without = good.clone();
        at(&mut without, above).as_object_mut().unwrap().remove(key);

        let told = problems(&toml::to_string(&without).unwrap());
        let objections = checker.objections(&without);

        let is_missed = told.0.iter().any(|problem| {
            problem.found.starts_with("no such key") && format!(".{}", problem.key) == path(way)
        });
        assert!(
            objections.is_empty() || !told.0.is_empty(),
            "without {name} the parser goes on: {objections:?}"
        );
        assert!(
            !is_missed || !objections.is_empty(),
            "without {name} the schema goes on: {told}"
        );
    }
}

#[test]
fn the_schema_refuses_words_times_and_placeholders_that_there_are_not() {
    let checker = Checker::new(Process::schema());
    for (from, to) in [
        ("[\"COMPETITOR\"]", "[\"COMPETITORS\"]"),
        ("once_per = \"words\"", "once_per = \"word\""),
        ("late_after = \"24h\"", "late_after = \"24 hours\""),
        ("\"3 workdays\"", "\"150%\""),
        ("quiet_for = \"forever\"", "quiet_for = \"never\""),
        ("once_per = \"deal\"\n", ""),
        ("opens_on = [\"INTENT\"]\nopens_by_hand = true\n", ""),
        ("gates = [\"contract\"]", "gates = [\"合同\"]"),
        ("value = \"{quote}\"", "value = \"{qoute}\""),
        ("id = \"own\"", "id = \"_own\""),
        ("min_seconds = 30", "min_seconds = 30\naccept = [\"pdf\"]"),
        ("min_percent = 90", "min_percent = 900"),
        ("submit = \"提交\"", "submit = \"请选好以后点击这里提交\""),
    ] {
        let text = golden_six_text();
        assert!(text.contains(from), "{from}");
        let text = text.replacen(from, to, 1);

        let objections = checker.objections(&parsed(&text));

        assert_eq!(objections.len(), 1, "{to}: {objections:?}");
        assert!(!problems(&text).0.is_empty(), "{to}");
    }
}
