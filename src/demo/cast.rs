//! Who is there: a maker of automation in Ningbo, its reps and directors, and its customers.

use crate::domain::Role;
use crate::sandbox::{Company, Customer, DingtalkIds, Person, ServiceAccount};

/// A colleague.
pub(super) struct Colleague {
    pub(super) name: &'static str,
    /// The WeCom userid; ours is the same with a dash for the dot.
    pub(super) wecom: &'static str,
    pub(super) mobile: &'static str,
    pub(super) role: Role,
    pub(super) region: &'static str,
}

/// A customer: the company, the person who writes, and the deal with them.
pub(super) struct Buyer {
    pub(super) id: &'static str,
    pub(super) company: &'static str,
    pub(super) industry: &'static str,
    /// `external_userid` of the person.
    pub(super) contact: &'static str,
    pub(super) contact_name: &'static str,
    /// WeCom userid of the rep.
    pub(super) rep: &'static str,
    pub(super) deal: &'static str,
    /// A stage's key of the process; none in which a deal of that age would be late at once.
    pub(super) stage: &'static str,
    pub(super) deal_days_old: u32,
}

pub(super) const EAST: &str = "浙东";
pub(super) const SOUTH: &str = "苏南";

pub(super) const COLLEAGUES: [Colleague; 7] = [
    colleague("周敏", "zhou.min", "13800000021", Role::Director, EAST),
    colleague("吴军", "wu.jun", "13800000022", Role::Director, SOUTH),
    colleague("赵磊", "zhao.lei", "13800000011", Role::Rep, EAST),
    colleague("钱悦", "QianYue", "13800000012", Role::Rep, EAST),
    colleague("孙浩", "sun.hao", "13800000013", Role::Rep, SOUTH),
    colleague("李婷", "li.ting", "13800000014", Role::Rep, SOUTH),
    colleague("郑洁", "zheng.jie", "13800000031", Role::Admin, "总部"),
];

pub(super) const BUYERS: [Buyer; 8] = [
    Buyer {
        id: "haisheng",
        company: "宁波海晟汽车零部件",
        industry: "汽车零部件厂",
        contact: "wmHaishengChenLi01",
        contact_name: "陈立 海晟汽配",
        rep: "zhao.lei",
        deal: "压铸件视觉检测线",
        stage: "discovery",
        deal_days_old: 41,
    },
    Buyer {
        id: "yongxian",
        company: "宁波甬鲜食品包装",
        industry: "食品包装厂",
        contact: "wmYongxianLiuFang2",
        contact_name: "刘芳 甬鲜食品",
        rep: "zhao.lei",
        deal: "自动装箱码垛线",
        stage: "discovery",
        deal_days_old: 26,
    },
    Buyer {
        id: "hengrui",
        company: "慈溪恒锐轴承",
        industry: "工业零部件",
        contact: "wmHengruiLinTao003",
        contact_name: "林涛 恒锐轴承",
        rep: "QianYue",
        deal: "轴承外观检测工站",
        stage: "discovery",
        deal_days_old: 19,
    },
    Buyer {
        id: "jiesu",
        company: "余姚捷塑模具",
        industry: "塑料模具",
        contact: "wmJiesuXuJing00004",
        contact_name: "许静 捷塑模具",
        rep: "QianYue",
        deal: "注塑取件机器人改造",
        stage: "discovery",
        deal_days_old: 12,
    },
    Buyer {
        id: "huachi",
        company: "苏州华驰汽车电子",
        industry: "汽车电子",
        contact: "wmHuachiMaJun00005",
        contact_name: "马骏 华驰电子",
        rep: "sun.hao",
        deal: "控制器装配测试线",
        stage: "negotiation",
        deal_days_old: 53,
    },
    Buyer {
        id: "weifeng",
        company: "昆山味丰食品",
        industry: "食品包装厂",
        contact: "wmWeifengShenLu006",
        contact_name: "沈璐 味丰食品",
        rep: "sun.hao",
        deal: "称重分选包装线",
        stage: "proposal",
        deal_days_old: 30,
    },
    Buyer {
        id: "xida",
        company: "无锡锡达精密",
        industry: "精密加工",
        contact: "wmXidaGuWei0000007",
        contact_name: "顾伟 锡达精密",
        rep: "li.ting",
        deal: "桁架上下料机器人",
        stage: "discovery",
        deal_days_old: 22,
    },
    Buyer {
        id: "shenlian",
        company: "常熟申联线束",
        industry: "汽车线束",
        contact: "wmShenlianTangYue8",
        contact_name: "唐悦 申联线束",
        rep: "li.ting",
        deal: "线束端子检测设备",
        stage: "lead",
        deal_days_old: 9,
    },
];

