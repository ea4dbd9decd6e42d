//! Room: a document as docx — A4, 156 × 225 mm of text, 三号 仿宋 at 28.95 points, page numbers outside.
//!
//! East-Asian fonts are named apart, since Word asks for them by a name of their own. A chart is drawn by
//! `chart`; one without a number is printed as its table.

use super::fonts::{FANG, HEI, KAI, LATIN, SONG};
use super::{Block, Document, Run, chart};
use crate::error::SheetError;
use docx_rs::{
    AlignmentType, BorderType, Docx, Footer, HeightRule, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph,
    ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run as Piece, RunFonts, SpecialIndentType, Table,
    TableCell, TableRow, VAlignType, WidthType,
};
use std::io::{Cursor, Seek, Write};

/// Twentieths of a point.
const PITCH: i32 = 579;
/// Half points: 三号, 二号, 小四, 四号, 五号.
const BODY: usize = 32;
const HEAD: usize = 88;
const TITLE: usize = 44;
const CELL: usize = 24;
const PAGE_NO: usize = 28;
const SMALL: usize = 21;
/// Two characters of the body.
const INDENT: i32 = 640;
/// The least height of a row of a table, twentieths of a point.
const ROW: f32 = 420.0;
/// The width of the text, twentieths of a point.
const WIDTH: usize = 8844;

const RED: &str = "D0021B";

/// Writes a document.
pub fn docx<W: Write + Seek>(document: &Document, out: W) -> Result<(), SheetError> {
    let mut file = Docx::new()
        .page_size(11906, 16838)
        .page_margin(
            PageMargin::new()
                .top(2098)
                .bottom(1985)
                .left(1588)
                .right(1474)
                .header(850)
                .footer(1134),
        )
        .default_fonts(fonts(FANG))
        .default_size(BODY)
        .footer(page_number(AlignmentType::Right))
        .even_footer(page_number(AlignmentType::Left));
    if !document.head.is_empty() {
        // As large as one line holds, and the red rule across under the number.
        let most = WIDTH / 10 / document.head.chars().count().max(1);
        let size = most.clamp(BODY, HEAD);
        let head = centred("", SONG, size).add_run(piece(&document.head, SONG, size).color(RED).bold());
        let rule = ParagraphBorder::new(ParagraphBorderPosition::Bottom)
            .val(BorderType::Single)
            .size(18)
            .space(6)
            .color(RED);
        let mut number = centred(&document.number, FANG, BODY);
        number.property = number.property.set_borders(ParagraphBorders::with_empty().set(rule));
        file = file
            .add_paragraph(head)
            .add_paragraph(number)
            .add_paragraph(centred("", FANG, BODY));
    }
    file = file
        .add_paragraph(centred(&document.title, SONG, TITLE))
        .add_paragraph(line(&[]));
    let mut charts: Vec<&Block> = Vec::new();
    for block in &document.blocks {
        file = match block {
            Block::Chart { rows, .. } if chart::is_drawn(rows) => {
                charts.push(block);
                // Of a fixed pitch a drawing would show no more than a line.
                file.add_paragraph(centred(&chart::mark(charts.len()), FANG, BODY))
                    .add_paragraph(line(&[]))
            }
            block => add(file, block),
        };
    }
    if !document.seal.unit.is_empty() {
        // Three lines of room for the seal.
        for _ in 0..3 {
            file = file.add_paragraph(line(&[]).keep_next(true));
        }
        // Who signs and when never stand on two pages.
        for (text, is_last) in [(&document.seal.unit, false), (&document.seal.day, true)] {
            let signed = paragraph()
                .align(AlignmentType::Right)
                .indent(None, None, Some(1280), None)
                .keep_next(!is_last);
            file = file.add_paragraph(signed.add_run(piece(text, FANG, BODY)));
        }
    }
    for text in &document.foot {
        file = file.add_paragraph(paragraph().add_run(piece(text, FANG, SMALL)));
    }
    let told = |error: &dyn std::fmt::Display| SheetError::Unwritable {
        detail: error.to_string(),
    };
    let mut plain = Cursor::new(Vec::new());
    file.build().pack(&mut plain).map_err(|error| told(&error))?;
    chart::packed(plain, &charts, out).map_err(|error| told(&error))
}

