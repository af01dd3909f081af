//! The names in brackets that WeCom writes for emoticons (`[捂脸]`) and for what is no text
//! (`[图片]`). Other words in brackets are the customer's: `[太贵了]`.

/// The longest of the names, in bytes.
const LONGEST: usize = 15;

/// In the order of their bytes.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "666", "Angry", "Awesome", "Awkward", "Basketball", "Beckon", "Beer", "Blessing",
    "Blowkiss", "Blush", "Bomb", "Boring", "Broken", "BrokenHeart", "Bye", "Cake", "Candle",
    "Chick", "Chuckle", "Clap", "Cleaver", "Cloudy", "Coffee", "Commando", "Concerned",
    "CoolGuy", "Cry", "Dagger", "Determined", "Dizzy", "Doge", "Dramatic", "Drool", "Drowsy",
    "Duh", "Emm", "Facepalm", "Fight", "File", "Firecracker", "Fireworks", "Fist", "Flushed",
    "Frog", "Frown", "Fullmoon", "Ghost", "Gift", "GoForIt", "Grimace", "Grin", "Gun", "Hammer",
    "Heart", "Hey", "Hooray", "Hug", "Hungry", "Hurt", "Image", "InLove", "Joyful", "JumpRope",
    "Kiss", "Kotow", "Ladybug", "Laugh", "LetDown", "LetMeSee", "Lightning", "Link", "Lips",
    "Location", "Lol", "Meditate", "Moon", "Moue", "MyBad", "NO", "NosePick", "Nuh-uh", "OK",
    "OMG", "Onlooker", "Packet", "Panic", "Party", "Peace", "Photo", "Pig", "Pill", "PingPong",
    "Pinky", "Pooh-pooh", "Poop", "Puke", "Rain", "Rainbow", "Respect", "Rice", "RockOn",
    "Rose", "Ruthless", "Scold", "Scowl", "Scream", "Shake", "Shame", "Shhh", "Shocked",
    "Shrunken", "Shy", "Sick", "Sigh", "Silent", "Skull", "Sleep", "Slight", "Sly", "Smart",
    "Smile", "Smirk", "Smooch", "Smug", "Sob", "Soccer", "Speechless", "Sticker", "Sun",
    "Sunny", "Surprise", "Surrender", "Sweat", "Tea", "TearingUp", "Terror", "ThumbsDown",
    "ThumbsUp", "Toasted", "Tongue", "Tormented", "Tremble", "Trick", "Twirl", "Video", "Voice",
    "Waddle", "Watermelon", "Wave", "Whimper", "Wilt", "Worship", "Wow", "Wrath", "Yawn",
    "Yeah!", "下雨", "下面", "个人名片", "乒乓", "乱舞", "亲亲", "位置", "便便", "偷看", "偷笑",
    "傲慢", "元宝", "再见", "冷汗", "凋谢", "刀", "加油", "加班", "动画表情", "勾引", "发",
    "发呆", "发怒", "发抖", "可怜", "可爱", "右哼哼", "右太极", "叹气", "吃瓜", "合十", "名片",
    "吐", "吓", "呲牙", "咒骂", "咖啡", "哇", "哈欠", "哭", "啤酒", "喝奶", "喝彩", "嘘",
    "嘴唇", "嘿哈", "回头", "囧", "困", "图片", "坏笑", "多云", "大兵", "大哭", "大笑", "天啊",
    "太阳", "失望", "奋斗", "奸笑", "好的", "委屈", "害怕", "害羞", "小程序", "尴尬", "左哼哼",
    "左太极", "差劲", "干杯", "幽灵", "庆祝", "开心", "开车", "弱", "强", "强壮", "彩球",
    "得意", "微笑", "心", "心碎", "快哭了", "怄火", "思考", "恐惧", "恭喜", "悠闲", "惊恐",
    "惊讶", "愉快", "感谢", "憨笑", "手枪", "打伞", "打脸", "抓狂", "投降", "折磨", "抠鼻",
    "抱拳", "拥抱", "拳头", "捂脸", "握手", "搬砖", "撇嘴", "撒花", "擦汗", "收到", "收工",
    "敬礼", "敲打", "文件", "无语", "旺柴", "晕", "月亮", "月饼", "机智", "棒棒糖", "比心",
    "汗", "汪汪", "沙发", "流汗", "流泪", "激动", "灯泡", "灯笼", "炸弹", "点赞", "烟花",
    "熊猫", "爆竹", "爱你", "爱心", "爱情", "猪", "猪头", "献吻", "玫瑰", "瓢虫", "生气",
    "生病", "疑问", "疯了", "發", "白眼", "皱眉", "睡", "破涕为笑", "磕头", "礼物", "社会社会",
    "祈祷", "福", "笑", "笑哭", "笑脸", "篮球", "糗大了", "红包", "纸巾", "翻白眼", "耶",
    "聊天记录", "胜利", "脸红", "色", "苦涩", "茶", "药", "菜刀", "菜汪", "蛋糕", "蜡烛",
    "表情", "衰", "衰神", "裂开", "西瓜", "视频", "视频通话", "认真", "让我看看", "语音",
    "语音通话", "调皮", "财神", "赞", "足球", "跳绳", "跳跳", "车厢", "转圈", "转账", "邪恶",
    "鄙视", "酷", "钞票", "钻戒", "链接", "闪电", "闭嘴", "闹钟", "阴险", "难过", "青蛙",
    "鞠躬", "鞭炮", "风车", "飞吻", "飞机", "饥饿", "饭", "香蕉", "骷髅", "高铁右车头",
    "高铁左车头", "鸡", "鼓掌",
];

/// The length in bytes of `捂脸]`, with which the text after an opening bracket begins; nothing when
/// it is no such name.
pub(super) fn emoticon(after_bracket: &str) -> Option<usize> {
    let bytes = after_bracket.as_bytes();
    let end = bytes
        .iter()
        .take(LONGEST + 1)
        .position(|byte| *byte == b']')?;
    // A bracket is a boundary between characters.
    let name = &after_bracket[..end];
    NAMES.binary_search(&name).is_ok().then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_their_order_and_none_is_longer_than_is_looked_at() {
        assert!(NAMES.is_sorted_by(|one, next| one < next));
        let longest = NAMES.iter().map(|name| name.len()).max();
        assert_eq!(longest, Some(LONGEST));
    }

    #[test]
    fn only_names_of_emoticons_are_some() {
        assert_eq!(emoticon("捂脸]贵"), Some("捂脸]".len()));
        assert_eq!(emoticon("ThumbsUp] ok"), Some("ThumbsUp]".len()));
        for text in ["太贵了]", "要招标", "捂脸", "", "]", "合同号2024]"] {
            assert_eq!(emoticon(text), None, "{text}");
        }
    }
}
