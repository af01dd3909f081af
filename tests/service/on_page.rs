//! A rep with a run's page open.

use crate::access::logged_in;
use crate::app::{Browser, Page, TestApp};

pub struct OnPage {
    pub browser: Browser,
    path: String,
    pub csrf: String,
}

impl OnPage {
    /// The page at `path`, opened by a rep who has just logged in with WeCom.
    pub async fn of(app: &TestApp, rep: &str, path: &str) -> Self {
        let mut browser = logged_in(app, "wecom", rep).await;
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{}", page.text);
        Self {
            browser,
            path: path.to_owned(),
            csrf: page.csrf(),
        }
    }

    pub async fn look(&mut self) -> String {
        let page = self.browser.get(&self.path).await;
        assert_eq!(page.status, 200);
        page.text
    }

    pub async fn sends(&mut self, question: &str, fields: &[(&str, &str)]) -> Page {
        let path = format!("{}/questions/{question}", self.path);
        let csrf = [("csrf", self.csrf.as_str())];
        let fields: Vec<_> = csrf.iter().chain(fields).copied().collect();
        self.browser.post_form(&path, &fields).await
    }

    pub async fn uploads(&mut self, question: &str, name: &str, bytes: impl Into<Vec<u8>>) -> Page {
        let path = format!("{}/questions/{question}/file", self.path);
        let csrf = self.csrf.clone();
        self.browser
            .post_file(&path, &csrf, name, bytes.into())
            .await
    }
}

#[track_caller]
pub fn assert_kept(page: &Page) {
    assert_eq!(page.status, 303, "{}", page.text);
}

#[track_caller]
pub fn assert_refused(page: &Page, sentence: &str) {
    assert_eq!(page.status, 422, "{}", page.text);
    let (_, rest) = page.text.split_once("role=\"alert\">").unwrap();
    let said = rest.split('<').next().unwrap();
    assert!(said.contains(sentence), "{said:?} instead of {sentence:?}");
}

/// The rows of 决策链角色 as a form sends them: role and name.
pub fn rows(rows: &[(&str, &str)]) -> Vec<(String, String)> {
    let cells = rows.iter().enumerate().flat_map(|(number, (role, name))| {
        [
            (format!("cell.{number}.role"), (*role).to_owned()),
            (format!("cell.{number}.name"), (*name).to_owned()),
            (format!("cell.{number}.position"), String::new()),
        ]
    });
    cells.collect()
}

pub fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
