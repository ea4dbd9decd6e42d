//! Room: charts of a docx as charts, which an office program draws and restyles itself. The writer of documents
//! knows none, so they are put into the package that it made: a part each, and a drawing in place of a mark.

use super::order::ordered;
use super::{Block, fonts};
use std::io::{self, Cursor, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const CHART: &str = "http://schemas.openxmlformats.org/drawingml/2006/chart";
const MAIN: &str = "http://schemas.openxmlformats.org/drawingml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD_DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing";
const KIND: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
/// English metric units: 150 mm across, and what a bar takes.
const ACROSS: usize = 5_400_000;
const BAR: usize = 260_000;
const TALL: usize = 2_700_000;
const INK: &str = "B3312C";
const GREY: &str = "8A8372";

/// What stands where the n-th chart goes, until it is there.
pub(super) fn mark(no: usize) -> String {
    format!("\u{e002}chart{no}\u{e003}")
}

/// Whether rows hold a number at all.
pub(super) fn is_drawn(rows: &[Vec<String>]) -> bool {
    rows.iter().skip(1).any(|row| number(row).is_some())
}

/// The number of a row as digits; none where nothing was reported.
fn number(row: &[String]) -> Option<String> {
    let digits: String = row.get(1)?.chars().filter(|c| !matches!(c, ',' | '%' | ' ')).collect();
    let is_number =
        digits.contains(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || "-.".contains(c));
    is_number.then_some(digits)
}

/// Writes the package anew: its charts in it, its properties in order, and no folders, which are no parts.
pub(super) fn packed<W: Write + Seek>(package: Cursor<Vec<u8>>, charts: &[&Block], out: W) -> io::Result<()> {
    let mut archive = ZipArchive::new(package).map_err(io::Error::other)?;
    let mut written = ZipWriter::new(out);
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(io::Error::other)?;
        let name = entry.name().map_err(io::Error::other)?.into_owned();
        // Folders are no parts of a package.
        if name.ends_with('/') {
            continue;
        }
        let mut text = String::new();
        let anew = match name.as_str() {
            "word/document.xml" => {
                entry.read_to_string(&mut text)?;
                ordered(&with_drawings(text, charts))?
            }
            "word/fontTable.xml" => fonts::table(),
            "word/styles.xml" => {
                entry.read_to_string(&mut text)?;
                ordered(&fonts::in_chinese(&text))?
            }
            part if part.starts_with("word/") && part.ends_with(".xml") => {
                entry.read_to_string(&mut text)?;
                ordered(&text)?
            }
            "word/_rels/document.xml.rels" => {
                entry.read_to_string(&mut text)?;
                let added = |no| {
                    format!(
                        "<Relationship Id=\"rIdChart{no}\" Type=\"{RELATIONS}/chart\" Target=\"charts/chart{no}.xml\"/>"
                    )
                };
                before(
                    &text,
                    "</Relationships>",
                    &(1..=charts.len()).map(added).collect::<String>(),
                )
            }
            "[Content_Types].xml" => {
                entry.read_to_string(&mut text)?;
                let added = |no| format!("<Override PartName=\"/word/charts/chart{no}.xml\" ContentType=\"{KIND}\"/>");
                before(&text, "</Types>", &(1..=charts.len()).map(added).collect::<String>())
            }
            _ => {
                drop(entry);
                let entry = archive.by_index_raw(at).map_err(io::Error::other)?;
                written.raw_copy_file(entry).map_err(io::Error::other)?;
                continue;
            }
        };
        put(&mut written, &name, &anew)?;
    }
    for (no, chart) in (1..).zip(charts) {
        put(&mut written, &format!("word/charts/chart{no}.xml"), &part(chart))?;
    }
    written.finish().map_err(io::Error::other)?;
    Ok(())
}

