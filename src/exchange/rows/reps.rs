//! Reps, directors and administrators.

use std::collections::{BTreeMap, HashMap};

use super::names::Rows;
use super::people::People;
use crate::domain::{PersonId, Role, fold_user_id};
use crate::exchange::ImportError;
use crate::exchange::cell::shown;
use crate::exchange::import::Intake;
use crate::exchange::table::Row;
use crate::store::Person;

/// A line of command longer than this is taken for a circle.
const LONGEST_LINE: usize = 100;

type KeyOf = fn(&Person) -> Option<String>;

/// What leads to one person: the column, and how a person says it.
const KEYS: [(&str, KeyOf); 4] = [
    ("wecom_userid", |person| {
        Some(fold_user_id(&person.wecom_userid)).filter(|id| !id.is_empty())
    }),
    ("dingtalk_userid", |person| person.dingtalk_userid.clone()),
    ("dingtalk_unionid", |person| person.dingtalk_unionid.clone()),
    ("mobile", |person| person.mobile.clone()),
];

pub(in crate::exchange) async fn take_in(intake: &mut Intake<'_>) -> Result<(), ImportError> {
    let stored: BTreeMap<PersonId, Person> = intake
        .store
        .people()
        .await?
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    let mut people = stored.clone();
    let rows = read(intake, &stored, &mut people);
    name_supervisors(intake, &rows, &mut people);
    refuse_circles(intake, &rows, &people);
    refuse_shared_keys(intake, &rows, &people);

    let mut differing = Vec::new();
    for id in rows.keys() {
        if intake.differs(stored.get(id), &people[id]) {
            differing.push(&people[id]);
        }
    }
    if intake.is_clean() {
        write(intake, &differing).await?;
    }
    Ok(())
}

/// The people of the file, without their supervisors, and the rows they stand in.
fn read<'t>(
    intake: &mut Intake<'t>,
    stored: &BTreeMap<PersonId, Person>,
    people: &mut BTreeMap<PersonId, Person>,
) -> BTreeMap<PersonId, &'t Row> {
    let by_wecom: HashMap<String, &PersonId> = stored
        .values()
        .map(|person| (fold_user_id(&person.wecom_userid), &person.id))
        .collect();
    let (mut ids, mut rows) = (Rows::default(), BTreeMap::new());
    for row in &intake.table.rows {
        let id = id_of(intake, &by_wecom, &mut ids, row);
        let stored = id.as_ref().and_then(|id| stored.get(id));
        // Its cells are looked at whoever it is, so that all that is wrong is told at once.
        let described = described(intake, row, stored);
        if let Some(id) = id {
            people.insert(
                id.clone(),
                Person {
                    id: id.clone(),
                    ..described
                },
            );
            rows.insert(id, row);
        }
    }
    rows
}

/// The given id; else that of the person of this WeCom userid; else a new one made of it.
fn id_of(
    intake: &mut Intake<'_>,
    by_wecom: &HashMap<String, &PersonId>,
    ids: &mut Rows,
    row: &Row,
) -> Option<PersonId> {
    let folded = fold_user_id(row.text("wecom_userid"));
    let id = match (row.text("id"), by_wecom.get(&folded)) {
        ("", _) if folded.is_empty() => {
            let found = "neither id nor wecom_userid";
            intake.refuse(row.number, "id", found, "one of them at least");
            return None;
        }
        ("", Some(known)) => (*known).clone(),
        ("", None) => folded.parse().expect("just seen not to be empty"),
        (given, _) => given.parse().expect("just seen not to be empty"),
    };
    if let Some(first) = ids.repeated(id.as_str(), row.number) {
        let found = format!("the person of row {first} again");
        intake.refuse(row.number, "", found, "each person once");
        return None;
    }
    Some(id)
}

/// The person as the row says, under no name that counts. Where a cell is wrong something stands
/// in for it, since nothing will be written.
fn described(intake: &mut Intake<'_>, row: &Row, stored: Option<&Person>) -> Person {
    let role = role_of(intake, row, stored);
    let text = |code, stored: Option<&String>| match row.cell(code) {
        None => stored.cloned().unwrap_or_default(),
        Some(text) => text.to_owned(),
    };
    let optional = |code, stored: Option<&Option<String>>| {
        Some(text(code, stored.and_then(Option::as_ref))).filter(|text| !text.is_empty())
    };
    let person = Person {
        id: "_".parse().expect("it is not empty"),
        name: row.text("name").to_owned(),
        role: role.unwrap_or(Role::Rep),
        region: text("region", stored.map(|stored| &stored.region)),
        supervisor_id: stored.and_then(|stored| stored.supervisor_id.clone()),
        wecom_userid: text("wecom_userid", stored.map(|stored| &stored.wecom_userid)),
        dingtalk_userid: optional(
            "dingtalk_userid",
            stored.map(|stored| &stored.dingtalk_userid),
        ),
        dingtalk_unionid: optional(
            "dingtalk_unionid",
            stored.map(|stored| &stored.dingtalk_unionid),
        ),
        mobile: optional("mobile", stored.map(|stored| &stored.mobile)),
    };
    refuse_wrong(intake, row, role, &person);
    person
}

