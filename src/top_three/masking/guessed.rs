//! What looks like a company, a number or an address. Pure.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{ADDRESS, COMPANY, NUMBER};

/// 远大集团.
const SHORTEST_COMPANY: usize = 4;

struct Pattern {
    regex: Regex,
    mask: &'static str,
    /// What is masked of it: everything, or its group.
    group: usize,
    /// What makes it something else after all.
    unless: Option<Regex>,
}

fn pattern(regex: &str, group: usize, mask: &'static str, unless: Option<&str>) -> Pattern {
    Pattern {
        regex: Regex::new(regex).expect("a constant pattern"),
        mask,
        group,
        unless: unless.map(|regex| Regex::new(regex).expect("a constant pattern")),
    }
}

/// In a text with its marks.
static SIGNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        pattern(r"[\w.+-]+@[\w-]+\.[\w.-]+", 0, ADDRESS, None),
        pattern(
            r"(?i)(?:微信|wechat|weixin|vx|wx|qq|钉钉)号?\s*(?:是|为)?\s*[:：]?\s*([a-z][a-z0-9_-]{5,}|\d{5,})",
            1,
            ADDRESS,
            None,
        ),
        // A number of seven digits or more, unless it is money, a quantity or a day. An identity
        // card's may end with a letter.
        pattern(
            r"\+?[0-9](?:[\s\-－—]?[0-9]){6,}(?:[Xx]|元|块|万|台|件|套|个|吨|米|只|支|kg|KG|mm)?",
            0,
            NUMBER,
            Some(
                r"(?:元|块|万|台|件|套|个|吨|米|只|支|kg|KG|mm)$|^20[0-9]{2}[-－][0-9]{1,2}[-－][0-9]{1,2}$",
            ),
        ),
        // A mobile phone's, whatever stands behind it: 打我13812345678只接短信.
        pattern(r"1[3-9](?:[\s\-－—]?[0-9]){9}", 0, NUMBER, None),
        pattern(
            r"[零〇一二三四五六七八九幺](?:[\s\-－—]?[零〇一二三四五六七八九幺]){6,}",
            0,
            NUMBER,
            None,
        ),
        // 浙B·12345, 沪AD12345; 新CNC-8500 is a machine.
        pattern(
            r"[京津沪渝冀豫云辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼新][A-HJ-NP-Z]\s?[·•.]?\s?[A-HJ-NP-Z]{0,2}[0-9]{4,5}[A-HJ-NP-Z学警挂港澳]?",
            0,
            NUMBER,
            Some("CNC"),
        ),
    ]
});

/// In a text as the detector spells it.
static WORDS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    vec![
        pattern(
            r"[\p{Han}a-z0-9]{2,24}?(?:股份有限公司|有限责任公司|有限公司)",
            0,
            COMPANY,
            None,
        ),
        pattern(
            r"[\p{Han}a-z0-9]{2,6}集团",
            0,
            COMPANY,
            Some(r"(?:我们|你们|他们|咱们|贵|本|整个|我)集团$"),
        ),
    ]
});

/// What stands somewhere, and what takes its place.
type Found = (Range<usize>, &'static str);

/// Numbers and addresses.
pub(super) fn signs(text: &str) -> Vec<Found> {
    found(&SIGNS, text)
}

/// Companies.
pub(super) fn companies(text: &str) -> Vec<Found> {
    let begin =
        |(range, mask): Found| (range.start + filler(&text[range.clone()])..range.end, mask);
    found(&WORDS, text).into_iter().map(begin).collect()
}

fn found(patterns: &[Pattern], text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for pattern in patterns {
        for captures in pattern.regex.captures_iter(text) {
            let whole = captures.get(0).map_or("", |whole| whole.as_str());
            let is_other = pattern
                .unless
                .as_ref()
                .is_some_and(|unless| unless.is_match(whole));
            if let Some(part) = captures.get(pattern.group).filter(|_| !is_other) {
                found.push((part.range(), pattern.mask));
            }
        }
    }
    found
}

/// Words before a company's name that are none of it: 我们在跟, 之前用的是.
fn filler(name: &str) -> usize {
    const BEFORE_NAMES: [char; 20] = [
        '的', '了', '在', '是', '和', '跟', '给', '与', '被', '让', '把', '对', '从', '向', '找',
        '问', '用', '到', '由', '比',
    ];
    let begins = name
        .char_indices()
        .rev()
        .find(|(_, c)| BEFORE_NAMES.contains(c));
    let begins = begins.map_or(0, |(place, character)| place + character.len_utf8());
    // What is left has to be a name and its ending.
    if name[begins..].chars().count() >= SHORTEST_COMPANY {
        begins
    } else {
        0
    }
}
