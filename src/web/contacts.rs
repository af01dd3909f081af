//! 待认领联系人: people who wrote and of whom nobody has said yet whose they are; and those who turned
//! out to be no customer's, in case that was a mistake.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::error::PageError;
use super::frame::{Frame, Tab};
use super::language::Language;
use super::moments::{self, Now};
use super::query::path_of;
use super::respond::{self, Policy};
use super::same_site::require_own_page;
use super::viewer::Viewer;
use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::store::ContactRow;
use crate::who_is_it::{self, Decided, Decision, Outsider};

const SHOWN: i64 = 100;
/// Names that the fields suggest.
const SUGGESTED: i64 = 1_000;

const fn no_such_customer(language: Language) -> &'static str {
    language.say(
        "没有叫这个名字的客户，或有重名。请选择列表里的名字，或点「新客户」新建。",
        "No customer has this name, or several have it. Please choose one of the list, or make a new one.",
    )
}

const fn no_name(language: Language) -> &'static str {
    language.say(
        "公司名称要有 2 到 60 个字。",
        "A company's name has 2 to 60 characters.",
    )
}

const fn outsider_name(outsider: Outsider, language: Language) -> &'static str {
    match outsider {
        Outsider::Private => language.say("私人", "Private"),
        Outsider::Supplier => language.say("供应商", "Supplier"),
        Outsider::Other => language.say("其他", "Other"),
    }
}

#[derive(Template)]
#[template(path = "contacts.html")]
pub(super) struct ContactsPage {
    pub(super) frame: Frame,
    pub(super) waiting: Vec<Waiting>,
    pub(super) outsiders: Vec<Waiting>,
    /// What the fields suggest.
    pub(super) customers: Vec<String>,
    pub(super) refusal: Option<&'static str>,
}

/// Somebody on the list.
pub(super) struct Waiting {
    /// Where their form goes.
    pub(super) path: String,
    pub(super) name: String,
    /// What WeCom says where they work.
    pub(super) company: String,
    pub(super) rep: String,
    /// Their chat's page.
    pub(super) chat: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) lines: i64,
    pub(super) signals: i64,
    /// Why they are no customer's.
    pub(super) outsider: &'static str,
    /// Who said so, and when.
    pub(super) teller: String,
    pub(super) told: String,
}

/// The form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    csrf: String,
    /// `customer`, `new`, or why they are none.
    act: String,
    #[serde(default)]
    name: String,
}

/// `GET /contacts`.
pub(super) async fn page(shared: Data<Shared>, viewer: Viewer) -> Result<HttpResponse, PageError> {
    respond::page(&drawn(&shared, &viewer, None).await?)
}

/// `GET /contacts/{contact}`: a form's address, opened again after a login.
pub(super) async fn back() -> HttpResponse {
    to_the_list()
}

/// `POST /contacts/{contact}`: says whose they are.
pub(super) async fn tell(
    shared: Data<Shared>,
    viewer: Viewer,
    contact: Path<String>,
    request: HttpRequest,
    form: Form<Wanted>,
) -> Result<HttpResponse, PageError> {
    require_own_page(&request, &shared.settings.server.public_url)?;
    viewer.require_own_form(&form.csrf)?;
    let language = viewer.look.language;
    let found = shared.store.contact_in(&viewer.scope, &contact).await?;
    let found = found.ok_or(PageError::NotFound)?;
    let decision = match form.act.as_str() {
        "new" => Decision::New(form.name.clone()),
        "customer" => match who_is_it::customer_called(&shared, &form.name).await? {
            Some(customer) => Decision::Customer(customer.id),
            None => return refused(&shared, &viewer, no_such_customer(language)).await,
        },
        other => Decision::Outsider(Outsider::of(other).ok_or(PageError::BadRequest)?),
    };
    match who_is_it::decide(&shared, &found.id, decision, &viewer.person).await? {
        Decided::Done => Ok(to_the_list()),
        Decided::NoContact => Err(PageError::NotFound),
        Decided::NoCustomer => refused(&shared, &viewer, no_such_customer(language)).await,
        Decided::NoName => refused(&shared, &viewer, no_name(language)).await,
    }
}