fn add(file: Docx, block: &Block) -> Docx {
    match block {
        Block::Heading { level, text } => {
            let font = [HEI, KAI, FANG][usize::from(level.saturating_sub(1)).min(2)];
            let mut run = piece(text, font, BODY);
            if *level > 2 {
                run = run.bold();
            }
            let heading = indented(paragraph()).outline_lvl(usize::from(*level)).keep_next(true);
            file.add_paragraph(heading.add_run(run))
        }
        Block::Paragraph { runs } => file.add_paragraph(line(runs)),
        Block::List { items } => items.iter().fold(file, |file, item| file.add_paragraph(line(item))),
        Block::Table { rows } | Block::Chart { rows, .. } => file.add_table(table(rows)).add_paragraph(line(&[])),
    }
}

fn table(rows: &[Vec<String>]) -> Table {
    let widths = widths(rows);
    let aligns: Vec<AlignmentType> = (0..widths.len()).map(|column| aligned(rows, column)).collect();
    let cell = |text: &String, at: usize, is_head: bool| {
        let font = if is_head { HEI } else { FANG };
        let align = if is_head { AlignmentType::Center } else { aligns[at] };
        let text = Paragraph::new().align(align).add_run(piece(text, font, CELL));
        TableCell::new()
            .width(widths[at], WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(text)
    };
    let rows = rows.iter().enumerate().map(|(at, row)| {
        let cells = row.iter().take(widths.len()).enumerate();
        let row = TableRow::new(cells.map(|(column, text)| cell(text, column, at == 0)).collect());
        row.cant_split().row_height(ROW).height_rule(HeightRule::AtLeast)
    });
    Table::new(rows.collect()).set_grid(widths.clone())
}

/// How wide the columns are: of two the first says what stands in the second.
fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    match rows.first().map_or(1, Vec::len).max(1) {
        2 if matches!(aligned(rows, 1), AlignmentType::Left) => vec![WIDTH * 3 / 10, WIDTH * 7 / 10],
        columns => vec![WIDTH / columns; columns],
    }
}

/// Where the cells of a column stand: numbers at the right, with what is said in place of one; words at the left,
/// or in the middle where all are short.
fn aligned(rows: &[Vec<String>], column: usize) -> AlignmentType {
    let cells = rows
        .iter()
        .skip(1)
        .filter_map(|row| row.get(column))
        .map(|cell| cell.trim());
    let is_number = |cell: &&str| {
        cell.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))
            && cell.chars().skip(1).all(|c| c.is_ascii_digit() || ".,%※".contains(c))
            && cell.contains(|c: char| c.is_ascii_digit())
    };
    let (numbers, words): (Vec<&str>, Vec<&str>) = cells.filter(|cell| !matches!(*cell, "" | "—")).partition(is_number);
    let longest = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    match (column, numbers.is_empty(), longest) {
        (0, ..) => AlignmentType::Left,
        (_, false, 0..=5) => AlignmentType::Right,
        (_, true, 0..=8) => AlignmentType::Center,
        _ => AlignmentType::Left,
    }
}

fn line(runs: &[Run]) -> Paragraph {
    let runs = runs.iter().map(|run| match run.strong {
        true => piece(&run.text, HEI, BODY),
        false => piece(&run.text, FANG, BODY),
    });
    runs.fold(indented(paragraph()), Paragraph::add_run)
}

fn paragraph() -> Paragraph {
    let exact = LineSpacing::new().line_rule(LineSpacingType::Exact).line(PITCH);
    Paragraph::new().line_spacing(exact)
}

