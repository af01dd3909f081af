//! People, customers, contacts and service accounts.

use std::collections::BTreeMap;

use super::database::{in_tx, on_reader};
use super::{Store, StoreError, Tx};
use crate::domain::{CompanyName, ContactId, CustomerId, PersonId, Role, fold_user_id};

/// Nobody waits for an answer so far up, and a circle of supervisors ends there.
const MOST_LEVELS: u8 = 9;

/// A rep, director or administrator.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Person {
    /// Ours.
    pub id: PersonId,
    /// What people call them.
    pub name: String,
    /// What they are for us.
    pub role: Role,
    /// The region they work in or answer for.
    pub region: String,
    /// Who is told when this person's actions run late.
    pub supervisor_id: Option<PersonId>,
    /// As WeCom gave it; empty when unknown.
    pub wecom_userid: String,
    /// For messages and work notifications.
    pub dingtalk_userid: Option<String>,
    /// For logins in a browser and for to-dos.
    pub dingtalk_unionid: Option<String>,
    /// Joins WeCom and DingTalk people.
    pub mobile: Option<String>,
}

/// A company.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Customer {
    /// Ours.
    pub id: CustomerId,
    /// The company's name.
    pub name: String,
    /// Empty when unknown.
    pub industry: String,
    /// Empty when unknown.
    pub region: String,
}

/// Further columns of a customer's import: header → text, none of them empty.
pub type Fields = BTreeMap<String, String>;

/// A person of a customer.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Contact {
    /// WeCom's `external_userid`.
    pub id: ContactId,
    /// The company, once known.
    pub customer_id: Option<CustomerId>,
    /// What they call themselves; empty when unknown.
    pub name: String,
}

/// A 微信客服 account.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ServiceAccount {
    /// WeCom's `open_kfid`.
    pub id: String,
    /// The rep who serves it, when it is one rep's.
    pub rep_id: Option<PersonId>,
    /// How far its messages were pulled.
    pub cursor: String,
}

/// How far a service account's messages were pulled, and by whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Pulled {
    /// The app that pulled last, by its configured name.
    pub app: Option<String>,
    /// The platform's mark of the place.
    pub cursor: String,
    /// The last line's place in the inbox. The next one stands behind it, whoever pulls it.
    pub last_place: i64,
}

macro_rules! person_where {
    ($condition:literal) => {
        concat!(
            "select id, name, role, region, supervisor_id, wecom_userid, dingtalk_userid, \
             dingtalk_unionid, mobile from person where ",
            $condition
        )
    };
}
pub(super) use person_where;

const FIELDS_OF: &str = "select fields from customer where id = $1";

