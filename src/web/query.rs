//! Reading a page's query leniently: what we don't know is not looked at.

use std::collections::HashMap;

use actix_web::web;
use reqwest::Url;

/// The parameters of an address. Of a repeated one the last counts.
pub(super) struct Parameters(HashMap<String, String>);

impl Parameters {
    pub(super) fn of(query: &str) -> Self {
        let parsed = web::Query::<HashMap<String, String>>::from_query(query);
        Self(parsed.map(web::Query::into_inner).unwrap_or_default())
    }

    /// The parameter, if it is there and says anything.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// A path of these segments, each encoded.
pub(super) fn path_of(segments: &[&str]) -> String {
    let mut address = Url::parse("https://here.invalid/").expect("a constant address");
    if let Ok(mut path) = address.path_segments_mut() {
        path.clear().extend(segments);
    }
    address.path().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_stay_one_segment() {
        assert_eq!(
            path_of(&["chats", "kf-a/b?c#d 客"]),
            "/chats/kf-a%2Fb%3Fc%23d%20%E5%AE%A2"
        );
    }

    #[test]
    fn unknown_and_empty_parameters_say_nothing() {
        let parameters = Parameters::of("period=day&rep=&x=1&via=dingtalk");

        assert_eq!(parameters.get("period"), Some("day"));
        assert_eq!(parameters.get("rep"), None);
        assert_eq!(parameters.get("region"), None);
    }
}
