//! What customers and reps wrote in the last two weeks, so that the board has something to show.

use crate::domain::{Speaker, Timestamp};

/// A chat line of the past.
pub(super) struct PastLine {
    moment: Moment,
    pub(super) speaker: Speaker,
    pub(super) text: &'static str,
}

/// Counted back from the demo's start.
enum Moment {
    /// So many days ago, at this hour and minute in China.
    Day { ago: i64, hour: i64, minute: i64 },
    /// So many minutes ago.
    Minutes(i64),
}

const DAY_MS: i64 = 24 * 3600 * 1000;

impl PastLine {
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        match self.moment {
            Moment::Minutes(ago) => Timestamp(now.0 - ago * 60_000),
            Moment::Day { ago, hour, minute } => {
                let day = now.day().start().0 - ago * DAY_MS;
                Timestamp(day + (hour * 60 + minute) * 60_000)
            }
        }
    }
}

const fn line(moment: Moment, speaker: Speaker, text: &'static str) -> PastLine {
    PastLine {
        moment,
        speaker,
        text,
    }
}

/// A customer's line, days ago.
const fn c(ago: i64, hour: i64, minute: i64, text: &'static str) -> PastLine {
    line(Moment::Day { ago, hour, minute }, Speaker::Customer, text)
}

/// A rep's line, days ago.
const fn r(ago: i64, hour: i64, minute: i64, text: &'static str) -> PastLine {
    line(Moment::Day { ago, hour, minute }, Speaker::Rep, text)
}

/// A customer's line, minutes ago.
const fn now_c(ago: i64, text: &'static str) -> PastLine {
    line(Moment::Minutes(ago), Speaker::Customer, text)
}

/// A rep's line, minutes ago.
const fn now_r(ago: i64, text: &'static str) -> PastLine {
    line(Moment::Minutes(ago), Speaker::Rep, text)
}

/// The chats by [`super::cast::Buyer::id`], each in the order in which it was written.
pub(super) const CHATS: [(&str, &[PastLine]); 8] = [
    ("haisheng", HAISHENG),
    ("yongxian", YONGXIAN),
    ("hengrui", HENGRUI),
    ("jiesu", JIESU),
    ("huachi", HUACHI),
    ("weifeng", WEIFENG),
    ("xida", XIDA),
    ("shenlian", SHENLIAN),
];

const HAISHENG: &[PastLine] = &[
    r(
        13,
        9,
        6,
        "陈工早，上周在厂里看的那条压铸线，我们按两个工位做了初版布局，图纸发您邮箱了。",
    ),
    c(
        13,
        9,
        40,
        "收到。气孔能检到多小？我们客户要求 0.3 毫米以上都要挑出来。",
    ),
    r(
        13,
        9,
        52,
        "0.2 毫米以上都能稳定检出，样件测试报告一并附上了。",
    ),
    c(
        11,
        14,
        15,
        "表面有脱模剂残留的件，我担心你们相机检不准，误判率高了产线受不了。",
    ),
    r(
        11,
        14,
        31,
        "这个我们用偏振光源处理过，误判率控制在千分之三以内，可以拿您的件再跑一轮。",
    ),
    c(
        8,
        10,
        5,
        "测试结果看了，效果可以。交期呢？我们十二月底要上新件。",
    ),
    r(8, 10, 12, "合同签订后六十天到厂，安装调试七天。"),
    c(8, 10, 20, "六十天太久了，能不能压到四十五天？"),
    r(
        7,
        16,
        2,
        "和生产碰过了，光源和相机备了现货，四十八天可以做到。",
    ),
    c(2, 11, 8, "行，报价发我吧，我给领导过一下。"),
    r(2, 15, 30, "报价单发您了，含三年质保和两次免费标定。"),
    now_c(96, "收到了，我先看看。"),
];