impl Store {
    /// The person of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(person_where!("id = $1"))
            .bind(id).fetch_optional(pool).await)?,
        )
    }

    /// The person of that WeCom userid, whatever its case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_in_wecom(&self, user_id: &str) -> Result<Option<Person>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(person_where!("wecom_folded = $1"))
            .bind(fold_user_id(user_id)).fetch_optional(pool).await)?,
        )
    }

    /// The person of that DingTalk userid.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_in_dingtalk(&self, user_id: &str) -> Result<Option<Person>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(person_where!("dingtalk_userid = $1"))
            .bind(user_id).fetch_optional(pool).await)?,
        )
    }

    /// All people, by region and name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self) -> Result<Vec<Person>, StoreError> {
        Ok(
            on_reader!(self, pool => sqlx::query_as(person_where!("true order by region, role, name, id"))
            .fetch_all(pool).await)?,
        )
    }

    /// Customers after `after` in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customers(&self, after: &str, limit: i64) -> Result<Vec<Customer>, StoreError> {
        const SQL: &str =
            "select id, name, industry, region from customer where id > $1 order by id limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The customer of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customer(&self, id: &CustomerId) -> Result<Option<Customer>, StoreError> {
        const SQL: &str = "select id, name, industry, region from customer where id = $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)?)
    }

    /// The further columns of a customer, empty when there is no such customer.
    ///
    /// # Errors
    /// When the database fails, or the row can't be read.
    pub async fn fields_of_customer(&self, id: &CustomerId) -> Result<Fields, StoreError> {
        let fields: Option<String> = on_reader!(self, pool => sqlx::query_scalar(FIELDS_OF)
            .bind(id).fetch_optional(pool).await)?;
        fields.as_deref().map_or(Ok(Fields::new()), read_fields)
    }

    /// The further columns of each customer that has any, by the customer's id.
    ///
    /// # Errors
    /// When the database fails, or what is stored can't be read.
    pub async fn customers_fields(&self) -> Result<BTreeMap<String, Fields>, StoreError> {
        const SQL: &str = "select id, fields from customer where fields <> '{}'";
        let rows: Vec<(String, String)> =
            on_reader!(self, pool => sqlx::query_as(SQL).fetch_all(pool).await)?;
        let read = |(id, fields): (String, String)| Ok((id, read_fields(&fields)?));
        rows.into_iter().map(read).collect()
    }

    /// Contacts after `after` in the order of their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contacts(&self, after: &str, limit: i64) -> Result<Vec<Contact>, StoreError> {
        const SQL: &str =
            "select id, customer_id, name from contact where id > $1 order by id limit $2";
        Ok(
            on_reader!(self, pool => sqlx::query_as(SQL).bind(after).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// The service account, if anything was ever heard of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn service_account(&self, id: &str) -> Result<Option<ServiceAccount>, StoreError> {
        const SQL: &str = "select id, rep_id, cursor from service_account where id = $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)?)
    }

    /// How far the account's messages were pulled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pulled(&self, id: &str) -> Result<Option<Pulled>, StoreError> {
        const SQL: &str = "select app, cursor, last_place from service_account where id = $1";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).bind(id).fetch_optional(pool).await)?)
    }

    /// Each service account, and the app whose notices spoke of it last.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_to_pull(&self) -> Result<Vec<(String, Option<String>)>, StoreError> {
        const SQL: &str = "select id, app from service_account order by id";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).fetch_all(pool).await)?)
    }

    /// All service accounts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn service_accounts(&self) -> Result<Vec<ServiceAccount>, StoreError> {
        const SQL: &str = "select id, rep_id, cursor from service_account order by id";
        Ok(on_reader!(self, pool => sqlx::query_as(SQL).fetch_all(pool).await)?)
    }
}

