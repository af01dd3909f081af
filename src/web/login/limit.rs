//! How often one source may try to log in. Each of the server's threads counts for itself.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpRequest;

use crate::domain::Timestamp;
use crate::shared::Shared;
use crate::web::client_address::client_address;
use crate::web::error::PageError;

/// A whole office may come from one address when an alert goes to a group.
const LOGINS_OF_ONE_MINUTE: u32 = 60;
const MINUTE: Duration = Duration::from_secs(60);
/// Sources remembered; who comes when all are taken has to wait.
const SOURCES: usize = 10_000;

/// Counts login requests by source.
#[derive(Debug, Default)]
pub(super) struct LoginLimit(Mutex<HashMap<IpAddr, (Timestamp, u32)>>);

/// Lets a login request through, or not.
///
/// # Errors
/// [`PageError::TooMany`].
pub(super) fn admit(
    shared: &Shared,
    limit: &LoginLimit,
    request: &HttpRequest,
) -> Result<(), PageError> {
    let source = client_address(request, &shared.settings.server.trusted_proxies);
    let source = source.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    if limit.allows(source, shared.clock.now()) {
        Ok(())
    } else {
        Err(PageError::TooMany)
    }
}

impl LoginLimit {
    fn allows(&self, source: IpAddr, now: Timestamp) -> bool {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sources.len() >= SOURCES {
            sources.retain(|_, (since, _)| now.since(*since) < MINUTE);
        }
        let source = network(source);
        if sources.len() >= SOURCES && !sources.contains_key(&source) {
            return false;
        }
        let (since, count) = sources.entry(source).or_insert((now, 0));
        if now.since(*since) >= MINUTE {
            (*since, *count) = (now, 0);
        }
        *count = count.saturating_add(1);
        *count <= LOGINS_OF_ONE_MINUTE
    }
}

/// Of an IPv6 address the half that its owner can't choose freely.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(address) => {
            let bits = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(bits))
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_has_its_minute() {
        let limit = LoginLimit::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let allowed = |source, at| (0..100).filter(|_| limit.allows(source, at)).count();

        assert_eq!(allowed(address("203.0.113.9"), Timestamp(0)), 60);
        assert_eq!(allowed(address("203.0.113.10"), Timestamp(0)), 60);
        assert_eq!(allowed(address("2001:db8::1"), Timestamp(0)), 60);
        assert_eq!(allowed(address("2001:db8::2"), Timestamp(0)), 0);
        assert_eq!(allowed(address("203.0.113.9"), Timestamp(60_000)), 60);
    }

    #[test]
    fn memory_is_bounded_whoever_comes() {
        let limit = LoginLimit::default();
        for number in 0..20_000_u32 {
            limit.allows(IpAddr::V4(number.into()), Timestamp(0));
        }

        assert!(limit.0.lock().expect("nobody panicked").len() <= SOURCES);
        assert!(limit.allows(IpAddr::V4(20_000.into()), Timestamp(60_000)));
    }
}
