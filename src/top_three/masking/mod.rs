//! Names taken out of quotes: of the customer and other companies, of people, and their numbers and
//! addresses. Names of rivals stay: they are what the quote is about. Pure, but for [`Known::of`].
//!
//! Known names are those of the store, customers, their people and our own; `people` and `guessed`
//! find what looks like further ones. All are looked for as the detector spells a line (`spelled`).
//! Rather too much is masked than too little: a quote is read by people who don't know the chat.

mod guessed;
mod people;
mod spelled;
mod surnames;

use std::collections::BTreeSet;
use std::ops::Range;

use super::quotes::joined;
use crate::domain::CompanyName;
use crate::signals::folded;
use crate::store::{Store, StoreError};
use guessed::{companies, signs};
use people::{GivenNames, people};
use spelled::Spelled;
use surnames::{COMPOUND, SURNAMES};

const CUSTOMER: &str = "某客户";
const COMPANY: &str = "某公司";
const PERSON: &str = "某";
const NUMBER: &str = "［号码］";
const ADDRESS: &str = "［账号］";

/// Customers and contacts read at a time.
const PAGE: i64 = 5_000;
/// Shorter names are found in any sentence.
const SHORTEST_NAME: usize = 2;
/// A person's name has no more characters, but for those that are written in Latin.
const LONGEST_PERSON: usize = 4;
/// Jim. Shorter ones are found in any text.
const SHORTEST_LATIN: usize = 3;

/// What ends a company's name without being part of what people call it.
const ENDINGS: [&str; 12] = [
    "有限责任公司",
    "股份有限公司",
    "有限公司",
    "公司",
    "（集团）",
    "(集团)",
    "集团",
    "股份",
    "实业",
    "科技",
    "制造",
    "装备",
];
/// What a customer calls itself may lack this too.
const TRADES: [&str; 16] = [
    "机械",
    "重工",
    "电子",
    "物流",
    "电气",
    "自动化",
    "智能",
    "精密",
    "汽车",
    "食品",
    "医疗",
    "化工",
    "材料",
    "设备",
    "工业",
    "技术",
];

