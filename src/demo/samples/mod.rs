//! Files on the rep's phone: for each question that wants one, a good one and some that are refused.
//!
//! They are made when they are asked for. What is wrong with a bad one is really wrong with it: the
//! service looks into them as into any other.

mod paper;
mod parts;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Path;
use serde::Serialize;

use paper::{Letter, Signature};

/// A file that the rep's phone offers.
#[derive(Serialize)]
pub(super) struct Sample {
    /// Names it in its address.
    id: &'static str,
    /// As the phone shows it, and as it is uploaded.
    name: &'static str,
    /// What is to be expected of it.
    says: &'static str,
    /// Whether it is taken.
    is_good: bool,
    /// The questions that it is offered to, by their titles.
    answers: &'static [&'static str],
    #[serde(skip)]
    make: fn() -> anyhow::Result<Vec<u8>>,
}

const NEEDS: Letter = Letter {
    title: "需求确认单",
    lines: &[
        "项目：产线自动化改造",
        "现状：人工上料，节拍 32 秒，漏检率 1.8%",
        "目标：节拍 20 秒以内，漏检率低于 0.2%",
        "时间：明年一季度前投产",
        "客户签字：",
    ],
};

const TERMS: Letter = Letter {
    title: "关键条款确认函",
    lines: &[
        "付款：预付 30%，发货前 40%，验收后 25%，质保金 5%",
        "交期：合同生效后 90 天",
        "验收：连续 72 小时节拍达标",
        "质保：整机三年，两小时内到场",
        "客户签字：",
    ],
};

const BROCHURE: Letter = Letter {
    title: "产品宣传册",
    lines: &["柔性上下料单元", "视觉检测工站", "码垛机器人"],
};

const TAKT: Letter = Letter {
    title: "产线节拍匹配分析",
    lines: &[
        "上料 6.5 秒，检测 7.2 秒，下料 5.8 秒",
        "瓶颈工位：检测，双工位后 3.6 秒",
        "整线节拍 18.4 秒，满足 20 秒的要求",
    ],
};

const MINUTES: Letter = Letter {
    title: "决策链沟通会议纪要",
    lines: &[
        "参加：生产总监、设备部经理、采购部长",
        "结论：设备部写技术评估，采购部下周定招标方式",
        "下一步：周五前提交投资回报测算",
    ],
};

const SCANNED: &str = "程序读不了，收下后由主管抽查";
const SIGNED: &str = "客户手写签字，能通过";
const UNSIGNED: &str = "没有签字，会被退回";

/// All of them, in the order in which a phone offers them.
pub(super) const SAMPLES: [Sample; 13] = [
    Sample {
        id: "needs-signed",
        name: "需求确认单（已签字）.pdf",
        says: SIGNED,
        is_good: true,
        answers: &["需求确认单"],
        make: || NEEDS.pdf(Signature::Ink),
    },
    Sample {
        id: "needs-unsigned",
        name: "需求确认单（未签字）.pdf",
        says: UNSIGNED,
        is_good: false,
        answers: &["需求确认单"],
        make: || NEEDS.pdf(Signature::None),
    },
    Sample {
        id: "needs-scan",
        name: "需求确认单（扫描件）.pdf",
        says: SCANNED,
        is_good: true,
        answers: &["需求确认单"],
        make: || NEEDS.scan(),
    },
    Sample {
        id: "parts-known",
        name: "方案物料清单（匹配 95%）.xlsx",
        says: "20 个型号里 19 个买过，能通过",
        is_good: true,
        answers: &["方案物料清单"],
        make: || parts::list(19),
    },
    Sample {
        id: "parts-unknown",
        name: "方案物料清单（匹配 60%）.xlsx",
        says: "低于 90%，会被退回",
        is_good: false,
        answers: &["方案物料清单"],
        make: || parts::list(12),
    },
    Sample {
        id: "takt",
        name: "产线节拍匹配分析.pdf",
        says: "能通过",
        is_good: true,
        answers: &["产线节拍匹配分析"],
        make: || TAKT.pdf(Signature::None),
    },
    Sample {
        id: "minutes",
        name: "会议纪要.pdf",
        says: "能通过",
        is_good: true,
        answers: &["会议纪要"],
        make: || MINUTES.pdf(Signature::None),
    },
    Sample {
        id: "terms-signed",
        name: "关键条款确认函（已签字）.pdf",
        says: SIGNED,
        is_good: true,
        answers: &["关键条款确认函"],
        make: || TERMS.pdf(Signature::Ink),
    },
    Sample {
        id: "terms-unsigned",
        name: "关键条款确认函（未签字）.pdf",
        says: UNSIGNED,
        is_good: false,
        answers: &["关键条款确认函"],
        make: || TERMS.pdf(Signature::None),
    },
    Sample {
        id: "terms-scan",
        name: "关键条款确认函（扫描件）.pdf",
        says: SCANNED,
        is_good: true,
        answers: &["关键条款确认函"],
        make: || TERMS.scan(),
    },
    Sample {
        id: "brochure",
        name: "产品宣传册.pdf",
        says: "不是要的文件，会被退回",
        is_good: false,
        answers: &["需求确认单", "关键条款确认函"],
        make: || BROCHURE.pdf(Signature::Ink),
    },
    Sample {
        id: "broken",
        name: "传坏了的文件.pdf",
        says: "文件损坏，会被退回",
        is_good: false,
        answers: &[
            "需求确认单",
            "产线节拍匹配分析",
            "会议纪要",
            "关键条款确认函",
        ],
        make: || NEEDS.broken(),
    },
    Sample {
        id: "picture",
        name: "随手拍.png",
        says: "类型不对，会被退回",
        is_good: false,
        answers: &[
            "需求确认单",
            "方案物料清单",
            "产线节拍匹配分析",
            "关键条款确认函",
        ],
        make: || Ok(paper::picture()),
    },
];

/// `GET /demo/files`: what the phone offers.
pub(super) async fn list() -> HttpResponse {
    HttpResponse::Ok().json(SAMPLES)
}

/// `GET /demo/files/{id}`: one of them.
pub(super) async fn file(id: Path<String>) -> HttpResponse {
    let Some(sample) = SAMPLES.iter().find(|sample| sample.id == *id) else {
        return HttpResponse::NotFound().finish();
    };
    match (sample.make)() {
        Ok(bytes) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/octet-stream"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(bytes),
        Err(error) => {
            tracing::error!(error = %error, "demo: a sample file could not be made");
            HttpResponse::InternalServerError().finish()
        }
    }
}

#[cfg(test)]
mod tests;
