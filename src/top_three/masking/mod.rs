//! Names taken out of quotes: of the customer and other companies, of people, and their numbers and
//! addresses. Names of rivals stay: they are what the quote is about. Pure, but for [`Known::of`].
//!
//! Rather too much is masked than too little: a quote is read by people who don't know the chat.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::quotes::joined;
use crate::store::{Store, StoreError};

const CUSTOMER: &str = "某客户";
const COMPANY: &str = "某公司";
const PERSON: &str = "某";
const NUMBER: &str = "［号码］";
const ADDRESS: &str = "［账号］";

/// Customers read at a time.
const PAGE: i64 = 5_000;
/// Shorter names are found in any sentence.
const SHORTEST_NAME: usize = 2;

/// 远大集团.
const SHORTEST_COMPANY: usize = 4;

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

/// The names that are known: customers, and our own people.
#[derive(Default)]
pub(crate) struct Known {
    /// Each with what stands in its place.
    names: Vec<(String, &'static str)>,
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
        let mut names: Vec<(String, &'static str)> = Vec::new();
        for person in store.people().await? {
            names.push((person.name, PERSON));
        }
        let mut after = String::new();
        loop {
            let page = store.customers(&after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.id.to_string();
            for customer in page {
                let called = without_endings(&customer.name).to_owned();
                names.push((customer.name, CUSTOMER));
                names.push((called, CUSTOMER));
            }
        }
        Ok(Self::new(names))
    }

    fn new(names: Vec<(String, &'static str)>) -> Self {
        let is_long = |name: &String| name.chars().count() >= SHORTEST_NAME;
        Self {
            names: names
                .into_iter()
                .filter(|(name, _)| is_long(name))
                .collect(),
        }
    }

    /// A customer's line without names; `own` are the names of the company and person who said it.
    pub(super) fn masked<'t>(
        &self,
        text: &'t str,
        (customer, contact): (&str, &str),
        rivals: &[Range<usize>],
    ) -> Masked<'t> {
        let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
        let own = own_names(customer, contact);
        for (name, mask) in self.names.iter().chain(&own) {
            let places = text.match_indices(name.as_str());
            found.extend(places.map(|(place, name)| (place..place + name.len(), *mask)));
        }
        let is_rival = |range: &Range<usize>| {
            rivals
                .iter()
                .any(|rival| range.start < rival.end && rival.start < range.end)
        };
        found.extend(
            guessed(text)
                .into_iter()
                .filter(|(range, mask)| *mask != COMPANY || !is_rival(range)),
        );
        Masked {
            text,
            masks: without_overlaps(found),
        }
    }
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

/// The company as it is written, as it is called, and as it calls itself; the person.
fn own_names(customer: &str, contact: &str) -> Vec<(String, &'static str)> {
    let called = without_endings(customer);
    let itself = TRADES
        .iter()
        .find_map(|trade| called.strip_suffix(trade))
        .unwrap_or(called);
    let names = [
        (customer, CUSTOMER),
        (called, CUSTOMER),
        (itself, CUSTOMER),
        (contact, PERSON),
    ];
    names
        .into_iter()
        .filter(|(name, _)| name.chars().count() >= SHORTEST_NAME)
        .map(|(name, mask)| (name.to_owned(), mask))
        .collect()
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

/// The surnames that nearly everybody has, without those that are words of every sentence.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶魏苏吕丁任沈姚卢姜崔钟谭陆汪范廖石贾韦夏邹熊孟秦阎薛侯雷龙段郝孔邵史毛顾赖武康贺严尹钱施牛洪龚欧翁俞";

struct Pattern {
    regex: Regex,
    mask: &'static str,
    /// What is masked of it: everything, or its group.
    group: usize,
    /// What makes it something else after all.
    unless: Option<Regex>,
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let pattern = |regex: &str, group, mask, unless: Option<&str>| Pattern {
        regex: Regex::new(regex).expect("a constant pattern"),
        mask,
        group,
        unless: unless.map(|regex| Regex::new(regex).expect("a constant pattern")),
    };
    vec![
        pattern(r"[\w.+-]+@[\w-]+\.[\w.-]+", 0, ADDRESS, None),
        pattern(
            r"(?i)(?:微信|wechat|weixin|vx|wx|qq|钉钉)号?\s*(?:是|为)?\s*[:：]?\s*([a-z][a-z0-9_-]{5,}|\d{5,})",
            1,
            ADDRESS,
            None,
        ),
        // A number of seven digits or more, unless it is money, a quantity or a day.
        pattern(
            r"[+＋]?[0-9０-９](?:[\s\-－—]?[0-9０-９]){6,}(?:元|块|万|台|件|套|个|吨|米|只|支|kg|KG|mm)?",
            0,
            NUMBER,
            Some(
                r"(?:元|块|万|台|件|套|个|吨|米|只|支|kg|KG|mm)$|^20[0-9]{2}[-－][0-9]{1,2}[-－][0-9]{1,2}$",
            ),
        ),
        pattern(
            r"[\p{Han}A-Za-z0-9（）()]{2,24}?(?:股份有限公司|有限责任公司|有限公司)",
            0,
            COMPANY,
            None,
        ),
        pattern(
            r"[\p{Han}A-Za-z0-9]{2,6}集团",
            0,
            COMPANY,
            Some(r"(?:我们|你们|他们|咱们|贵|本|整个|我)集团$"),
        ),
        // 王建国经理, 王经理.
        pattern(
            &format!(
                r"([{SURNAMES}]\p{{Han}}{{0,2}})(?:经理|总监|主任|厂长|部长|科长|处长|局长|院长|老师|先生|女士|小姐|师傅|老板|博士|教授|董事长|总经理|书记|主管)"
            ),
            1,
            PERSON,
            None,
        ),
        // 张总 is somebody; in 总价 and 总共 there is nobody.
        pattern(
            &format!(r"([{SURNAMES}])[总董](?:[价数共结体部量额包成之计算览控装]|$|.)?"),
            1,
            PERSON,
            Some(r"总[价数共结体部量额包成之计算览控装]$"),
        ),
        // 徐工 is a maker of cranes, and 施工 is work.
        pattern(
            &format!(r"([{SURNAMES}])(?:工|姐|哥|叔|姨)"),
            1,
            PERSON,
            Some(r"^(?:徐工|施工|任工|石工|毛工|龙工|雷工|牛工)$"),
        ),
        pattern(
            r"[小老]([王李张刘陈杨黄赵吴周徐孙马朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭蒋蔡魏吕沈姚卢崔谭陆汪范廖])",
            1,
            PERSON,
            None,
        ),
    ]
});

/// What looks like a name or a number of somebody.
fn guessed(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    for pattern in PATTERNS.iter() {
        for captures in pattern.regex.captures_iter(text) {
            let whole = captures.get(0).map_or("", |whole| whole.as_str());
            let is_other = pattern
                .unless
                .as_ref()
                .is_some_and(|unless| unless.is_match(whole));
            if let Some(part) = captures.get(pattern.group).filter(|_| !is_other) {
                let start = if pattern.mask == COMPANY {
                    part.start() + filler(part.as_str())
                } else {
                    part.start()
                };
                found.push((start..part.end(), pattern.mask));
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
        let known = Known::new(vec![
            ("赵磊".to_owned(), PERSON),
            ("华丰电子有限公司".to_owned(), CUSTOMER),
            ("华丰电子".to_owned(), CUSTOMER),
        ]);
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
            ("华丰电子拿的价比我们低", "某客户拿的价比我们低"),
            ("赵磊说可以便宜", "某说可以便宜"),
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
        ] {
            assert_eq!(masked(text, &[]), text);
        }
    }

    #[test]
    fn a_rival_keeps_its_name() {
        assert_eq!(
            masked("上海发那科有限公司报价低，找张总", &["上海发那科有限公司"]),
            "上海发那科有限公司报价低，找某总"
        );
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
