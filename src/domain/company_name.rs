//! A company's name, taken apart, so that two ways to write it can be told to be one.

use unicode_normalization::UnicodeNormalization;

/// Ends of names that say of what legal kind a company is, the longer ones first.
const KINDS: &[&str] = &[
    "集团股份有限公司",
    "集团有限责任公司",
    "股份有限责任公司",
    "集团有限公司",
    "股份有限公司",
    "有限责任公司",
    "集团公司",
    "有限公司",
    "股份公司",
    "总公司",
    "公司",
    "集团",
    "股份",
    "ltd",
    "inc",
    "co",
];

/// Regions that names begin with.
#[rustfmt::skip]
const PLACES: &[&str] = &[
    "中国", "北京", "上海", "天津", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江",
    "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南",
    "陕西", "甘肃", "青海", "内蒙古", "广西", "西藏", "宁夏", "新疆", "香港", "澳门", "台湾", "宁波",
    "杭州", "温州", "嘉兴", "湖州", "绍兴", "金华", "台州", "舟山", "衢州", "丽水", "义乌", "余姚",
    "慈溪", "苏州", "无锡", "南京", "常州", "南通", "徐州", "扬州", "镇江", "泰州", "盐城", "昆山",
    "常熟", "张家港", "江阴", "广州", "深圳", "东莞", "佛山", "珠海", "中山", "惠州", "厦门", "福州",
    "泉州", "青岛", "济南", "烟台", "潍坊", "大连", "沈阳", "长春", "哈尔滨", "武汉", "长沙", "株洲",
    "郑州", "洛阳", "合肥", "芜湖", "南昌", "西安", "成都", "昆明", "贵阳", "南宁", "柳州", "太原",
    "石家庄", "唐山", "兰州", "乌鲁木齐",
];

/// What a company's name says. The store keeps the parts that it searches by: whoever changes how a
/// name is taken apart also adds a migration that sets `customer.folded_from` to null, so that they
/// are made anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyName {
    folded: String,
    place: Option<&'static str>,
    core: String,
}

impl CompanyName {
    /// Takes a name apart.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let folded = folded(name);
        let (place, rest) = without_places(&folded);
        let core = without_kind(rest);
        Self {
            core: core.to_owned(),
            place,
            folded,
        }
    }

    /// The whole name in one spelling: widths, case, spaces and marks make no difference. Letters
    /// and digits only; empty when it has none.
    #[must_use]
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// The nearest place that it begins with.
    #[must_use]
    pub const fn place(&self) -> Option<&'static str> {
        self.place
    }

    /// What is left without places and without what says of what legal kind it is.
    #[must_use]
    pub fn core(&self) -> &str {
        &self.core
    }
}

/// One spelling: widths, case, spaces and marks make no difference.
fn folded(name: &str) -> String {
    name.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|symbol| symbol.is_alphanumeric())
        .collect()
}

/// The nearest place that it begins with, and what comes after all of them.
fn without_places(name: &str) -> (Option<&'static str>, &str) {
    let mut found = None;
    let mut rest = name;
    while let Some((place, after)) = PLACES
        .iter()
        .find_map(|place| Some((*place, rest.strip_prefix(place)?)))
    {
        found = Some(place);
        rest = after.strip_prefix(['省', '市']).unwrap_or(after);
    }
    (found, rest)
}

/// Without what says of what legal kind it is, as long as more than one character is left.
fn without_kind(name: &str) -> &str {
    let mut rest = name;
    while let Some(shorter) = KINDS.iter().find_map(|kind| rest.strip_suffix(kind)) {
        if shorter.chars().count() == 1 {
            return rest;
        }
        rest = shorter;
    }
    rest
}
