//! Customers are found by what they are called, and as well where an older version stored them.

use super::store;
use crate::domain::CompanyName;
use crate::store::database::in_tx;
use crate::store::{Customer, Store, Tx};

async fn put(tx: &mut Tx, id: &str, name: &str) {
    let customer = Customer {
        id: id.parse().unwrap(),
        name: name.to_owned(),
        industry: String::new(),
        region: String::new(),
    };
    tx.put_customer(&customer).await.unwrap();
}

fn ids(found: &[Customer]) -> Vec<&str> {
    found.iter().map(|one| one.id.as_str()).collect()
}

/// As a version did that took no names apart.
async fn forget_parts(store: &Store) {
    const SQL: &str = "update customer set folded = '', core = '', folded_from = null";
    let mut tx = store.begin().await.unwrap();
    in_tx!(&mut tx, connection => sqlx::query(SQL).execute(connection).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_name_finds_those_it_means_and_those_that_look_alike_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut tx = store.begin().await.unwrap();
    for (id, name) in [
        ("exact", "云杉机械"),
        ("place", "宁波 云杉机械（集团）有限公司"),
        ("longer", "云杉机械配件有限公司"),
        ("part", "云杉"),
        ("other", "北辰重工"),
    ] {
        put(&mut tx, id, name).await;
    }
    let name = CompanyName::of("云杉机械");

    let called = tx.customers_called(&name).await.unwrap();
    assert_eq!(ids(&called), ["exact"]);
    let of_core = tx.customers_of_core(&name).await.unwrap();
    assert_eq!(ids(&of_core), ["exact", "place"], "the exact one first");
    let alike = tx.customers_like(&name).await.unwrap();
    assert_eq!(ids(&alike), ["part", "exact", "longer", "place"]);
    put(&mut tx, "exact", "改名的公司").await;
    assert_eq!(ids(&tx.customers_called(&name).await.unwrap()), [""; 0]);
}

#[tokio::test]
async fn names_that_an_older_version_stored_are_found_at_once_and_taken_apart_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder).await;
    let mut tx = store.begin().await.unwrap();
    put(&mut tx, "old", "云杉 机械").await;
    tx.commit().await.unwrap();
    forget_parts(&store).await;
    let name = CompanyName::of("云杉机械");
    let like = async || {
        let mut tx = store.begin().await.unwrap();
        tx.customers_like(&name).await.unwrap().len()
    };

    let called = store.customers_called(&name).await.unwrap();
    assert_eq!((called.len(), like().await), (1, 0));

    store.fold_names().await.unwrap();
    assert_eq!(like().await, 1);
}
