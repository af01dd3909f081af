//! Environment variables that take the place of values in the configuration file.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

/// Variables by the name of their setting: `WECOM__CORP_ID`, the prefix already removed.
#[derive(Default)]
pub(super) struct Overrides {
    prefix: String,
    by_setting: BTreeMap<String, Override>,
}

struct Override {
    /// The variable's whole name.
    variable: String,
    /// `None` when it is no UTF-8.
    text: Option<String>,
}

impl Overrides {
    /// Those that begin with the prefix, in capitals or not: in the wrong letters it can only be
    /// a slip, and is kept in order to be told.
    pub(super) fn new(
        prefix: &str,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> Self {
        let ours = |(name, value): (OsString, OsString)| {
            let variable = name.to_str()?.to_owned();
            let start = variable.get(..prefix.len())?;
            if !start.eq_ignore_ascii_case(prefix) {
                return None;
            }
            let setting = variable.strip_prefix(prefix).unwrap_or(&variable);
            let text = value.into_string().ok();
            Some((setting.to_owned(), Override { variable, text }))
        };
        Self {
            prefix: prefix.to_owned(),
            by_setting: environment.filter_map(ours).collect(),
        }
    }

    /// The variable's whole name and its text.
    pub(super) fn of(&self, setting: &str) -> Option<(&str, &str)> {
        let found = self.by_setting.get(setting)?;
        Some((&found.variable, found.text.as_deref()?))
    }

    /// The first variable that speaks of a setting below this one.
    pub(super) fn first_below(&self, setting: &str) -> Option<&str> {
        self.below(setting)
            .next()
            .map(|(_, found)| found.variable.as_str())
    }

    /// The numbers of the entries of a list that variables speak of: `2` of `WECOM__APP__2__SECRET`.
    pub(super) fn entries_of(&self, list: &str) -> BTreeSet<usize> {
        let number = |rest: &str| {
            let digits = rest.split("__").next()?;
            let number: usize = digits.parse().ok()?;
            (number.to_string() == digits).then_some(number)
        };
        self.below(list)
            .filter_map(|(rest, _)| number(rest))
            .collect()
    }

    /// The variables that name none of the settings, with what is wrong and what they may have meant.
    pub(super) fn strays(&self, known: &Known) -> Vec<(&str, String, String)> {
        let mut strays = Vec::new();
        for (setting, found) in &self.by_setting {
            let variable = found.variable.as_str();
            if !known.holds(setting) {
                let expected = match known.nearest(&self.without_prefix(setting)) {
                    Some(meant) => {
                        format!("a known one; did you mean {}{meant}?", self.prefix)
                    }
                    None => format!("{}SECTION__KEY, in capitals", self.prefix),
                };
                strays.push((variable, "no such setting".to_owned(), expected));
            } else if found.text.is_none() {
                strays.push((
                    variable,
                    "bytes that are no text".to_owned(),
                    "UTF-8".to_owned(),
                ));
            }
        }
        strays
    }

    fn below(&self, setting: &str) -> impl Iterator<Item = (&str, &Override)> {
        let start = format!("{setting}__");
        self.by_setting
            .range(start.clone()..)
            .map_while(move |(name, found)| Some((name.strip_prefix(&start)?, found)))
    }

    /// In capitals, as settings are named, also where the prefix was not.
    fn without_prefix(&self, setting: &str) -> String {
        let name = setting.to_uppercase();
        match name.strip_prefix(&self.prefix) {
            Some(rest) => rest.to_owned(),
            None => name,
        }
    }
}

/// The settings that were asked for, by the names that variables give them.
#[derive(Default)]
pub(super) struct Known {
    settings: BTreeSet<String>,
    sections: BTreeSet<String>,
    /// Whatever is below these is taken as it stands.
    unread: BTreeSet<String>,
}

impl Known {
    pub(super) fn setting(&mut self, name: String) {
        self.settings.insert(name);
    }

    pub(super) fn section(&mut self, name: String) {
        self.sections.insert(name);
    }

    pub(super) fn unread(&mut self, name: String) {
        self.unread.insert(name);
    }

    fn holds(&self, name: &str) -> bool {
        let is_below = |section: &String| {
            name.strip_prefix(section.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
        };
        self.settings.contains(name) || self.unread.iter().any(is_below)
    }

    /// The setting that differs least, if it is near enough to be a slip. Of a section that was
    /// not read because nothing speaks of it, only the section's name can be judged.
    fn nearest(&self, name: &str) -> Option<String> {
        if self.settings.contains(name) {
            return Some(name.to_owned());
        }
        if let Some(setting) = super::nearest::nearest(name, self.settings.iter()) {
            return Some(setting.to_owned());
        }
        let (section, key) = name.split_once("__")?;
        let meant = super::nearest::nearest(section, self.sections.iter())?;
        (meant != section).then(|| format!("{meant}__{key}"))
    }
}
