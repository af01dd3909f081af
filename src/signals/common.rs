//! How common words are in chats, roughly: enough to tell 我们 from 招标.

use rustc_hash::FxHashMap;

/// Letters by how many of a chat's there are one of: 我 is one in thirty-two.
const LETTERS: [(f32, &str); 6] = [
    (32.0, "我"),
    (128.0, "的了你不一们个"),
    (
        256.0,
        "是那没这就上来要年说得到有下都天在给家三还过看能人用十里再老子价两去先着好月跟也回点会开钱发货单",
    ),
    (
        512.0,
        "头出后算等务行报别吧打机款财收多公他把么五台样事万标走做现大边问同前二板成号期批可厂才付儿今分哪比合定话啊签工对账让小完半以手周谁时装换电放次买吗几您心车四件想经新数",
    ),
    (
        1024.0,
        "呢口进块总八门意拿贵度明司费只少百六面本自全方接计起底交长真送写太套急备管讲预招早第位采保客找字信见户按商量中啥地改投差师学高资压动间理结够质料线哈金购已张部供快己器格份系卡请听谈院设往票最箱表又怎名应实晚导排加千主省证统东慢拉品清直条道业嗯店敢通领提外案认跑网她库包书",
    ),
    (
        2048.0,
        "场转嘛法当卖刚楼图照水产从项带程试西目掉什嫌科办修超关校花告挂便咱九题拖检停重平错生章毛干盖码房七然午规测文折考候正配之和另吃留知封审牌笔礼安挺剩班额流准拍死室连俩色验仓谢昨帮每",
    ),
];
/// Any other letter.
const ANY: f32 = 8192.0;

/// Knows how common letters are.
pub(super) struct Commonness {
    one_in: FxHashMap<char, f32>,
}

impl Default for Commonness {
    fn default() -> Self {
        let letters = LETTERS.iter().flat_map(|(one_in, letters)| {
            let letters = letters.chars();
            letters.map(move |letter| (letter, *one_in))
        });
        Self {
            one_in: letters.collect(),
        }
    }
}

impl Commonness {
    /// How often a term comes for each letter of chat. The letters of a word keep company, so all but
    /// the first count by half.
    pub(super) fn of(&self, term: &str) -> f32 {
        let mut letters = term.chars();
        let first = letters
            .next()
            .map_or(1.0, |letter| 1.0 / self.one_in(letter));
        letters.fold(first, |common, letter| common / self.one_in(letter).sqrt())
    }

    fn one_in(&self, letter: char) -> f32 {
        self.one_in.get(&letter).copied().unwrap_or(ANY)
    }
}
