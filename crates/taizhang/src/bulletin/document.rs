//! Room: a written bulletin as a document that other programs print — from its markdown, with every number
//! in its place. It asks for nothing.

use super::{Mention, PLATE, PLATE_END, replaced};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use taizhang_sheet::document::{Block, Document, Run, Seal};

/// The document of a rendered template; its first heading is the title.
pub(super) fn document(
    text: &str,
    numbers: &[Mention],
    plates: &[Block],
    (title, seal, foot): (&str, Seal, Vec<String>),
) -> Document {
    let text = replaced(text, numbers, &|number| number.printed.clone());
    let mut pen = Pen::default();
    for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
        pen.take(event, plates);
    }
    let mut blocks = pen.blocks;
    let own = match blocks.first() {
        Some(Block::Heading { level: 1, text }) => Some(text.clone()),
        _ => None,
    };
    if own.is_some() {
        blocks.remove(0);
        for block in &mut blocks {
            if let Block::Heading { level, .. } = block {
                *level = level.saturating_sub(1).max(1);
            }
        }
    }
    Document {
        title: own.unwrap_or_else(|| title.to_owned()),
        blocks,
        seal,
        foot,
        ..Document::default()
    }
}

#[derive(Default)]
struct Pen {
    blocks: Vec<Block>,
    runs: Vec<Run>,
    items: Vec<Vec<Run>>,
    rows: Vec<Vec<String>>,
    strong: u32,
    lists: u32,
}

impl Pen {
    fn take(&mut self, event: Event<'_>, plates: &[Block]) {
        match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => self.write(&text),
            Event::SoftBreak | Event::HardBreak => {
                // A line of Chinese goes on without a space.
                let last = self.runs.last().and_then(|run| run.text.chars().next_back());
                if last.is_some_and(|c| c.is_ascii_alphanumeric()) {
                    self.write(" ");
                }
            }
            Event::Start(Tag::Strong) => self.strong += 1,
            Event::End(TagEnd::Strong) => self.strong -= 1,
            Event::Start(Tag::List(_)) => self.lists += 1,
            Event::End(TagEnd::List(_)) => {
                self.lists -= 1;
                let items = std::mem::take(&mut self.items);
                if self.lists == 0 && !items.is_empty() {
                    self.blocks.push(Block::List { items });
                } else {
                    self.items = items;
                }
            }
            Event::End(TagEnd::Item) => {
                let runs = std::mem::take(&mut self.runs);
                if !runs.is_empty() {
                    self.items.push(runs);
                }
            }
            Event::End(TagEnd::Heading(level)) => {
                let text = self.text();
                self.blocks.push(Block::Heading { level: of(level), text });
            }
            Event::End(TagEnd::Paragraph) if self.lists == 0 => {
                let runs = std::mem::take(&mut self.runs);
                self.blocks
                    .push(plate(&runs, plates).unwrap_or(Block::Paragraph { runs }));
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => self.rows.push(Vec::new()),
            Event::End(TagEnd::TableCell) => {
                let text = self.text();
                if let Some(row) = self.rows.last_mut() {
                    row.push(text);
                }
            }
            Event::End(TagEnd::Table) => self.blocks.push(Block::Table {
                rows: std::mem::take(&mut self.rows),
            }),
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        let strong = self.strong > 0;
        match self.runs.last_mut() {
            Some(run) if run.strong == strong => run.text.push_str(text),
            _ => self.runs.push(Run {
                text: text.to_owned(),
                strong,
            }),
        }
    }

    fn text(&mut self) -> String {
        std::mem::take(&mut self.runs).into_iter().map(|run| run.text).collect()
    }
}

/// The chart that a paragraph stands for.
fn plate(runs: &[Run], plates: &[Block]) -> Option<Block> {
    let [run] = runs else { return None };
    let number = run.text.trim().strip_prefix(PLATE)?.strip_suffix(PLATE_END)?;
    plates.get(number.parse::<usize>().ok()?).cloned()
}

fn of(level: HeadingLevel) -> u8 {
    level as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_headings_paragraphs_tables_and_charts() {
        let chart = Block::Chart {
            svg: "<svg/>".to_owned(),
            is_line: false,
            rows: vec![vec!["a".to_owned()]],
        };
        let text = format!(
            "# 题\n\n## 一、事\n\n完成 **五**\n个。\n\n- 甲\n- 乙\n\n| 镇 | 数 |\n|---|---:|\n| 丙 | 1 |\n\n{PLATE}0{PLATE_END}\n"
        );
        let document = document(
            &text,
            &[],
            std::slice::from_ref(&chart),
            ("", Seal::default(), Vec::new()),
        );
        assert_eq!(document.title, "题");
        let run = |text: &str, strong| Run {
            text: text.to_owned(),
            strong,
        };
        let texts = |row: [&str; 2]| row.map(str::to_owned).to_vec();
        let expected = [
            Block::Heading {
                level: 1,
                text: "一、事".to_owned(),
            },
            Block::Paragraph {
                runs: vec![run("完成 ", false), run("五", true), run("个。", false)],
            },
            Block::List {
                items: vec![vec![run("甲", false)], vec![run("乙", false)]],
            },
            Block::Table {
                rows: vec![texts(["镇", "数"]), texts(["丙", "1"])],
            },
            chart,
        ];
        assert_eq!(document.blocks, expected);
    }
}