/// The names that are known: customers, their people, and our own.
#[derive(Default)]
pub(crate) struct Known {
    /// Each as the detector spells it, with what stands in its place.
    names: BTreeSet<(String, &'static str)>,
    /// What people are called without their surnames.
    given: GivenNames,
}

/// A text in pieces, some of them masked.
pub(super) struct Masked<'t> {
    text: &'t str,
    masks: Vec<(Range<usize>, &'static str)>,
}

impl Known {
    /// All names in the store.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn of(store: &Store) -> Result<Self, StoreError> {
        let mut known = Self::default();
        for person in store.people().await? {
            known.add_person(&person.name);
        }
        let mut after = String::new();
        loop {
            let page = store.customers(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.to_string();
            page.iter().for_each(|one| known.add_customer(&one.name));
        }
        after.clear();
        loop {
            let page = store.contacts(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.to_string();
            page.iter().for_each(|one| known.add_contact(&one.name));
        }
        Ok(known)
    }

    fn add_customer(&mut self, name: &str) {
        for name in [name, without_endings(name)] {
            self.add(name, CUSTOMER);
        }
    }

    /// Contacts call themselves 陈立 海晟汽配 or 采购部小王: only what looks like a person's name is
    /// looked for in what others say.
    fn add_contact(&mut self, name: &str) {
        for part in parts(name).filter(|part| is_persons(part)) {
            self.add_person(part);
        }
    }

    fn add_person(&mut self, name: &str) {
        self.add(name, PERSON);
        self.given.extend(given_name(name));
    }

    fn add(&mut self, name: &str, mask: &'static str) {
        let name = spelling(name);
        if name.chars().count() >= SHORTEST_NAME {
            self.names.insert((name, mask));
        }
    }

    /// A customer's line without names; `own` are the names of the company and person who said it.
    pub(super) fn masked<'t>(
        &self,
        text: &'t str,
        (customer, contact): (&str, &str),
        rivals: &[Range<usize>],
    ) -> Masked<'t> {
        let words = Spelled::of_words(text);
        let mut own = Self::default();
        for name in own_names(customer).chain(own_names(CompanyName::of(customer).core())) {
            own.add(name, CUSTOMER);
        }
        // 王 伟 is one name in two parts.
        parts(contact)
            .chain([contact])
            .for_each(|part| own.add(part, PERSON));
        own.given.extend(parts(contact).filter_map(given_name));
        own.given.extend(self.given.iter().cloned());
        let is_rival = |range: &Range<usize>| {
            rivals
                .iter()
                .any(|rival| range.start < rival.end && rival.start < range.end)
        };
        let known = self.names.iter().chain(&own.names);
        let known = known.flat_map(|(name, mask)| places(&words.text, name, mask));
        let guessed = people(&words.text, &own.given).into_iter();
        let guessed = guessed.map(|range| (range, PERSON));
        let back = |(range, mask)| Some((words.back(range)?, mask));
        let mut found: Vec<(Range<usize>, &'static str)> = known.filter_map(back).collect();
        found.extend(
            guessed
                .filter_map(back)
                .filter(|(range, _)| !is_rival(range)),
        );
        let companies = companies(&words.text).into_iter().filter_map(back);
        found.extend(
            companies.filter_map(|(range, mask)| Some((beside(text, range, rivals)?, mask))),
        );
        let written = Spelled::of_signs(text);
        let signs = signs(&written.text).into_iter();
        found.extend(signs.filter_map(|(range, mask)| Some((written.back(range)?, mask))));
        Masked {
            text,
            masks: without_overlaps(found),
        }
    }
}

/// What of a company's name stands behind the rivals in it: 发那科代理苏州恒力有限公司 names two. What
/// stands before a rival belongs to it (上海发那科有限公司).
fn beside(text: &str, range: Range<usize>, rivals: &[Range<usize>]) -> Option<Range<usize>> {
    let inside = rivals
        .iter()
        .filter(|rival| range.start < rival.end && rival.start < range.end);
    let Some(last) = inside.map(|rival| rival.end).max() else {
        return Some(range);
    };
    let rest = last..range.end;
    let own = text.get(rest.clone())?;
    (!own.is_empty() && !ENDINGS.contains(&own)).then_some(rest)
}

/// As the detector spells it; marks inside it don't matter.
fn spelling(name: &str) -> String {
    let letters = folded(name).into_iter();
    letters
        .map(|(letter, _)| letter)
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// Where a name stands. One in Latin letters is no part of a longer word.
fn places<'t>(
    text: &'t str,
    name: &'t str,
    mask: &'static str,
) -> impl Iterator<Item = (Range<usize>, &'static str)> {
    let is_part = move |range: &Range<usize>| {
        let before = text[..range.start].chars().next_back();
        let behind = text[range.end..].chars().next();
        let is_latin = |letter: Option<char>| letter.is_some_and(|one| one.is_ascii_alphanumeric());
        is_latin(name.chars().next()) && is_latin(before)
            || is_latin(name.chars().next_back()) && is_latin(behind)
    };
    let ranges = text.match_indices(name);
    let ranges = ranges.map(|(place, name)| place..place + name.len());
    ranges
        .filter(move |range| !is_part(range))
        .map(move |range| (range, mask))
}

/// The parts of what a contact calls themselves: 陈立 and 海晟汽配.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.split(|letter: char| !letter.is_alphanumeric() && letter != '·');
    parts.filter(|part| part.chars().count() >= SHORTEST_NAME)
}

/// Whether it looks like a whole name: a surname and one or two characters, or Latin letters.
fn is_persons(part: &str) -> bool {
    let is_latin = part.len() >= SHORTEST_LATIN && part.is_ascii();
    is_latin || part.chars().count() <= LONGEST_PERSON && given_name(part).is_some()
}

/// What a person is called without the surname; nothing where no surname is seen.
fn given_name(name: &str) -> Option<String> {
    let name = spelling(name);
    let compound = COMPOUND
        .iter()
        .find_map(|surname| name.strip_prefix(surname));
    let given = compound.or_else(|| name.strip_prefix(|first| SURNAMES.contains(first)))?;
    (1..=2)
        .contains(&given.chars().count())
        .then(|| given.to_owned())
}

impl Masked<'_> {
    /// A part of the text. What is masked is in it whole when any of it is.
    pub(super) fn between(&self, part: Range<usize>) -> String {
        let mut shown = String::new();
        let mut at = part.start;
        for (range, mask) in &self.masks {
            if range.end <= part.start || range.start >= part.end {
                continue;
            }
            shown.push_str(self.text.get(at..range.start.max(at)).unwrap_or_default());
            shown.push_str(mask);
            at = range.end.max(at);
        }
        shown.push_str(self.text.get(at..part.end.max(at)).unwrap_or_default());
        shown
    }
}

/// The company as it is written, as it is called, and as it calls itself.
fn own_names(customer: &str) -> impl Iterator<Item = &str> {
    let called = without_endings(customer);
    let itself = TRADES
        .iter()
        .find_map(|trade| called.strip_suffix(trade))
        .unwrap_or(called);
    [customer, called, itself].into_iter()
}

fn without_endings(name: &str) -> &str {
    let mut name = name.trim();
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)) {
        if shorter.chars().count() < SHORTEST_NAME {
            break;
        }
        name = shorter;
    }
    name
}

