//! Which of our customers a company's name means. Pure.
//!
//! A name is taken only when it can mean one customer and no other: 云杉机械 and 宁波云杉机械有限公司
//! are one company as long as no second 云杉机械 is known, 上海云杉 and 宁波云杉 never are. What only
//! looks alike is offered to a person.

use crate::domain::CompanyName;
use crate::store::Customer;

/// The core of a name: it has to be so long to stand for a company.
const SHORTEST_CORE: usize = 2;

/// What the names of one company mean among the customers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Meant<'c> {
    /// The one customer that they mean without doubt.
    pub(super) one: Option<&'c Customer>,
    /// Customers whose names look alike, the likeliest first; `one` is not among them.
    pub(super) alike: Vec<&'c Customer>,
}

/// What these names of one contact's company mean. Names that mean different customers mean none
/// without doubt.
pub(super) fn meant<'c>(names: &[String], customers: &'c [Customer]) -> Meant<'c> {
    let mut ones: Vec<&Customer> = Vec::new();
    let mut alike: Vec<&Customer> = Vec::new();
    for name in names {
        let name = Name::of(name);
        let (same, similar) = name.among(customers);
        match same.as_slice() {
            [one] => ones.push(one),
            several => alike.extend(several),
        }
        alike.extend(similar);
    }
    ones.dedup_by_key(|customer| &customer.id);
    let one = match ones.as_slice() {
        [first, others @ ..] if others.iter().all(|other| other.id == first.id) => Some(*first),
        _ => None,
    };
    let mut offered: Vec<&Customer> = Vec::new();
    for customer in ones.into_iter().chain(alike) {
        let is_new = offered.iter().all(|other| other.id != customer.id);
        if is_new && one.is_none_or(|one| one.id != customer.id) {
            offered.push(customer);
        }
    }
    Meant {
        one,
        alike: offered,
    }
}

/// The customer of exactly that name, whatever its spaces, brackets and widths.
pub(super) fn called<'c>(name: &str, customers: &'c [Customer]) -> Option<&'c Customer> {
    let wanted = CompanyName::of(name);
    let is_called_so =
        |customer: &&Customer| CompanyName::of(&customer.name).folded() == wanted.folded();
    let mut found = customers
        .iter()
        .filter(|customer| !wanted.folded().is_empty() && is_called_so(customer));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// A company's name beside those of the customers.
struct Name(CompanyName);

impl Name {
    fn of(name: &str) -> Self {
        Self(CompanyName::of(name))
    }

