//! Words that several pages share: what an entry did, how a field's content reads.

use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::definition::{Definition, Field, FieldKind, Register};
use taizhang_core::field_kinds::{ShowNames, ShownState, show};
use taizhang_core::journal::Act;
use taizhang_core::value::{Cell, Value};

/// What an entry did.
pub(super) fn act_name(locale: &Locale, register: Option<&Register>, act: &Act) -> String {
    let key = match act {
        Act::Open { opening: false, .. } => "page.act.open",
        Act::Open { opening: true, .. } => "page.act.opening",
        Act::Amend { .. } => "page.act.amend",
        Act::Move { name, .. } => {
            let found = register.and_then(|register| register.move_named(name));
            return found.map_or_else(|| name.clone(), |each| each.name.clone());
        }
        Act::Note => "page.act.note",
        Act::Void => "page.act.void",
        Act::Correct(correction) if correction.withdraw => "page.act.withdraw",
        Act::Correct(_) => "page.act.correct",
        Act::Pack(_) => "page.act.pack",
        Act::Close { through } => return locale.say("page.act.close", &[("day", through)]),
        Act::Reopen { through } => return locale.say("page.act.reopen", &[("day", through)]),
        Act::Release(release) => return locale.say("page.act.release", &[("bulletin", &release.bulletin)]),
    };
    locale.text(key).to_owned()
}

/// A field's content as text; sealed values are a mask.
pub(super) fn plain(
    locale: &Locale,
    definition: &Definition,
    field: &Field,
    cell: Option<&Cell>,
    names: &dyn ShowNames,
) -> String {
    if let Some(count) = files(locale, cell) {
        return count;
    }
    let shown = show(definition, field, cell, names);
    let text = match field.is_number() {
        true => grouped(&shown.text),
        false => shown.text,
    };
    match (shown.state, shown.measure) {
        (ShownState::Reported, Some(measure)) => format!("{text} {measure}"),
        (ShownState::Reported, None) => text,
        (ShownState::Missing, _) => String::new(),
        (ShownState::NotApplicable, _) => locale.text("shown.not_applicable").to_owned(),
        (ShownState::Erased, _) => locale.text("shown.erased").to_owned(),
        (ShownState::Sealed, _) => "***".to_owned(),
    }
}

/// A field's content in a table or beside its name: numbers apart from their measure.
pub(super) fn content(
    locale: &Locale,
    definition: &Definition,
    field: &Field,
    cell: Option<&Cell>,
    names: &dyn ShowNames,
) -> Markup {
    let shown = show(definition, field, cell, names);
    html! {
        @match shown.state {
            ShownState::Reported => {
                @if let Some(count) = files(locale, cell) { (count) }
                @else if shown.text.starts_with("***") { span.masked { (shown.text) } }
                @else if field.is_number() { span.num { (grouped(&shown.text)) } }
                @else if let Some(names) = accounts(locale, definition, field, &shown.text) { span title=(shown.text) { (names) } }
                @else { (unbroken(field, &shown.text)) }
                @if let Some(measure) = shown.measure { small.measure { (measure) } }
            }
            ShownState::Missing => span.none { "—" },
            ShownState::NotApplicable => span.none { (locale.text("shown.not_applicable")) },
            ShownState::Erased => span.none { (locale.text("shown.erased")) },
            ShownState::Sealed => span.masked title=(locale.text("shown.sealed")) { "***" },
        }
    }
}

/// The names of the accounts whose ids a text lists, if it lists nothing else.
fn accounts(locale: &Locale, definition: &Definition, field: &Field, text: &str) -> Option<String> {
    if !matches!(field.kind, FieldKind::Text { .. }) || !text.contains('.') {
        return None;
    }
    let named = |id: &str| definition.account_named(id).map(|account| account.name.as_str());
    let names: Vec<&str> = text.split(',').map(|id| named(id.trim())).collect::<Option<_>>()?;
    Some(locale.list(&names))
}

/// A day is not broken at its dashes, nor a place within one of its two numbers.
fn unbroken(field: &Field, text: &str) -> Markup {
    match field.kind {
        FieldKind::Date { .. } => html! { span.together { (text) } },
        FieldKind::Place => html! { @for part in text.split_inclusive(',') { span.together { (part) } wbr; } },
        _ => html! { (text) },
    }
}

/// How many files a field holds: what they are called is no part of the field.
fn files(locale: &Locale, cell: Option<&Cell>) -> Option<String> {
    let Some(Cell::Is(Value::Evidence(files))) = cell else {
        return None;
    };
    Some(locale.say("shown.files", &[("count", &files.len())]))
}

/// A decimal with commas between thousands; anything else as it is.
pub(super) fn grouped(text: &str) -> String {
    let (sign, rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (&text[..1], rest),
        None => ("", text),
    };
    let (whole, places) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + places
}

/// The same for numbers within words: `360000 万元以上` is `360,000 万元以上`.
pub(super) fn grouped_within(text: &str) -> String {
    let (mut out, mut run) = (String::new(), String::new());
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || (c == '.' && !run.is_empty()) {
            run.push(c);
            continue;
        }
        out.push_str(&grouped(&std::mem::take(&mut run)));
        out.extend(Some(c).filter(|c| *c != '\0'));
    }
    out
}

/// The name of a stage.
pub(super) fn stage_name<'a>(register: &'a Register, id: &'a str) -> &'a str {
    register.stage(id).map_or(id, |stage| stage.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_thousands_get_commas() {
        let cases = [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.8901", "-1,234,567.8901"),
            ("—", "—"),
            ("12.5%", "12.5%"),
        ];
        for (text, expected) in cases {
            assert_eq!(grouped(text), expected);
        }
    }

    #[test]
    fn numbers_within_words_are_grouped_and_words_stay() {
        for (text, expected) in [
            ("360000 万元以上", "360,000 万元以上"),
            ("力争 10 家", "力争 10 家"),
            ("6000.50 万元", "6,000.50 万元"),
            ("", ""),
        ] {
            assert_eq!(grouped_within(text), expected);
        }
    }
}
