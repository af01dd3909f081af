//! The hits behind the board's figures, with their words, as far as a viewer may see them.

use super::database::on_reader;
use super::pages::{reps_of_director, team_of};
use super::{BoardScope, Store, StoreError, ViewScope};
use crate::domain::{ChatId, CustomerId, Label, MessageId, Timestamp};

/// A signal of the newest list, with its words and where they were said.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HitRow {
    /// The message that carried it.
    pub message_id: MessageId,
    /// The chat.
    pub chat_id: ChatId,
    /// What it means.
    pub label: Label,
    /// Where its words begin in the text.
    pub first_byte: i64,
    /// Where they end.
    pub end_byte: i64,
    /// When the message was sent.
    pub at: Timestamp,
    /// Whether a rule heard it that is only being tried.
    pub shadow: bool,
    /// When the sender took the message back, if they did. It counts all the same: it was said.
    pub recalled_at: Option<Timestamp>,
    /// The signal itself.
    pub id: String,
    /// The message's text.
    pub text: String,
    /// The contact's name; empty when unknown.
    pub contact: String,
    /// The customer.
    pub customer_id: Option<CustomerId>,
    /// The customer's name; empty when unknown.
    pub customer: String,
    /// The rep's name; empty when unknown.
    pub rep: String,
    /// The region at that time; empty when unknown.
    pub region: String,
    /// The product that the words are about; empty when none is known.
    pub product: String,
}

/// What a hit may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// A region.
    Region,
    /// A rep.
    Rep,
    /// A customer.
    Customer,
    /// A product.
    Product,
}

impl Unknown {
    /// The word of pages' addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Region => "region",
            Self::Rep => "rep",
            Self::Customer => "customer",
            Self::Product => "product",
        }
    }
}

/// Which hits are meant. What is empty doesn't matter.
#[derive(Debug, Clone)]
pub struct HitFilter {
    /// Said at this moment or later,
    pub since: Timestamp,
    /// and before this one.
    pub until: Timestamp,
    /// Only of this region.
    pub region: String,
    /// Only of this rep.
    pub rep: String,
    /// Only of this person's team: themselves and whoever stands below them, as of now. Who has
    /// nobody below them leads no team, so nothing is of it.
    pub team: String,
    /// Only of this customer.
    pub customer: String,
    /// Only about this product.
    pub product: String,
    /// Only of this kind, by its code.
    pub label: String,
    /// Only those that lack this.
    pub unknown: Option<Unknown>,
    /// What rules heard that are only being tried, or else what the others heard.
    pub on_trial: bool,
}

impl Default for HitFilter {
    /// Everything that counts.
    fn default() -> Self {
        Self {
            since: Timestamp(i64::MIN),
            until: Timestamp(i64::MAX),
            region: String::new(),
            rep: String::new(),
            team: String::new(),
            customer: String::new(),
            product: String::new(),
            label: String::new(),
            unknown: None,
            on_trial: false,
        }
    }
}

/// How many hits a filter means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, sqlx::FromRow)]
pub struct HitCount {
    /// As the board counts them: one for each message and label.
    pub counted: i64,
    /// Of those, whose words the viewer may read now.
    pub readable: i64,
}

/// Where a list of hits goes on: behind this message.
pub type HitPlace = (Timestamp, String);

/// The end of a statement: what [`HitFilter`] says.
macro_rules! as_filtered {
    () => {
        concat!(" and not signal.off_board and signal.dismissed_at is null and signal.at >= $2 and signal.at < $3 and signal.shadow = $4 \
         and ($5 = '' or signal.region = $5) and ($6 = '' or signal.rep_id = $6) \
         and ($7 = '' or signal.rep_id in (select member.id from person as member \
            where member.id in ", team_of!("$7"), " \
            and exists (select 1 from person where supervisor_id = $7))) \
         and ($8 = '' or signal.customer_id = $8) and ($9 = '' or signal.product = $9) \
         and ($10 = '' or signal.label = $10) \
         and ($11 = '' or ($11 = 'region' and signal.region = '') \
            or ($11 = 'rep' and signal.rep_id is null) \
            or ($11 = 'customer' and signal.customer_id is null) \
            or ($11 = 'product' and signal.product = ''))")
    };
}

