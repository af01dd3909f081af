//! Rules' alerts about a deal: who took one on, and the form that does.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::{Refusal, drawn, visible};
use crate::domain::OpportunityId;
use crate::engine::{Process, Red, State};
use crate::journal::{self, Outcome};
use crate::shared::Shared;
use crate::web::error::PageError;
use crate::web::language::say;
use crate::web::moments::{self, Now};
use crate::web::query::path_of;
use crate::web::respond::{self, Policy};
use crate::web::same_site::require_own_page;
use crate::web::viewer::Viewer;

/// A rule's alert that was raised about the deal as it stands.
pub(super) struct RuleAlert {
    pub(super) name: String,
    pub(super) since: String,
    /// How far up the supervisors it was told, from 1.
    pub(super) level: u8,
    pub(super) taken: Taken,
}

/// Whether somebody took a rule's alert on.
pub(in crate::web) enum Taken {
    /// Who, and when.
    By(String),
    /// Nobody yet; where the form goes, if the viewer is one who may.
    ByNobody(Option<String>),
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Acknowledgement {
    csrf: String,
    /// The page it was sent from, if not the deal's own.
    #[serde(default)]
    from: String,
}

impl Taken {
    pub(in crate::web) fn of(
        red: &Red,
        (deal, rule): (&OpportunityId, &str),
        may_decide: bool,
        now: Now,
    ) -> Self {
        match &red.acknowledged {
            Some(signed) => {
                let (at, name) = (moments::told(signed.at, now), &signed.by.name);
                Self::By(say!(
                    now.language,
                    "{at} {name} 确认了预警",
                    "{name} acknowledged it, {at}"
                ))
            }
            None => Self::ByNobody(
                may_decide
                    .then(|| path_of(&["deals", deal.as_str(), "rules", rule, "acknowledge"])),
            ),
        }
    }
}

/// The alerts of rules that stand, by the rules' keys.
pub(super) fn standing(
    deal: &OpportunityId,
    state: &State,
    process: &Process,
    may_decide: bool,
    now: Now,
) -> Vec<RuleAlert> {
    let red = state.watches.iter();
    let red = red.filter_map(|(rule, watch)| Some((rule, watch.red.as_ref()?)));
    red.map(|(rule, red)| RuleAlert {
        name: process
            .rule(rule)
            .map_or_else(|| rule.clone(), |rule| rule.name.clone()),
        since: moments::told(red.at, now),
        level: red.level,
        taken: Taken::of(red, (deal, rule), may_decide, now),
    })
    .collect()
}

/// `POST /deals/{deal}/rules/{rule}/acknowledge`.
pub(in crate::web) async fn acknowledge(
    shared: Data<Shared>,
    viewer: Viewer,
    path: Path<(String, String)>,
    request: HttpRequest,
    form: Form<Acknowledgement>,
) -> Result<HttpResponse, PageError> {
    let (deal, rule) = path.into_inner();
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(&form.csrf)?;
    let found = visible(&shared, &viewer, &deal).await?;
    let cause = format!("page:{}", viewer.person.id);
    let about = (&found.id, rule.as_str());
    match journal::acknowledge_rule(&shared, about, &viewer.person, &cause).await? {
        Outcome::Done => {
            let back = match form.from.as_str() {
                "alerts" => "/alerts".to_owned(),
                _ => path_of(&["deals", &deal]),
            };
            Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
                .insert_header((LOCATION, back))
                .finish())
        }
        Outcome::Senseless(why) => {
            let refusal = Refusal {
                text: viewer
                    .look
                    .say(why.chinese(), why.page_english())
                    .to_owned(),
                missing: Vec::new(),
            };
            let page = drawn(&shared, &viewer, found, Some(refusal), None).await?;
            Ok(respond::with(StatusCode::CONFLICT, Policy::Own).body(page.render()?))
        }
        Outcome::NotTheirs | Outcome::Unknown => Err(PageError::NotFound),
    }
}