impl Tx {
    /// The person of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person(&mut self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(person_where!("id = $1"))
            .bind(id).fetch_optional(connection).await)?,
        )
    }

    /// The person of that WeCom userid, whatever its case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_in_wecom(&mut self, user_id: &str) -> Result<Option<Person>, StoreError> {
        Ok(
            in_tx!(self, connection => sqlx::query_as(person_where!("wecom_folded = $1"))
            .bind(fold_user_id(user_id)).fetch_optional(connection).await)?,
        )
    }

    /// Who is told about a rep's lateness, level by level: first their supervisor, else the directors
    /// of their region, else the administrators; then the supervisor of the first of those, and so
    /// on. Never the rep, whatever they are besides. It ends below a rep, who may not see what those
    /// below them do: an alert's link would lead them to a closed door. Everyone else sees it
    /// ([`ViewScope`](super::ViewScope)).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn supervisors_of(&mut self, rep: &Person) -> Result<Vec<Vec<Person>>, StoreError> {
        let alone = |person: Person| vec![person];
        let chain = self.chain_above(rep).await?;
        let chain = each_once(rep, chain.into_iter().map(alone));
        if !chain.is_empty() {
            return Ok(chain);
        }
        let mut directors = self.directors_of_region(rep).await?;
        directors.retain(|person| person.id != rep.id);
        let Some(first) = directors.first() else {
            return Ok(Vec::new());
        };
        let chain = self.chain_above(first).await?;
        let levels = std::iter::once(directors).chain(chain.into_iter().map(alone));
        Ok(each_once(rep, levels.take(usize::from(MOST_LEVELS))))
    }

    /// The directors of the rep's region, else the administrators.
    async fn directors_of_region(&mut self, rep: &Person) -> Result<Vec<Person>, StoreError> {
        let mut of_region: Vec<Person> = in_tx!(self, connection => sqlx::query_as(person_where!("role = 'director' and region = $1 order by id"))
            .bind(&rep.region).fetch_all(connection).await)?;
        of_region.retain(|person| person.id != rep.id);
        if !of_region.is_empty() {
            return Ok(of_region);
        }
        let admins: Vec<Person> = in_tx!(self, connection => sqlx::query_as(person_where!("role = 'admin' order by id"))
            .fetch_all(connection).await)?;
        Ok(admins)
    }

    /// The person's supervisor, the supervisor's supervisor and so on, up to the first rep; at most
    /// `MOST_LEVELS`.
    async fn chain_above(&mut self, person: &Person) -> Result<Vec<Person>, StoreError> {
        const SQL: &str = "\
            with recursive above(level, id) as (select 1, cast($1 as text) \
                union all select level + 1, person.supervisor_id from above \
                join person on person.id = above.id \
                where person.supervisor_id is not null and level < $2) \
            select person.id, name, role, region, supervisor_id, wecom_userid, dingtalk_userid, \
                   dingtalk_unionid, mobile from above join person on person.id = above.id \
            order by level";
        let Some(supervisor) = &person.supervisor_id else {
            return Ok(Vec::new());
        };
        let chain: Vec<Person> = in_tx!(self, connection => sqlx::query_as(SQL)
            .bind(supervisor).bind(i32::from(MOST_LEVELS)).fetch_all(connection).await)?;
        let is_above = |person: &Person| person.role != Role::Rep;
        Ok(chain.into_iter().take_while(is_above).collect())
    }

    /// Makes the person, or brings them up to date.
    ///
    /// # Errors
    /// When the database fails, or a userid already belongs to someone else.
    pub async fn put_person(&mut self, person: &Person) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into person (id, name, role, region, supervisor_id, wecom_userid, wecom_folded, \
                                dingtalk_userid, dingtalk_unionid, mobile) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
            on conflict (id) do update set name = excluded.name, role = excluded.role, \
                region = excluded.region, supervisor_id = excluded.supervisor_id, \
                wecom_userid = excluded.wecom_userid, wecom_folded = excluded.wecom_folded, \
                dingtalk_userid = excluded.dingtalk_userid, \
                dingtalk_unionid = excluded.dingtalk_unionid, mobile = excluded.mobile";
        let folded = Some(fold_user_id(&person.wecom_userid)).filter(|id| !id.is_empty());
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&person.id)
            .bind(&person.name)
            .bind(person.role)
            .bind(&person.region)
            .bind(&person.supervisor_id)
            .bind(&person.wecom_userid)
            .bind(folded)
            .bind(&person.dingtalk_userid)
            .bind(&person.dingtalk_unionid)
            .bind(&person.mobile)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Makes the customer, or brings it up to date.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into customer (id, name, industry, region, folded, core, folded_from) \
            values ($1, $2, $3, $4, $5, $6, $2) \
            on conflict (id) do update set name = excluded.name, industry = excluded.industry, \
                region = excluded.region, folded = excluded.folded, core = excluded.core, \
                folded_from = excluded.folded_from";
        let name = CompanyName::of(&customer.name);
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&customer.id)
            .bind(&customer.name)
            .bind(&customer.industry)
            .bind(&customer.region)
            .bind(name.folded())
            .bind(name.core())
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// Keeps the further columns of the customer's import.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_customer_fields(
        &mut self,
        id: &CustomerId,
        fields: &Fields,
    ) -> Result<(), StoreError> {
        const SQL: &str = "update customer set fields = $1 where id = $2";
        let fields = serde_json::to_string(fields).expect("texts are always valid JSON");
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(fields).bind(id).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// Makes the contact, or brings it up to date. What an unknown one said before is judged when
    /// there is a customer now.
    ///
    /// # Errors
    /// When the database fails, or the customer is unknown.
    pub async fn put_contact(&mut self, contact: &Contact) -> Result<(), StoreError> {
        const KNOWN: &str = "\
            insert into known_contact (contact_id) select id from contact \
            where id = $1 and customer_id is null and lines > 0 on conflict (contact_id) do nothing";
        const SQL: &str = "\
            insert into contact (id, customer_id, name) values ($1, $2, $3) \
            on conflict (id) do update set customer_id = excluded.customer_id, name = excluded.name, \
                outsider = case when excluded.customer_id is null then contact.outsider else '' end";
        if contact.customer_id.is_some() {
            self.lock_contact(&contact.id).await?;
            in_tx!(self, connection => sqlx::query(KNOWN).bind(&contact.id).execute(connection).await.map(|_| ()))?;
        }
        in_tx!(self, connection => sqlx::query(SQL)
            .bind(&contact.id)
            .bind(&contact.customer_id)
            .bind(&contact.name)
            .execute(connection)
            .await
            .map(|_| ()))?;
        Ok(())
    }

    /// The contact; made without a customer when it was never heard of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact(&mut self, id: &ContactId) -> Result<Contact, StoreError> {
        const MAKE: &str = "insert into contact (id) values ($1) on conflict (id) do nothing";
        const GET: &str = "select id, customer_id, name from contact where id = $1";
        let known = in_tx!(self, connection => sqlx::query_as(GET).bind(id).fetch_optional(&mut *connection).await)?;
        if let Some(contact) = known {
            return Ok(contact);
        }
        in_tx!(self, connection => sqlx::query(MAKE).bind(id).execute(connection).await.map(|_| ()))?;
        Ok(Contact {
            id: id.clone(),
            customer_id: None,
            name: String::new(),
        })
    }

    /// The customer of that id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn customer(&mut self, id: &CustomerId) -> Result<Option<Customer>, StoreError> {
        const SQL: &str = "select id, name, industry, region from customer where id = $1";
        Ok(
            in_tx!(self, connection => sqlx::query_as(SQL).bind(id).fetch_optional(connection).await)?,
        )
    }

    /// Makes the service account, or says which rep serves it.
    ///
    /// # Errors
    /// When the database fails, or the rep is unknown.
    pub async fn put_service_account(
        &mut self,
        id: &str,
        rep: Option<&PersonId>,
    ) -> Result<(), StoreError> {
        const SQL: &str = "\
            insert into service_account (id, rep_id) values ($1, $2) \
            on conflict (id) do update set rep_id = excluded.rep_id";
        in_tx!(self, connection => sqlx::query(SQL).bind(id).bind(rep).execute(connection).await.map(|_| ()))?;
        Ok(())
    }

    /// The service account; made without a rep when it was never heard of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn service_account(&mut self, id: &str) -> Result<ServiceAccount, StoreError> {
        const MAKE: &str =
            "insert into service_account (id) values ($1) on conflict (id) do nothing";
        const GET: &str = "select id, rep_id, cursor from service_account where id = $1";
        in_tx!(self, connection => sqlx::query(MAKE).bind(id).execute(connection).await.map(|_| ()))?;
        Ok(in_tx!(self, connection => sqlx::query_as(GET).bind(id).fetch_one(connection).await)?)
    }

    /// Moves the account's cursor on. `false` when someone else moved it meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_cursor(
        &mut self,
        id: &str,
        from: &Pulled,
        to: &Pulled,
    ) -> Result<bool, StoreError> {
        const SQL: &str = "\
            update service_account set app = $1, cursor = $2, last_place = $3 \
            where id = $4 and cursor = $5 and last_place = $6";
        let moved = in_tx!(self, connection => sqlx::query(SQL)
            .bind(&to.app).bind(&to.cursor).bind(to.last_place)
            .bind(id).bind(&from.cursor).bind(from.last_place)
            .execute(connection).await.map(|done| done.rows_affected()))?;
        Ok(moved == 1)
    }
}

pub(super) fn read_fields(stored: &str) -> Result<Fields, StoreError> {
    serde_json::from_str(stored)
        .map_err(|error| StoreError::Unreadable("a customer's fields", error))
}

/// The levels up to where nobody new stands: supervisors may have been entered in a circle.
fn each_once(rep: &Person, levels: impl Iterator<Item = Vec<Person>>) -> Vec<Vec<Person>> {
    let mut told = vec![rep.id.clone()];
    let mut all = Vec::new();
    for mut level in levels {
        level.retain(|person| !told.contains(&person.id));
        if level.is_empty() {
            break;
        }
        told.extend(level.iter().map(|person| person.id.clone()));
        all.push(level);
    }
    all
}
