//! Kinds of messages that are no plain text, in words.

use crate::web::language::{Language, say};

/// What people call the platform's kinds (`developer.work.weixin.qq.com/document/path/94670`).
pub(super) fn name(kind: &str, language: Language) -> Option<String> {
    let (chinese, english) = match kind {
        "text" => return None,
        "image" => ("图片", "Picture"),
        "voice" => ("语音", "Voice"),
        "video" => ("视频", "Video"),
        "file" => ("文件", "File"),
        "location" => ("位置", "Location"),
        "link" => ("链接", "Link"),
        "business_card" => ("名片", "Business card"),
        "miniprogram" => ("小程序", "Mini program"),
        "merged_msg" => ("聊天记录", "Chat record"),
        "msgmenu" => ("菜单消息", "Menu"),
        "channels_shop_product" => ("视频号商品", "Channels product"),
        "channels_shop_order" => ("视频号订单", "Channels order"),
        "channels" => ("视频号消息", "Channels post"),
        "note" => ("笔记", "Note"),
        "enter_session" => ("客户进入会话", "The customer entered the chat"),
        "msg_send_fail" => ("一条消息没有发送成功", "A message was not sent"),
        "servicer_status_change" => ("接待人员的接待状态变更", "The attendant's state changed"),
        "session_status_change" => ("会话状态变更", "The chat's state changed"),
        "user_recall_msg" => ("客户撤回了一条消息", "The customer took a message back"),
        "servicer_recall_msg" => (
            "接待人员撤回了一条消息",
            "The attendant took a message back",
        ),
        "reject_customer_msg_switch_change" => (
            "拒收客户消息的设置变更",
            "Refusing customers' messages was changed",
        ),
        other => {
            return Some(say!(
                language,
                "其他消息（{other}）",
                "Another message ({other})"
            ));
        }
    };
    Some(language.say(chinese, english).to_owned())
}
