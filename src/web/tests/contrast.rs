//! Text can be read, by day and in the dark: 4.5 to 1 against whatever it stands on (WCAG 2.2,
//! 1.4.3), computed from the style itself.

use std::collections::{BTreeMap, BTreeSet};

const STYLE: &str = include_str!("../assets/app.css");
const IN_THE_DARK: &str = include_str!("../assets/dark.css");
pub(super) const LEAST: f64 = 4.5;

/// The grounds on which text of a colour stands; `*` is each tone, `*-soft` its ground.
const PAIRS: &[(&str, &[&str])] = &[
    (
        "text",
        &[
            "page",
            "card",
            "raised",
            "line",
            "target",
            "bubble-rep",
            "accent-soft",
            "h1",
            "h2",
            "h3",
            "*-soft",
        ],
    ),
    (
        "quiet",
        &[
            "page",
            "card",
            "raised",
            "line",
            "target",
            "bubble-rep",
            "*-soft",
        ],
    ),
    ("accent", &["page", "card", "raised", "accent-soft"]),
    ("good", &["card", "raised", "*-soft"]),
    ("bad", &["page", "card", "raised", "*-soft"]),
    ("warn", &["card", "raised"]),
    ("on-accent", &["accent"]),
    ("on-h5", &["h5"]),
];
const TONES: [&str; 5] = ["money", "rival", "doubt", "delay", "intent"];
/// What a tone stands on besides its own ground: tiles, and words within lines.
const UNDER_TONES: [&str; 4] = ["card", "page", "bubble-rep", "target"];

type Tokens = BTreeMap<&'static str, &'static str>;

/// The colours by day and in the dark; what the dark doesn't name it leaves as it is.
fn themes() -> [(&'static str, Tokens); 2] {
    let day = tokens(STYLE);
    let dark = day.clone().into_iter().chain(tokens(IN_THE_DARK)).collect();
    [("day", day), ("dark", dark)]
}

fn tokens(block: &'static str) -> Tokens {
    let token = |line: &'static str| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
        Some((name, value.strip_suffix(';')?))
    };
    block.lines().filter_map(token).collect()
}

/// Each rule's selector and declarations, without those of themes.
fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    STYLE.split('}').filter_map(|rule| {
        let (before, declarations) = rule.rsplit_once('{')?;
        Some((before.lines().last()?.trim(), declarations))
    })
}

fn value_of(declarations: &'static str, property: &str) -> Option<&'static str> {
    let mut values = declarations.split(';').filter_map(|declaration| {
        let (name, value) = declaration.trim().split_once(": ")?;
        (name == property).then_some(value)
    });
    values.next()
}

/// The name in `var(--name)` and `var(--name, …)`.
fn variable(value: &str) -> Option<&str> {
    let name = value.strip_prefix("var(--")?;
    name.split([',', ')']).next()
}

/// Red, green and blue of `#rgb` or `#rrggbb`, each up to 1.
pub(super) fn rgb(colour: &str) -> [f64; 3] {
    let digits = colour.strip_prefix('#').unwrap();
    let digits: String = match digits.len() {
        3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
        _ => digits.to_owned(),
    };
    [0, 2, 4].map(|first| {
        let value = u8::from_str_radix(&digits[first..first + 2], 16).unwrap();
        f64::from(value) / 255.0
    })
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [red, green, blue] = colour.map(|value| {
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// How much two colours stand out from each other, from 1 to 21.
pub(super) fn ratio(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn contrast(one: &str, other: &str) -> f64 {
    ratio(rgb(one), rgb(other))
}

/// Every text colour with a ground it stands on, by the names of their tokens.
fn pairs() -> BTreeSet<(String, String)> {
    let mut pairs = BTreeSet::new();
    for (text, grounds) in PAIRS {
        for ground in *grounds {
            for tone in TONES {
                pairs.insert(((*text).to_owned(), ground.replace('*', tone)));
            }
        }
    }
    for tone in TONES {
        pairs.insert((tone.to_owned(), format!("{tone}-soft")));
        pairs.extend(UNDER_TONES.map(|ground| (tone.to_owned(), ground.to_owned())));
    }
    pairs
}

#[test]
fn text_stands_out_from_its_ground() {
    let mut faint = Vec::new();
    for (theme, tokens) in themes() {
        for (text, ground) in pairs() {
            let ratio = contrast(tokens[&*text], tokens[&*ground]);
            if ratio < LEAST {
                faint.push(format!("{theme}: {text} on {ground}: {ratio:.2}"));
            }
        }
        for (selector, declarations) in rules() {
            let colour = |property| {
                let value = value_of(declarations, property)?;
                match variable(value) {
                    Some(name) => tokens.get(name).copied(),
                    None => value.starts_with('#').then_some(value),
                }
            };
            if let (Some(text), Some(ground)) = (colour("color"), colour("background")) {
                let ratio = contrast(text, ground);
                if ratio < LEAST {
                    faint.push(format!("{theme}: {selector}: {ratio:.2}"));
                }
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn every_text_colour_is_compared_and_none_is_thinned() {
    // A tone and a light are each one of the others.
    let compared: BTreeSet<&str> = PAIRS
        .iter()
        .map(|(text, _)| *text)
        .chain(TONES)
        .chain(["tone", "light"])
        .collect();
    for (selector, declarations) in rules() {
        if let Some(name) = value_of(declarations, "color").and_then(variable) {
            assert!(compared.contains(name), "{selector}: {name}");
        }
        assert_eq!(value_of(declarations, "opacity"), None, "{selector}");
    }
}

#[test]
fn black_on_white_is_the_most() {
    assert!((contrast("#000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#767676", "#fff") - 4.54).abs() < 0.01);
}
