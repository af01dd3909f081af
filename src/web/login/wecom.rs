//! WeCom: by OAuth, inside the client and in a browser, through the app that speaks to the reps.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use dingdan_webhooks::wecom::link::oauth_url;

use super::limit::{LoginLimit, admit};
use super::{attempt, go_on, log_in};
use crate::shared::Shared;
use crate::web::error::PageError;

/// `GET /login/wecom/start?next=…`.
pub(super) async fn start(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    admit(&shared, &limit, &request)?;
    let wecom = &shared.settings.wecom;
    let agent_id = wecom.main_app().agent_id;
    let back = format!("{}/login/wecom/return", shared.settings.server.public_url);
    let address =
        |state: &str| oauth_url(&wecom.oauth_base, &wecom.corp_id, agent_id, &back, state);
    attempt::begin(&shared, &request, address).await
}

/// `GET /login/wecom/return?code=…&state=…`.
pub(super) async fn come_back(
    shared: Data<Shared>,
    limit: Data<LoginLimit>,
    request: HttpRequest,
) -> Result<HttpResponse, PageError> {
    admit(&shared, &limit, &request)?;
    let (code, next) = attempt::finish(&shared, &request, "code").await?;
    let app = &shared.settings.wecom.main_app().name;
    let user_id = shared.wecom.user_of_code(app, &code).await?;
    let person = shared.store.person_in_wecom(&user_id).await?;
    let session = log_in(&shared, &request, person, "wecom").await?;
    Ok(go_on(&next, session))
}
