//! What is known of customers besides their chats.

use dingdan::domain::ModelCode;
use dingdan::store::{Customer, Purchase};

use crate::app::TestApp;

/// The customer bought these models before.
pub async fn bought(app: &TestApp, customer: &str, models: impl IntoIterator<Item = String>) {
    let mut tx = app.store.begin().await.unwrap();
    for model in models {
        let code = ModelCode::new(&model).unwrap();
        let purchase = Purchase {
            customer_id: customer.parse().unwrap(),
            folded: code.folded().to_owned(),
            bought_at: app.clock.now(),
            model,
            quantity: 1,
        };
        tx.put_purchase(&purchase).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The customer is known to be of this industry from now on.
pub async fn is_of(app: &TestApp, customer: &str, industry: &str) {
    let mut tx = app.store.begin().await.unwrap();
    let id = customer.parse().unwrap();
    let known = tx.customer(&id).await.unwrap().unwrap();
    let industry = industry.to_owned();
    tx.put_customer(&Customer { industry, ..known })
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
