//! How a model is kept: two lines that people read, then numbers, lowest byte first, then the
//! SHA-256 of all of it. The same lessons give the same bytes.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::LABELS;
use super::combine::{Combination, INPUTS, Record, Records, RuleRecord, lane};
use super::model::Model;
use super::solve::{LANES, Scores};
use super::table::{Table, Weights};
use super::thresholds::Threshold;

/// What a file begins with: also the version of its form.
const FORM: &str = "dingdan model 1";
/// How many bytes the hash at the end has.
const HASH: usize = 32;
/// How many digits of it are the version.
const VERSION: usize = 12;
/// Lanes that are kept; the others are empty.
const KEPT: usize = lane::LOOK_ALIKE + 1;
/// More runs of characters than any corpus has that people write.
const MOST_COLUMNS: usize = 1 << 24;

/// Why a file is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedModel {
    /// It begins with something else.
    #[error("a file that doesn't begin with {FORM:?}")]
    OtherForm,
    /// It ends too early, was changed, or was read as text on its way.
    #[error("a damaged file: its SHA-256 doesn't fit")]
    Damaged,
    /// Its hash fits, its numbers don't: no version of this program has written it.
    #[error("{0} that can't be")]
    Impossible(&'static str),
}

/// What a model is made of before it has a version.
pub(super) struct Parts {
    pub(super) lines: u32,
    pub(super) corpus: String,
    pub(super) dictionaries: String,
    pub(super) bias: Scores,
    /// In rising order.
    pub(super) keys: Vec<u32>,
    pub(super) weights: Vec<Weights>,
    pub(super) steps: Scores,
    pub(super) records: Records,
    pub(super) beside_rules: Combination,
    pub(super) alone: Combination,
}

impl Parts {
    /// The file.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = format!(
            "{FORM}\n{} lines {} beside dictionaries {}\n",
            self.lines, self.corpus, self.dictionaries
        )
        .into_bytes();
        for numbers in [&self.bias, &self.steps] {
            floats(&mut bytes, numbers);
        }
        for combination in [&self.beside_rules, &self.alone] {
            floats(&mut bytes, &combination.weights);
            floats(
                &mut bytes,
                &combination.thresholds.map(|threshold| threshold.add),
            );
            floats(
                &mut bytes,
                &combination.thresholds.map(|threshold| threshold.veto),
            );
        }
        self.write_records(&mut bytes);
        count(&mut bytes, self.keys.len());
        for key in &self.keys {
            bytes.extend(key.to_le_bytes());
        }
        for weights in &self.weights {
            bytes.extend(
                weights[..KEPT]
                    .iter()
                    .flat_map(|weight| weight.to_le_bytes()),
            );
        }
        let hash = Sha256::digest(&bytes);
        bytes.extend(hash);
        bytes
    }

    fn write_records(&self, bytes: &mut Vec<u8>) {
        let mut records: Vec<(&String, &RuleRecord)> = self.records.rules.iter().collect();
        records.sort_by_key(|(rule, _)| *rule);
        count(bytes, records.len());
        for (rule, record) in records {
            count(bytes, rule.len());
            bytes.extend(rule.as_bytes());
            for record in [record.held, record.not_meant] {
                bytes.extend(record.right.to_le_bytes());
                bytes.extend(record.heard.to_le_bytes());
            }
        }
    }
}

