//! What every page has around it: where one is, who one is, the way out.

use super::viewer::Viewer;

/// The pages that the navigation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    /// 异议看板
    Board,
    /// 预警
    Alerts,
    /// 抽查
    SpotChecks,
    /// 待认领联系人
    Contacts,
    /// A page that is reached from others.
    None,
}

/// The frame of a page.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    tab: Tab,
    pub(super) name: String,
    pub(super) sees: String,
    pub(super) csrf: String,
    pub(super) is_supervisors: bool,
}

impl Frame {
    pub(super) fn new(tab: Tab, viewer: &Viewer) -> Self {
        Self {
            tab,
            name: viewer.person.name.clone(),
            sees: viewer.sees(),
            csrf: viewer.csrf.clone(),
            is_supervisors: viewer.is_supervisor(),
        }
    }

    pub(super) fn is_board(&self) -> bool {
        self.tab == Tab::Board
    }

    pub(super) fn is_alerts(&self) -> bool {
        self.tab == Tab::Alerts
    }

    pub(super) fn is_spot_checks(&self) -> bool {
        self.tab == Tab::SpotChecks
    }

    pub(super) fn is_contacts(&self) -> bool {
        self.tab == Tab::Contacts
    }

    /// A frame for rendering without a session.
    #[cfg(test)]
    pub(super) fn sample(tab: Tab, name: &str) -> Self {
        Self {
            tab,
            name: name.to_owned(),
            sees: "总监 · 华东".to_owned(),
            csrf: "csrf-token".to_owned(),
            is_supervisors: true,
        }
    }
}