    /// Those that the name means by itself, and those that only look alike.
    fn among<'c>(&self, customers: &'c [Customer]) -> (Vec<&'c Customer>, Vec<&'c Customer>) {
        if self.0.core().chars().count() < SHORTEST_CORE {
            return (Vec::new(), Vec::new());
        }
        let named: Vec<(&Customer, Name)> = customers
            .iter()
            .map(|customer| (customer, Self::of(&customer.name)))
            .collect();
        let of = |fits: &dyn Fn(&Name) -> bool| -> Vec<&'c Customer> {
            let fitting = named.iter().filter(|(_, name)| fits(name));
            fitting.map(|(customer, _)| *customer).collect()
        };
        let exact = of(&|name| name.0.folded() == self.0.folded());
        let of_core = of(&|name| name.0.core() == self.0.core());
        let contained = of(&|name| name.0.core() != self.0.core() && self.looks_like(name));
        if let [one] = exact.as_slice() {
            let others = of_core.iter().filter(|other| other.id != one.id);
            let others = others.copied().chain(contained).collect();
            return (exact, others);
        }
        let in_place =
            of(&|name| name.0.core() == self.0.core() && name.0.place() == self.0.place());
        let elsewhere = of(&|name| name.0.core() == self.0.core() && self.is_elsewhere(name));
        // Where a second company of the same core is known, a name without its place says nothing.
        match (in_place.as_slice(), of_core.as_slice()) {
            ([_], _) if self.0.place().is_some() => {
                let others = of_core.iter().filter(|other| other.id != in_place[0].id);
                let others = others.copied().chain(contained).collect();
                (in_place, others)
            }
            (_, [_]) if elsewhere.is_empty() => (of_core, contained),
            _ => (Vec::new(), of_core.into_iter().chain(contained).collect()),
        }
    }

    /// Both say where they are, and it is not the same place.
    fn is_elsewhere(&self, other: &Self) -> bool {
        matches!((self.0.place(), other.0.place()), (Some(one), Some(other)) if one != other)
    }

    fn looks_like(&self, other: &Self) -> bool {
        let is_long = |core: &str| core.chars().count() >= SHORTEST_CORE;
        is_long(other.0.core())
            && (self.0.folded().contains(other.0.core())
                || other.0.folded().contains(self.0.core()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn customers(names: &[&str]) -> Vec<Customer> {
        names
            .iter()
            .enumerate()
            .map(|(number, name)| Customer {
                id: format!("c{number}").parse().unwrap(),
                name: (*name).to_owned(),
                industry: String::new(),
                region: String::new(),
            })
            .collect()
    }

    #[test]
    fn only_a_name_without_doubt_is_taken() {
        for (name, known, expected, alike) in [
            ("云杉机械", &["云杉机械", "北辰重工"][..], Some("c0"), 0),
            (" 云杉（机械）", &["云杉机械"], Some("c0"), 0),
            ("宁波云杉机械有限公司", &["云杉机械"], Some("c0"), 0),
            (
                "云杉机械",
                &["浙江省宁波市云杉机械股份有限公司"],
                Some("c0"),
                0,
            ),
            ("云杉机械集团", &["云杉机械有限责任公司"], Some("c0"), 0),
            // Two of the same core: only the place tells them apart.
            ("云杉机械", &["宁波云杉机械", "上海云杉机械"], None, 2),
            (
                "上海云杉机械有限公司",
                &["宁波云杉机械", "上海云杉机械"],
                Some("c1"),
                1,
            ),
            ("上海云杉机械有限公司", &["宁波云杉机械"], None, 1),
            // The exact one goes before its namesake.
            (
                "云杉机械",
                &["云杉机械", "宁波云杉机械有限公司"],
                Some("c0"),
                1,
            ),
            ("云杉机械", &["云杉机械", "云杉机械"], None, 2),
            // A part of a name is a proposal at most.
            ("云杉机械宁波分公司", &["云杉机械"], None, 1),
            ("云杉", &["云杉机械"], None, 1),
            ("华丰电子", &["云杉机械"], None, 0),
            // What says nothing means nobody.
            ("", &["云杉机械"], None, 0),
            ("有限公司", &["云杉机械有限公司"], None, 0),
            ("宁波", &["宁波云杉机械"], None, 0),
        ] {
            let known = customers(known);
            let meant = meant(&[name.to_owned()], &known);
            assert_eq!(
                meant.one.map(|customer| customer.id.as_str()),
                expected,
                "{name}"
            );
            assert_eq!(meant.alike.len(), alike, "{name}: {:?}", meant.alike);
        }
    }

    #[test]
    fn names_that_mean_different_customers_mean_none() {
        let known = customers(&["云杉机械", "北辰重工"]);
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let both: Vec<String> = names(&["云杉机械有限公司", "北辰重工"]);
        let same: Vec<String> = names(&["云杉机械有限公司", "不认识的公司", "云杉机械"]);

        assert_eq!(meant(&both, &known).one, None);
        assert_eq!(meant(&both, &known).alike.len(), 2);
        assert_eq!(meant(&same, &known).one.unwrap().name, "云杉机械");
    }

    #[test]
    fn a_name_that_a_person_writes_is_found_however_it_is_spaced() {
        let known = customers(&["云杉机械（宁波）有限公司"]);
        assert!(called("云杉机械(宁波) 有限公司", &known).is_some());
        assert!(called("云杉机械", &known).is_none());
        assert!(called("", &known).is_none());
    }
}
