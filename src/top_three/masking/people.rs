//! Where a text speaks of a person: a surname with a title behind it or 小, 老, 阿 before it, or the
//! given name of somebody known with either. Pure.

use std::collections::BTreeSet;
use std::ops::Range;

use super::surnames::{COMPOUND, SURNAMES, begins_a_word, ends_a_word};

/// Titles behind a name of any length, the longest first.
const TITLES: &[&str] = &[
    "工程师",
    "总经理",
    "董事长",
    "副总",
    "经理",
    "总监",
    "总裁",
    "总工",
    "主任",
    "厂长",
    "部长",
    "科长",
    "处长",
    "局长",
    "院长",
    "所长",
    "校长",
    "队长",
    "班长",
    "组长",
    "店长",
    "行长",
    "会长",
    "老师",
    "老板",
    "师傅",
    "先生",
    "女士",
    "小姐",
    "博士",
    "教授",
    "书记",
    "主管",
    "主席",
    "助理",
    "会计",
    "秘书",
    "律师",
    "医生",
    "大哥",
    "大姐",
    "同学",
];

/// What follows a title, or what looks like one, where it is another word: 总价, 工期, 经理解.
const NO_TITLES: &[(&str, &str)] = &[
    (
        "总",
        "价数共结体部量额包成之计算览控装款线图站店目预造投功重长高宽面耗产销收支流压电归",
    ),
    (
        "工",
        "作业程厂序艺具地期资时件位种商装况伤会段坊矿薪匠价单质本序钱头科",
    ),
    ("董", "事"),
    ("姐", "妹"),
    ("哥", "们"),
    ("科", "技学室目研普"),
    ("处", "理罚境方于分女"),
    ("总工", "期程会资序"),
    ("经理", "解"),
    ("副总", "价"),
    ("会计", "算"),
    ("同学", "习"),
];
/// Titles of one character: behind a surname, or a known given name.
const SHORT_TITLES: &str = "总工董姐哥叔姨科处";
/// Surnames that make a word with a title of one character.
const WORDS: &[&str] = &[
    "施工", "徐工", "柳工", "龙工", "牛工", "雷工", "任工", "石工", "毛工", "包工", "金工", "高处",
    "何处", "万科", "易处", "文科", "安科", "管工", "付总", "高科", "林科",
];
const PREFIXES: &str = "小老阿";
/// With a prefix these are other words: 小于, 小康, 老高, 小白, 小孔.
const WITH_PREFIX: &[&str] = &[
    "小于", "小康", "小管", "小孔", "小段", "小钱", "小季", "小方", "老管", "老是", "小文", "小付",
    "小余", "小包",
];
/// After these a prefix belongs to the word before: 大小, 古老.
const BEFORE_PREFIXES: &str = "大古缩弱最较很不太还窄";
/// Given names have so many characters at most.
const GIVEN: usize = 2;

/// The given names of people who are known.
pub(super) type GivenNames = BTreeSet<String>;

/// The names in a text as the detector spells it, by bytes, in order.
pub(super) fn people(text: &str, known: &GivenNames) -> Vec<Range<usize>> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let line = Line {
        text,
        letters: &letters,
        known,
    };
    let names = (0..letters.len()).flat_map(|at| [line.titled(at), line.prefixed(at)]);
    let mut found: Vec<Range<usize>> = Vec::new();
    for name in names.flatten() {
        // 欧阳总 is no 阳总.
        if found.last().is_none_or(|last| last.end <= name.start) {
            found.push(name);
        }
    }
    found
}

struct Line<'t> {
    text: &'t str,
    letters: &'t [(usize, char)],
    known: &'t GivenNames,
}