const YONGXIAN: &[PastLine] = &[
    r(
        12,
        10,
        20,
        "刘总，装箱码垛线的三维动画做好了，您先看下节拍。",
    ),
    c(12, 11, 2, "每分钟四十箱够了，就是占地还能再小点吗？"),
    r(12, 11, 15, "改成立式提升，能省六个平方。"),
    c(9, 9, 33, "价格比我们预想的高了不少，能不能优惠一点？"),
    r(
        9,
        9,
        50,
        "您这条线省四个人工，一年半能回本，我把测算表发您。",
    ),
    c(
        9,
        10,
        14,
        "测算表财务看过了，说投资回报算不过来，人工成本按你们的数偏高。",
    ),
    r(
        6,
        14,
        0,
        "刘总，测算按宁波食品行业平均工资改了一版，您再看看。",
    ),
    c(6, 15, 26, "付款能不能分三期？3-4-3 那种，质保金一年后付。"),
    r(6, 15, 40, "可以谈，我走一下内部流程。"),
    c(1, 16, 45, "这个事要等总经理出差回来拍板，他下周三才回。"),
    r(1, 16, 52, "好的，我下周三下午过来，当面给总经理讲一遍。"),
    now_c(182, "同事说这套能不能再便宜点？年底预算卡得紧。"),
    now_r(171, "刘总，我把吸盘换成国产的再核一版价。"),
];

const HENGRUI: &[PastLine] = &[
    c(
        10,
        8,
        50,
        "你好，我们是慈溪做轴承的，想上一台外观检测工站，主要看划伤和磕碰。",
    ),
    r(
        10,
        9,
        5,
        "林科长您好，我是甬创钱悦。方便寄二十个样件过来吗？好坏各十个。",
    ),
    c(10, 9, 18, "可以，明天寄。"),
    r(
        5,
        13,
        30,
        "样件测完了，划伤检出率 99.6%，视频和报告发您了。",
    ),
    c(
        5,
        14,
        10,
        "有没有同行在用的案例？最好是做轴承的，我们想去现场看看。",
    ),
    r(5, 14, 22, "有的，镇海和嵊州各有一家，我约一下参观。"),
    c(3, 10, 41, "另一家报价比你们低两成，节拍也差不多。"),
    r(
        3,
        10,
        55,
        "林科长，配置上差别在光源和算法授权，我列个对比表给您。",
    ),
    now_c(58, "对比表看了。他们样机也送来了，我们两家一起测。"),
    now_r(41, "没问题，我们明天派工程师到现场一起测。"),
];

const JIESU: &[PastLine] = &[
    c(
        9,
        13,
        12,
        "许静，余姚捷塑的。八台注塑机想改机器人取件，先了解一下。",
    ),
    r(9, 13, 30, "许经理您好，八台都是卧式吗？吨位多大？"),
    c(9, 13, 44, "六台 280 吨，两台 450 吨。"),
    r(6, 9, 20, "方案分两期：先改四台，跑顺了再改另外四台。"),
    c(6, 9, 58, "今年预算已经用完了，要等明年年初再报。"),
    r(
        6,
        10,
        6,
        "理解，那我们先把现场勘测做了，年初报预算时数据现成。",
    ),
    c(2, 15, 10, "老板说先缓一缓，看看下半年订单情况再定。"),
    r(2, 15, 21, "好的许经理，勘测不收费，您定个时间我们先来。"),
    now_c(
        205,
        "勘测可以先来。不过上这个项目得董事长签字，我只能先报上去。",
    ),
];

const HUACHI: &[PastLine] = &[
    r(
        13,
        15,
        0,
        "马经理，控制器装配测试线的技术协议修订版发您了。",
    ),
    c(
        13,
        16,
        20,
        "EOL 测试这段不符合我们的要求，通信要支持 CAN FD。",
    ),
    r(12, 9, 10, "CAN FD 已加进去，换了通信卡，价格不变。"),
    c(
        8,
        11,
        30,
        "集团要求超过两百万的设备必须走公开招标，标书下个月初发。",
    ),
    r(8, 11, 42, "明白。技术参数这块我们配合您把关键指标写清楚。"),
    c(4, 9, 25, "你们报价超预算了，集团只批了一百八十万。"),
    r(4, 9, 48, "我把可选项拆开，基础配置控制在一百八以内。"),
    c(1, 10, 2, "这个要采购委员会一起定，我一个人说了不算。"),
    now_c(150, "预付款三成太高，我们最多付一成，其余到货验收后再付。"),
    now_r(132, "马经理，我请示一下，今天下班前回您。"),
];

