//! Room: a chart with all that it shows — drawn on pages, printed as its table elsewhere.

use super::chart::{self, Value};
use super::template::{Notes, Plate};
use super::{PLATE, PLATE_END};
use taizhang_sheet::document::Block;

/// A chart.
pub(super) struct Drawn {
    svg: String,
    is_line: bool,
    rows: Vec<Vec<String>>,
}

impl Drawn {
    /// The chart of a plate, with the figures that are known.
    pub(super) fn of(plate: &Plate, notes: &Notes) -> Drawn {
        let [label, title] = plate.rows.heads.clone();
        let values: Vec<Value> = plate
            .rows
            .lines
            .iter()
            .map(|line| {
                let figure = line.figure.as_ref().and_then(|asked| notes.known.get(asked));
                let value = figure.map_or(&line.value, |mention| &mention.figure.value);
                Value {
                    label: line.label.clone(),
                    amount: value.as_deref().and_then(|value| value.parse().ok()),
                    shown: figure.map_or_else(|| line.shown.clone(), |mention| mention.printed.clone()),
                }
            })
            .collect();
        let svg = match plate.is_line {
            true => chart::line(&title, &values),
            false => chart::bars(&title, &values),
        };
        let rows = values.into_iter().map(|value| vec![value.label, value.shown]);
        Drawn {
            svg,
            is_line: plate.is_line,
            rows: std::iter::once(vec![label, title]).chain(rows).collect(),
        }
    }

    pub(super) fn html(&self) -> String {
        format!("<figure class=\"chart\">{}</figure>", self.svg)
    }

    pub(super) fn markdown(&self) -> String {
        let mut out = String::from("\n");
        for (at, row) in self.rows.iter().enumerate() {
            out.push_str(&format!("| {} |\n", row.join(" | ")));
            if at == 0 {
                out.push_str("|---|---:|\n");
            }
        }
        out
    }

    pub(super) fn block(&self) -> Block {
        Block::Chart {
            svg: self.svg.clone(),
            is_line: self.is_line,
            rows: self.rows.clone(),
        }
    }
}

/// Puts what each chart's mark stands for in its place.
pub(super) fn plated(text: &str, plates: &[Drawn], with: &dyn Fn(&Drawn) -> String) -> String {
    let mut out = text.to_owned();
    for (at, plate) in plates.iter().enumerate() {
        let mark = format!("{PLATE}{at}{PLATE_END}");
        let drawn = with(plate);
        // On a page the mark is a paragraph of its own, which a drawing may not stand in.
        out = out.replace(&format!("<p>{mark}</p>"), &drawn).replace(&mark, &drawn);
    }
    out
}
