//! Lines parted for cross-validation, so that what is measured on was not learnt from.

use rustc_hash::FxHashMap;

use super::wording::{SAME_WORDING, glyphs};

/// How many parts.
pub(super) const FOLDS: usize = 5;

/// The part of each text. Texts of one wording stay together.
pub(super) fn folds<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<usize> {
    let mut leaders: Vec<usize> = Vec::new();
    let mut known: FxHashMap<Vec<char>, usize> = FxHashMap::default();
    for (line, text) in texts.enumerate() {
        leaders.push(line);
        let glyphs = glyphs(text);
        let whole = glyphs.len().min(SAME_WORDING);
        for wording in glyphs.windows(whole.max(1)) {
            match known.get(wording) {
                Some(&other) => join(&mut leaders, line, other),
                None => {
                    known.insert(wording.to_vec(), line);
                }
            }
        }
    }
    let groups: Vec<usize> = (0..leaders.len())
        .map(|line| leader(&leaders, line))
        .collect();
    share_out(&groups)
}

fn leader(leaders: &[usize], mut line: usize) -> usize {
    while leaders[line] != line {
        line = leaders[line];
    }
    line
}

fn join(leaders: &mut [usize], one: usize, other: usize) {
    let (one, other) = (leader(leaders, one), leader(leaders, other));
    let (first, second) = (one.min(other), one.max(other));
    leaders[second] = first;
}

/// Each group goes whole to the part that is smallest so far, the biggest groups first.
fn share_out(groups: &[usize]) -> Vec<usize> {
    let mut sizes = vec![0_usize; groups.len()];
    for &group in groups {
        sizes[group] += 1;
    }
    let mut by_size: Vec<usize> = (0..groups.len())
        .filter(|&group| sizes[group] > 0)
        .collect();
    // Neighbours of one size go to different parts, whatever order the lines were written in.
    by_size.sort_by_key(|&group| (std::cmp::Reverse(sizes[group]), group));
    let mut parts = [0_usize; FOLDS];
    let mut part_of = vec![0; groups.len()];
    for group in by_size {
        let smallest = (0..FOLDS).min_by_key(|&part| parts[part]).unwrap_or(0);
        parts[smallest] += sizes[group];
        part_of[group] = smallest;
    }
    groups.iter().map(|&group| part_of[group]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_wording_stay_together_and_parts_are_alike() {
        let lines: Vec<String> = (0..50_u8)
            .flat_map(|number| {
                let wording: String = (0..8)
                    .map(|at| char::from(b'a' + (number + at * 7) % 26))
                    .collect();
                [
                    format!("价格{wording}谈不拢"),
                    format!("我们价格{wording}谈不拢了"),
                ]
            })
            .collect();

        let parts = folds(lines.iter().map(String::as_str));

        assert!(parts.chunks(2).all(|pair| pair[0] == pair[1]));
        for part in 0..FOLDS {
            let lines = parts.iter().filter(|&&other| other == part).count();
            assert!((10..=30).contains(&lines), "{lines} lines in part {part}");
        }
    }
}
