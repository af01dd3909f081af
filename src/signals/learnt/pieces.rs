//! Why a label was learnt to be meant: the strongest pieces of the customer's own text.

use crate::domain::Label;

use super::super::Signal;
use super::super::fold::{BREAK, Letter};
use super::grams::Reading;
use super::model::LEARNT;
use super::solve::{LANES, Scores};
use super::table::Table;

/// So many pieces are told.
const TOLD: usize = 3;
/// A piece grows as long as the next letter speaks for the label at least this much as strongly as
/// its strongest letter; and a piece is told by the same measure beside the strongest piece.
const WORTH_TELLING: f32 = 0.4;
/// A piece is at least so long where its neighbours say anything: one character is no reason.
const SHORTEST: usize = 2;
/// And no longer than this.
const LONGEST: usize = 8;

/// A stretch of a line; both ends are letters of it.
#[derive(Clone, Copy)]
struct Piece {
    first: usize,
    last: usize,
}

/// The signal of a label that the words speak for, marked at their strongest piece; at the whole
/// line where only what was said before speaks for it. Nothing for a line without letters.
pub(super) fn signal(
    label: Label,
    text: &str,
    letters: &[Letter],
    credits: Vec<f32>,
) -> Option<Signal> {
    let mut pieces = pieces(letters, credits);
    let words = |piece: &Piece| &text[letters[piece.first].start..letters[piece.last].end];
    let whole = Piece {
        first: letters.iter().position(|letter| letter.glyph != BREAK)?,
        last: letters.iter().rposition(|letter| letter.glyph != BREAK)?,
    };
    let marked = pieces.first().copied().unwrap_or(whole);
    pieces.sort_by_key(|piece| piece.first);
    Some(Signal {
        label,
        start: letters[marked.first].start,
        end: letters[marked.last].end,
        rule: LEARNT.to_owned(),
        why: pieces
            .iter()
            .map(|piece| format!("「{}」", words(piece)))
            .collect(),
        shadow: false,
    })
}

/// How much each letter speaks for the label: a run shares out over its letters by how much the
/// odds rise with each lane.
pub(super) fn credits(table: &Table, line: &Reading, slopes: &Scores, letters: usize) -> Vec<f32> {
    let mut credits = vec![0.0; letters];
    line.each_run(|key, run| {
        let Some(column) = table.find(key) else {
            return false;
        };
        let weights = table.weights(column);
        let strength: f32 = (0..LANES).map(|lane| weights[lane] * slopes[lane]).sum();
        if let Some((first, last)) = line.letters_of(run) {
            let own = &mut credits[first..=last];
            let count = u8::try_from(own.len()).map_or(f32::MAX, f32::from);
            own.iter_mut()
                .for_each(|credit| *credit += strength / count);
        }
        true
    });
    credits
}

/// The strongest pieces, strongest first. Those told are cut out, one after the other.
fn pieces(letters: &[Letter], mut credits: Vec<f32>) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(TOLD);
    let mut strongest = None;
    while pieces.len() < TOLD {
        let best = (0..letters.len())
            .filter(|&at| letters[at].glyph != BREAK && credits[at] > 0.0)
            .max_by(|&one, &other| {
                credits[one]
                    .total_cmp(&credits[other])
                    .then(other.cmp(&one))
            });
        let Some(peak) = best else { break };
        if credits[peak] < WORTH_TELLING * *strongest.get_or_insert(credits[peak]) {
            break;
        }
        let piece = grown(peak, letters, &credits);
        credits[piece.first..=piece.last].fill(0.0);
        pieces.push(piece);
    }
    pieces
}

/// The piece around its strongest letter.
fn grown(peak: usize, letters: &[Letter], credits: &[f32]) -> Piece {
    let mut piece = Piece {
        first: peak,
        last: peak,
    };
    loop {
        let length = piece.last - piece.first + 1;
        let least = if length < SHORTEST {
            0.0
        } else {
            WORTH_TELLING * credits[peak]
        };
        let open =
            |at: &usize| letters[*at].glyph != BREAK && credits[*at] > 0.0 && credits[*at] >= least;
        let before = piece.first.checked_sub(1).filter(open);
        let after = Some(piece.last + 1)
            .filter(|&at| at < letters.len())
            .filter(open);
        match (before, after) {
            _ if length == LONGEST => return piece,
            (None, None) => return piece,
            (Some(before), Some(after)) if credits[before] > credits[after] => piece.first = before,
            (_, Some(after)) => piece.last = after,
            (Some(before), None) => piece.first = before,
        }
    }
}