fn floats(bytes: &mut Vec<u8>, numbers: &[f32]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn count(bytes: &mut Vec<u8>, number: usize) {
    // Neither rules nor runs are counted in thousand millions.
    bytes.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

impl Model {
    /// Reads a model's file.
    ///
    /// # Errors
    /// When it is none, with what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, MalformedModel> {
        if !bytes.starts_with(FORM.as_bytes()) {
            return Err(MalformedModel::OtherForm);
        }
        let Some((content, hash)) = bytes.split_last_chunk::<HASH>() else {
            return Err(MalformedModel::Damaged);
        };
        let found = Sha256::digest(content);
        if found[..] != hash[..] {
            return Err(MalformedModel::Damaged);
        }
        let version = hex(hash)[..VERSION].to_owned();
        Reader { rest: content }.model(version)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn model(mut self, version: String) -> Result<Model, MalformedModel> {
        self.line()?;
        let origin = self.line()?;
        let words: Vec<&str> = origin.split(' ').collect();
        let &[
            lines,
            "lines",
            corpus,
            "beside",
            "dictionaries",
            dictionaries,
        ] = &words[..]
        else {
            return Err(MalformedModel::Impossible("an origin"));
        };
        let lines = lines.parse();
        let lines = lines.map_err(|_| MalformedModel::Impossible("a number of lines"))?;
        let bias = self.floats()?;
        let steps = self.floats()?;
        let beside_rules = self.combination()?;
        let alone = self.combination()?;
        let records = self.records()?;
        let table = self.table(steps)?;
        if !self.rest.is_empty() {
            return Err(MalformedModel::Impossible("bytes after the end"));
        }
        Ok(Model {
            version,
            lines,
            corpus: corpus.to_owned(),
            dictionaries: dictionaries.to_owned(),
            bias,
            table,
            records,
            beside_rules,
            alone,
        })
    }

    fn combination(&mut self) -> Result<Combination, MalformedModel> {
        let weights = self.floats::<INPUTS>()?;
        let add = self.floats::<LABELS>()?;
        let veto = self.floats::<LABELS>()?;
        Ok(Combination {
            weights,
            thresholds: std::array::from_fn(|label| Threshold {
                add: add[label],
                veto: veto[label],
            }),
        })
    }

    fn records(&mut self) -> Result<Records, MalformedModel> {
        let mut rules = FxHashMap::default();
        for _ in 0..self.count()? {
            let length = self.count()?;
            let name = std::str::from_utf8(self.bytes(length)?);
            let name = name
                .map_err(|_| MalformedModel::Impossible("a rule's name"))?
                .to_owned();
            let record = RuleRecord {
                held: self.record()?,
                not_meant: self.record()?,
            };
            rules.insert(name, record);
        }
        Ok(Records::new(rules))
    }

    fn record(&mut self) -> Result<Record, MalformedModel> {
        let (right, heard) = (self.short()?, self.short()?);
        if right > heard {
            return Err(MalformedModel::Impossible(
                "a rule more often right than heard",
            ));
        }
        Ok(Record { right, heard })
    }

    fn table(&mut self, steps: Scores) -> Result<Table, MalformedModel> {
        let columns = self.count()?;
        if columns > MOST_COLUMNS {
            return Err(MalformedModel::Impossible("a number of runs"));
        }
        let keys = self.bytes(columns * 4)?;
        let keys: Vec<u32> = keys
            .as_chunks::<4>()
            .0
            .iter()
            .map(|bytes| u32::from_le_bytes(*bytes))
            .collect();
        if !keys.is_sorted_by(|one, next| one < next) {
            return Err(MalformedModel::Impossible("an order of runs"));
        }
        let weights = self.bytes(columns * KEPT)?;
        let weights = weights.as_chunks::<KEPT>().0.iter().map(|bytes| {
            let mut weights = [0; LANES];
            for (weight, byte) in weights.iter_mut().zip(bytes) {
                *weight = i8::from_le_bytes([*byte]);
            }
            weights
        });
        Ok(Table::new(&keys, weights.collect(), steps))
    }

    fn bytes(&mut self, length: usize) -> Result<&[u8], MalformedModel> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(MalformedModel::Impossible("a length"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn line(&mut self) -> Result<String, MalformedModel> {
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let line = self.bytes(end.map_or(usize::MAX, |end| end + 1))?;
        let line = std::str::from_utf8(line).map_err(|_| MalformedModel::Impossible("a header"))?;
        Ok(line.trim_end().to_owned())
    }

    fn floats<const COUNT: usize>(&mut self) -> Result<[f32; COUNT], MalformedModel> {
        let bytes = self.bytes(COUNT * 4)?.as_chunks::<4>().0;
        let numbers: [f32; COUNT] = std::array::from_fn(|at| f32::from_le_bytes(bytes[at]));
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(MalformedModel::Impossible("a number"));
        }
        Ok(numbers)
    }

    fn short(&mut self) -> Result<u16, MalformedModel> {
        let bytes = self.bytes(2)?;
        Ok(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn count(&mut self) -> Result<usize, MalformedModel> {
        let bytes = self.bytes(4)?.as_chunks::<4>().0;
        Ok(u32::from_le_bytes(bytes[0]) as usize)
    }
}