fn to_the_list() -> HttpResponse {
    respond::with(StatusCode::SEE_OTHER, Policy::Own)
        .insert_header((LOCATION, "/contacts"))
        .finish()
}

async fn refused(
    shared: &Shared,
    viewer: &Viewer,
    why: &'static str,
) -> Result<HttpResponse, PageError> {
    let page = drawn(shared, viewer, Some(why)).await?;
    let mut answer = respond::with(StatusCode::UNPROCESSABLE_ENTITY, Policy::Own);
    Ok(answer.body(page.render()?))
}

async fn drawn(
    shared: &Shared,
    viewer: &Viewer,
    refusal: Option<&'static str>,
) -> Result<ContactsPage, PageError> {
    let (store, now) = (&shared.store, viewer.now(shared));
    let waiting = store.unknown_contacts_in(&viewer.scope, SHOWN).await?;
    let outsiders = store.outsiders_in(&viewer.scope, SHOWN).await?;
    let customers = store.customer_names_in(&viewer.scope, SUGGESTED).await?;
    let shown = |row: &ContactRow| waiting_row(row, now);
    Ok(ContactsPage {
        frame: Frame::new(Tab::Contacts, viewer),
        waiting: waiting.iter().map(shown).collect(),
        outsiders: outsiders.iter().map(shown).collect(),
        customers,
        refusal,
    })
}

fn waiting_row(row: &ContactRow, now: Now) -> Waiting {
    let companies: Vec<String> = serde_json::from_str(&row.companies).unwrap_or_default();
    let told = |at: Option<Timestamp>| at.map(|at| moments::told(at, now)).unwrap_or_default();
    let chat = row.chat_id.as_ref();
    let name = match row.name.as_str() {
        "" => row.id.as_str(),
        name => name,
    };
    Waiting {
        path: path_of(&["contacts", row.id.as_str()]),
        name: name.to_owned(),
        company: companies.into_iter().next().unwrap_or_default(),
        rep: row.rep.clone(),
        chat: chat
            .map(|chat| path_of(&["chats", chat.as_str()]))
            .unwrap_or_default(),
        first: told(row.first_said_at),
        last: told(row.last_said_at),
        lines: row.lines,
        signals: row.signals,
        outsider: Outsider::of(&row.outsider)
            .map_or("", |outsider| outsider_name(outsider, now.language)),
        teller: row.teller.clone(),
        told: told(row.told_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::tests::samples::{HOSTILE, assert_escaped, keep};

    fn page_of(text: &str) -> String {
        let waiting = |outsider| Waiting {
            path: "/contacts/wm1".to_owned(),
            name: text.to_owned(),
            company: text.to_owned(),
            rep: text.to_owned(),
            chat: "/chats/kf-1".to_owned(),
            first: "昨天 16:20".to_owned(),
            last: "今天 09:30".to_owned(),
            lines: 12,
            signals: 3,
            outsider,
            teller: text.to_owned(),
            told: "昨天 16:30".to_owned(),
        };
        ContactsPage {
            frame: Frame::sample(Tab::Contacts, text),
            waiting: vec![waiting("")],
            outsiders: vec![waiting("供应商")],
            customers: vec![text.to_owned()],
            refusal: Some(no_such_customer(Language::Chinese)),
        }
        .render()
        .expect("the list renders")
    }

    #[test]
    fn everybody_on_the_list_can_be_claimed() {
        let html = page_of("许静");
        keep("contacts", &html);

        for act in ["customer", "new", "private", "supplier", "other"] {
            assert!(html.contains(&format!("value=\"{act}\"")), "{act}");
        }
        assert!(
            html.contains("12 条") && html.contains("3 个信号"),
            "{html}"
        );
        assert_escaped(&page_of(HOSTILE));
    }
}
