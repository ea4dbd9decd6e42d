//! Parts of pages: charts drawn on the server — bars for what moved, a line for what stands. They print,
//! need no script, and each stands beside the table that says the same. Whole numbers only.

use super::words::{grouped, grouped_within};
use maud::{Markup, html};

const WIDTH: i128 = 640;
const HEIGHT: i128 = 220;
const LEFT: i128 = 8;
const TOP: i128 = 26;
const BOTTOM: i128 = 28;

/// One point: what it is called, its amount in the smallest unit if there is one, and as shown.
pub(super) struct Point<'a> {
    pub(super) label: &'a str,
    pub(super) amount: Option<i64>,
    pub(super) shown: &'a str,
}

/// What is drawn.
pub(super) struct Chart<'a> {
    /// What it says to those who cannot see it.
    pub(super) title: &'a str,
    /// A line for a level, bars for a movement.
    pub(super) line: bool,
    pub(super) points: Vec<Point<'a>>,
    /// A height to reach or to stay under, with its word.
    pub(super) target: Option<(i64, String)>,
}

impl Chart<'_> {
    /// The drawing; nothing where there is nothing to draw.
    pub(super) fn show(&self) -> Markup {
        self.show_beside(&[])
    }

    /// The same with a second line, dashed, over the same points.
    pub(super) fn show_beside(&self, beside: &[Option<i64>]) -> Markup {
        let amounts = self.points.iter().filter_map(|point| point.amount);
        let others = beside.iter().flatten().copied();
        let all = amounts
            .chain(self.target.iter().map(|(amount, _)| *amount))
            .chain(others);
        let top = all.clone().max().unwrap_or(0).max(0);
        let low = all.min().unwrap_or(0).min(0);
        if self.points.len() < 2 || top == low {
            return html! {};
        }
        let scale = Scale { low, top };
        let step = (WIDTH - 2 * LEFT) / self.points.len() as i128;
        let middle = |at: usize| LEFT + at as i128 * step + step / 2;
        let every = self.points.len().div_ceil(12).max(1);
        html! {
            svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(self.title) {
                line.axis x1="0" x2=(WIDTH) y1=(scale.y(0)) y2=(scale.y(0)) {}
                @if let Some((amount, word)) = &self.target {
                    line.target x1="0" x2=(WIDTH) y1=(scale.y(*amount)) y2=(scale.y(*amount)) {}
                    text.target x=(WIDTH - 4) y=(scale.y(*amount) - 5) text-anchor="end" { (grouped_within(word)) }
                }
                @if !beside.is_empty() { polyline.beside points=(joined(beside.iter().copied(), &scale, &middle)) {} }
                @if self.line { polyline points=(self.path(&scale, &middle)) {} }
                @for (at, point) in self.points.iter().enumerate() {
                    @if let Some(amount) = point.amount {
                        @let y = scale.y(amount);
                        @if self.line { circle cx=(middle(at)) cy=(y) r="3.5" { title { (point.label) " " (point.shown) } } }
                        @else {
                            @let zero = scale.y(0);
                            rect x=(middle(at) - step * 3 / 10) width=((step * 6 / 10).max(2)) y=(y.min(zero)) height=((y -
                                zero).abs().max(1)) { title { (point.label) " " (point.shown) } }
                        }
                        @if at % every == 0 || at + 1 == self.points.len() { text.value x=(middle(at)) y=(y - 8)
                            text-anchor="middle" { (grouped(point.shown)) } }
                    }
                    @if at % every == 0 { text.tick x=(middle(at)) y=(HEIGHT - 8) text-anchor="middle" { (point.label) } }
                }
            }
        }
    }

    fn path(&self, scale: &Scale, middle: &dyn Fn(usize) -> i128) -> String {
        joined(self.points.iter().map(|point| point.amount), scale, middle)
    }
}

fn joined(amounts: impl Iterator<Item = Option<i64>>, scale: &Scale, middle: &dyn Fn(usize) -> i128) -> String {
    let known = amounts.enumerate();
    let known = known.filter_map(|(at, amount)| Some(format!("{},{}", middle(at), scale.y(amount?))));
    known.collect::<Vec<_>>().join(" ")
}

/// From amounts to heights.
struct Scale {
    low: i64,
    top: i64,
}

impl Scale {
    fn y(&self, amount: i64) -> i128 {
        let (low, top) = (i128::from(self.low), i128::from(self.top));
        let room = HEIGHT - TOP - BOTTOM;
        TOP + room - (i128::from(amount) - low) * room / (top - low).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_amount_touches_the_top_and_nothing_is_drawn_of_nothing() {
        let scale = Scale { low: 0, top: 40 };
        assert_eq!((scale.y(40), scale.y(0)), (TOP, HEIGHT - BOTTOM));
        // The span of the largest and smallest amount does not overflow.
        let wide = Scale {
            low: i64::MIN,
            top: i64::MAX,
        };
        assert_eq!((wide.y(i64::MAX), wide.y(i64::MIN)), (TOP, HEIGHT - BOTTOM));
        let point = |amount| Point {
            label: "a",
            amount,
            shown: "",
        };
        let none = Chart {
            title: "t",
            line: true,
            points: vec![point(None), point(None)],
            target: None,
        };
        assert_eq!(none.show().into_string(), "");
    }
}
