//! What a misspelt name may have meant.

/// The known name that differs least, if it is near enough to be a slip.
pub(super) fn nearest<'k, K: AsRef<str> + ?Sized + 'k>(
    name: &str,
    known: impl Iterator<Item = &'k K>,
) -> Option<&'k str> {
    let (distance, best) = known
        .map(|key| (edit_distance(name, key.as_ref()), key.as_ref()))
        .min()?;
    (distance <= 2 && distance < name.len()).then_some(best)
}

fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, from) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &to) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
