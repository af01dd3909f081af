//! `[api]`: who may use the HTTP API.

use super::{Secret, Section};

const SHORTEST_TOKEN: usize = 8;

/// `[api]`.
#[derive(Debug, Clone, Default)]
pub struct ApiSettings {
    /// Bearer tokens.
    pub tokens: Vec<ApiToken>,
}

/// One bearer token.
#[derive(Debug, Clone)]
pub struct ApiToken {
    /// Who uses it; recorded with what they do.
    pub name: String,
    /// At least 8 characters; 24 and more are hard to guess.
    pub token: Secret,
    /// What it allows.
    pub scope: Scope,
}

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// GET.
    Read,
    /// Everything.
    Write,
}

impl ApiSettings {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let Some(section) = root.section("api") else {
            return Self::default();
        };
        let tokens = section
            .sections("tokens")
            .iter()
            .filter_map(ApiToken::read)
            .collect();
        section.finish();
        Self { tokens }
    }
}

impl ApiToken {
    fn read(section: &Section<'_>) -> Option<Self> {
        let name = section.required_filled_text("name", "who uses this token");
        let expected = "a token of at least 8 characters";
        let token = section.required_secret::<Secret>("token", expected);
        let scope = section.required_filled_text("scope", "\"read\" or \"write\"");
        section.finish();

        let (token, scope) = (token?, scope?);
        if token.value.expose().len() < SHORTEST_TOKEN {
            section.refuse(
                &token,
                format!("{} characters", token.value.expose().len()),
                expected,
            );
            return None;
        }
        let scope = match scope.value.as_str() {
            "read" => Scope::Read,
            "write" => Scope::Write,
            other => {
                section.refuse(&scope, format!("{other:?}"), "\"read\" or \"write\"");
                return None;
            }
        };
        Some(Self {
            name: name?.value,
            token: token.value,
            scope,
        })
    }
}
