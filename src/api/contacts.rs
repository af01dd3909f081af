//! `GET /contacts`, `POST /contacts/{id}/customer`: people outside, and whose they are.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde_json::{Value, json};

use super::answer::known;
use super::body::Body;
use super::page::Page;
use super::parameters::Parameters;
use super::people::known_person;
use super::problem::Problem;
use crate::domain::ContactId;
use crate::shared::Shared;
use crate::store::ContactRow;
use crate::who_is_it::{self, Decided, Decision, LONGEST_NAME, Outsider};

const LONGEST_ID: usize = 64;
pub(super) const KNOWN: [&str; 2] = ["false", "true"];
pub(super) const OUTSIDERS: [&str; 3] = ["private", "supplier", "other"];

/// People outside, in the order of their ids.
pub(super) async fn contacts(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let is_known = parameters.one_of("known", &KNOWN);
    let is_known = is_known.map(|word| word == "true");
    let page: Page<String> = Page::of("contacts", &mut parameters);
    parameters.finish()?;

    let after = page.after.as_deref().unwrap_or("");
    let rows = shared
        .store
        .contacts_page(is_known, after, page.rows())
        .await?;
    Ok(page.answer(rows, |contact| contact.id.as_str().to_owned(), shown))
}

/// Says whose a contact is.
pub(super) async fn tell(
    shared: Data<Shared>,
    id: Path<String>,
    mut body: Body,
) -> Result<HttpResponse, Problem> {
    let customer = body.text("customer", LONGEST_ID);
    let new = body.text("new_customer", LONGEST_NAME);
    let outsider = body.maybe_one_of("not_customer", &OUTSIDERS);
    let by = body.required_text("by", LONGEST_ID);
    let given = [&customer, &new, &outsider];
    if given.iter().filter(|given| given.is_some()).count() != 1 {
        body.refuse(
            "customer",
            "none or several of customer, new_customer and not_customer",
            "exactly one of them",
        );
    }
    body.finish()?;
    let by = known_person(&shared, &by.unwrap_or_default()).await?;
    let contact: ContactId = id.parse().map_err(|_| unknown())?;
    let decision = match (&customer, new, outsider.as_deref().and_then(Outsider::of)) {
        (Some(customer), ..) => {
            let id = customer.parse().map_err(|_| no_customer(customer))?;
            Decision::Customer(id)
        }
        (None, Some(name), _) => Decision::New(name),
        (None, None, why) => Decision::Outsider(why.unwrap_or(Outsider::Other)),
    };
    match who_is_it::decide(&shared, &contact, decision, &by).await? {
        Decided::Done => {}
        Decided::NoContact => return Err(unknown()),
        Decided::NoCustomer => return Err(no_customer(customer.as_deref().unwrap_or_default())),
        Decided::NoName => {
            return Err(Problem::unknown_reference(
                "new_customer",
                "another text",
                "a company's name of 2 to 60 characters",
            ));
        }
    }
    let row = shared.store.contact_row(&contact).await?;
    Ok(HttpResponse::Ok().json(shown(&row.ok_or_else(unknown)?)))
}

fn unknown() -> Problem {
    Problem::not_found("no contact has this id; GET /contacts lists those that were ever heard of")
}

fn no_customer(id: &str) -> Problem {
    Problem::unknown_reference("customer", id, "the id of a known customer")
}

fn shown(contact: &ContactRow) -> Value {
    let companies: Vec<String> = serde_json::from_str(&contact.companies).unwrap_or_default();
    json!({
        "id": contact.id,
        "name": known(&contact.name),
        "customer_id": contact.customer_id,
        "customer": known(&contact.customer),
        "not_customer": known(&contact.outsider),
        "companies": companies,
        "told_by": known(&contact.told_by),
        "told_at": contact.told_at.map(|at| at.rfc3339()),
        "chat_id": contact.chat_id,
        "rep_id": contact.rep_id,
        "rep": known(&contact.rep),
        "lines": contact.lines,
        "first_said_at": contact.first_said_at.map(|at| at.rfc3339()),
        "last_said_at": contact.last_said_at.map(|at| at.rfc3339()),
        "signals": contact.signals,
    })
}