fn indented(paragraph: Paragraph) -> Paragraph {
    paragraph.indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

fn centred(text: &str, font: &str, size: usize) -> Paragraph {
    Paragraph::new()
        .align(AlignmentType::Center)
        .add_run(piece(text, font, size))
}

fn piece(text: &str, font: &str, size: usize) -> Piece {
    Piece::new().add_text(text).size(size).fonts(fonts(font))
}

fn fonts(font: &str) -> RunFonts {
    RunFonts::new().ascii(LATIN).hi_ansi(LATIN).east_asia(font)
}

fn page_number(align: AlignmentType) -> Footer {
    let dash = |text: &str| piece(text, FANG, PAGE_NO);
    let number = Paragraph::new()
        .align(align)
        .add_run(dash("— "))
        .add_page_num(PageNum::new())
        .add_run(dash(" —"));
    Footer::new().add_paragraph(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Seal;
    use std::io::{Cursor, Read};

    #[test]
    fn what_is_written_is_a_whole_package_with_every_text_in_it() {
        let run = |text: &str| Run {
            text: text.to_owned(),
            strong: false,
        };
        let document = Document {
            head: "某区人民政府".to_owned(),
            number: "某政〔2024〕1号".to_owned(),
            title: "通报 <&>".to_owned(),
            blocks: vec![
                Block::Heading {
                    level: 1,
                    text: "一、项目".to_owned(),
                },
                Block::Paragraph {
                    runs: vec![run("完成 "), run("5"), run(" 个。")],
                },
                Block::Table {
                    rows: vec![
                        vec!["镇".to_owned(), "数".to_owned()],
                        vec!["甲".to_owned(), "1".to_owned()],
                    ],
                },
                Block::Chart {
                    svg: String::new(),
                    is_line: false,
                    rows: vec![
                        vec!["镇".to_owned(), "数".to_owned()],
                        vec!["丙".to_owned(), "3".to_owned()],
                    ],
                },
            ],
            seal: Seal {
                unit: "督查室".to_owned(),
                day: "2024年6月30日".to_owned(),
            },
            foot: vec!["链头".to_owned()],
        };
        let mut out = Cursor::new(Vec::new());
        docx(&document, &mut out).unwrap();
        let mut archive = zip::ZipArchive::new(out).unwrap();
        let mut text = String::new();
        archive
            .by_name("word/document.xml")
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        for wanted in [
            "某区人民政府",
            "某政〔2024〕1号",
            "通报 &lt;&amp;&gt;",
            "一、项目",
            "完成 ",
            "甲",
            "督查室",
            "链头",
            "w:line=\"579\"",
            "w:eastAsia=\"FZXiaoBiaoSong-B05S\"",
            "w:color w:val=\"D0021B\"",
            "<w:pBdr><w:bottom",
            "r:id=\"rIdChart1\"",
        ] {
            assert!(text.contains(wanted), "{wanted}");
        }
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let mut settings = String::new();
        for name in names
            .iter()
            .filter(|name| name.ends_with(".xml") || name.ends_with(".rels"))
        {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            let mut reader = quick_xml::Reader::from_str(&text);
            while !matches!(reader.read_event().expect(name), quick_xml::events::Event::Eof) {}
            if name.starts_with("word/") && name.ends_with(".xml") {
                in_the_order_of_the_standard(name, &text);
            }
            if name == "word/settings.xml" {
                settings = text;
            } else if let Some(folder) = name.strip_suffix(".rels") {
                // Whatever a part points to inside the package is there, and of a kind that is declared.
                let folder = folder.replace("_rels/", "");
                let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
                for target in text
                    .split("Target=\"")
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next())
                {
                    let path = target.strip_prefix('/').map_or_else(
                        || format!("{folder}/{target}").trim_start_matches('/').to_owned(),
                        str::to_owned,
                    );
                    assert!(names.contains(&path), "{name} points to {path}: {names:?}");
                }
            }
        }
        // Odd pages carry their number at the right and even ones at the left.
        assert!(settings.contains("<w:evenAndOddHeaders"), "{settings}");
        // Every font that is asked for is in the table with what may stand in for it, and the text is Chinese.
        let mut table = String::new();
        archive
            .by_name("word/fontTable.xml")
            .unwrap()
            .read_to_string(&mut table)
            .unwrap();
        let asked: std::collections::BTreeSet<&str> = text
            .split("w:eastAsia=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert!(asked.contains(FANG) && asked.contains(HEI), "{asked:?}");
        for name in asked {
            let entry = table.split(&format!("w:name=\"{name}\"><w:altName w:val=\"")).nth(1);
            let others = entry.and_then(|rest| rest.split('"').next()).unwrap_or_default();
            assert!(
                others.contains("CJK SC"),
                "{name} has no free font to stand in: {table}"
            );
        }
        let mut styles = String::new();
        archive
            .by_name("word/styles.xml")
            .unwrap()
            .read_to_string(&mut styles)
            .unwrap();
        assert!(
            styles.contains("w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault>"),
            "{styles}"
        );
        for part in ["[Content_Types].xml", "word/styles.xml", "word/charts/chart1.xml"] {
            assert!(archive.by_name(part).is_ok(), "{part}");
        }
    }

    #[test]
    fn numbers_stand_at_the_right_and_words_at_the_left_or_in_the_middle() {
        let rows = |cells: &[&str]| -> Vec<Vec<String>> {
            let head = ["题", "数"].map(str::to_owned).to_vec();
            let body = cells.iter().map(|cell| vec!["项".to_owned(), (*cell).to_owned()]);
            std::iter::once(head).chain(body).collect()
        };
        for (cells, align) in [
            (&["1,200.50", "未报告", "—"][..], AlignmentType::Right),
            (&["-3", "12※", "5%"], AlignmentType::Right),
            (&["未报告", "—"], AlignmentType::Center),
            (&["2024-05-17", "区发展和改革委员会"], AlignmentType::Left),
            (&["3", "样例·按计划推进的事项"], AlignmentType::Left),
        ] {
            assert_eq!(aligned(&rows(cells), 1).to_string(), align.to_string(), "{cells:?}");
            assert!(matches!(aligned(&rows(cells), 0), AlignmentType::Left));
        }
        assert_eq!(widths(&rows(&["1"])), [WIDTH / 2, WIDTH / 2]);
        assert_eq!(widths(&rows(&["区发展和改革委员会"])), [WIDTH * 3 / 10, WIDTH * 7 / 10]);
    }

    /// What stands before what, by ECMA-376 part 1, annex A: pairs of neighbours that the library had the wrong way
    /// round. Kept apart from the lists that sort, so that a wrong list is not its own judge.
    fn in_the_order_of_the_standard(part: &str, xml: &str) {
        const PAIRS: &[(&str, &str, &str)] = &[
            ("w:pPr", "w:keepNext", "w:spacing"),
            ("w:pPr", "w:pBdr", "w:spacing"),
            ("w:pPr", "w:spacing", "w:ind"),
            ("w:pPr", "w:ind", "w:jc"),
            ("w:pPr", "w:jc", "w:outlineLvl"),
            ("w:pPr", "w:outlineLvl", "w:rPr"),
            ("w:pPr", "w:ind", "w:rPr"),
            ("w:rPr", "w:rFonts", "w:b"),
            ("w:rPr", "w:rFonts", "w:sz"),
            ("w:rPr", "w:b", "w:bCs"),
            ("w:rPr", "w:bCs", "w:color"),
            ("w:rPr", "w:color", "w:sz"),
            ("w:rPr", "w:sz", "w:szCs"),
            ("w:tbl", "w:tblPr", "w:tblGrid"),
            ("w:tbl", "w:tblGrid", "w:tr"),
            ("w:tblPr", "w:tblW", "w:jc"),
            ("w:tblPr", "w:jc", "w:tblBorders"),
            ("w:sectPr", "w:footerReference", "w:pgSz"),
            ("w:sectPr", "w:pgSz", "w:pgMar"),
            ("w:sectPr", "w:pgMar", "w:cols"),
            ("w:style", "w:name", "w:qFormat"),
            ("w:style", "w:qFormat", "w:pPr"),
            ("w:style", "w:pPr", "w:rPr"),
            ("w:settings", "w:zoom", "w:defaultTabStop"),
            ("w:settings", "w:evenAndOddHeaders", "w:compat"),
        ];
        let mut open: Vec<(String, Vec<String>)> = Vec::new();
        let mut reader = quick_xml::Reader::from_str(xml);
        loop {
            let event = reader.read_event().expect(part);
            let (tag, opens) = match &event {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Start(tag) => (tag, true),
                quick_xml::events::Event::Empty(tag) => (tag, false),
                quick_xml::events::Event::End(_) => {
                    let (name, children) = open.pop().expect(part);
                    for (around, first, second) in PAIRS.iter().filter(|(around, ..)| *around == name) {
                        let last = children.iter().rposition(|child| child == first);
                        let then = children.iter().position(|child| child == second);
                        assert!(
                            last < then || last.is_none() || then.is_none(),
                            "{part}: {around} {first} {second}"
                        );
                    }
                    // A cell without a paragraph at its end is what Word calls damaged.
                    assert!(
                        name != "w:tc" || children.last().is_some_and(|child| child == "w:p"),
                        "{part}: {children:?}"
                    );
                    continue;
                }
                _ => continue,
            };
            let name = tag.name().into_inner().to_owned();
            if let Some((_, children)) = open.last_mut() {
                children.push(name.clone());
            }
            if opens {
                open.push((name, Vec::new()));
            }
        }
    }
}
