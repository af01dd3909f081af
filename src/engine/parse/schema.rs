//! The JSON Schema of definitions, made of the same keys that the parser knows. It refuses nothing
//! that the parser takes; what it can't say (keys that refer to each other, moments that don't
//! fit), `dingdan check` does.

use serde_json::{Map, Value, json};

use crate::domain::Label;

use super::super::span::UNITS;
use super::super::template::Allowed;
use super::choice::LONGEST_ID;
use super::field::LONGEST_KEY;
use super::keys::{self, Key, Required, Shape, Table};

/// The schema of `config/processes/*.toml`, draft 7, which TOML editors know.
pub(in super::super) fn schema() -> Value {
    let mut schema = table(&keys::process());
    let head = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "盯单的销售流程定义",
    });
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        schema.extend(head);
    }
    schema
}

fn table(table: &Table) -> Value {
    let properties: Map<String, Value> = table
        .keys
        .iter()
        .map(|key| (key.name.to_owned(), property(key)))
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": table.means,
        "properties": properties,
        "additionalProperties": false,
    });
    let required = names(table, |key| key.required == Required::Yes);
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !table.one_of.is_empty() {
        let one = table.one_of.iter().map(|key| json!({ "required": [key] }));
        schema["anyOf"] = one.collect();
    }
    let dependencies = dependencies(table);
    if !dependencies.is_empty() {
        schema["dependencies"] = Value::Object(dependencies);
    }
    let kinds = kinds(table);
    if !kinds.is_empty() {
        schema["allOf"] = kinds.into();
    }
    schema
}

fn names(table: &Table, is_meant: impl Fn(&Key) -> bool) -> Vec<&'static str> {
    let keys = table.keys.iter().filter(|key| is_meant(key));
    keys.map(|key| key.name).collect()
}

/// Key → the keys that have to be there beside it.
fn dependencies(table: &Table) -> Map<String, Value> {
    let mut dependencies = Map::new();
    for other in &table.keys {
        let needed = names(table, |key| key.required == Required::With(other.name));
        if !needed.is_empty() {
            dependencies.insert(other.name.to_owned(), json!(needed));
        }
    }
    dependencies
}

/// What each kind of a question or rule needs, and which keys it has.
fn kinds(table: &Table) -> Vec<Value> {
    if table.keys.iter().all(|key| key.kinds.is_empty()) {
        return Vec::new();
    }
    let kinds = table.keys.iter().find_map(|key| match &key.shape {
        Shape::OneOf(kinds) if key.name == "kind" => Some(kinds),
        _ => None,
    });
    let of_kind = |kind: &&'static str| {
        let own = names(table, |key| key.belongs_to(kind));
        let required = names(table, |key| key.is_required_in(kind));
        json!({
            "if": { "properties": { "kind": { "const": kind } }, "required": ["kind"] },
            "then": { "propertyNames": { "enum": own }, "required": required },
        })
    };
    kinds.into_iter().flatten().map(of_kind).collect()
}

fn property(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    let more = match &key.shape {
        Shape::Template(allowed) => format!("。可用：{}", placeholders(allowed).join(" ")),
        Shape::Signals => format!("：{}", signals_in_words()),
        Shape::Span | Shape::Lead | Shape::Quiet => {
            "。如 \"30m\"、\"48h\"、\"2d\"，按工作日历 \"2 workhours\"、\"5 workdays\"".to_owned()
        }
        _ => String::new(),
    };
    schema["description"] = Value::String(format!("{}{more}", key.means));
    schema
}

fn shape(shape: &Shape) -> Value {
    match shape {
        Shape::Name => {
            json!({ "type": "string", "pattern": name_pattern() })
        }
        Shape::OptionId => json!({
            "type": "string",
            "pattern": format!("^[A-Za-z0-9-][A-Za-z0-9_-]{{0,{}}}$", LONGEST_ID - 1),
        }),
        Shape::Text(most) => {
            json!({ "type": "string", "minLength": 1, "maxLength": most, "pattern": "\\S" })
        }
        Shape::AnyText => json!({ "type": "string" }),
        Shape::Template(allowed) => json!({
            "type": "string",
            "minLength": 1,
            "pattern": template_pattern(allowed),
        }),
        Shape::Span => json!({ "type": "string", "pattern": format!("^{}$", span_pattern()) }),
        Shape::Lead => json!({
            "type": "string",
            "pattern": format!("^({}|\\s*[1-9][0-9]?\\s*%\\s*)$", span_pattern()),
        }),
        Shape::Quiet => json!({
            "type": "string",
            "pattern": format!("^({}|forever)$", span_pattern()),
        }),
        Shape::Condition => json!({ "type": "string", "minLength": 1 }),
        Shape::OneOf(words) => json!({ "type": "string", "enum": words }),
        Shape::SomeOf(words) => some_of(json!({ "type": "string", "enum": words })),
        Shape::Signals => {
            let codes: Vec<&str> = Label::ALL.iter().map(|label| label.code()).collect();
            let mut signals = some_of(json!({ "type": "string", "enum": codes }));
            signals["uniqueItems"] = true.into();
            signals
        }
        Shape::Names => some_of(json!({ "type": "string", "pattern": name_pattern() })),
        Shape::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Shape::Number(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Table(below) => table(below),
        Shape::Tables(below, least, most) => tables(below, *least, *most),
    }
}

fn some_of(items: Value) -> Value {
    json!({ "type": "array", "minItems": 1, "items": items })
}

fn tables(below: &Table, least: usize, most: usize) -> Value {
    let mut schema = json!({ "type": "array", "items": table(below) });
    if least > 0 {
        schema["minItems"] = least.into();
    }
    if most < usize::MAX {
        schema["maxItems"] = most.into();
    }
    schema
}

fn name_pattern() -> String {
    format!("^[a-z][a-z0-9_]{{0,{}}}$", LONGEST_KEY - 1)
}

/// A number and a unit. How long it may be, only the parser says.
fn span_pattern() -> String {
    let units: Vec<&str> = UNITS.iter().map(|(word, _)| *word).collect();
    format!("\\s*[0-9]+\\s*({})\\s*", units.join("|"))
}

fn placeholders(allowed: Allowed) -> Vec<String> {
    let placeholders = allowed.iter().flat_map(|group| group.iter());
    placeholders.map(ToString::to_string).collect()
}

fn template_pattern(allowed: Allowed) -> String {
    let names = allowed.iter().flat_map(|group| group.iter());
    let names: Vec<&str> = names.map(|gap| gap.name()).collect();
    format!("^([^{{}}]|\\{{({})\\}})*$", names.join("|"))
}

fn signals_in_words() -> String {
    let one = |label: &Label| format!("{} {}", label.code(), label.chinese());
    Label::ALL.iter().map(one).collect::<Vec<_>>().join("、")
}
