//! What every page has around it: where one is, who one is, the way out, and how it looks.
//!
//! To add a page to the navigation: a variant of [`Tab`], a line in [`PLACES`], and an icon of that
//! name in `assets/icons.svg`. The order of the lines is that of the links; on a phone the first four
//! stand at the bottom and the others behind 更多.

use super::look::Look;
use super::viewer::Viewer;
use crate::store::ViewScope;

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
    /// 过程健康度
    Health,
    /// 合规率
    Compliance,
    /// 归因
    Attribution,
    /// A page that is reached from others.
    None,
}

/// Whose navigation names a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    dead_code,
    reason = "the pages of administrators and of reps alone are to come"
)]
enum Whom {
    Everybody,
    /// Directors and administrators.
    Supervisors,
    Administrators,
    Reps,
}

/// A link of the navigation.
#[derive(Debug)]
pub(super) struct Place {
    tab: Tab,
    pub(super) path: &'static str,
    chinese: &'static str,
    english: &'static str,
    /// Its name in `assets/icons.svg`.
    pub(super) icon: &'static str,
    whom: Whom,
}

/// All links, the most used first.
const PLACES: &[Place] = &[
    Place {
        tab: Tab::Board,
        path: "/",
        chinese: "异议看板",
        english: "Objections",
        icon: "board",
        whom: Whom::Everybody,
    },
    Place {
        tab: Tab::Alerts,
        path: "/alerts",
        chinese: "预警",
        english: "Alerts",
        icon: "alerts",
        whom: Whom::Everybody,
    },
    Place {
        tab: Tab::Health,
        path: "/health",
        chinese: "健康度",
        english: "Health",
        icon: "health",
        whom: Whom::Everybody,
    },
    Place {
        tab: Tab::Compliance,
        path: "/compliance",
        chinese: "合规率",
        english: "Compliance",
        icon: "compliance",
        whom: Whom::Everybody,
    },
    Place {
        tab: Tab::Attribution,
        path: "/attribution",
        chinese: "归因",
        english: "Attribution",
        icon: "attribution",
        whom: Whom::Everybody,
    },
    Place {
        tab: Tab::SpotChecks,
        path: "/spot-checks",
        chinese: "抽查",
        english: "Spot checks",
        icon: "spot-checks",
        whom: Whom::Supervisors,
    },
    Place {
        tab: Tab::Contacts,
        path: "/contacts",
        chinese: "认领",
        english: "Contacts",
        icon: "contacts",
        whom: Whom::Everybody,
    },
];

/// Links that a phone's width has room for, 更多 among them.
const ON_A_PHONE: usize = 5;

/// The frame of a page.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    tab: Tab,
    places: Vec<&'static Place>,
    pub(super) name: String,
    pub(super) sees: String,
    pub(super) csrf: String,
    pub(super) is_supervisors: bool,
    pub(super) look: Look,
    /// Where one is, to come back to.
    pub(super) here: String,
}

impl Frame {
    pub(super) fn new(tab: Tab, viewer: &Viewer) -> Self {
        let places = PLACES.iter();
        Self {
            tab,
            places: places.filter(|place| place.is_for(&viewer.scope)).collect(),
            name: viewer.person.name.clone(),
            sees: viewer.sees(),
            csrf: viewer.csrf.clone(),
            is_supervisors: viewer.is_supervisor(),
            look: viewer.look,
            here: viewer.here.to_string(),
        }
    }

    /// The wording in the language that is wanted.
    pub(super) const fn say(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.look.say(chinese, english)
    }

    pub(super) const fn is_english(&self) -> bool {
        self.look.language.is_english()
    }

    /// Every link.
    pub(super) fn places(&self) -> &[&'static Place] {
        &self.places
    }

    /// Those at the bottom of a phone, and those behind 更多.
    pub(super) fn on_a_phone(&self) -> (&[&'static Place], &[&'static Place]) {
        if self.places.len() > ON_A_PHONE {
            self.places.split_at(ON_A_PHONE - 1)
        } else {
            (&self.places, &[])
        }
    }

    /// Whether the page is one of those behind 更多.
    pub(super) fn is_further(&self) -> bool {
        let (_, further) = self.on_a_phone();
        further.iter().any(|place| self.is_here(place))
    }

    pub(super) fn is_here(&self, place: &Place) -> bool {
        self.tab == place.tab
    }

    /// A frame for rendering without a session.
    #[cfg(test)]
    pub(super) fn sample(tab: Tab, name: &str) -> Self {
        Self {
            tab,
            places: PLACES.iter().collect(),
            name: name.to_owned(),
            sees: "总监 · 华东".to_owned(),
            csrf: "csrf-token".to_owned(),
            is_supervisors: true,
            look: Look::default(),
            here: "/".to_owned(),
        }
    }
}

impl Place {
    /// Its name in that frame.
    pub(super) const fn name(&self, frame: &Frame) -> &'static str {
        frame.say(self.chinese, self.english)
    }

    const fn is_for(&self, scope: &ViewScope) -> bool {
        match self.whom {
            Whom::Everybody => true,
            Whom::Supervisors => !matches!(scope, ViewScope::Rep(_)),
            Whom::Administrators => matches!(scope, ViewScope::All),
            Whom::Reps => matches!(scope, ViewScope::Rep(_)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PersonId;

    fn frame(tab: Tab, places: Vec<&'static Place>) -> Frame {
        Frame {
            places,
            ..Frame::sample(tab, "周敏")
        }
    }

    #[test]
    fn a_phone_shows_five_links_at_most() {
        let of = |count: usize| {
            let places = PLACES.iter().cycle().take(count).collect();
            let frame = frame(Tab::Board, places);
            let (first, further) = frame.on_a_phone();
            (first.len(), further.len())
        };
        assert_eq!([4, 5, 6, 9].map(of), [(4, 0), (5, 0), (4, 2), (4, 5)]);

        let places: Vec<&Place> = PLACES
            .iter()
            .skip(1)
            .cycle()
            .take(6)
            .chain(&PLACES[..1])
            .collect();
        assert!(frame(Tab::Board, places.clone()).is_further());
        assert!(!frame(Tab::None, places).is_further());
    }

    #[test]
    fn the_navigation_names_what_its_reader_has() {
        let rep: PersonId = "p1".parse().expect("an id");
        let names = |scope: &ViewScope| -> Vec<&str> {
            let places = PLACES.iter().filter(|place| place.is_for(scope));
            places.map(|place| place.chinese).collect()
        };
        assert!(names(&ViewScope::All).contains(&"抽查"));
        assert!(!names(&ViewScope::Rep(rep)).contains(&"抽查"));
    }

    #[test]
    fn every_link_has_its_icon() {
        let icons = include_str!("assets/icons.svg");
        for place in PLACES {
            assert!(
                icons.contains(&format!("id=\"{}\"", place.icon)),
                "{}",
                place.icon
            );
        }
    }
}