fn put<W: Write + Seek>(out: &mut ZipWriter<W>, name: &str, text: &str) -> io::Result<()> {
    out.start_file(name, SimpleFileOptions::default())
        .map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

fn before(text: &str, end: &str, added: &str) -> String {
    text.replacen(end, &format!("{added}{end}"), 1)
}

/// The document with a drawing in place of each mark; a drawing stands in a run as a text does.
fn with_drawings(mut text: String, charts: &[&Block]) -> String {
    for (no, chart) in (1..).zip(charts) {
        let mark = mark(no);
        let Some(at) = text.find(&mark) else { continue };
        let (Some(from), Some(to)) = (text[..at].rfind("<w:t"), text[at..].find("</w:t>")) else {
            continue;
        };
        text.replace_range(from..at + to + "</w:t>".len(), &drawing(no, chart));
    }
    text
}

fn drawing(no: usize, chart: &Block) -> String {
    let title = escaped(&title(chart));
    let tall = match chart {
        Block::Chart {
            is_line: false, rows, ..
        } => rows.len() * BAR + 700_000,
        _ => TALL,
    };
    format!(
        "<w:drawing><wp:inline xmlns:wp=\"{WORD_DRAWING}\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
         <wp:extent cx=\"{ACROSS}\" cy=\"{tall}\"/><wp:docPr id=\"{}\" name=\"Chart {no}\" descr=\"{title}\"/>\
         <wp:cNvGraphicFramePr/><a:graphic xmlns:a=\"{MAIN}\"><a:graphicData uri=\"{CHART}\">\
         <c:chart xmlns:c=\"{CHART}\" xmlns:r=\"{RELATIONS}\" r:id=\"rIdChart{no}\"/>\
         </a:graphicData></a:graphic></wp:inline></w:drawing>",
        1000 + no
    )
}

fn title(chart: &Block) -> String {
    match chart {
        Block::Chart { rows, .. } => rows.first().and_then(|head| head.get(1)).cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

/// The part that says what is drawn: bars from the top, or a line with a gap where nothing was reported.
fn part(chart: &Block) -> String {
    let Block::Chart { rows, is_line, .. } = chart else {
        return String::new();
    };
    let lines: Vec<&Vec<String>> = rows.iter().skip(1).collect();
    let title = escaped(&title(chart));
    let text = |size: usize| {
        format!(
            "<a:bodyPr/><a:p><a:pPr><a:defRPr sz=\"{size}\" b=\"0\"><a:ea typeface=\"FangSong_GB2312\"/></a:defRPr></a:pPr>"
        )
    };
    let labels: String = (0..)
        .zip(&lines)
        .map(|(at, row)| format!("<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", escaped(&row[0])))
        .collect();
    let numbers: String = (0..)
        .zip(&lines)
        .filter_map(|(at, row)| Some(format!("<c:pt idx=\"{at}\"><c:v>{}</c:v></c:pt>", number(row)?)))
        .collect();
    let count = lines.len();
    let look = match is_line {
        true => format!("<a:ln w=\"22225\"><a:solidFill><a:srgbClr val=\"{INK}\"/></a:solidFill></a:ln>"),
        false => format!("<a:solidFill><a:srgbClr val=\"{INK}\"/></a:solidFill>"),
    };
    let shown = "<c:dLbls><c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/>\
                 <c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/></c:dLbls>";
    let series = format!(
        "<c:ser><c:idx val=\"0\"/><c:order val=\"0\"/><c:tx><c:v>{title}</c:v></c:tx><c:spPr>{look}</c:spPr>{}{shown}\
         <c:cat><c:strLit><c:ptCount val=\"{count}\"/>{labels}</c:strLit></c:cat>\
         <c:val><c:numLit><c:formatCode>#,##0.##</c:formatCode><c:ptCount val=\"{count}\"/>{numbers}</c:numLit></c:val>{}</c:ser>",
        if *is_line {
            "<c:marker><c:symbol val=\"circle\"/></c:marker>"
        } else {
            "<c:invertIfNegative val=\"0\"/>"
        },
        if *is_line { "<c:smooth val=\"0\"/>" } else { "" },
    );
    let drawn = match is_line {
        true => format!(
            "<c:lineChart><c:grouping val=\"standard\"/><c:varyColors val=\"0\"/>{series}<c:marker val=\"1\"/>\
             <c:axId val=\"1\"/><c:axId val=\"2\"/></c:lineChart>"
        ),
        false => format!(
            "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"clustered\"/><c:varyColors val=\"0\"/>{series}\
             <c:gapWidth val=\"60\"/><c:axId val=\"1\"/><c:axId val=\"2\"/></c:barChart>"
        ),
    };
    let (order, across, up) = match is_line {
        true => ("minMax", "b", "l"),
        // The first line stands at the top.
        false => ("maxMin", "l", "t"),
    };
    let small = format!("<c:txPr>{}<a:endParaRPr lang=\"zh-CN\"/></a:p></c:txPr>", text(900));
    let rule =
        format!("<c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"{GREY}\"/></a:solidFill></a:ln></c:spPr>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <c:chartSpace xmlns:c=\"{CHART}\" xmlns:a=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><c:roundedCorners val=\"0\"/><c:chart>\
         <c:title><c:tx><c:rich>{}<a:r><a:rPr lang=\"zh-CN\" sz=\"1200\" b=\"0\">\
         <a:ea typeface=\"SimHei\"/></a:rPr><a:t>{title}</a:t></a:r></a:p>\
         </c:rich></c:tx><c:overlay val=\"0\"/></c:title><c:autoTitleDeleted val=\"0\"/><c:plotArea><c:layout/>{drawn}\
         <c:catAx><c:axId val=\"1\"/><c:scaling><c:orientation val=\"{order}\"/></c:scaling><c:delete val=\"0\"/>\
         <c:axPos val=\"{across}\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/><c:tickLblPos val=\"low\"/>{rule}{small}\
         <c:crossAx val=\"2\"/><c:crosses val=\"autoZero\"/></c:catAx>\
         <c:valAx><c:axId val=\"2\"/><c:scaling><c:orientation val=\"minMax\"/></c:scaling><c:delete val=\"1\"/>\
         <c:axPos val=\"{up}\"/><c:numFmt formatCode=\"General\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>\
         <c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/><c:crossAx val=\"1\"/><c:crosses val=\"autoZero\"/></c:valAx>\
         </c:plotArea><c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart></c:chartSpace>",
        text(1200)
    )
}

fn escaped(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    safe.replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[(&str, &str)]) -> Vec<Vec<String>> {
        lines
            .iter()
            .map(|(label, shown)| vec![(*label).to_owned(), (*shown).to_owned()])
            .collect()
    }

    #[test]
    fn a_chart_holds_numbers_as_digits_and_leaves_out_what_was_not_reported() {
        let chart = Block::Chart {
            svg: String::new(),
            is_line: true,
            rows: rows(&[("月", "数<个>"), ("1月", "1,234.50"), ("2月", "未报告"), ("3月", "-3")]),
        };
        let part = part(&chart);
        assert!(
            part.contains("<c:pt idx=\"0\"><c:v>1234.50</c:v>") && part.contains("<c:pt idx=\"2\"><c:v>-3</c:v>"),
            "{part}"
        );
        assert!(
            part.contains("<c:ptCount val=\"3\"/>") && part.contains("<c:lineChart>") && part.contains("数&lt;个&gt;"),
            "{part}"
        );
        assert!(!is_drawn(&rows(&[("月", "数"), ("1月", "未报告")])));
    }
}
