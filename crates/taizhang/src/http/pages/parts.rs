//! Parts that pages are put together from: the two sentences that explain a page, tabs, an empty list
//! that says how to fill it, lights, bars. A part knows no register.

use crate::locale::Locale;
use maud::{Markup, html};

/// The two sentences that explain a page.
pub(super) fn about(text: &str) -> Markup {
    html! { @if !text.is_empty() { p.about { (text) } } }
}

/// What stands in the place of an empty list: what would stand there, and how to fill it.
pub(super) fn empty(text: &str, way: Option<(&str, &str)>) -> Markup {
    html! {
        div.empty {
            p { (text) }
            @if let Some((address, label)) = way { p { a.button href=(address) { (label) } } }
        }
    }
}

/// One tab: its address, its name, how many things it holds.
pub(super) struct Tab<'a> {
    pub(super) address: String,
    pub(super) name: &'a str,
    pub(super) count: Option<usize>,
    pub(super) here: bool,
}

/// Tabs; each is a link, so that they work without scripts and can be sent to somebody.
pub(super) fn tabs(label: &str, tabs: &[Tab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for tab in tabs {
                a href=(tab.address) aria-current=[tab.here.then_some("page")] {
                    (tab.name) @if let Some(count) = tab.count { small { (count) } }
                }
            }
        }
    }
}

/// A light with its word: the shape differs too, since not everybody sees the colours.
pub(super) fn light(locale: &Locale, key: &str) -> Markup {
    let word = match key {
        "green" => "light.green",
        "yellow" => "light.yellow",
        "red" => "light.red",
        _ => "light.none",
    };
    html! { span class={ "light " (key) } { (locale.text(word)) } }
}

/// How far something is, as a bar; `mark` is where it should be. Both are percents as text.
pub(super) fn bar(done: &str, mark: &str) -> Markup {
    // What has no share, as a target that compares in points, is not an empty bar.
    if done == "—" {
        return html! {};
    }
    let (done, mark) = (hundredths(done), hundredths(mark));
    html! {
        svg.bar viewBox="0 0 10000 400" preserveAspectRatio="none" aria-hidden="true" {
            rect.all width="10000" height="400" {}
            rect.done width=(done) height="400" {}
            rect.due x=(mark.min(9900)) width="80" height="400" {}
        }
    }
}

/// How large an amount is beside the largest of its table, as a bar; one below nothing is hollow.
pub(super) fn share(amount: Option<i64>, largest: u64) -> Markup {
    let length = u128::from(amount.unwrap_or(0).unsigned_abs()) * 1000 / u128::from(largest.max(1));
    html! {
        svg.share viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true" {
            rect.below[amount.is_some_and(|amount| amount < 0)] width=(length) height="100" {}
        }
    }
}

/// A percent as text to hundredths of a percent, cut to the bar's length.
fn hundredths(percent: &str) -> u32 {
    let (whole, places) = percent.split_once('.').unwrap_or((percent, ""));
    let places: String = format!("{places}00").chars().take(2).collect();
    format!("{whole}{places}").parse::<u32>().unwrap_or(0).min(10_000)
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn bars_are_as_long_as_the_percent_says() {
        for (text, expected) in [
            ("62.1", 6210),
            ("100", 10_000),
            ("130.5", 10_000),
            ("—", 0),
            ("-3", 0),
            ("0.5", 50),
        ] {
            assert_eq!(hundredths(text), expected, "{text}");
        }
    }
}
