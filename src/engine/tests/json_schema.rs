//! As much of JSON Schema (draft 7) as our schema uses. A word that it doesn't know is a failure, so
//! that nothing in the schema goes unchecked.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use regex::Regex;
use serde_json::{Map, Value};

/// Checks values by a schema.
pub(super) struct Checker {
    schema: Value,
    patterns: RefCell<HashMap<String, Regex>>,
}

impl Checker {
    pub(super) fn new(schema: Value) -> Self {
        Self {
            schema,
            patterns: RefCell::default(),
        }
    }

    /// What is wrong with the value: where, and by which word of the schema.
    pub(super) fn objections(&self, value: &Value) -> Vec<String> {
        let mut objections = Vec::new();
        self.check(&self.schema, value, "", &mut objections);
        objections
    }

    /// The keys that the schema knows: `.node.question.accept`.
    pub(super) fn keys(&self) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        collect_keys(&self.schema, "", &mut keys);
        keys
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, objections: &mut Vec<String>) {
        for (word, says) in schema.as_object().unwrap() {
            if !self.allows(schema, word, says, value, at, objections) {
                objections.push(format!("{at}: {word} {says}"));
            }
        }
    }

    fn is_right(&self, schema: &Value, value: &Value) -> bool {
        let mut objections = Vec::new();
        self.check(schema, value, "", &mut objections);
        objections.is_empty()
    }

    /// Whether one word allows the value; objections to what stands below go to the list.
    fn allows(
        &self,
        schema: &Value,
        word: &str,
        says: &Value,
        value: &Value,
        at: &str,
        objections: &mut Vec<String>,
    ) -> bool {
        match word {
            "$schema" | "title" | "description" | "then" => true,
            "type" => type_of(value) == says.as_str().unwrap(),
            "enum" => says.as_array().unwrap().contains(value),
            "const" => says == value,
            "pattern" => text(value).is_none_or(|text| self.matches(says, text)),
            "minLength" => text(value).is_none_or(|text| text.chars().count() >= number(says)),
            "maxLength" => text(value).is_none_or(|text| text.chars().count() <= number(says)),
            "minimum" => value.as_i64().is_none_or(|it| it >= says.as_i64().unwrap()),
            "maximum" => value.as_i64().is_none_or(|it| it <= says.as_i64().unwrap()),
            "minItems" => items(value).is_none_or(|items| items.len() >= number(says)),
            "maxItems" => items(value).is_none_or(|items| items.len() <= number(says)),
            "uniqueItems" => items(value).is_none_or(|items| {
                let mut others = items.iter().enumerate();
                others.all(|(index, item)| !items[..index].contains(item))
            }),
            "required" => table(value).is_none_or(|table| has_all(table, says)),
            "dependencies" => table(value).is_none_or(|table| {
                let mut dependencies = says.as_object().unwrap().iter();
                dependencies.all(|(key, keys)| !table.contains_key(key) || has_all(table, keys))
            }),
            "additionalProperties" => {
                assert_eq!(*says, false);
                let known = &schema["properties"];
                table(value).is_none_or(|table| table.keys().all(|key| known.get(key).is_some()))
            }
            "propertyNames" => table(value).is_none_or(|table| {
                let mut names = table.keys().map(|key| Value::from(key.as_str()));
                names.all(|name| self.is_right(says, &name))
            }),
            "anyOf" => {
                let mut ways = says.as_array().unwrap().iter();
                ways.any(|way| self.is_right(way, value))
            }
            "if" => !self.is_right(says, value) || self.is_right(&schema["then"], value),
            "allOf" => {
                for part in says.as_array().unwrap() {
                    self.check(part, value, at, objections);
                }
                true
            }
            "properties" => {
                for (key, below) in table(value).into_iter().flatten() {
                    if let Some(schema) = says.get(key) {
                        self.check(schema, below, &format!("{at}.{key}"), objections);
                    }
                }
                true
            }
            "items" => {
                for (index, item) in items(value).into_iter().flatten().enumerate() {
                    self.check(says, item, &format!("{at}[{index}]"), objections);
                }
                true
            }
            other => panic!("the test doesn't know {other:?}"),
        }
    }

    fn matches(&self, pattern: &Value, text: &str) -> bool {
        let pattern = pattern.as_str().unwrap();
        let mut patterns = self.patterns.borrow_mut();
        let compiled = patterns
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(pattern).unwrap());
        compiled.is_match(text)
    }
}

fn collect_keys(schema: &Value, at: &str, keys: &mut BTreeSet<String>) {
    if let Some(items) = schema.get("items") {
        return collect_keys(items, at, keys);
    }
    for (key, below) in schema
        .get("properties")
        .and_then(table)
        .into_iter()
        .flatten()
    {
        let name = format!("{at}.{key}");
        collect_keys(below, &name, keys);
        keys.insert(name);
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn has_all(table: &Map<String, Value>, keys: &Value) -> bool {
    let mut keys = keys.as_array().unwrap().iter();
    keys.all(|key| table.contains_key(key.as_str().unwrap()))
}

fn number(says: &Value) -> usize {
    usize::try_from(says.as_u64().unwrap()).unwrap()
}

fn text(value: &Value) -> Option<&str> {
    value.as_str()
}

fn table(value: &Value) -> Option<&Map<String, Value>> {
    value.as_object()
}

fn items(value: &Value) -> Option<&Vec<Value>> {
    value.as_array()
}
