//! Why a director was not told, or may not have been, in the language of the page.
//!
//! The ledger keeps what the couriers and the platforms said, in English; this says it in Chinese where
//! the words are ours. A platform's own code and words are kept as they are.

use super::language::Language;

/// What the ledger says as a whole, and what that means.
const WHOLE: &[(&str, &str)] = &[
    ("nobody to tell", "没有可通知的人"),
    (
        "no [dingtalk] in the configuration",
        "配置里没有 [dingtalk]",
    ),
    ("no [dingtalk]", "配置里没有 [dingtalk]"),
    (
        "twice nobody knows whether it arrived; not sent a third time",
        "两次发送都不知道是否送达，不再发第三次",
    ),
    (
        "no way to this director: no DingTalk userid and no group robot for the region; see [alerts] channels",
        "没有可用的渠道：没有登记钉钉 userid，该区域也没有群机器人；见 [alerts] channels",
    ),
    ("no way was left", "所有渠道都试过了"),
    (
        "under way, or whoever sent it died before the answer",
        "正在发送，或者发送时中断，没有等到回复",
    ),
    ("it can't be read by this version", "当前版本读不了这条记录"),
    (
        "sending it panicked, and may have sent it; not tried again",
        "发送时程序出错，可能已经送出，不再重试",
    ),
    ("sending it panicked", "发送时程序出错"),
    (
        "an earlier try may have arrived too",
        "之前一次可能也已送达",
    ),
    ("it is no alert", "这不是预警"),
    (
        "the platform's base address in the configuration is no URL",
        "配置里平台的地址不是有效网址",
    ),
    (
        "the request could not be built: check the addresses in the configuration",
        "请求无法生成，请检查配置里的地址",
    ),
    (
        "the platform gave a token that fits in no header",
        "平台给的令牌无法使用",
    ),
];

/// What stands in front of another reason or of the platform's words.
const FRONTS: &[(&str, &str)] = &[
    (
        "tried for 24 hours; last: ",
        "试了 24 小时仍未成功，最后一次：",
    ),
    ("no connection to the platform: ", "连接不上平台："),
    (
        "TLS cannot be set up on this machine: ",
        "本机无法建立 TLS：",
    ),
    (
        "not sent, as it breaks limits of ",
        "没有发送，超出了字段限制：",
    ),
];

/// What stands behind the platform's words.
const BACKS: &[(&str, &str)] = &[("; it may have arrived", "；可能已送达")];

/// Why, as a page of that language says it.
pub(super) fn why(kept: &str, language: Language) -> String {
    if language.is_english() {
        return kept.to_owned();
    }
    if let Some((_, chinese)) = WHOLE.iter().find(|(english, _)| *english == kept) {
        return (*chinese).to_owned();
    }
    for (english, chinese) in FRONTS {
        if let Some(rest) = kept.strip_prefix(english) {
            return format!("{chinese}{}", why(rest, language));
        }
    }
    for (english, chinese) in BACKS {
        if let Some(rest) = kept.strip_suffix(english) {
            return format!("{}{chinese}", why(rest, language));
        }
    }
    match kept.rsplit_once("; again in ") {
        Some((rest, after)) => format!("{}；{after} 后重试", why(rest, language)),
        None => kept.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_words_are_told_in_the_language_of_the_page() {
        for (kept, chinese) in [
            ("nobody to tell", "没有可通知的人"),
            ("", ""),
            ("300001: invalid robot", "300001: invalid robot"),
            (
                "tried for 24 hours; last: no connection to the platform: refused; it may have arrived",
                "试了 24 小时仍未成功，最后一次：连接不上平台：refused；可能已送达",
            ),
            (
                "45009: api freq out of limit; again in 60s",
                "45009: api freq out of limit；60s 后重试",
            ),
        ] {
            assert_eq!(why(kept, Language::Chinese), chinese);
            assert_eq!(why(kept, Language::English), kept);
        }
    }

    /// A reason that is reworded there is reworded here.
    #[test]
    fn every_reason_is_one_that_couriers_give() {
        let outbox = [
            include_str!("../outbox/alert.rs"),
            include_str!("../outbox/courier.rs"),
        ]
        .concat();
        for reason in [
            "twice nobody knows whether it arrived; not sent a third time",
            "no way was left",
            "under way, or whoever sent it died before the answer",
            "it can't be read by this version",
            "sending it panicked",
            "tried for 24 hours; last: ",
        ] {
            assert!(outbox.contains(reason), "{reason}");
            assert_ne!(why(reason, Language::Chinese), reason);
        }
    }
}