/// The role, or nothing where it is none.
fn role_of(intake: &mut Intake<'_>, row: &Row, stored: Option<&Person>) -> Option<Role> {
    let Some(word) = row.cell("role") else {
        return Some(stored.map_or(Role::Rep, |stored| stored.role));
    };
    let role = role(word);
    if role.is_none() {
        let expected = "rep, director or admin";
        intake.refuse(row.number, "role", shown(word), expected);
    }
    role
}

fn refuse_wrong(intake: &mut Intake<'_>, row: &Row, role: Option<Role>, person: &Person) {
    if person.name.is_empty() {
        intake.refuse(row.number, "name", "nothing", "the person's name");
    }
    // Without an id too, its absence is told already.
    let is_named = !row.text("id").is_empty();
    if role == Some(Role::Rep) && person.wecom_userid.is_empty() && is_named {
        let expected = "the rep's WeCom userid, by which they are heard and asked";
        intake.refuse(row.number, "wecom_userid", "nothing", expected);
    }
    let mobile = person.mobile.as_deref();
    if mobile.is_some_and(|mobile| !is_mobile(mobile)) {
        let expected = "a mobile number: digits, with + and country code if it is foreign";
        intake.refuse(row.number, "mobile", shown(row.text("mobile")), expected);
    }
}

fn role(word: &str) -> Option<Role> {
    match word {
        "" | "销售" => Some(Role::Rep),
        "主管" | "总监" => Some(Role::Director),
        "管理员" => Some(Role::Admin),
        other => other.to_ascii_lowercase().parse().ok(),
    }
}

fn is_mobile(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (5..=20).contains(&digits.len())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Supervisors may stand anywhere in the file, or be stored.
fn name_supervisors(
    intake: &mut Intake<'_>,
    rows: &BTreeMap<PersonId, &Row>,
    people: &mut BTreeMap<PersonId, Person>,
) {
    let known = People::of(people.values());
    let ids: HashMap<u32, &PersonId> = rows.iter().map(|(id, row)| (row.number, id)).collect();
    for row in &intake.table.rows {
        let Some(text) = row.cell("supervisor") else {
            continue;
        };
        let supervisor = match text {
            "" => None,
            text => match known.find(text) {
                Ok(supervisor) => Some(supervisor),
                Err(expected) => {
                    intake.refuse(row.number, "supervisor", shown(text), expected);
                    continue;
                }
            },
        };
        let person = ids.get(&row.number).and_then(|id| people.get_mut(*id));
        if let Some(person) = person {
            person.supervisor_id = supervisor;
        }
    }
}

fn refuse_circles(
    intake: &mut Intake<'_>,
    rows: &BTreeMap<PersonId, &Row>,
    people: &BTreeMap<PersonId, Person>,
) {
    let above = |id: &PersonId| {
        people
            .get(id)
            .and_then(|person| person.supervisor_id.as_ref())
    };
    for (id, row) in rows {
        let line = std::iter::successors(above(id), |id| above(id)).take(LONGEST_LINE + 1);
        if line.clone().any(|superior| superior == id) || line.count() > LONGEST_LINE {
            let expected = "someone who doesn't report to this person, directly or through others";
            intake.refuse(
                row.number,
                "supervisor",
                shown(row.text("supervisor")),
                expected,
            );
        }
    }
}

/// A userid or mobile leads to one person.
fn refuse_shared_keys(
    intake: &mut Intake<'_>,
    rows: &BTreeMap<PersonId, &Row>,
    people: &BTreeMap<PersonId, Person>,
) {
    for (code, key_of) in KEYS {
        let mut owners: HashMap<String, &PersonId> = HashMap::new();
        // Those who are not in the file first, so that it is the file's row that is told.
        let (of_file, others): (Vec<_>, Vec<_>) = people
            .values()
            .partition(|person| rows.contains_key(&person.id));
        for person in others.into_iter().chain(of_file) {
            let Some(key) = key_of(person) else { continue };
            let found = shown(&key);
            let Some(owner) = owners.insert(key, &person.id) else {
                continue;
            };
            let Some(row) = rows.get(&person.id) else {
                continue;
            };
            let owner = rows.get(owner).map_or_else(
                || format!("{owner}, who is stored"),
                |row| format!("row {}", row.number),
            );
            intake.refuse(
                row.number,
                code,
                found,
                format!("one of their own; it is that of {owner}"),
            );
        }
    }
}

/// Twice: first without anything that points at others or is nobody else's, so that two people may
/// exchange a mobile, and a supervisor may stand below their rep.
async fn write(intake: &mut Intake<'_>, people: &[&Person]) -> Result<(), ImportError> {
    for person in people {
        let bare = Person {
            supervisor_id: None,
            wecom_userid: String::new(),
            dingtalk_userid: None,
            dingtalk_unionid: None,
            mobile: None,
            ..(*person).clone()
        };
        intake.tx.put_person(&bare).await?;
    }
    for person in people {
        intake.tx.put_person(person).await?;
    }
    Ok(())
}
