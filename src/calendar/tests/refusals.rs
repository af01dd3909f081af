//! What a calendar's file is refused for.

use super::*;

const VALID: &str = r#"workdays = ["周一", "周二"]
hours = ["09:00-12:00", "13:30-18:00"]
[[year]]
year = 2026
holidays = [
  { name = "元旦", day = "2026-01-01" },
  { name = "国庆节", from = "2026-10-01", to = "2026-10-07" },
]
makeup_workdays = ["2026-10-10"]
"#;

/// What to write instead of what, the line of the mistake, and words of what was found and of
/// what is expected.
#[rustfmt::skip]
const MISTAKES: &[(&str, &str, usize, &str, &str)] = &[
    ("workdays = [\"周一\", \"周二\"]\n", "", 1, "no such key", "周一"),
    ("[\"周一\", \"周二\"]", "[]", 1, "no weekday", "at least one"),
    ("\"周二\"", "\"Tuesday\"", 1, "Tuesday", "周二"),
    ("\"周二\"", "2", 1, "the number 2", "a text in quotes"),
    ("\"周二\"", "\"周一\"", 1, "周一 a second time", "each once"),
    ("[\"周一\", \"周二\"]", "\"周一\"", 1, "周一", "a list of texts"),
    ("hours", "hour", 2, "an unknown key", "did you mean \"hours\""),
    ("[\"09:00-12:00\", \"13:30-18:00\"]", "[]", 1, "no hours", "09:00-12:00"),
    ("09:00-12:00", "9:00-12:00", 2, "9:00-12:00", "hours such as"),
    ("09:00-12:00", "09:00–12:00", 2, "09:00–12:00", "hours such as"),
    ("09:00-12:00", "09:60-12:00", 2, "09:60", "hours such as"),
    ("13:30-18:00", "13:30-24:01", 2, "24:01", "until 24:00"),
    ("13:30-18:00", "22:00-06:00", 2, "22:00-06:00", "hours past midnight are two"),
    ("13:30-18:00", "13:30-13:30", 2, "13:30-13:30", "an end after the beginning"),
    ("13:30-18:00", "11:59-18:00", 2, "11:59-18:00 after 09:00-12:00", "don't overlap"),
    ("13:30-18:00", "06:00-08:00", 2, "06:00-08:00 after 09:00-12:00", "early to late"),
    ("[[year]]", "[year]", 3, "a table", "[[year]]"),
    ("[[year]]", "[[years]]", 3, "an unknown key", "did you mean \"year\""),
    ("year = 2026\n", "", 3, "no such key", "such as 2026"),
    ("year = 2026", "year = \"2026\"", 4, "the text \"2026\"", "a whole number"),
    ("year = 2026", "year = 2027", 6, "2026-01-01", "a day of 2027 or of the December"),
    ("makeup_workdays", "makeup_workday", 9, "an unknown key", "makeup_workdays"),
    ("name = \"元旦\", ", "", 6, "no such key", "the holiday's name"),
    ("\"元旦\"", "\" \"", 6, "an empty text", "the holiday's name"),
    ("\"2026-01-01\"", "2026-01-01", 6, "the date 2026-01-01", "in quotes"),
    ("2026-01-01", "2026-02-29", 6, "2026-02-29", "a date that there is"),
    ("2026-01-01", "2026-1-1", 6, "2026-1-1", "2026-10-01"),
    ("day = ", "on = ", 6, "no day", "either day"),
    ("from = \"2026-10-01\", ", "", 7, "no day", "from = "),
    ("from = ", "day = \"2026-10-01\", from = ", 7, "both", "either day"),
    ("to = \"2026-10-07\"", "to = \"2026-09-30\"", 7, "2026-09-30", "2026-10-01, the first day"),
    ("to = \"2026-10-07\"", "to = \"2036-10-07\"", 7, "2036-10-07", "a day of 2026"),
    ("from = \"2026-10-01\"", "from = \"2026-01-01\"", 7, "stands in 元旦 already", "once"),
    ("\"2026-10-10\"", "\"2026-10-07\"", 9, "stands in 国庆节 already", "each day once"),
    ("\"2026-10-10\"", "\"2026-10-10\", \"2026-10-10\"", 9, "makeup_workdays already", "once"),
    ("\"2026-10-10\"", "\"2025-11-30\"", 9, "2025-11-30", "the December before it"),
    ("\"2026-10-10\"", "\"10月10日\"", 9, "10月10日", "a date that there is"),
];

#[test]
fn each_mistake_is_refused_with_its_line() {
    read(VALID).unwrap_or_else(|problems| panic!("{problems}"));
    for (instead_of, written, line, found, expected) in MISTAKES {
        let text = VALID.replacen(instead_of, written, 1);
        let problems = read(&text).expect_err(written);

        let is_told = problems.0.iter().any(|problem| {
            problem.line == *line
                && problem.found.contains(found)
                && problem.expected.contains(expected)
        });
        assert!(is_told, "{written:?} for {instead_of:?}:\n{problems}");
    }
}

#[test]
fn a_year_is_there_once_and_with_its_holidays() {
    let without = read(&format!("{VALID}[[year]]\nyear = 2027\n")).expect_err("no holidays");
    let twice = format!(
        "{VALID}[[year]]\nyear = 2026\nholidays = [{{ name = \"春节\", day = \"2026-02-17\" }}]\n"
    );
    let twice = read(&twice).expect_err("2026 again");

    assert!(
        without
            .to_string()
            .contains("cn.toml:10: year[1]: found a year without holidays")
    );
    assert!(
        twice
            .to_string()
            .contains("cn.toml:11: year[1].year: found 2026 a second time")
    );
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = VALID
        .replace("\"周二\"", "\"周八\"")
        .replace("13:30", "11:30")
        .replace("2026-01-01", "2026-13-01")
        .replace("2026-10-10", "2026-10-02");

    let problems = read(&text).expect_err("four mistakes");

    let lines: Vec<usize> = problems.0.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [1, 2, 6, 9], "{problems}");
}
