//! Who is asking: the peer's address, or what a trusted proxy says of it.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::header::X_FORWARDED_FOR;

/// The address a request comes from. `X-Forwarded-For` is believed only as far as the listed
/// proxies vouch for it: anyone else's header is only what they would like us to think.
#[must_use]
pub fn client_address(request: &HttpRequest, trusted_proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = request.peer_addr()?.ip();
    let headers = request.headers().get_all(X_FORWARDED_FOR);
    let told: Vec<&str> = headers
        .map(|value| value.to_str().unwrap_or("?"))
        .flat_map(|value| value.split(','))
        .collect();
    Some(behind_proxies(peer, &told, trusted_proxies))
}

/// Walks from the nearest hop outwards, and stops at the first that is no proxy of ours.
fn behind_proxies(peer: IpAddr, told: &[&str], trusted: &[IpAddr]) -> IpAddr {
    let mut nearest = peer.to_canonical();
    for hop in told.iter().rev() {
        if !trusted.contains(&nearest) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => nearest = address.to_canonical(),
            Err(_) => break,
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_proxies_are_believed() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let trusted = [address("10.0.0.1"), address("10.0.0.2")];
        for (peer, told, expected) in [
            ("203.0.113.9", &[][..], "203.0.113.9"),
            ("203.0.113.9", &["198.51.100.7"], "203.0.113.9"),
            ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("::ffff:10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["1.1.1.1", " 198.51.100.7 "], "198.51.100.7"),
            ("10.0.0.1", &["198.51.100.7", "10.0.0.2"], "198.51.100.7"),
            ("10.0.0.1", &["198.51.100.7", "nonsense"], "10.0.0.1"),
            ("10.0.0.1", &[], "10.0.0.1"),
            ("10.0.0.1", &["2001:db8::7"], "2001:db8::7"),
        ] {
            let found = behind_proxies(address(peer), told, &trusted);
            assert_eq!(found, address(expected), "{peer} {told:?}");
        }
    }
}