const WEIFENG: &[PastLine] = &[
    r(
        11,
        14,
        5,
        "沈经理，称重分选的速度按每分钟 120 包设计，精度正负 0.5 克。",
    ),
    c(11, 14, 40, "精度可以。清洗方便吗？食品车间每天要冲水。"),
    r(11, 14, 52, "整机 IP66，输送带快拆，三分钟拆完。"),
    c(7, 10, 16, "你们太贵了，同样的机器我们去年买的才四十多万。"),
    r(
        7,
        10,
        33,
        "沈经理，去年那台是不带金属检测的，这次含在里面。",
    ),
    c(7, 10, 50, "财务那边还要审，发票要求先到货后开。"),
    c(3, 9, 15, "设备坏了你们多久能到？上一家售后半个月才来人。"),
    r(3, 9, 27, "昆山有常驻工程师，四小时到厂，写进合同。"),
    now_c(35, "领导同意上了，这两天把合同发过来吧。"),
    now_r(28, "好的沈经理！合同今天下午发您。"),
];

const XIDA: &[PastLine] = &[
    r(10, 10, 0, "顾主任，桁架机器人样机下周可以到无锡演示。"),
    c(
        10,
        10,
        25,
        "我们的车床是老型号，接口能对得上吗？就怕不兼容。",
    ),
    r(10, 10, 40, "带转接模块，去年在江阴装过同型号的。"),
    c(
        5,
        16,
        8,
        "演示看了，上下料节拍 14 秒，比我们要求的 12 秒慢，达不到要求。",
    ),
    r(5, 16, 20, "双手爪方案能到 11 秒，我更新一下报价。"),
    c(4, 11, 11, "双手爪的价格太高了，能便宜点吗？"),
    c(1, 14, 30, "交期能保证吗？上次你们给隔壁厂晚了三周。"),
    r(1, 14, 42, "顾主任，这次写延期违约金进合同，请您放心。"),
    now_c(118, "行。另一家也来看过现场了，他们交期写的是四十天。"),
    now_r(104, "顾主任，我们主机有现货，四十天内也能装完。"),
];

const SHENLIAN: &[PastLine] = &[
    c(
        6,
        15,
        33,
        "唐悦，常熟申联。端子压接检测有没有成熟设备？我们想买两台。",
    ),
    r(6, 15, 45, "唐经理您好，有的，拉力和截面都能测，资料发您。"),
    c(
        4,
        9,
        40,
        "资料看了，有没有汽车线束行业的客户案例？证书也发一份。",
    ),
    r(4, 10, 2, "案例三家，CE 和计量证书都在附件里。"),
    c(1, 11, 20, "比较满意，能先试用一个月吗？"),
    r(1, 11, 32, "可以申请样机试用，我来走流程。"),
    now_c(75, "好，什么时候能送到？我们比较急。"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::cast::BUYERS;

    #[test]
    fn every_buyer_has_a_past_that_is_told_in_order_and_lies_behind() {
        let noon = Timestamp::parse_rfc3339("2026-11-23T12:00:00+08:00").expect("a time");

        for buyer in &BUYERS {
            let (_, lines) = CHATS
                .iter()
                .find(|(id, _)| *id == buyer.id)
                .expect("a chat");
            let times: Vec<_> = lines.iter().map(|line| line.at(noon)).collect();
            assert!(
                times.is_sorted() && times.iter().all(|at| *at < noon),
                "{}",
                buyer.id
            );
        }
    }
}