macro_rules! joined {
    () => {
        " from signal join message on message.id = signal.message_id \
         join chat on chat.id = signal.chat_id \
         join contact on contact.id = coalesce(message.contact_id, chat.contact_id) \
         left join customer on customer.id = coalesce(signal.customer_id, contact.customer_id) \
         left join person on person.id = chat.rep_id"
    };
}

macro_rules! of_region {
    () => {
        "signal.region = (select region from person where id = $1)"
    };
}

/// Both the region or rep of then and of now have to be the viewer's: figures are of then, the
/// right to read is of now.
macro_rules! region_of_now {
    () => {
        "coalesce(person.region, customer.region, '') = signal.region"
    };
}

macro_rules! of_team {
    () => {
        concat!("signal.rep_id in ", team_of!("$1"))
    };
}

/// The chat's rep may be another one by now.
macro_rules! rep_of_now {
    () => {
        concat!("chat.rep_id in ", reps_of_director!())
    };
}

macro_rules! rows {
    ($within:expr) => {
        concat!(
            "select signal.id, signal.message_id, signal.chat_id, signal.label, signal.first_byte, \
             signal.end_byte, signal.at, signal.shadow, signal.product, message.text, \
             message.recalled_at, \
             contact.name as contact, signal.customer_id, coalesce(customer.name, '') as customer, \
             coalesce(person.name, '') as rep, signal.region",
            joined!(),
            " where ",
            $within,
            as_filtered!(),
            " and (signal.at, signal.message_id) < ($12, $13) \
             order by signal.at desc, signal.message_id desc, signal.id desc limit $14"
        )
    };
}

macro_rules! counts {
    ($within:expr, $readable:expr) => {
        concat!(
            "select count(*) as counted, coalesce(sum(readable), 0) as readable from (\
             select max(case when ",
            $readable,
            " then 1 else 0 end) as readable",
            joined!(),
            " where ",
            $within,
            as_filtered!(),
            " group by signal.message_id, signal.label) as hit"
        )
    };
}

/// Binds what `as_filtered!` compares with.
macro_rules! bound {
    ($query:expr, $scope:expr, $filter:expr) => {
        $query
            .bind($scope.key())
            .bind($filter.since)
            .bind($filter.until)
            .bind($filter.on_trial)
            .bind(&$filter.region)
            .bind(&$filter.rep)
            .bind(&$filter.team)
            .bind(&$filter.customer)
            .bind(&$filter.product)
            .bind(&$filter.label)
            .bind($filter.unknown.map_or("", Unknown::as_str))
    };
}

impl Store {
    /// The newest hits that the viewer may read, newest first, behind a place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn newest_hits(
        &self,
        scope: &ViewScope,
        filter: &HitFilter,
        behind: Option<&HitPlace>,
        limit: i64,
    ) -> Result<Vec<HitRow>, StoreError> {
        let scope = scope.on_board();
        let sql = match &scope {
            BoardScope::All => rows!("$1 = ''"),
            BoardScope::Region { .. } => {
                rows!(concat!(of_region!(), " and ", region_of_now!()))
            }
            BoardScope::Team(_) => rows!(concat!(of_team!(), " and ", rep_of_now!())),
            BoardScope::Rep(_) => rows!("signal.rep_id = $1 and chat.rep_id = $1"),
        };
        let end = (Timestamp(i64::MAX), String::new());
        let (at, message) = behind.unwrap_or(&end);
        Ok(
            on_reader!(self, pool => bound!(sqlx::query_as(sql), scope, filter)
                .bind(at).bind(message).bind(limit).fetch_all(pool).await)?,
        )
    }

    /// How many hits a filter means within the viewer's figures, and how many of those they may
    /// read: a rep may have changed regions since, a chat its rep.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_hits(
        &self,
        scope: &ViewScope,
        filter: &HitFilter,
    ) -> Result<HitCount, StoreError> {
        let scope = scope.on_board();
        let sql = match &scope {
            BoardScope::All => counts!("$1 = ''", "$1 = ''"),
            BoardScope::Region { .. } => counts!(of_region!(), region_of_now!()),
            BoardScope::Team(_) => counts!(of_team!(), rep_of_now!()),
            BoardScope::Rep(_) => counts!("signal.rep_id = $1", "chat.rep_id = $1"),
        };
        Ok(
            on_reader!(self, pool => bound!(sqlx::query_as(sql), scope, filter).fetch_one(pool).await)?,
        )
    }
}
