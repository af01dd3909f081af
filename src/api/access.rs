//! Who calls, and whether they may.

use std::future::{Ready, ready};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, ResponseError};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::problem::Problem;
use crate::config::{ApiToken, Scope};
use crate::shared::Shared;

/// Whoever holds a token. Only [`check`] makes one, so a handler that takes it was allowed.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// The token's name; recorded with what the caller does.
    pub(super) name: String,
}

/// Lets a request through whose token allows its method.
pub(super) async fn check<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match admit(request.request()) {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            Ok(next.call(request).await?.map_into_left_body())
        }
        // An answer and no error, so that it gets the headers that every answer has.
        Err(refusal) => Ok(request
            .into_response(refusal.error_response())
            .map_into_right_body()),
    }
}

fn admit(request: &HttpRequest) -> Result<Caller, Problem> {
    let shared = request
        .app_data::<Data<Shared>>()
        .expect("the server hands every request what is shared");
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(bearer)
        .ok_or_else(|| Problem::unauthorized(false))?;
    let token =
        find(&shared.settings.api.tokens, given).ok_or_else(|| Problem::unauthorized(true))?;
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if token.scope == Scope::Read && !only_reads {
        return Err(Problem::insufficient_scope());
    }
    Ok(Caller {
        name: token.name.clone(),
    })
}

/// The scheme is written in any case (RFC 9110 §11.1).
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim())
        .filter(|token| !token.is_empty())
}

/// Compares with every token, in constant time, by their hashes: how long it takes tells nothing of
/// how much was right, nor of the lengths.
fn find<'t>(tokens: &'t [ApiToken], given: &str) -> Option<&'t ApiToken> {
    let given = Sha256::digest(given.as_bytes());
    tokens.iter().fold(None, |found, token| {
        let known = Sha256::digest(token.token.expose().as_bytes());
        if bool::from(known.as_slice().ct_eq(given.as_slice())) {
            Some(token)
        } else {
            found
        }
    })
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = request.extensions().get::<Self>().cloned();
        ready(caller.ok_or_else(|| Problem::unauthorized(false)))
    }
}
