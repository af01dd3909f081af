//! The same of the page inside WeCom, whose colours let their ground through.

use std::collections::{BTreeMap, BTreeSet};

use super::contrast::{LEAST, ratio, rgb};

const STYLE: &str = include_str!("../assets/weui.css");
const DARK: &str = include_str!("../assets/weui-dark.css");

/// Text, and the grounds on which it stands; a ground above another lets that one through.
const PAIRS: &[(&str, &[&[&str]])] = &[
    ("FG-0", &[&["BG-0"], &["BG-2"], &["BG-2", "FILL"]]),
    ("FG-1", &[&["BG-0"], &["BG-2"], &["BG-2", "FILL"]]),
    ("BRAND", &[&["BG-0"], &["BG-2"]]),
    ("LINK", &[&["BG-0"], &["BG-2"], &["BG-2", "FILL"]]),
    ("RED", &[&["BG-0"], &["BG-2"], &["BG-2", "FILL"]]),
    ("ORANGE", &[&["BG-2"]]),
    ("ON-BRAND", &[&["BRAND"]]),
];

type Tokens = BTreeMap<&'static str, &'static str>;

fn tokens(block: &'static str) -> Tokens {
    let token = |line: &'static str| {
        let (name, value) = line.trim().strip_prefix("--weui-")?.split_once(": ")?;
        Some((name, value.strip_suffix(';')?))
    };
    block.lines().filter_map(token).collect()
}

fn themes() -> [(&'static str, Tokens); 2] {
    let day = tokens(STYLE);
    let dark = day.clone().into_iter().chain(tokens(DARK)).collect();
    [("day", day), ("dark", dark)]
}

/// The colour as it is seen on a ground: `#…` hides it, `rgb(… / 60%)` lets it through.
fn seen(colour: &str, ground: [f64; 3]) -> [f64; 3] {
    let Some(parts) = colour.strip_prefix("rgb(") else {
        return rgb(colour);
    };
    let numbers: Vec<f64> = parts
        .trim_end_matches(')')
        .split([' ', '/', '%'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap())
        .collect();
    let [red, green, blue, percent] = numbers[..] else {
        panic!("{colour} has no share of its own")
    };
    let mut seen = ground;
    for (ground, colour) in seen.iter_mut().zip([red, green, blue]) {
        let share = percent / 100.0;
        *ground = colour / 255.0 * share + *ground * (1.0 - share);
    }
    seen
}

#[test]
fn text_stands_out_from_its_ground() {
    let mut faint = Vec::new();
    for (theme, tokens) in themes() {
        for (text, grounds) in PAIRS {
            for layers in *grounds {
                let below = [1.0; 3];
                let ground = layers
                    .iter()
                    .fold(below, |below, layer| seen(tokens[layer], below));
                let ratio = ratio(seen(tokens[text], ground), ground);
                if ratio < LEAST {
                    faint.push(format!("{theme}: {text} on {layers:?}: {ratio:.2}"));
                }
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}

#[test]
fn every_text_colour_is_compared_and_none_is_thinned() {
    let compared: BTreeSet<&str> = PAIRS.iter().map(|(text, _)| *text).collect();
    for declaration in STYLE.split(['{', ';', '}']) {
        let Some((property, value)) = declaration.trim().split_once(": ") else {
            continue;
        };
        assert_ne!(property, "opacity", "{declaration}");
        if property == "color" && value != "inherit" {
            let name = value
                .trim_start_matches("var(--weui-")
                .trim_end_matches(')');
            assert!(compared.contains(name), "{declaration}");
        }
    }
}

#[test]
fn a_colour_lets_through_what_its_share_leaves() {
    assert_eq!(seen("rgb(0 0 0 / 60%)", [1.0; 3]), [0.4; 3]);
    assert_eq!(seen("#fff", [0.0; 3]), [1.0; 3]);
}
