//! The columns of each kind: what their headers say, in Chinese and English, and what they hold.

use super::Kind;

/// One column.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// What the header says to people.
    pub(super) chinese: &'static str,
    /// What it says to programs; the key in JSON.
    pub(super) code: &'static str,
    /// Other headers that mean it.
    pub(super) aliases: &'static [&'static str],
    /// Whether an import can't do without it.
    pub(super) is_required: bool,
    /// What belongs into it, for the template's second sheet.
    pub(super) explanation: &'static str,
}

impl Column {
    /// The header of a template and an export: `姓名 name`.
    pub(super) fn header(&self) -> String {
        format!("{} {}", self.chinese, self.code)
    }

    /// Whether a header means this column: in Chinese, in English, or both as in the template.
    pub(super) fn is_meant_by(&self, header: &str) -> bool {
        let is = |name: &str| header.eq_ignore_ascii_case(name);
        is(self.chinese)
            || is(self.code)
            || is(&self.header())
            || self.aliases.iter().any(|alias| is(alias))
    }
}

const fn column(chinese: &'static str, code: &'static str, explanation: &'static str) -> Column {
    Column {
        chinese,
        code,
        aliases: &[],
        is_required: false,
        explanation,
    }
}

impl Column {
    const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    const fn or(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

impl Kind {
    /// Whether columns that are none of its own are kept too, for the conditions of processes.
    pub(super) const fn keeps_further_columns(self) -> bool {
        matches!(self, Self::Customers)
    }

    /// Its columns, in order.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Reps => REPS,
            Self::Customers => CUSTOMERS,
            Self::Contacts => CONTACTS,
            Self::Opportunities => OPPORTUNITIES,
            Self::Accounts => ACCOUNTS,
            Self::Purchases => PURCHASES,
            Self::Runs => RUNS,
            Self::Signals => SIGNALS,
            Self::Corrections => CORRECTIONS,
            Self::Alerts => ALERTS,
        }
    }
}

const REPS: &[Column] = &[
    column("编号", "id", "本系统里的编号；可以不填，不填时用企微账号"),
    column("姓名", "name", "必填").required(),
    column(
        "角色",
        "role",
        "rep（销售）、director（主管）或 admin（管理员）；不填为 rep",
    ),
    column(
        "区域",
        "region",
        "主管看到本区域的聊天和预警；不填则没有区域",
    ),
    column(
        "上级",
        "supervisor",
        "编号或姓名；超时后先告诉上级，不填则告诉本区域的主管",
    )
    .or(&["主管", "supervisor_id"]),
    column(
        "企微账号",
        "wecom_userid",
        "管理后台 → 通讯录 → 成员详情 → 账号，不分大小写；销售必填",
    ),
    column(
        "钉钉账号",
        "dingtalk_userid",
        "钉钉管理后台的 UserID；收预警的人要填",
    ),
    column(
        "钉钉UnionId",
        "dingtalk_unionid",
        "在浏览器里用钉钉登录的人要填",
    ),
    column("手机", "mobile", "用来对应企微和钉钉里的同一个人").or(&["手机号"]),
];

const CUSTOMERS: &[Column] = &[
    column("编号", "id", "可以不填，不填时按名称对应，没有同名的就新建"),
    column("名称", "name", "必填，公司名")
        .required()
        .or(&["客户名称"]),
    column("行业", "industry", "可以不填"),
    column("区域", "region", "可以不填"),
];

const CONTACTS: &[Column] = &[
    column(
        "编号",
        "id",
        "必填，企业微信的 external_userid，以 wm 或 wo 开头",
    )
    .required()
    .or(&["external_userid"]),
    column("姓名", "name", "可以不填"),
    column(
        "客户",
        "customer",
        "客户的编号或名称；不填则还没有对应到客户",
    )
    .or(&["customer_id"]),
];

const OPPORTUNITIES: &[Column] = &[
    column(
        "编号",
        "id",
        "可以不填，不填时按客户和名称对应，没有同名的就新建",
    ),
    column("客户", "customer", "必填，客户的编号或名称")
        .required()
        .or(&["customer_id"]),
    column("销售", "rep", "必填，销售的编号、企微账号或姓名")
        .required()
        .or(&["rep_id"]),
    column("名称", "name", "必填").required().or(&["商机名称"]),
    column(
        "阶段",
        "stage",
        "流程定义里阶段的 key 或名字；不填为第一个阶段；已有商机的阶段不能靠导入改变",
    ),
    column(
        "开始时间",
        "opened_at",
        "如 2026-11-23 或 2026-11-23T09:30:00+08:00；不填为导入的时刻；已有商机不改变",
    ),
];

