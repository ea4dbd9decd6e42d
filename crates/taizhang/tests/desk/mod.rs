//! A book to import into: the hello pack and a register of shops, thrown away with its folder.

#![allow(missing_docs, unreachable_pub, dead_code)] // a test's own tools, not all used by each

use std::path::{Path, PathBuf};
use std::sync::Arc;
use taizhang::app::book::read_pack;
use taizhang::app::scope::Scope;
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::error::AppError;
use taizhang::export;
use taizhang::import::{ImportOutcome, ImportRequest, run};
use taizhang_core::definition::Lang;
use taizhang_core::pack::Files;
use taizhang_sheet::write::{Cell, ColumnKind, ColumnSpec, CsvSink, RowSink, SheetSpec, XlsxSink};
use taizhang_store::Place;

const SHOP: &str = r#"
name = "门店"
key = ["number"]
unit = "village"
row_day = "opened_on"
blank = "BLANK"
field = [
  { id = "number", name = "编号", type = "text", required = true, aliases = ["店号"] },
  { id = "village", name = "所在村", type = "unit", required = true },
  { id = "money", name = "总投资", type = "money", measure = "万元" },
  { id = "share", name = "完成率", type = "percent", scale = 2 },
  { id = "opened_on", name = "开业日期", type = "date" },
  { id = "signed_on", name = "签约日期", type = "date", precision = "month" },
  { id = "owner", name = "店主", type = "person" },
  { id = "kind", name = "类别", type = "choice", choices = ["餐饮", "零售"] },
  { id = "code", name = "信用代码", type = "credit_code" },
]
stage = [{ id = "planned", name = "筹备" }, { id = "signed", name = "签约" }, { id = "open", name = "营业" }, { id = "proved", name = "验收" }]
move = [
  { id = "sign", name = "签约", from = ["planned"], to = "signed", needs = ["signed_on"] },
  { id = "serve", name = "持证开业", from = ["signed"], to = "open", guard = 'kind == "餐饮"' },
  { id = "start", name = "开业", from = ["signed"], to = "open" },
  { id = "prove", name = "验收", from = ["open"], to = "proved", evidence = true },
]
account = [{ id = "shop.money", name = "总投资", measure = "万元", stock = { amount = "money" } }]
"#;

const MONTHLY: &str = r#"
name = "月报"
key = ["name", "month"]
title = ["name", "month"]
field = [
  { id = "name", name = "门店名称", type = "text", required = true },
  { id = "month", name = "月份", type = "month", required = true },
  { id = "turnover", name = "本月营业额", type = "money", measure = "万元" },
]
"#;

/// The register of shops, with its answer to blanks.
pub fn shop(blank: &str) -> String {
    SHOP.replace("BLANK", blank)
}

/// A book in a folder of its own.
pub struct Room {
    pub app: App,
    folder: tempfile::TempDir,
}

impl Room {
    pub fn new() -> Room {
        Room::with_blank("keep")
    }

    pub fn with_blank(blank: &str) -> Room {
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let mut files = read_pack(&pack).unwrap();
        files.insert("registers/shop.toml".to_owned(), shop(blank));
        Room::of(files)
    }

    /// A book under these files of a pack.
    /// One with a register of monthly returns beside the shops.
    pub fn monthly() -> Room {
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let mut files = read_pack(&pack).unwrap();
        files.insert("registers/monthly.toml".to_owned(), MONTHLY.to_owned());
        Room::of(files)
    }