const fn colleague(
    name: &'static str,
    wecom: &'static str,
    mobile: &'static str,
    role: Role,
    region: &'static str,
) -> Colleague {
    Colleague {
        name,
        wecom,
        mobile,
        role,
        region,
    }
}

impl Colleague {
    pub(super) fn id(&self) -> String {
        self.wecom.replace('.', "-").to_lowercase()
    }

    pub(super) fn dingtalk(&self) -> DingtalkIds {
        let name = self.id();
        DingtalkIds {
            unionid: format!("UNION{}", name.replace('-', "").to_uppercase()),
            userid: format!("dd-{name}"),
        }
    }

    /// Who is told when this rep runs late.
    pub(super) fn supervisor(&self) -> Option<&'static Self> {
        let is_rep = self.role == Role::Rep;
        COLLEAGUES
            .iter()
            .find(|one| is_rep && one.role == Role::Director && one.region == self.region)
    }

    /// The 微信客服 account behind which this rep answers.
    pub(super) fn account(&self) -> String {
        format!("wk{}", self.wecom.replace('.', ""))
    }
}

impl Buyer {
    pub(super) fn deal_id(&self) -> String {
        format!("deal-{}", self.id)
    }

    pub(super) fn rep(&self) -> &'static Colleague {
        let rep = COLLEAGUES.iter().find(|one| one.wecom == self.rep);
        rep.expect("a test sees to it that every buyer has a rep")
    }
}

/// For each customer's contact the rep who answers and the director who is told, by the ids that
/// the phones go by, and the page of the deal.
pub(super) fn concerned() -> serde_json::Map<String, serde_json::Value> {
    let with = |buyer: &Buyer| {
        let rep = buyer.rep();
        let director = rep.supervisor().map(|director| director.dingtalk().userid);
        let concerned = serde_json::json!({
            "rep": rep.wecom,
            "director": director,
            "deal": format!("/deals/{}", buyer.deal_id()),
        });
        (buyer.contact.to_owned(), concerned)
    };
    BUYERS.iter().map(with).collect()
}

/// Both platforms' directories. Keys and secrets are those of the sandbox's sample company.
pub(super) fn company() -> Company {
    let reps = COLLEAGUES.iter().filter(|one| one.role == Role::Rep);
    Company {
        accounts: reps.map(account).collect(),
        people: COLLEAGUES.iter().map(person).collect(),
        customers: BUYERS.iter().map(customer).collect(),
        robots: Vec::new(),
        ..Company::sample()
    }
}

fn account(rep: &Colleague) -> ServiceAccount {
    ServiceAccount {
        open_kfid: rep.account(),
        name: format!("甬创智能 · {}", rep.name),
        app: "sales".to_owned(),
        servicer: rep.wecom.to_owned(),
    }
}

fn person(colleague: &Colleague) -> Person {
    Person {
        name: colleague.name.to_owned(),
        mobile: colleague.mobile.to_owned(),
        wecom: Some(colleague.wecom.to_owned()),
        dingtalk: Some(colleague.dingtalk()),
    }
}

fn customer(buyer: &Buyer) -> Customer {
    Customer {
        external_userid: buyer.contact.to_owned(),
        name: buyer.contact_name.to_owned(),
        open_kfid: buyer.rep().account(),
        company: Some(buyer.company.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_buyer_has_a_rep_and_every_rep_a_director() {
        for buyer in &BUYERS {
            let director = buyer.rep().supervisor();
            assert_eq!(
                director.map(|director| director.role),
                Some(Role::Director),
                "{}",
                buyer.id
            );
        }
        assert!(
            COLLEAGUES
                .iter()
                .all(|one| one.role == Role::Rep || one.supervisor().is_none())
        );
    }
}
