//! The company that the platforms serve: its apps, its people, its customers.

/// Everything that administrators of a real company have set up on both platforms.
#[derive(Clone)]
pub struct Company {
    /// WeCom's name of the company (`ww…`).
    pub corp_id: String,
    /// Self-built WeCom apps.
    pub apps: Vec<WecomApp>,
    /// AI bots in groups.
    pub bots: Vec<AiBot>,
    /// 微信客服 accounts.
    pub accounts: Vec<ServiceAccount>,
    /// Colleagues.
    pub people: Vec<Person>,
    /// People outside who write through 微信客服.
    pub customers: Vec<Customer>,
    /// The in-house DingTalk app.
    pub dingtalk: DingtalkApp,
    /// Custom robots in DingTalk groups.
    pub robots: Vec<GroupRobot>,
}

/// A self-built app in WeCom.
#[derive(Clone)]
pub struct WecomApp {
    /// How the service's configuration calls it.
    pub name: String,
    /// `agentid`.
    pub agent_id: i64,
    /// The secret for `gettoken`.
    pub secret: String,
    /// Where its callbacks go; without one it can't send cards that call back.
    pub callback_url: Option<String>,
    /// The callback's Token.
    pub token: String,
    /// The callback's EncodingAESKey, 43 letters and digits.
    pub encoding_aes_key: String,
    /// Userids that can't see the app, though they are colleagues.
    pub invisible_to: Vec<String>,
}

/// An AI bot (智能机器人) whose messages go to a URL.
#[derive(Clone)]
pub struct AiBot {
    /// How the service's configuration calls it.
    pub name: String,
    /// `aibotid`.
    pub id: String,
    /// How groups call it.
    pub title: String,
    /// Where its callbacks go; without one it is told nothing.
    pub callback_url: Option<String>,
    /// The callback's Token.
    pub token: String,
    /// The callback's EncodingAESKey, 43 letters and digits.
    pub encoding_aes_key: String,
}

/// A 微信客服 account, behind which one rep answers.
#[derive(Clone)]
pub struct ServiceAccount {
    /// `open_kfid` (`wk…`).
    pub open_kfid: String,
    /// What customers see.
    pub name: String,
    /// The [`WecomApp::name`] that may pull its messages and gets its notices.
    pub app: String,
    /// WeCom userid of the rep who answers.
    pub servicer: String,
}

/// A colleague, as far as they are on each platform.
#[derive(Clone)]
pub struct Person {
    /// As colleagues read it.
    pub name: String,
    /// What joins the two platforms.
    pub mobile: String,
    /// WeCom userid. The platform compares it without case.
    pub wecom: Option<String>,
    /// DingTalk ids.
    pub dingtalk: Option<DingtalkIds>,
}

/// Who someone is in DingTalk.
#[derive(Clone)]
pub struct DingtalkIds {
    /// Per company.
    pub userid: String,
    /// Per developer, over all their apps.
    pub unionid: String,
}

/// Someone outside the company.
#[derive(Clone)]
pub struct Customer {
    /// `wm…`.
    pub external_userid: String,
    /// Their WeChat nickname.
    pub name: String,
    /// The account they write to when a test or phone names none.
    pub open_kfid: String,
    /// The company that the account's rep noted of them, or that they are in themselves (`wo…`);
    /// `None` when no member has them as a customer.
    pub company: Option<String>,
}

/// The in-house DingTalk app, which is its own robot too.
#[derive(Clone)]
pub struct DingtalkApp {
    /// DingTalk's name of the company (`ding…`).
    pub corp_id: String,
    /// Client ID, and `robotCode`.
    pub app_key: String,
    /// Client Secret.
    pub app_secret: String,
    /// For work notices.
    pub agent_id: i64,
    /// Whom a robot's messages and work notices come from, as phones show it.
    pub name: String,
    /// Where its events go; without one none are sent.
    pub callback_url: Option<String>,
    /// 签名 token of 事件订阅.
    pub callback_token: String,
    /// 加密 aes_key of 事件订阅, 43 letters and digits.
    pub callback_aes_key: String,
    /// `redirect_uri`s of the login page begin with one of these; empty: any address is trusted.
    pub redirect_prefixes: Vec<String>,
}

/// A custom robot in a group.
#[derive(Clone)]
pub struct GroupRobot {
    /// As the group sees it.
    pub name: String,
    /// The secret part of its webhook address.
    pub access_token: String,
    /// What a sender has to prove.
    pub security: Security,
    /// DingTalk userids of the group.
    pub members: Vec<String>,
    /// An administrator has switched it off.
    pub stopped: bool,
}

/// The security setting of a custom robot (`open.dingtalk.com/document/robots/customize-robot-security-settings`).
#[derive(Clone)]
pub enum Security {
    /// A signature with this secret (`SEC…`), at most an hour old.
    Sign(String),
    /// The message holds one of these words.
    Keywords(Vec<String>),
    /// The sender's IPv4 address is one of these, or in one of these networks (`10.0.0.0/8`).
    Addresses(Vec<String>),
}

impl Company {
    /// The colleague with this WeCom userid; case makes no difference.
    pub(super) fn by_wecom(&self, userid: &str) -> Option<&Person> {
        self.people.iter().find(|person| {
            person
                .wecom
                .as_deref()
                .is_some_and(|own| same_userid(own, userid))
        })
    }

    /// The colleague with this DingTalk userid.
    pub(super) fn by_dingtalk(&self, userid: &str) -> Option<(&Person, &DingtalkIds)> {
        self.people.iter().find_map(|person| {
            let ids = person.dingtalk.as_ref()?;
            (ids.userid == userid).then_some((person, ids))
        })
    }

    pub(super) fn app(&self, name: &str) -> Option<&WecomApp> {
        self.apps.iter().find(|app| app.name == name)
    }

    pub(super) fn bot(&self, name: &str) -> Option<&AiBot> {
        self.bots.iter().find(|bot| bot.name == name)
    }

    pub(super) fn app_by_agent(&self, agent_id: i64) -> Option<&WecomApp> {
        self.apps.iter().find(|app| app.agent_id == agent_id)
    }

    pub(super) fn account(&self, open_kfid: &str) -> Option<&ServiceAccount> {
        self.accounts
            .iter()
            .find(|account| account.open_kfid == open_kfid)
    }

    pub(super) fn customer(&self, external_userid: &str) -> Option<&Customer> {
        self.customers
            .iter()
            .find(|customer| customer.external_userid == external_userid)
    }
}

impl WecomApp {
    /// Whether this colleague is in the app's visible range.
    pub(super) fn is_visible_to(&self, userid: &str) -> bool {
        !self
            .invisible_to
            .iter()
            .any(|hidden| same_userid(hidden, userid))
    }
}

/// WeCom compares userids without case (`developer.work.weixin.qq.com/document/path/90196`).
pub(super) fn same_userid(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
