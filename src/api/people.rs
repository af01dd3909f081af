//! `GET /reps`, `GET /customers`.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::{Value, json};

use super::answer::known;
use super::page::Page;
use super::parameters::Parameters;
use super::problem::Problem;
use crate::domain::{PersonId, Role};
use crate::shared::Shared;
use crate::store::{Customer, Person};

/// Reps, directors and administrators, in the order of their ids.
pub(super) async fn reps(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let role: Option<Role> = parameters.parsed("role", "rep, director or admin");
    let region = parameters.text("region");
    let page: Page<String> = Page::of("reps", &mut parameters);
    parameters.finish()?;

    let after = page.after.as_deref().unwrap_or("");
    let rows = shared
        .store
        .people_page(
            role.map(Role::as_str),
            region.as_deref(),
            after,
            page.rows(),
        )
        .await?;
    Ok(page.answer(rows, |person| person.id.as_str().to_owned(), shown_person))
}

/// Companies, in the order of their ids.
pub(super) async fn customers(
    shared: Data<Shared>,
    mut parameters: Parameters,
) -> Result<HttpResponse, Problem> {
    let page: Page<String> = Page::of("customers", &mut parameters);
    parameters.finish()?;

    let after = page.after.as_deref().unwrap_or("");
    let rows = shared.store.customers(after, page.rows()).await?;
    Ok(page.answer(
        rows,
        |customer| customer.id.as_str().to_owned(),
        shown_customer,
    ))
}

/// The person that a body's member `by` names.
///
/// # Errors
/// When nobody is known under that id, or the store fails.
pub(super) async fn known_person(shared: &Shared, by: &str) -> Result<Person, Problem> {
    let refused = || Problem::unknown_reference("by", by, "the id of a known person");
    let id: PersonId = by.parse().map_err(|_| refused())?;
    shared.store.person(&id).await?.ok_or_else(refused)
}

/// Without mobile and unionid, which nobody needs who reads figures.
fn shown_person(person: &Person) -> Value {
    json!({
        "id": person.id,
        "name": person.name,
        "role": person.role,
        "region": known(&person.region),
        "supervisor_id": person.supervisor_id,
        "wecom_userid": known(&person.wecom_userid),
        "dingtalk_userid": person.dingtalk_userid,
    })
}

fn shown_customer(customer: &Customer) -> Value {
    json!({
        "id": customer.id,
        "name": customer.name,
        "industry": known(&customer.industry),
        "region": known(&customer.region),
    })
}
