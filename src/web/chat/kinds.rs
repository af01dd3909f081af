//! Kinds of messages that are no plain text, in words.

/// What people call the platform's kinds (`developer.work.weixin.qq.com/document/path/94670`).
pub(super) fn name(kind: &str) -> Option<String> {
    let name = match kind {
        "text" => return None,
        "image" => "图片",
        "voice" => "语音",
        "video" => "视频",
        "file" => "文件",
        "location" => "位置",
        "link" => "链接",
        "business_card" => "名片",
        "miniprogram" => "小程序",
        "merged_msg" => "聊天记录",
        "msgmenu" => "菜单消息",
        "channels_shop_product" => "视频号商品",
        "channels_shop_order" => "视频号订单",
        "channels" => "视频号消息",
        "note" => "笔记",
        "enter_session" => "客户进入会话",
        "msg_send_fail" => "一条消息没有发送成功",
        "servicer_status_change" => "接待人员的接待状态变更",
        "session_status_change" => "会话状态变更",
        "user_recall_msg" => "客户撤回了一条消息",
        "servicer_recall_msg" => "接待人员撤回了一条消息",
        "reject_customer_msg_switch_change" => "拒收客户消息的设置变更",
        other => return Some(format!("其他消息（{other}）")),
    };
    Some(name.to_owned())
}