impl Line<'_> {
    /// 王经理, 王建国经理, 欧阳总, 建国哥.
    fn titled(&self, at: usize) -> Option<Range<usize>> {
        let surname = self.surname(at);
        for given in 0..=GIVEN {
            let from = at + surname.unwrap_or(0);
            let end = from + given;
            if given > 0 && !self.is_han(end - 1) {
                return None;
            }
            let is_name = match surname {
                Some(surname) => given == 0 || self.is_given(at, surname),
                None => given > 0 && self.is_known(at, given),
            };
            let is_short = given == 0 || surname.is_none() || surname == Some(COMPOUND_LENGTH);
            if is_name && self.has_title(end, is_short) && !self.is_word(at, end) {
                return Some(self.bytes(at..end));
            }
        }
        None
    }

    /// 小王, 老高, 阿磊.
    fn prefixed(&self, at: usize) -> Option<Range<usize>> {
        let prefix = self
            .letter(at)
            .filter(|letter| PREFIXES.contains(*letter))?;
        if self
            .before(at)
            .is_some_and(|before| BEFORE_PREFIXES.contains(before))
        {
            return None;
        }
        let name = at + 1;
        let known = (1..=GIVEN).rev().find(|given| self.is_known(name, *given));
        if let Some(given) = known {
            return Some(self.bytes(name..name + given));
        }
        let surname = self
            .letter(name)
            .filter(|letter| SURNAMES.contains(*letter))?;
        let next = self.letter(name + 1);
        let is_word = next.is_some_and(|next| begins_a_word(surname, next))
            || WITH_PREFIX.contains(&&*format!("{prefix}{surname}"))
            // 价格老高了.
            || surname == '高' && prefix == '老' && next.is_none_or(|next| "了的啦，".contains(next));
        (!is_word).then(|| self.bytes(name..name + 1))
    }

    /// How many characters of a surname stand there.
    fn surname(&self, at: usize) -> Option<usize> {
        let letter = self.letter(at)?;
        if COMPOUND.iter().any(|name| self.rest(at).starts_with(name)) {
            return Some(COMPOUND_LENGTH);
        }
        let is_surname = SURNAMES.contains(letter);
        let ends = self
            .before(at)
            .is_some_and(|before| ends_a_word(before, letter));
        // 向经理汇报 speaks to somebody without a name.
        let is_towards = letter == '向' && self.has_title(at + 1, true);
        (is_surname && !ends && !is_towards).then_some(1)
    }

    /// Whether what follows the surname may be a given name.
    fn is_given(&self, at: usize, surname: usize) -> bool {
        let (letter, next) = (self.letter(at), self.letter(at + surname));
        match (letter, next) {
            (Some(letter), Some(next)) => surname > 1 || !begins_a_word(letter, next),
            _ => false,
        }
    }

    fn is_known(&self, at: usize, given: usize) -> bool {
        let letters = self.letters.get(at..at + given);
        letters.is_some_and(|letters| {
            let name: String = letters.iter().map(|(_, letter)| letter).collect();
            self.known.contains(&name)
        })
    }

    /// Whether a title stands there; one of a single character only where it `may_be_short`.
    fn has_title(&self, at: usize, may_be_short: bool) -> bool {
        let rest = self.rest(at);
        let long = TITLES.iter().find(|title| rest.starts_with(**title));
        let short = || {
            let title = rest
                .chars()
                .next()
                .filter(|title| SHORT_TITLES.contains(*title))?;
            rest.get(..title.len_utf8())
        };
        let title = long.copied().or_else(|| short().filter(|_| may_be_short));
        title.is_some_and(|title| {
            let next = rest[title.len()..].chars().next();
            let mut others = NO_TITLES.iter().filter(|(other, _)| *other == title);
            !others.any(|(_, words)| next.is_some_and(|next| words.contains(next)))
        })
    }

    /// Whether name and title are one word: 施工, 高处.
    fn is_word(&self, at: usize, end: usize) -> bool {
        let bytes = self.bytes(at..end + 1);
        let long = TITLES.iter().any(|title| self.rest(end).starts_with(title));
        !long && WORDS.contains(&&self.text[bytes])
    }

    fn letter(&self, at: usize) -> Option<char> {
        self.letters.get(at).map(|(_, letter)| *letter)
    }

    fn before(&self, at: usize) -> Option<char> {
        self.letter(at.checked_sub(1)?)
    }

    fn is_han(&self, at: usize) -> bool {
        self.letter(at)
            .is_some_and(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter))
    }

    fn place(&self, at: usize) -> usize {
        self.letters
            .get(at)
            .map_or(self.text.len(), |(place, _)| *place)
    }

    fn rest(&self, at: usize) -> &str {
        &self.text[self.place(at)..]
    }

    fn bytes(&self, letters: Range<usize>) -> Range<usize> {
        self.place(letters.start)..self.place(letters.end)
    }
}

const COMPOUND_LENGTH: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let known = GivenNames::from(["磊".to_owned(), "建国".to_owned()]);
        let mut shown = text.to_owned();
        for name in people(text, &known).into_iter().rev() {
            shown.replace_range(name, "某");
        }
        shown
    }

    #[test]
    fn a_surname_with_a_title_or_a_familiar_word_before_it_is_somebody() {
        for (text, shown) in [
            ("高总说太贵", "某总说太贵"),
            ("程工觉得交期长", "某工觉得交期长"),
            ("傅经理不同意", "某经理不同意"),
            ("要方主任签字", "要某主任签字"),
            ("金厂长说", "某厂长说"),
            ("江师傅试过了", "某师傅试过了"),
            ("戴姐管付款", "某姐管付款"),
            ("白哥那边", "某哥那边"),
            ("于科不批", "某科不批"),
            ("陶处在开会", "某处在开会"),
            ("黎老师看过", "某老师看过"),
            ("万总嫌贵", "某总嫌贵"),
            ("易工说，邱总说", "某工说，某总说"),
            ("老莫、小童、阿聂都在", "老某、小某、阿某都在"),
            ("季总和葛工", "某总和某工"),
            (
                "欧阳总、司马经理、上官老师、诸葛工",
                "某总、某经理、某老师、某工",
            ),
            ("高建国经理", "某经理"),
            ("磊哥说，建国那边，小磊", "某哥说，建国那边，小某"),
            ("建国总", "某总"),
            ("我跟老常说过", "我跟老某说过"),
            ("包总让我问", "某总让我问"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
    }

    #[test]
    fn words_that_only_look_so_stay() {
        for text in [
            "高工业标准，高工资",
            "方案经理会看，对方总监也看",
            "二十万总价，万元，万科的项目",
            "白天师傅不在",
            "金额主任没批，资金老师",
            "江苏经理，浙江老板",
            "常见，非常总价，正常工作",
            "易损件老板",
            "于是经理走了，由于总价太高，对于老师傅",
            "包装师傅，打包工具，包工包料",
            "高级经理，提高工效",
            "工程总监，流程主管，程序工程师",
            "施工周期，徐工的，措施总览",
            "任何老师，责任工程师，主任说",
            "我们曾经理解过",
            "谢谢老板，感谢老师",
            "老师傅总说，师傅总是",
            "小于总数，缩小方差，大小金属",
            "小周期，小万元，老方法，小金额，小高层",
            "价格老高了",
            "周一经理会",
            "向经理汇报，向总部",
            "付总价",
            "分钟工时，其余总数",
            "这个月底总算",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
