//! Room: charts as SVG — bars by name, a line by month. Whole numbers only: a drawing is never a source of
//! figures, and each stands beside the table that it is drawn from.

use super::escaped;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// One value of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    /// What it is called.
    pub(super) label: String,
    /// Its size; none where nothing was reported.
    pub(super) amount: Option<Decimal>,
    /// As printed.
    pub(super) shown: String,
}

const WIDTH: i64 = 720;
const INK: &str = "#23201b";
const FAINT: &str = "#6d6657";
const RED: &str = "#b3312c";
const FONT: &str = "Songti SC, Noto Serif CJK SC, SimSun, serif";

/// Bars from left to right, one a line; those below zero go the other way.
pub(super) fn bars(title: &str, values: &[Value]) -> String {
    const LINE: i64 = 26;
    const NAMES: i64 = 190;
    const ROOM: i64 = 400;
    let (low, high) = bounds(values);
    let height = 40 + LINE * values.len() as i64 + 8;
    let mut out = open(title, height);
    let zero = NAMES + at(Decimal::ZERO, low, high, ROOM);
    for (line, value) in (0_i64..).zip(values) {
        let y = 40 + LINE * line;
        out.push_str(&text(NAMES - 8, y + 16, "end", INK, &short(&value.label, 14)));
        let end = value.amount.map(|amount| NAMES + at(amount, low, high, ROOM));
        if let Some(end) = end {
            let (left, width) = (zero.min(end), (zero - end).abs().max(1));
            out.push_str(&format!(
                "<rect x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"16\" fill=\"{RED}\"/>",
                y + 4
            ));
        }
        let beside = end.map_or(zero, |end| end.max(zero)) + 6;
        out.push_str(&text(beside, y + 16, "start", FAINT, &value.shown));
    }
    out.push_str(&format!(
        "<line x1=\"{zero}\" y1=\"36\" x2=\"{zero}\" y2=\"{}\" stroke=\"{INK}\"/></svg>",
        height - 6
    ));
    out
}

/// Points from left to right, joined; where nothing was reported the line breaks.
pub(super) fn line(title: &str, values: &[Value]) -> String {
    const HEIGHT: i64 = 300;
    const TALL: i64 = 190;
    let (low, high) = bounds(values);
    let mut out = open(title, HEIGHT);
    let step = (WIDTH - 100) / (values.len() as i64 - 1).max(1);
    let y = |amount: Decimal| 50 + TALL - at(amount, low, high, TALL);
    out.push_str(&format!(
        "<line x1=\"40\" y1=\"{0}\" x2=\"{1}\" y2=\"{0}\" stroke=\"{INK}\"/>",
        y(Decimal::ZERO.max(low)),
        WIDTH - 40
    ));
    let mut path = String::new();
    let mut goes_on = false;
    for (place, value) in (0_i64..).zip(values) {
        let x = 50 + step * place;
        out.push_str(&text(x, HEIGHT - 24, "middle", FAINT, &short(&value.label, 8)));
        let Some(amount) = value.amount else {
            goes_on = false;
            continue;
        };
        path.push_str(&format!("{}{x} {} ", if goes_on { 'L' } else { 'M' }, y(amount)));
        goes_on = true;
        out.push_str(&format!(
            "<circle cx=\"{x}\" cy=\"{}\" r=\"3\" fill=\"{RED}\"/>",
            y(amount)
        ));
        out.push_str(&text(x, y(amount) - 8, "middle", INK, &value.shown));
    }
    out.push_str(&format!(
        "<path d=\"{}\" fill=\"none\" stroke=\"{RED}\" stroke-width=\"2\"/></svg>",
        path.trim_end()
    ));
    out
}

fn bounds(values: &[Value]) -> (Decimal, Decimal) {
    let amounts = values.iter().filter_map(|value| value.amount);
    amounts.fold((Decimal::ZERO, Decimal::ZERO), |(low, high), amount| {
        (low.min(amount), high.max(amount))
    })
}

/// Where an amount stands between two others, in so many steps.
fn at(amount: Decimal, low: Decimal, high: Decimal, steps: i64) -> i64 {
    let whole = high - low;
    if whole.is_zero() {
        return 0;
    }
    let share = (amount - low).checked_div(whole).unwrap_or_default();
    share
        .checked_mul(Decimal::from(steps))
        .and_then(|place| place.round().to_i64())
        .unwrap_or(0)
}

fn open(title: &str, height: i64) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" class=\"chart\" \
         font-family=\"{FONT}\" font-size=\"13\"><title>{0}</title>{1}",
        escaped(title),
        text(WIDTH / 2, 22, "middle", INK, title)
    )
}

fn text(x: i64, y: i64, anchor: &str, colour: &str, text: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{}</text>",
        escaped(text)
    )
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(label: &str, amount: Option<i64>) -> Value {
        Value {
            label: label.to_owned(),
            amount: amount.map(Decimal::from),
            shown: amount.map_or("—".to_owned(), |amount| amount.to_string()),
        }
    }

    #[test]
    fn bars_are_as_long_as_their_values_and_names_can_do_no_harm() {
        let drawn = bars(
            "<数>",
            &[
                value("甲", Some(10)),
                value("乙\"><script>", Some(5)),
                value("丙", None),
            ],
        );
        assert!(
            drawn.contains("width=\"400\"") && drawn.contains("width=\"200\""),
            "{drawn}"
        );
        assert!(!drawn.contains("<script>") && drawn.contains("&lt;数&gt;"), "{drawn}");
        assert_eq!(drawn.matches("<rect").count(), 2);
    }

    #[test]
    fn what_is_below_zero_goes_the_other_way() {
        let drawn = bars("", &[value("甲", Some(30)), value("乙", Some(-10))]);
        assert!(drawn.contains("x=\"290\" y=\"44\" width=\"300\""), "{drawn}");
        assert!(drawn.contains("x=\"190\" y=\"70\" width=\"100\""), "{drawn}");
    }

    #[test]
    fn a_line_breaks_where_nothing_was_reported() {
        let drawn = line(
            "",
            &[
                value("1", Some(1)),
                value("2", None),
                value("3", Some(2)),
                value("4", Some(0)),
            ],
        );
        let path = drawn.split("<path d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!((path.matches('M').count(), path.matches('L').count()), (2, 1), "{path}");
        assert!(line("", &[value("1", Some(0))]).contains("<circle"), "one value alone");
    }
}
