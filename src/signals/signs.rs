//! Characters that are not what they look like: signs for several letters, letters with an
//! ornament, and what is not seen at all.

/// One sign for several letters.
pub(super) fn written_out(raw: char) -> Option<&'static str> {
    const CIRCLED: [&str; 20] = [
        "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
        "17", "18", "19", "20",
    ];
    let circled = |first: char| {
        CIRCLED
            .get((u32::from(raw) - u32::from(first)) as usize)
            .copied()
    };
    match raw {
        '\u{2460}'..='\u{2473}' => circled('\u{2460}'),
        '\u{2474}'..='\u{2487}' => circled('\u{2474}'),
        '\u{2488}'..='\u{249b}' => circled('\u{2488}'),
        '㎡' => Some("m2"),
        '㎥' => Some("m3"),
        '㎏' => Some("kg"),
        '㎎' => Some("mg"),
        '㎜' => Some("mm"),
        '㎝' => Some("cm"),
        '㎞' => Some("km"),
        '㏄' => Some("cc"),
        '¹' => Some("1"),
        '²' => Some("2"),
        '³' => Some("3"),
        '½' => Some("半"),
        _ => None,
    }
}

/// Ⓐ and ⓐ are a letter with an ornament.
pub(super) fn circled_letter(raw: char) -> char {
    let letter = match raw {
        '\u{24b6}'..='\u{24cf}' => u32::from(raw) - 0x24b6 + u32::from('a'),
        '\u{24d0}'..='\u{24e9}' => u32::from(raw) - 0x24d0 + u32::from('a'),
        _ => return raw,
    };
    char::from_u32(letter).unwrap_or(raw)
}

/// The usual numeral for one as it is written on contracts, unless it is a word of its own
/// (陆续, 參數).
pub(super) const fn usual_numeral(raw: char) -> char {
    match raw {
        '〇' => '零',
        '壹' => '一',
        '贰' | '貳' => '二',
        '叁' => '三',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        _ => raw,
    }
}

/// What is not seen, or belongs to the letter before: accents, joiners, what chooses a form.
pub(super) const fn is_invisible(raw: char) -> bool {
    matches!(
        raw,
        '\u{ad}'
            | '\u{34f}'
            | '\u{300}'..='\u{36f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20f0}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{e0001}'..='\u{e01ef}'
    )
}
