//! What a customer's words mean for the process.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of signal. The code (`PRICE`) is what files, the API and the board use.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(rename_all = "UPPERCASE")]
#[sqlx(type_name = "text", rename_all = "UPPERCASE")]
pub enum Label {
    /// 价格异议: called too expensive, a reduction asked for.
    Price,
    /// 预算不足: no, cut, used-up or exceeded budget.
    Budget,
    /// 要招标: this purchase goes through a tender or a comparison of quotes.
    Tender,
    /// 提及竞品: one particular rival is used, quotes, shows or is compared.
    Competitor,
    /// 财务异议: finance has to look, blocks, or the return doesn't add up.
    Finance,
    /// 交期担忧: too long, late, or pressed.
    Delivery,
    /// 技术疑虑: doesn't fit, defect, or doubt whether it copes.
    Tech,
    /// 决策权限: someone else decides or signs.
    Authority,
    /// 信任担忧: references, certificates, service asked for in order to be convinced.
    Trust,
    /// 暂缓: the decision is postponed or left open.
    Delay,
    /// 采购意向: an own, concrete need or decision to buy.
    Intent,
    /// 付款异议: longer terms, instalments, other ratios.
    Payment,
}

impl Label {
    /// All labels, in the order in which lists show them.
    pub const ALL: [Self; 12] = [
        Self::Price,
        Self::Budget,
        Self::Tender,
        Self::Competitor,
        Self::Finance,
        Self::Delivery,
        Self::Tech,
        Self::Authority,
        Self::Trust,
        Self::Delay,
        Self::Intent,
        Self::Payment,
    ];

    /// The code that files, the API and the board use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Price => "PRICE",
            Self::Budget => "BUDGET",
            Self::Tender => "TENDER",
            Self::Competitor => "COMPETITOR",
            Self::Finance => "FINANCE",
            Self::Delivery => "DELIVERY",
            Self::Tech => "TECH",
            Self::Authority => "AUTHORITY",
            Self::Trust => "TRUST",
            Self::Delay => "DELAY",
            Self::Intent => "INTENT",
            Self::Payment => "PAYMENT",
        }
    }

    /// What people read: 价格, 招标, …
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Price => "价格",
            Self::Budget => "预算",
            Self::Tender => "招标",
            Self::Competitor => "竞品",
            Self::Finance => "财务",
            Self::Delivery => "交期",
            Self::Tech => "技术",
            Self::Authority => "决策权",
            Self::Trust => "信任",
            Self::Delay => "暂缓",
            Self::Intent => "意向",
            Self::Payment => "付款",
        }
    }
}

/// The text is no label's code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no signal; expected one of PRICE, BUDGET, TENDER, COMPETITOR, FINANCE, DELIVERY, TECH, AUTHORITY, TRUST, DELAY, INTENT, PAYMENT"
)]
pub struct UnknownLabel(pub String);

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(code: &str) -> Result<Self, UnknownLabel> {
        Self::ALL
            .into_iter()
            .find(|label| label.code() == code)
            .ok_or_else(|| UnknownLabel(code.to_owned()))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_back_to_its_label() {
        for label in Label::ALL {
            assert_eq!(label.code().parse(), Ok(label));
            assert_eq!(
                serde_json::to_string(&label).ok(),
                Some(format!("\"{label}\""))
            );
        }
    }
}
