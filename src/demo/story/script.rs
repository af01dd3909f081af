//! The story's steps: the one place where they are written.

use std::time::Duration;

/// One step: what is done, what is waited for, and what is said meanwhile.
pub(super) struct Step {
    pub(super) title: &'static str,
    /// `{customer}`, `{rep}` and `{director}` become names.
    pub(super) caption: &'static str,
    pub(super) protocol: &'static str,
    pub(super) look_at: &'static str,
    pub(super) act: Act,
    /// What the service has to do before the story goes on.
    pub(super) until: Until,
    /// For reading, before the next step.
    pub(super) rest: Duration,
}

/// What is done on a phone.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// Nothing: the step shows what the last one led to.
    Look,
    CustomerSays(&'static str),
    RepReplies(&'static str),
    /// Question key → option id, on the newest card.
    RepSubmits(&'static [(&'static str, &'static str)]),
    /// The clock moves past the moment at which the open run is late.
    DeadlinePasses,
}

/// What has to show up, after the last thing that was done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    Now,
    /// The service has pulled the line.
    MessagesPulled,
    CardOnPhone,
    DirectorTold,
    CardReplaced,
}

/// What the customer says: a price objection and a tender.
pub(in crate::demo) const OBJECTION: &str = "你们太贵了，今年要走招标";

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(super) const STEPS: [Step; 8] = [
    Step {
        title: "销售跟进报价",
        caption: "{rep}在企业微信里问{customer}。销售自己说的“太贵”不算异议：盯单只认客户的话，也不打扰聊天。",
        protocol: "微信客服消息 → 加密回调 kf_msg_or_event → kf/sync_msg 按游标拉取，origin = 5（接待人员）",
        look_at: "rep-chat",
        act: Act::RepReplies("方案和报价您看过了吗？您是觉得太贵，还是功能上还有顾虑？"),
        until: Until::MessagesPulled,
        rest: seconds(7),
    },
    Step {
        title: "客户说出异议",
        caption: "一句话，两个信号：价格和招标。原词会被标出来，看板马上加一。",
        protocol: "POST /wecom/callback/sales：验签、解密、落盘后才应答 200 → kf/sync_msg → 消息、信号、节点、待发一次提交",
        look_at: "customer",
        act: Act::CustomerSays(OBJECTION),
        until: Until::CardOnPhone,
        rest: seconds(6),
    },
    Step {
        title: "卡片到销售",
        caption: "流程要求「风险预判登记」。{rep}不用离开企业微信：选风险类型、选应对策略、提交，两个工作小时内完成。",
        protocol: "message/send · template_card · multiple_interaction；返回 response_code，以后用它更新这张卡片",
        look_at: "rep-app",
        act: Act::Look,
        until: Until::Now,
        rest: seconds(7),
    },
    Step {
        title: "主管同时知情",
        caption: "招标等不得：{director}的钉钉当场收到一条，客户、商机、销售、原话都在。",
        protocol: "POST v1.0/robot/oToMessages/batchSend · sampleActionCard；投递台账记下每一次尝试",
        look_at: "director",
        act: Act::Look,
        until: Until::DirectorTold,
        rest: seconds(6),
    },
    Step {
        title: "截止时间过了",
        caption: "时钟拨过截止时间十分钟，{rep}还没有登记：节点超时，{director}再收到一条预警，写明晚了多久。",
        protocol: "最近的截止时间先醒：Ticked → 超时 → RaiseAlert，重启、崩溃、多副本都只发一次",
        look_at: "director",
        act: Act::DeadlinePasses,
        until: Until::DirectorTold,
        rest: seconds(6),
    },
    Step {
        title: "点开原始聊天",
        caption: "{director}一次点击，免登进入，直接落在那句话上：原词标出，前后文都能翻。谁看过、何时看的，也会留痕。",
        protocol: "dingtalk://…/page/link → dd.requestAuthCode → topapi/v2/user/getuserinfo → /chats/…?message=…",
        look_at: "director-page",
        act: Act::Look,
        until: Until::Now,
        rest: seconds(9),
    },
    Step {
        title: "销售补登记",
        caption: "{rep}在卡片上选好并提交。卡片变成自己的回执，注明超时多久；再点一次也不会重复。",
        protocol: "加密回调 template_card_event（SelectedItems）→ message/update_template_card，response_code 只能用一次",
        look_at: "rep-app",
        act: Act::RepSubmits(&[("risk_type", "open_tender"), ("strategy", "shape_tender")]),
        until: Until::CardReplaced,
        rest: seconds(7),
    },
    Step {
        title: "看板上都在",
        caption: "异议、区域、销售、客户，点进去就是那句原话。现在轮到您：在任何一台手机上试试，或再播放一遍（换一位客户）。",
        protocol: "看板由存储重建得出：每条消息只算一次，经 server-sent events 推到打开的页面",
        look_at: "board",
        act: Act::Look,
        until: Until::Now,
        rest: seconds(0),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProcessSettings;
    use crate::domain::{Label, Speaker};
    use crate::loaded::load_detector;
    use crate::signals::Line;

    #[test]
    fn the_story_gives_the_signals_that_it_tells_of_and_no_others() {
        let ours = load_detector(&ProcessSettings::default())
            .unwrap_or_else(|problems| panic!("{problems}"));
        let mut previous = None;
        let mut labels = Vec::new();
        for step in &STEPS {
            let (speaker, text) = match step.act {
                Act::CustomerSays(text) => (Speaker::Customer, text),
                Act::RepReplies(text) => (Speaker::Rep, text),
                _ => continue,
            };
            let heard = ours.hear(Line {
                speaker,
                text,
                previous,
            });
            labels.extend(heard.iter().map(|signal| signal.label));
            previous = Some((speaker, text));
        }

        assert_eq!(labels, [Label::Price, Label::Tender]);
    }
}
