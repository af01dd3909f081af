//! 我的提醒: how often, and at which hours, a supervisor wants to be told of alerts.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::language::{Language, say};
use super::respond::{self, Policy};
use super::same_site::require_own_page;
use super::viewer::Viewer;
use crate::config::{AlertSettings, QuietHours};
use crate::domain::Role;
use crate::shared::Shared;
use crate::store::PersonSetting;

/// As the configuration allows.
const MOST_A_DAY: i64 = 1000;
const NO_QUIET_HOURS: &str = "none";
const NO_HOURS: Why = (
    "免打扰时段要有开始和结束，例如 20:00 到 08:00，两者不能相同。",
    "Quiet hours need a beginning and an end, as 20:00 to 08:00, which differ.",
);
const NO_NUMBER: Why = (
    "每天最多打扰要填 1 到 1000 之间的整数，留空就按公司的设置。",
    "How often at most is a number from 1 to 1000, or empty for the company's setting.",
);

/// Why a form is refused, in Chinese and in English.
type Why = (&'static str, &'static str);

#[derive(Template)]
#[template(path = "me.html")]
pub(super) struct MePage {
    pub(super) frame: Frame,
    /// As it was sent, or else as it is kept.
    pub(super) wanted: Wanted,
    pub(super) company: Company,
    pub(super) note: Option<Note>,
}

/// What the configuration says where nothing is set.
pub(super) struct Company {
    pub(super) quiet: String,
    pub(super) most: String,
}

/// What became of a form.
pub(super) enum Note {
    Saved,
    Refused(Why),
}

/// The form.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default)]
    csrf: String,
    /// `company`, `none` or `own`.
    #[serde(default)]
    pub(super) quiet: String,
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) to: String,
    #[serde(default)]
    pub(super) most: String,
}

/// `GET /me`.
pub(super) async fn page(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    require_supervisor(&viewer)?;
    let kept = shared.store.person_setting(&viewer.person.id).await?;
    let note = (request.query_string() == "saved").then_some(Note::Saved);
    respond::page(&drawn(&shared, &viewer, Wanted::of(&kept), note))
}

/// `POST /me`.
pub(super) async fn set(
    shared: Data<Shared>,
    viewer: Viewer,
    request: HttpRequest,
    form: Form<Wanted>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(&form.csrf)?;
    require_supervisor(&viewer)?;
    let setting = match form.setting()? {
        Ok(setting) => setting,
        Err(why) => {
            let note = Some(Note::Refused(why));
            let page = drawn(&shared, &viewer, form.into_inner(), note);
            let mut answer = respond::with(StatusCode::UNPROCESSABLE_ENTITY, Policy::Own);
            return Ok(answer.body(page.render()?));
        }
    };
    let mut tx = shared.store.begin().await?;
    tx.put_person_setting(&viewer.person.id, &setting).await?;
    tx.commit().await?;
    Ok(respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .insert_header((LOCATION, "/me?saved"))
        .finish())
}

/// Reps are told of no alerts, so there is nothing for them to set.
fn require_supervisor(viewer: &Viewer) -> Result<(), PageError> {
    match viewer.person.role {
        Role::Director | Role::Admin => Ok(()),
        Role::Rep => Err(PageError::NotFound),
    }
}

fn drawn(shared: &Shared, viewer: &Viewer, wanted: Wanted, note: Option<Note>) -> MePage {
    MePage {
        frame: Frame::new(Tab::None, viewer),
        wanted,
        company: Company::of(&shared.settings.alerts, viewer.look.language),
        note,
    }
}

impl Company {
    fn of(alerts: &AlertSettings, language: Language) -> Self {
        Self {
            quiet: alerts.quiet_hours.map_or_else(
                || language.say("不设免打扰", "no quiet hours").to_owned(),
                |hours| hours.to_string(),
            ),
            most: alerts.most_a_day.map_or_else(
                || language.say("不限", "no limit").to_owned(),
                |most| say!(language, "{most} 次", "{most}"),
            ),
        }
    }
}

impl Wanted {
    fn of(kept: &PersonSetting) -> Self {
        let quiet = kept.quiet_hours.as_deref();
        let hours = quiet.and_then(|quiet| quiet.split_once('-'));
        let (from, to) = hours.unwrap_or_default();
        Self {
            csrf: String::new(),
            quiet: match quiet {
                None => "company",
                Some(NO_QUIET_HOURS) => NO_QUIET_HOURS,
                Some(_) => "own",
            }
            .to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            most: kept
                .most_a_day
                .map(|most| most.to_string())
                .unwrap_or_default(),
        }
    }

    /// What is to be kept, or the sentence why it can't be.
    ///
    /// # Errors
    /// When it is no form of ours.
    fn setting(&self) -> Result<Result<PersonSetting, Why>, PageError> {
        let quiet_hours = match self.quiet.as_str() {
            "company" => None,
            NO_QUIET_HOURS => Some(NO_QUIET_HOURS.to_owned()),
            "own" => match format!("{}-{}", self.from, self.to).parse::<QuietHours>() {
                Ok(hours) => Some(hours.to_string()),
                Err(_) => return Ok(Err(NO_HOURS)),
            },
            _ => return Err(PageError::BadRequest),
        };
        let most_a_day = match self.most.trim() {
            "" => None,
            most => match most.parse() {
                Ok(most) if (1..=MOST_A_DAY).contains(&most) => Some(most),
                _ => return Ok(Err(NO_NUMBER)),
            },
        };
        Ok(Ok(PersonSetting {
            most_a_day,
            quiet_hours,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

    fn page_of(text: &str, note: Option<Note>) -> String {
        MePage {
            frame: Frame::sample(Tab::None, text),
            wanted: Wanted {
                quiet: "own".to_owned(),
                from: text.to_owned(),
                to: "08:00".to_owned(),
                most: text.to_owned(),
                ..Wanted::default()
            },
            company: Company {
                quiet: "20:00-08:00".to_owned(),
                most: "不限".to_owned(),
            },
            note,
        }
        .render()
        .expect("the page renders")
    }

    #[test]
    fn what_is_set_and_what_the_company_says_stand_side_by_side() {
        let html = page_of("21:30", Some(Note::Saved));
        keep("me", &html);

        assert!(
            html.contains("已保存") && html.contains("20:00-08:00"),
            "{html}"
        );
        assert!(html.contains("value=\"own\" checked"), "{html}");
        assert_escaped(&page_of(HOSTILE, Some(Note::Refused(NO_HOURS))));
    }

    #[test]
    fn what_is_kept_fills_the_form_again() {
        for (most, quiet) in [
            (None, None),
            (Some(3), Some("none")),
            (Some(1), Some("21:30-07:05")),
        ] {
            let kept = PersonSetting {
                most_a_day: most,
                quiet_hours: quiet.map(str::to_owned),
            };
            let again = Wanted::of(&kept).setting().expect("a form of ours");
            assert_eq!(again, Ok(kept));
        }
    }
}
