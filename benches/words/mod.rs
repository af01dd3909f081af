//! What benchmarks of signals have in common: words to listen for, and where to find ours.

use std::fmt::Write;

use dingdan::config::Document;

/// What chat lines say.
pub(crate) const BODIES: [&str; 10] = [
    "资料我已经转给生产那边了，他们明天看完给你答复",
    "样品放在前台，司机下午三点过去取，到了打我电话",
    "这个型号的安装尺寸能不能发一份，图纸是去年的版本",
    "你们这个价格还是偏高，能不能再便宜点",
    "仓库五点半下班，送货的话尽量赶在四点以前到",
    "發票抬頭沒有變，還是按上次的寄過來就可以",
    "我们今年要走公开招标，你们先准备一下资质文件",
    "培训定在下周三下午，来两位工程师就够了",
    "OK，PO number 我晚点发你，thanks",
    "贵公司地址还是在开发区那边吧，我周四过去拜访",
];

/// Invented words of two to five characters that look like those of a dictionary.
pub(crate) fn terms(count: usize) -> Vec<String> {
    let letters: Vec<char> = BODIES
        .concat()
        .chars()
        .filter(|&c| c > '\u{4e00}' && c < '\u{a000}')
        .collect();
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    let mut word = move || {
        let length = 2 + next() % 4;
        (0..length)
            .map(|_| letters[next() % letters.len()])
            .collect::<String>()
    };
    let mut words = std::collections::BTreeSet::new();
    while words.len() < count {
        words.insert(word());
    }
    words.into_iter().collect()
}

/// A dictionary of one rule with these words.
pub(crate) fn dictionary(terms: &[String]) -> Document {
    let mut text = "label = \"PRICE\"\n[[rule]]\nid = \"filler\"\nany = [\n".to_owned();
    for term in terms {
        // Writing to a String can't fail.
        let _ = writeln!(text, "  \"{term}\",");
    }
    text.push_str("]\n");
    Document::new("price.toml", text)
}

/// The repository's dictionaries, the model among them.
pub(crate) const OURS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/keyword-dicts");
