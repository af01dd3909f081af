//! Approvals (91815 for the platform's own, 90240 for an app's own engine).

use super::ParseError;
use crate::xml::Node;

/// A change of an approval in the platform's own approval app. Who decided
/// and why is in `oa/getapprovaldetail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemApprovalChange {
    /// Number of the approval (`SpNoStr`, else `SpNo`).
    pub sp_no: String,
    /// 1 running, 2 passed, 3 rejected, 4 withdrawn, 6 revoked after passing,
    /// 7 deleted, 10 paid.
    pub sp_status: i64,
    /// The template it was made from.
    pub template_id: String,
    /// Seconds since 1970.
    pub apply_time: i64,
    /// Who asked.
    pub applicant: String,
    /// 1 submitted, 2 agreed, 3 rejected, 4 transferred, 5 urged, 6 withdrawn,
    /// 8 revoked after passing, 10 commented; others in 91815. The element is
    /// really spelled `StatuChangeEvent`.
    pub change: i64,
}

/// A change of an approval that an app started with its own number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnApprovalChange {
    /// The app's own number.
    pub third_no: String,
    /// The template it was made from.
    pub template_id: String,
    /// 1 running, 2 passed, 3 rejected, 4 cancelled.
    pub status: i64,
    /// Who asked.
    pub applicant: String,
    /// Seconds since 1970.
    pub apply_time: i64,
    /// The node it stands at, from 0.
    pub approver_step: i64,
}

impl SystemApprovalChange {
    pub(super) fn read(root: Node<'_, '_>) -> Result<Self, ParseError> {
        let info = info(root)?;
        let sp_no = match info.word("SpNoStr") {
            "" => info.word("SpNo"),
            text => text,
        };
        let applicant = info.child("Applyer");
        Ok(Self {
            sp_no: sp_no.to_owned(),
            sp_status: number(info, "SpStatus"),
            template_id: info.word("TemplateId").to_owned(),
            apply_time: number(info, "ApplyTime"),
            applicant: applicant.map_or("", |node| node.word("UserId")).to_owned(),
            change: number(info, "StatuChangeEvent"),
        })
    }
}

impl OwnApprovalChange {
    pub(super) fn read(root: Node<'_, '_>) -> Result<Self, ParseError> {
        let info = info(root)?;
        Ok(Self {
            third_no: info.word("ThirdNo").to_owned(),
            template_id: info.word("OpenTemplateId").to_owned(),
            status: number(info, "OpenSpStatus"),
            applicant: info.word("ApplyUserId").to_owned(),
            apply_time: number(info, "ApplyTime"),
            approver_step: number(info, "approverstep"),
        })
    }
}

fn info<'d, 'a>(root: Node<'d, 'a>) -> Result<Node<'d, 'a>, ParseError> {
    root.child("ApprovalInfo")
        .ok_or(ParseError::Missing("ApprovalInfo"))
}

/// 0, which the platform uses for nothing here, when absent or no number.
fn number(node: Node<'_, '_>, name: &'static str) -> i64 {
    node.word(name).parse().unwrap_or(0)
}
