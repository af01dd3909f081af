//! Settings for tests that need a service and no platform.

use super::{Document, Settings};

/// A service on that store, with one app of one company and those further sections.
pub(crate) fn sample(storage: &str, sections: &str) -> Settings {
    let text = format!(
        r#"
        [server]
        public_url = "http://dingdan.test"
        workers = 1
        [storage]
        url = "{storage}"
        [wecom]
        corp_id = "ww0123456789abcdef"
        [[wecom.app]]
        name = "sales"
        agent_id = 1000002
        secret = "secret"
        token = "token"
        encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
        {sections}
        "#,
    );
    Settings::from_document(&Document::new("test.toml", text)).expect("a sample that holds")
}