/// In order; of those that overlap the first and longest, wide enough for all of them.
fn without_overlaps(
    mut found: Vec<(Range<usize>, &'static str)>,
) -> Vec<(Range<usize>, &'static str)> {
    found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let ranges = joined(found.iter().map(|(range, _)| range.clone()).collect());
    let first_of = |range: Range<usize>| {
        let mask = found.iter().find(|(part, _)| part.start == range.start);
        (range, mask.map_or(COMPANY, |(_, mask)| *mask))
    };
    ranges.into_iter().map(first_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str, rivals: &[&str]) -> String {
        let mut known = Known::default();
        known.add_person("赵磊");
        known.add_contact("林涛 恒锐轴承");
        known.add_contact("Jack");
        known.add_customer("华丰电子有限公司");
        let rivals: Vec<Range<usize>> = rivals
            .iter()
            .filter_map(|rival| text.find(rival).map(|place| place..place + rival.len()))
            .collect();
        let own = ("宁波云杉机械有限公司", "陈立");
        known.masked(text, own, &rivals).between(0..text.len())
    }

    #[test]
    fn people_companies_and_numbers_lose_their_names() {
        for (text, shown) in [
            ("宁波云杉机械有限公司觉得贵", "某客户觉得贵"),
            ("我们宁波云杉预算没了", "我们某客户预算没了"),
            ("我们云杉没预算", "我们某客户没预算"),
            ("打我13812345678只接短信", "打我［号码］只接短信"),
            ("我电话13812345678个人号", "我电话［号码］个人号"),
            ("幺三八 一二三四 五六七八", "［号码］"),
            ("Jack 上午问过价", "某 上午问过价"),
            ("华丰电子拿的价比我们低", "某客户拿的价比我们低"),
            ("赵磊说可以便宜", "某说可以便宜"),
            ("磊哥和阿涛都来过", "某哥和阿某都来过"),
            ("昨天林涛问过价", "昨天某问过价"),
            ("華豐 電子拿的价比我们低", "某客户拿的价比我们低"),
            ("找張 總，高 总，欧阳经理", "找某 總，某 总，某经理"),
            ("１３８１２３４５６７８打给我", "［号码］打给我"),
            ("幺三八一二三四五六七八", "［号码］"),
            ("身份证33020319900101123X", "身份证［号码］"),
            ("车牌浙B·12345，沪AD12345", "车牌［号码］，［号码］"),
            ("ｌｉ＠ｙｕｎ．ｃｏｍ", "［账号］"),
            ("我是陈立，电话13812345678", "我是某，电话［号码］"),
            ("打 0574-8765 4321 找张总", "打 ［号码］ 找某总"),
            ("王建国经理不同意", "某经理不同意"),
            ("要李工和周姐签字", "要某工和某姐签字"),
            ("跟小王说一下", "跟小某说一下"),
            ("邮件发 li.wei@yunshan.com.cn 吧", "邮件发 ［账号］ 吧"),
            ("加我微信：yunshan_2020", "加我微信：［账号］"),
            ("之前用的是苏州恒力精工有限公司的", "之前用的是某公司的"),
            ("要报给远大集团审批", "要报给某公司审批"),
        ] {
            assert_eq!(masked(text, &[]), shown, "{text}");
        }
    }

    #[test]
    fn what_is_nobodys_name_stays() {
        for text in [
            "总价1200000元太贵了",
            "你们集团总部怎么说",
            "施工周期太长",
            "徐工的便宜",
            "比去年贵了15%",
            "2026-11-23 之前要到货",
            "能不能再便宜一点",
            "新CNC8500报价高，方案不对，二十万元",
        ] {
            assert_eq!(masked(text, &[]), text);
        }
    }

    #[test]
    fn a_rival_keeps_its_name() {
        assert_eq!(
            masked("上海发那科有限公司报价低，找张总", &["发那科"]),
            "上海发那科有限公司报价低，找某总"
        );
        assert_eq!(
            masked("发那科报价低，我们集团用苏州恒力有限公司的", &["发那科"]),
            "发那科报价低，我们集团用某公司的"
        );
        assert_eq!(
            masked("发那科代理苏州恒力有限公司报价低", &["发那科"]),
            "发那科某公司报价低"
        );
    }

    #[test]
    fn a_name_in_two_parts_is_one() {
        let known = Known::default();
        let text = "我是王伟";
        let masked = known.masked(text, ("云杉机械", "王 伟"), &[]);

        assert_eq!(masked.between(0..text.len()), "我是某");
    }

    #[test]
    fn a_part_shows_a_mask_whole_and_nothing_beside_it() {
        let known = Known::default();
        let text = "云杉机械太贵";
        let masked = known.masked(text, ("云杉机械", ""), &[]);

        assert_eq!(masked.between(6..text.len()), "某客户太贵");
        assert_eq!(masked.between(12..18), "太贵");
        assert_eq!(masked.between(0..3), "某客户");
    }
}