    pub fn of(files: Files) -> Room {
        let folder = tempfile::tempdir().unwrap();
        let place: Place = format!("sqlite:{}", folder.path().join("book.db").display())
            .parse()
            .unwrap();
        let clock = SystemClock::standing_at("2024-06-30".parse().unwrap());
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: Arc::new(clock),
        };
        let app = App::create(&place, options).unwrap();
        let plan = app.plan_pack(files).unwrap();
        app.apply_pack(&app.program_scope().unwrap(), plan, None, None).unwrap();
        Room { app, folder }
    }

    /// A copy of the book and its keys as they are now, in a folder of its own.
    #[allow(dead_code, reason = "not every test that includes this file takes copies")]
    pub fn twin(&self) -> Room {
        let folder = tempfile::tempdir().unwrap();
        taizhang_store::backup::backup(self.app.store(), &folder.path().join("book.db")).unwrap();
        std::fs::copy(self.app.keys().path(), folder.path().join("book.keys")).unwrap();
        let place = format!("sqlite:{}", folder.path().join("book.db").display());
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().unwrap())),
        };
        let app = App::open(&place.parse().unwrap(), options).unwrap();
        Room { app, folder }
    }

    /// The same book, opened by another program.
    pub fn another(&self) -> App {
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().unwrap())),
        };
        let place = format!("sqlite:{}", self.path("book.db").display());
        App::open(&place.parse().unwrap(), options).unwrap()
    }

    pub fn scope(&self) -> Scope {
        self.app.program_scope().unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn head(&self) -> i64 {
        self.app.reading().unwrap().n()
    }

    /// A workbook of text cells.
    pub fn sheet(&self, name: &str, rows: &[&[&str]]) -> PathBuf {
        let texts = |row: &[&str]| {
            row.iter()
                .map(|text| Cell::Text((*text).to_owned()))
                .collect::<Vec<_>>()
        };
        let body: Vec<Vec<Cell>> = rows[1..].iter().map(|row| texts(row)).collect();
        self.typed_sheet(name, rows[0], &body)
    }

    /// An xlsx of several sheets of text cells; an empty text is no cell.
    pub fn workbook(&self, name: &str, sheets: &[(&str, &[&[&str]])]) -> PathBuf {
        let path = self.path(name);
        let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
        let mut part = |name: &str, xml: String| {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            std::io::Write::write_all(&mut zip, xml.as_bytes()).unwrap();
        };
        const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
        const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
        const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let types = (1..=sheets.len()).map(|no| {
            format!("<Override PartName=\"/xl/worksheets/sheet{no}.xml\" ContentType=\"{KIND}.worksheet+xml\"/>")
        });
        let types: String = types.collect();
        part(
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>{types}</Types>"
            ),
        );
        part(
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        );
        let relations: String = (1..=sheets.len())
            .map(|no| {
                format!(
                    "<Relationship Id=\"rId{no}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{no}.xml\"/>"
                )
            })
            .collect();
        part(
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships xmlns=\"{RELATIONS}\">{relations}</Relationships>"),
        );
        let named: String = (1..)
            .zip(sheets)
            .map(|(no, (name, _))| format!("<sheet name=\"{name}\" sheetId=\"{no}\" r:id=\"rId{no}\"/>"))
            .collect();
        part(
            "xl/workbook.xml",
            format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{named}</sheets></workbook>"),
        );
        part(
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><fonts count=\"1\"><font/></fonts><fills count=\"1\"><fill/></fills>\
                 <borders count=\"1\"><border/></borders><cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" \
                 borderId=\"0\"/></cellXfs></styleSheet>"
            ),
        );
        for (no, (_, rows)) in (1..).zip(sheets) {
            let mut xml = format!("<worksheet xmlns=\"{MAIN}\"><sheetData>");
            for (row, cells) in (1..).zip(*rows) {
                xml.push_str(&format!("<row r=\"{row}\">"));
                for (col, text) in (1..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
                    let letter = taizhang_sheet::column_letters(col);
                    xml.push_str(&format!(
                        "<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"
                    ));
                }
                xml.push_str("</row>");
            }
            part(
                &format!("xl/worksheets/sheet{no}.xml"),
                xml + "</sheetData></worksheet>",
            );
        }
        zip.finish().unwrap();
        path
    }

    pub fn typed_sheet(&self, name: &str, headings: &[&str], rows: &[Vec<Cell>]) -> PathBuf {
        let column = |heading: &&str| ColumnSpec {
            heading: (*heading).to_owned(),
            group: None,
            kind: ColumnKind::Text,
            width: 0,
            summed: false,
        };
        let spec = SheetSpec {
            columns: headings.iter().map(column).collect(),
            ..SheetSpec::default()
        };
        let path = self.path(name);
        let file = std::fs::File::create(&path).unwrap();
        let mut sink: Box<dyn RowSink> = if name.ends_with(".xlsx") {
            Box::new(XlsxSink::new(spec, file).unwrap())
        } else {
            Box::new(CsvSink::new(spec, file).unwrap())
        };
        rows.iter().for_each(|row| sink.row(row).unwrap());
        sink.finish().unwrap();
        path
    }

    pub fn import(&self, register: &str, file: &Path) -> ImportOutcome {
        self.import_with(register, file, |_| {}).unwrap()
    }

    pub fn import_with(
        &self,
        register: &str,
        file: &Path,
        adjust: impl FnOnce(&mut ImportRequest),
    ) -> Result<ImportOutcome, AppError> {
        let mut request = ImportRequest {
            register: register.to_owned(),
            file: file.to_owned(),
            occurred_on: Some("2024-06-01".parse().unwrap()),
            trusted: true,
            ..ImportRequest::default()
        };
        adjust(&mut request);
        run(&self.app, &self.scope(), &request, &|_, _| {})
    }

    /// An export of the register as rows of csv.
    pub fn rows(&self, register: &str) -> Vec<String> {
        let out = self.path("shown.csv");
        export::register(&self.app, &self.scope(), register, None, None, &out).unwrap();
        let text = std::fs::read_to_string(out).unwrap();
        text.trim_start_matches('\u{feff}')
            .lines()
            .skip(1)
            .map(str::to_owned)
            .collect()
    }
}

pub fn counts(outcome: &ImportOutcome) -> [u64; 6] {
    [
        outcome.rows,
        outcome.added,
        outcome.changed,
        outcome.unchanged,
        outcome.missing,
        outcome.skipped,
    ]
}

pub fn refusals(outcome: &ImportOutcome) -> Vec<(u32, &str, &str)> {
    let line = |line: &taizhang::error::RefusedLine| (line.row.unwrap_or(0), line.column.clone(), line.code.clone());
    let lines = outcome.errors.iter().map(line);
    lines
        .map(|(row, column, code)| (row, &*column.unwrap_or_default().leak(), &*code.leak()))
        .collect()
}
