//! Parts of pages: records on a time axis, a bar from one date of each to another. Drawn on the server, so
//! that it prints and needs no script.

use maud::{Markup, html};
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;

/// The height of a row, in the drawing's own units.
const ROW: i32 = 26;
/// The width of the names and of the whole drawing, for a page and for a part of one.
pub(super) const WIDE: (i32, i32) = (260, 1200);
pub(super) const SMALL: (i32, i32) = (232, 560);
/// The room that a month's name needs, in a wide drawing and in a small one, whose letters are larger.
const MONTH: [usize; 2] = [66, 96];
/// How many characters of a name are shown.
const NAME: [usize; 2] = [16, 11];

/// A record from a day to a day; to none where it goes on.
pub(super) struct Bar {
    pub(super) record: RecordNo,
    pub(super) title: String,
    pub(super) from: Day,
    pub(super) to: Option<Day>,
}

/// The drawing of all bars up to a day; one without an end is dashed until then.
pub(super) fn drawn(
    label: &str,
    (names, width): (i32, i32),
    bars: &[Bar],
    today: Day,
    address: &dyn Fn(RecordNo) -> String,
) -> Markup {
    let first = bars.iter().map(|bar| bar.from).min().unwrap_or(today).month().first();
    let last = bars
        .iter()
        .filter_map(|bar| bar.to)
        .max()
        .unwrap_or(today)
        .max(today)
        .month()
        .last();
    let days = (last.0 - first.0 + 1).max(1);
    let at = |day: Day| names + (day.0 - first.0).clamp(0, days) * (width - names) / days;
    let height = (bars.len() as i32 + 1) * ROW + 4;
    let months: Vec<Day> = (first.month().0..=last.month().0)
        .map(|no| taizhang_core::day::Month(no).first())
        .collect();
    let small = usize::from(names < WIDE.0);
    let every = (months.len() * MONTH[small])
        .div_ceil((width - names).unsigned_abs() as usize)
        .max(1);
    html! {
        svg.gantt viewBox={ "0 0 " (width) " " (height) } width=(width) height=(height) role="group" aria-label=(label) {
            @for month in months.iter().step_by(every) {
                line.grid x1=(at(*month)) x2=(at(*month)) y1=(ROW - 6) y2=(height) {}
                // A month whose name would run over the edge has its line alone.
                @if at(*month) + MONTH[small] as i32 <= width { text.tick x=(at(*month) + 3) y="14" { (month.month()) } }
            }
            @for (no, Bar { record, title, from, to }) in bars.iter().enumerate() {
                @let y = (no as i32 + 1) * ROW;
                a href=(address(*record)) {
                    text.name x="0" y=(y + 16) { (shortened(title, NAME[small])) }
                    @match to {
                        Some(to) if to >= from => rect.span x=(at(*from)) y=(y + 5) width=((at(*to) - at(*from)).max(4))
                            height="13" { title { (title) " " (from) " – " (to) } },
                        _ => rect.open x=(at(*from)) y=(y + 5) width=((at(today) - at(*from)).max(6)) height="13" { title {
                            (title) " " (from) " –" } },
                    }
                }
            }
            line.now x1=(at(today)) x2=(at(today)) y1="0" y2=(height) {}
        }
    }
}

fn shortened(title: &str, most: usize) -> String {
    if title.chars().count() <= most {
        return title.to_owned();
    }
    title.chars().take(most - 1).chain(['…']).collect()
}
