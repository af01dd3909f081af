//! Figures in columns that stand below each other in a terminal, where a Chinese character is two
//! columns wide.

use std::fmt;

/// A table: the first column is words, the others are figures and stand to the right.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn of(heads: &[&str]) -> Self {
        let heads = heads.iter().map(ToString::to_string).collect();
        Self { rows: vec![heads] }
    }

    pub(super) fn row(&mut self, name: &str, figures: &[String]) {
        let name = std::iter::once(name.to_owned());
        self.rows
            .push(name.chain(figures.iter().cloned()).collect());
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| width(cell)).max().unwrap_or(0)
        };
        (0..columns).map(widest).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        for row in &self.rows {
            for (column, (cell, wide)) in row.iter().zip(&widths).enumerate() {
                let room = " ".repeat(wide.saturating_sub(width(cell)));
                match column {
                    0 => write!(out, "{cell}{room}")?,
                    _ => write!(out, "  {room}{cell}")?,
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}

/// The columns that a text takes in a terminal.
fn width(text: &str) -> usize {
    let wide = |character: char| {
        matches!(character,
            '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{303e}' | '\u{3041}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}'
            | '\u{20000}'..='\u{3fffd}')
    };
    text.chars()
        .map(|character| 1 + usize::from(wide(character)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_and_latin_names_end_in_one_column() {
        let mut table = Table::of(&["节点", "出现"]);
        table.row("首次需求澄清", &["7".to_owned()]);
        table.row("BOM 核对", &["1024".to_owned()]);

        let lines: Vec<String> = table.to_string().lines().map(str::to_owned).collect();

        assert_eq!(
            lines,
            [
                "节点          出现",
                "首次需求澄清     7",
                "BOM 核对      1024",
            ]
        );
        assert!(lines.iter().all(|line| width(line) == 18));
    }
}
