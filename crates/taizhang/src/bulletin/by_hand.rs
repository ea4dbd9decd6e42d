//! Room: numbers that somebody typed into a bulletin's text instead of asking the book for them. They are found in
//! the template, where it is plain what is text, marked on the page, and named at the end of what is printed.
//! Days, years and the numbers of headings, lists and documents are no such numbers.

use std::collections::BTreeSet;

/// Marks around a number that a hand typed; no template can hold them.
pub(super) const HAND: char = '\u{e004}';
pub(super) const HAND_END: char = '\u{e005}';

/// What stands behind such a number in print. It is in every Chinese font and means nothing to markdown.
pub(super) const SIGN: &str = "※";

/// What may stand behind digits that count nothing.
const NO_COUNT: [char; 12] = ['年', '月', '日', '号', '时', '分', '点', '期', '届', '版', '次', '章'];

/// A template in which every number that is typed as text calls `by_hand`.
pub(super) fn marked(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest
        .find("{{")
        .into_iter()
        .chain(rest.find("{%"))
        .chain(rest.find("{#"))
        .min()
    {
        text(&rest[..open], &mut out);
        let close = match &rest[open..open + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = rest[open..]
            .find(close)
            .map_or(rest.len(), |at| open + at + close.len());
        out.push_str(&rest[open..end]);
        rest = &rest[end..];
    }
    text(rest, &mut out);
    out
}

fn text(text: &str, out: &mut String) {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        if !chars[at].is_ascii_digit() {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        let mut end = at;
        let goes_on = |c: char, next: Option<&char>| {
            c.is_ascii_digit() || (matches!(c, '.' | ',') && next.is_some_and(char::is_ascii_digit))
        };
        while end < chars.len() && goes_on(chars[end], chars.get(end + 1)) {
            end += 1;
        }
        let number: String = chars[at..end].iter().collect();
        if counts(&chars, at, end) {
            out.push_str(&format!("{{{{ by_hand(\"{number}\") }}}}"));
        } else {
            out.push_str(&number);
        }
        at = end;
    }
}

/// Whether digits count something: no day, no year, no number of a line, of a document or of a name.
fn counts(chars: &[char], at: usize, end: usize) -> bool {
    let line: String = chars[..at].iter().rev().take_while(|c| **c != '\n').collect();
    let (before, after) = (line.chars().next(), chars[end..].iter().find(|c| **c != ' '));
    let begins = line.trim().is_empty() && matches!(chars.get(end), Some('.' | '、' | '．' | ')' | '）'));
    let named = before
        .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '〔' | '[' | '_' | ':' | '#' | '“'));
    let goes_on = chars
        .get(end)
        .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '〕' | ']' | '_' | ':' | '”'));
    let in_address = line.contains("(//:") || line.contains("//:ptth") || line.contains("//:sptth");
    let ordinal = line.chars().find(|c| *c != ' ') == Some('第');
    !begins && !named && !ordinal && !goes_on && !in_address && !after.is_some_and(|c| NO_COUNT.contains(c))
}

/// The numbers that are marked in a rendered text, each once, as they were typed.
pub(super) fn typed(text: &str) -> BTreeSet<String> {
    let pieces = text.split(HAND).skip(1);
    pieces
        .filter_map(|piece| piece.split_once(HAND_END))
        .map(|(number, _)| number.to_owned())
        .collect()
}

/// The text as it is printed, where nothing can be pointed at: a sign stands behind every such number.
pub(super) fn signed(text: &str) -> String {
    text.replace(HAND, "").replace(HAND_END, SIGN)
}

/// Such a text with the line that says what the sign means at its end, where there is any.
pub(super) fn explained(text: String, says: Option<&String>) -> String {
    match says {
        Some(says) => format!("{}\n\n{says}\n", text.trim_end()),
        None => text,
    }
}

/// A page on which such numbers are seen.
pub(super) fn shown(html: &str, says: &str) -> String {
    html.replace(HAND, &format!("<span class=\"by-hand\" title=\"{says}\">"))
        .replace(HAND_END, &format!("{SIGN}</span>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_counts_is_marked_and_days_lists_and_names_are_not() {
        let text = "# 2024 年 6 月\n\n1. 完成 27 项，占 62.13%，{{ f(\"a.b\", places=2) }} 个；截至 2024-06-30，样政〔2024〕7号，\
                    “十六三” 5G 第 3 季度 1,200 万元{% if year == 2024 %}3 家{% endif %}。";
        let found = marked(text);
        let hands: Vec<&str> = found
            .split("by_hand(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(hands, ["27", "62.13", "1,200", "3"]);
        assert!(
            found.contains("places=2") && found.contains("year == 2024") && found.contains("1. 完成"),
            "{found}"
        );
        let rendered = format!("共 {HAND}27{HAND_END} 项");
        assert_eq!(
            (signed(&rendered).as_str(), typed(&rendered)),
            ("共 27※ 项", ["27".to_owned()].into())
        );
        assert_eq!(
            shown(&rendered, "人填"),
            "共 <span class=\"by-hand\" title=\"人填\">27※</span> 项"
        );
    }
}
