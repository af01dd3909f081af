//! Who works under whom.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Person, Store, StoreError};
use crate::domain::PersonId;

/// The teams of everybody under whom somebody works. A team is whoever stands below a person in the
/// chain of supervisors, however far down, and that person: so the team of a head of directors
/// holds theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Teams {
    teams: BTreeMap<PersonId, Team>,
}

/// One team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// What people call who leads it.
    pub lead: String,
    /// Everybody in it.
    pub members: BTreeSet<PersonId>,
}

impl Teams {
    /// The teams of these people. A circle of supervisors is one team of each of them.
    #[must_use]
    pub fn of(people: &[Person]) -> Self {
        let mut below: BTreeMap<&PersonId, Vec<&PersonId>> = BTreeMap::new();
        for person in people {
            if let Some(supervisor) = &person.supervisor_id {
                below.entry(supervisor).or_default().push(&person.id);
            }
        }
        let team = |lead: &Person| Team {
            lead: lead.name.clone(),
            members: members(&lead.id, &below),
        };
        let teams = people
            .iter()
            .filter(|person| below.contains_key(&person.id))
            .map(|lead| (lead.id.clone(), team(lead)));
        Self {
            teams: teams.collect(),
        }
    }

    /// Of these teams, those that hold anybody of the people.
    #[must_use]
    pub fn holding(&self, people: &BTreeSet<PersonId>) -> Self {
        let teams = self.teams.iter();
        let held = teams.filter(|(_, team)| !team.members.is_disjoint(people));
        Self {
            teams: held
                .map(|(lead, team)| (lead.clone(), team.clone()))
                .collect(),
        }
    }

    /// Who is in the team of that person; nobody when nobody works under them.
    #[must_use]
    pub fn members(&self, lead: &PersonId) -> BTreeSet<PersonId> {
        self.get(lead)
            .map(|team| team.members.clone())
            .unwrap_or_default()
    }

    /// The team that this person leads.
    #[must_use]
    pub fn get(&self, lead: &PersonId) -> Option<&Team> {
        self.teams.get(lead)
    }

    /// The figures of each team that has any, most first, summed up from those of reps. A rep counts
    /// in every team that they stand in.
    #[must_use]
    pub fn sums<K: Ord + Copy>(
        &self,
        by_rep: &[(Option<PersonId>, BTreeMap<K, u64>)],
    ) -> Vec<(PersonId, BTreeMap<K, u64>)> {
        let of_rep: BTreeMap<&PersonId, &BTreeMap<K, u64>> = by_rep
            .iter()
            .filter_map(|(rep, counts)| Some((rep.as_ref()?, counts)))
            .collect();
        let mut sums: Vec<(PersonId, BTreeMap<K, u64>)> = Vec::new();
        for (lead, team) in &self.teams {
            let mut sum: BTreeMap<K, u64> = BTreeMap::new();
            let members = team.members.iter().filter_map(|rep| of_rep.get(rep));
            for (key, count) in members.copied().flatten() {
                *sum.entry(*key).or_default() += count;
            }
            if !sum.is_empty() {
                sums.push((lead.clone(), sum));
            }
        }
        sums.sort_by_key(|(_, sum)| Reverse(sum.values().sum::<u64>()));
        sums
    }

    /// All teams, by who leads them.
    pub fn iter(&self) -> impl Iterator<Item = (&PersonId, &Team)> {
        self.teams.iter()
    }
}

fn members(lead: &PersonId, below: &BTreeMap<&PersonId, Vec<&PersonId>>) -> BTreeSet<PersonId> {
    let mut members = BTreeSet::from([lead.clone()]);
    let mut waiting = vec![lead];
    while let Some(person) = waiting.pop() {
        for member in below.get(person).into_iter().flatten() {
            if members.insert((*member).clone()) {
                waiting.push(member);
            }
        }
    }
    members
}

impl Store {
    /// All teams, as they stand now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn teams(&self) -> Result<Teams, StoreError> {
        Ok(Teams::of(&self.people().await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Role;

    fn person(id: &str, supervisor: Option<&str>) -> Person {
        Person {
            id: id.parse().expect("an id"),
            name: id.to_uppercase(),
            role: Role::Rep,
            region: String::new(),
            supervisor_id: supervisor.map(|id| id.parse().expect("an id")),
            wecom_userid: String::new(),
            dingtalk_userid: None,
            dingtalk_unionid: None,
            mobile: None,
        }
    }

    #[test]
    fn a_team_reaches_all_the_way_down_and_a_circle_ends() {
        let teams = Teams::of(&[
            person("head", None),
            person("lead", Some("head")),
            person("rep", Some("lead")),
            person("a", Some("b")),
            person("b", Some("a")),
        ]);
        let of = |lead: &str| {
            let members = teams.members(&lead.parse().expect("an id"));
            members.iter().map(ToString::to_string).collect::<Vec<_>>()
        };

        assert_eq!(of("head"), ["head", "lead", "rep"]);
        assert_eq!(of("lead"), ["lead", "rep"]);
        assert_eq!(of("rep"), [""; 0]);
        assert_eq!(of("a"), ["a", "b"]);
        assert_eq!(teams.iter().count(), 4);
    }
}