const ACCOUNTS: &[Column] = &[
    column(
        "客服账号",
        "open_kfid",
        "必填，微信客服账号的 open_kfid，以 wk 开头",
    )
    .required()
    .or(&["id"]),
    column(
        "销售",
        "rep",
        "由谁接待：编号、企微账号或姓名；不填则不固定",
    )
    .or(&["rep_id"]),
];

const PURCHASES: &[Column] = &[
    column("客户", "customer", "必填，客户的编号或名称")
        .required()
        .or(&["customer_id"]),
    column(
        "型号",
        "model",
        "必填，买过的型号，照单据上写；大小写、全半角和分隔符不影响比对",
    )
    .required()
    .or(&["规格型号", "产品型号"]),
    column(
        "数量",
        "quantity",
        "整数；不填为 1，同一天同一型号的会加起来",
    ),
    column("采购日期", "bought_at", "必填，如 2026-11-23")
        .required()
        .or(&["日期"]),
];

const RUNS: &[Column] = &[
    column("编号", "id", ""),
    column("商机", "opportunity_id", "商机的编号"),
    column("节点", "node", "流程定义里节点的 key"),
    column("节点名称", "title", ""),
    column(
        "状态",
        "status",
        "open 进行中、paused 已暂停、overdue 已超时、done 已完成、waived 已豁免、not_applicable 不适用、ended 商机已结束",
    ),
    column("开始时间", "opened_at", ""),
    column("截止时间", "due_at", ""),
    column("完成时间", "done_at", ""),
    column("超时", "late", "完成前是否过了截止时间"),
    column("回答", "answers", "问题和回答，JSON"),
];

const SIGNALS: &[Column] = &[
    column("编号", "id", ""),
    column("时间", "at", "消息发出的时刻"),
    column("信号", "label", "PRICE、TENDER 等"),
    column("原词", "words", "客户的原词"),
    column("消息", "message_id", "消息的编号"),
    column("聊天", "chat_id", "聊天的编号"),
    column("区域", "region", "当时的区域"),
    column("销售编号", "rep_id", ""),
    column("销售", "rep", ""),
    column("客户编号", "customer_id", ""),
    column("客户", "customer", ""),
    column("产品", "product", "这句话说的产品"),
    column("试运行", "shadow", "还在试的规则听到的，不计入看板的数字"),
    column("规则", "rule", "听出它的规则"),
    column("词典版本", "dictionaries", ""),
];

/// Those of a corpus that a model is taught by, and behind them who said it.
const CORRECTIONS: &[Column] = &[
    column("编号", "id", "消息的编号"),
    column("谁说的", "speaker", "customer（客户）或 rep（销售）"),
    column("原话", "text", "这句话的原文"),
    column(
        "信号",
        "labels",
        "更正以后的信号，几个时用逗号隔开；没有信号为 NONE",
    ),
    column(
        "备注",
        "note",
        "corrected:confirmed 已生效，corrected:pending 待主管确认",
    ),
    column("上一句", "context_prev", "rep: 或 customer: 开头"),
    column("更正人编号", "by", "最后更正或确认的人"),
    column("身份", "role", "rep、director 或 admin"),
    column("更正时间", "at", ""),
];

const ALERTS: &[Column] = &[
    column("编号", "id", ""),
    column("时间", "raised_at", ""),
    column("商机", "opportunity_id", "商机的编号"),
    column("节点记录", "run_id", ""),
    column(
        "原因",
        "reason",
        "opened 已发起、late 已超时、escalated 升级、dwell 停留过久、neglect 跟进未推进",
    ),
    column("收件人编号", "person_id", ""),
    column("收件人", "person", ""),
    column("区域", "region", ""),
    column("标题", "title", ""),
    column(
        "状态",
        "status",
        "queued 待发、sent 已发、refused 被拒、unknown 不明",
    ),
    column("渠道", "channel", ""),
    column("状态时间", "status_at", ""),
    column("说明", "why", "被拒或不明的原因"),
];
