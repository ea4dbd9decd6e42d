//! Room: the text of a heading.
//!
//! Two headings that a person reads as the same become the same text here, and a unit of measure in
//! brackets is split off. Which headings mean what is the caller's knowledge.

use crate::locale::words;
use crate::text::{is_space, narrowed, squeezed};

/// The headings that a caller can use.
pub trait Headings {
    /// Whether a heading is one of them; it comes in the form of [`normalise_heading`].
    fn knows(&self, normalised: &str) -> bool;

    /// Some of them, for the sentence that none was found.
    fn looked_for(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The form in which headings are compared: full-width signs narrowed, no space of any kind, no line
/// breaks, no asterisk for "required". Brackets and what they hold stay.
pub fn normalise_heading(text: &str) -> String {
    squeezed(text).trim_matches(MARKS).to_owned()
}

/// What marks a heading as required and is no part of its name.
const MARKS: [char; 3] = ['*', '★', '☆'];

/// Whether a text is one of these headings, which are in that form.
pub(super) fn is_heading(text: &str, headings: &[String]) -> bool {
    let text = squeezed(text);
    let text = text.trim_matches(MARKS);
    headings.iter().any(|heading| heading == text)
}

/// Splits a unit of measure off a heading: `总投资（亿元）` is `总投资` in `亿元`. Other brackets stay.
pub fn split_measure(heading: &str) -> (String, Option<String>) {
    let whole = normalise_heading(heading);
    if let Some((name, measure)) = bracketed(&whole) {
        return (name, Some(measure));
    }
    // 总投资 万元: a unit in a line of its own. One letter alone is more often part of a spaced word.
    let spaced = narrowed(heading);
    if let Some((name, last)) = spaced.rsplit_once(' ')
        && last.chars().count() > 1
        && is_measure(last)
    {
        return (normalise_heading(name), Some(last.to_owned()));
    }
    (whole, None)
}

/// Whether a word is a unit of measure, as heading brackets hold them.
pub(crate) fn is_measure(word: &str) -> bool {
    words().measures.contains(&word.to_lowercase())
}

/// The unit, if the whole text is one: `（万元）`, `单位：万元`, `万元`.
pub(super) fn sole_measure(text: &str) -> Option<String> {
    let text = squeezed(text);
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    named_measure(inner.unwrap_or(&text))
}

/// The last bracket that holds a unit, and the heading without it.
fn bracketed(whole: &str) -> Option<(String, String)> {
    let mut end = whole.len();
    while let Some(open) = whole[..end].rfind(['(', '[', '【']) {
        let rest = &whole[open..];
        let width = rest.chars().next().map_or(1, char::len_utf8);
        if let Some(close) = rest.find([')', ']', '】'])
            && let Some(measure) = named_measure(&rest[width..close])
        {
            let behind = close + rest[close..].chars().next().map_or(1, char::len_utf8);
            return Some((format!("{}{}", &whole[..open], &rest[behind..]), measure));
        }
        end = open;
    }
    None
}

/// `万元` or `单位:万元`.
fn named_measure(text: &str) -> Option<String> {
    let label = words()
        .measure_labels
        .iter()
        .find_map(|label| text.strip_prefix(label.as_str()));
    let bare = label.map_or(text, |rest| rest.trim_start_matches(':'));
    is_measure(bare).then(|| bare.to_owned())
}

/// A heading as it is shown to people: without line breaks, and without spaces where they only
/// stretch Chinese characters.
pub(super) fn displayed(text: &str) -> String {
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    words.join(if text.is_ascii() { " " } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_split_off_and_other_brackets_stay() {
        let table: &[(&str, &str, Option<&str>)] = &[
            ("总投资（亿元）", "总投资", Some("亿元")),
            ("年度计划\n投 资(万元)", "年度计划投资", Some("万元")),
            ("总投资（单位：万元）", "总投资", Some("万元")),
            ("总投资（万元）（含税）", "总投资(含税)", Some("万元")),
            ("总投资（含税）", "总投资(含税)", None),
            ("占地面积【亩】", "占地面积", Some("亩")),
            ("完成率（％）", "完成率", Some("%")),
            ("装机（ＭＷ）", "装机", Some("MW")),
            ("总投资\n万元", "总投资", Some("万元")),
            ("名 次", "名次", None),
            ("*项目名称★", "项目名称", None),
            ("（", "(", None),
            ("", "", None),
        ];
        for (heading, name, measure) in table {
            assert_eq!(
                split_measure(heading),
                ((*name).to_owned(), measure.map(str::to_owned)),
                "{heading}"
            );
        }
        assert_eq!(sole_measure("（ 万元 ）").as_deref(), Some("万元"));
        assert_eq!(sole_measure("（万元"), None);
        assert_eq!(displayed("1-8月\n 累计"), "1-8月累计");
    }
}
