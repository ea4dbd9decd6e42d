//! The main job, from workbooks to the bulletin: run as its user runs it, on the sample district.

mod office;
#[path = "demo/periods.rs"]
mod periods;
#[path = "figures/recount.rs"]
mod recount;

use recount::Recount;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::export;
use taizhang::import::workbench::{parse_with, rows_of};
use taizhang::import::{ImportRequest, run};
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn demo(pack: &Path, dir: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
    command
        .arg("demo")
        .arg("--pack")
        .arg(pack)
        .arg("--dir")
        .arg(dir)
        .arg("--no-serve");
    command.output().expect("the program starts")
}

fn taizhang(book: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
    command
        .arg("--book")
        .arg(format!("sqlite:{}", book.display()))
        .args(args);
    command.output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

#[test]
fn the_demonstration_adds_up_to_what_was_published_and_shows_its_restatement() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("demo");
    let done = demo(&root().join("packs/xinhua"), &dir);
    assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
    let bulletin = std::fs::read_to_string(dir.join("bulletins/half-year.md")).expect("the bulletin");
    for said in [
        "老年助餐场所 26 个",
        "3230 万元",
        "空心院落 39 处",
        "60 兆瓦时",
        "新增国家高新技术企业 5 家",
    ] {
        assert!(bulletin.contains(said), "the bulletin does not say {said}:\n{bulletin}");
    }
    let html = std::fs::read_to_string(dir.join("bulletins/half-year.html")).expect("the page");
    assert!(
        html.contains("href=\"/figures/meal_site.operating?unit="),
        "numbers open their figures"
    );
    every_claim_is_stated(&text(&done.stdout), &bulletin, &html);
    an_office_program_opens_the_bulletin(&dir.join("bulletins/half-year.docx"), &bulletin);
    let sheet = std::fs::read_to_string(dir.join("bulletins/restatement.md")).expect("the sheet");
    assert!(sheet.contains("发布时 60，现为 60000"), "{sheet}");
    // A late workbook and a correction of a move's day, each with its reason.
    for said in [
        "处置的路队案件：发布时 36，现为 38",
        "化解的问题楼盘：发布时 2，现为 1",
        "七月二日交付才算化解",
    ] {
        assert!(sheet.contains(said), "{said}:\n{sheet}");
    }

    let book = dir.join("book.db");
    let verified = taizhang(&book, &["verify", "--json"]);
    assert!(
        verified.status.success(),
        "{}{}",
        text(&verified.stdout),
        text(&verified.stderr)
    );
    // The claim of the quarter: what the banks claim is what the levels of government bear, to the fen.
    let claim = dir.join("claim.md");
    let args = ["bulletin", "loan-claim", "--as-of", "2024-06-30", "-o"];
    let done = taizhang(&book, &[&args[..], &[claim.to_str().expect("a path")]].concat());
    assert!(done.status.success(), "{}", text(&done.stderr));
    let claim = std::fs::read_to_string(&claim).expect("the claim");
    assert!(claim.contains("（2024年二季度）"), "{claim}");
    let fen = |cell: &str| cell.replace('.', "").parse::<i64>().expect("an amount to the fen");
    let levels = claim.split("各级财政承担").nth(1).expect("the levels");
    let rows: Vec<Vec<i64>> = levels
        .lines()
        .filter(|line| line.starts_with("| 样例·") || line.starts_with("| 合计"))
        .take(3)
        .map(|line| {
            line.trim_matches('|')
                .split(" | ")
                .skip(1)
                .map(|cell| fen(cell.trim()))
                .collect()
        })
        .collect();
    assert_eq!(rows.len(), 3, "two banks and their sum: {claim}");
    for row in &rows {
        assert!(row[0] > 0 && row[0] == row[1..].iter().sum::<i64>(), "{row:?}: {claim}");
    }
    assert_eq!(rows[2].len(), 5, "what is claimed, and its levels: {claim}");
    for (column, sum) in rows[2].iter().enumerate() {
        assert_eq!(*sum, rows[0][column] + rows[1][column], "{claim}");
    }
    let proof = dir.join("bulletins/half-year.proof.json");
    let proven = taizhang(&book, &["verify", "--release", proof.to_str().expect("a path")]);
    assert!(proven.status.success(), "{}", text(&proven.stderr));

    // As released, and as known now: two answers of one book.
    let known = std::fs::read_to_string(&proof).expect("the proof");
    let known: serde_json::Value = serde_json::from_str(&known).expect("JSON");
    let then = known["release"]["known_at"].to_string();
    let ask = |at: &[&str]| {
        let base = ["figure", "project.battery_capacity", "--as-of", "2024-06-30", "--json"];
        let answer = taizhang(&book, &[&base[..], at].concat());
        let answer: serde_json::Value = serde_json::from_slice(&answer.stdout).expect("JSON");
        answer["value"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(ask(&["--known-at", &then]), "60");
    assert_eq!(ask(&[]), "60000");
    every_figure_is_what_its_postings_come_to(&book, then.parse().expect("an entry"));
    what_leaves_comes_back_unchanged(&book, folder.path());
}

/// LibreOffice lays out the document: head, number, title, every sentence with its figures, the table, who signs, the
/// hash of the head, and a number on each page, odd ones at the right and even ones at the left.
fn an_office_program_opens_the_bulletin(docx: &Path, bulletin: &str) {
    let pages = office::pages(docx);
    assert!((6..=10).contains(&pages.len()), "{} pages", pages.len());
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let first: Vec<&str> = pages[0].lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(
        (squeezed(first[0]), squeezed(first[1]), squeezed(first[2])),
        (
            "新华区工作通报".to_owned(),
            "样例〔2024〕号".to_owned(),
            "新华区2024年上半年工作情况通报".to_owned()
        ),
        "{}",
        pages[0]
    );
    let mut whole = String::new();
    for (no, page) in (1..).zip(&pages) {
        let (body, mark) = page.trim_end().rsplit_once('\n').expect("lines");
        assert_eq!(squeezed(mark), format!("—{no}—"), "{page}");
        let left = mark.len() - mark.trim_start().len();
        assert!(if no % 2 == 1 { left > 20 } else { left < 10 }, "page {no}: {mark:?}");
        whole += &squeezed(body);
    }
    let marks = ["**", "#"];
    let plain = bulletin
        .lines()
        .filter(|line| !line.starts_with(['|', '!', '#']) && !line.contains("](data:"));
    let mut sentences = 0;
    for sentence in plain.flat_map(|line| line.split(['。', '；'])) {
        let sentence = marks
            .iter()
            .fold(squeezed(sentence), |text, mark| text.replace(mark, ""));
        assert!(whole.contains(&sentence), "{sentence} is not in\n{whole}");
        sentences += 1;
    }
    assert!(sentences > 60, "{sentences} sentences");
    for said in [
        "完成投资（调度口径）",
        "24,540",
        "一般公共预算收入",
        "新华区2024年6月30日",
        "链头",
    ] {
        assert!(whole.contains(said), "{said} is not in\n{whole}");
    }
}

/// Every register of the district as a workbook and in again: nothing changes. Any row of a sample ledger opens
/// down to its cells, since the workbooks were kept.
fn what_leaves_comes_back_unchanged(book: &Path, folder: &Path) {
    parse_with(env!("CARGO_BIN_EXE_taizhang").into());
    let options = Options {
        keys: None,
        evidence: None,
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::default()),
    };
    let place = format!("sqlite:{}", book.display()).parse().expect("a place");
    let app = App::open(&place, options).expect("the book");
    let scope = app.program_scope().expect("a scope");
    let definition = app.definition().expect("a definition");
    let (mut registers, mut rows) = (0, 0);
    for register in definition.registers.iter().filter(|register| !register.system) {
        let file = folder.join(format!("{}.xlsx", register.id));
        let records = export::register(&app, &scope, &register.id, None, None, &file).expect("exported");
        if records == 0 || register.keys.is_empty() {
            continue;
        }
        let request = ImportRequest {
            register: register.id.clone(),
            file,
            occurred_on: Some("2024-08-28".parse().expect("a day")),
            dry_run: true,
            beside: Some(Vec::new()),
            ..ImportRequest::default()
        };
        let outcome =
            run(&app, &scope, &request, &|_, _| {}).unwrap_or_else(|error| panic!("{}: {error:?}", register.id));
        let counts = (outcome.rows, outcome.added, outcome.changed, outcome.unchanged);
        let said: Vec<_> = outcome
            .errors
            .iter()
            .take(3)
            .map(|line| (&line.column, &line.message))
            .collect();
        assert_eq!(
            counts,
            (records, 0, 0, records),
            "{}: {said:?} {:?}",
            register.id,
            outcome.preview.first()
        );
        registers += 1;
        rows += records;
    }
    assert!(registers >= 60 && rows > 2_000, "{registers} registers, {rows} rows");
    let source = {
        let mut reading = app.reading().expect("a reading");
        let conn = reading.conn().expect("a connection");
        let mut entries = (1_000..6_000).filter_map(|n| taizhang_store::journal::entry(conn, n).expect("read"));
        entries
            .find(|entry| entry.source.is_some())
            .expect("an imported entry")
            .n
    };
    let seen = rows_of(&app, &scope, source).expect("the row that it came from");
    assert!(seen.cells.iter().any(|cell| !cell.raw.is_empty()), "{seen:?}");
    assert!(seen.cells.iter().any(|cell| cell.read_as.is_some()), "{seen:?}");
}

/// Every account of the district that is a sum, of every unit, on several days, as known at several entries.
fn every_figure_is_what_its_postings_come_to(book: &Path, then: i64) {
    let options = Options {
        keys: None,
        evidence: None,
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::standing_at("2024-07-31".parse().expect("a day"))),
    };
    let place = format!("sqlite:{}", book.display());
    let app = App::open(&place.parse().expect("a place"), options).expect("a book");
    periods::every_period_is_what_the_rows_come_to(&app, &root().join("packs/xinhua"));
    let mut recount = Recount::new(&app);
    let mut asking = app.asking().expect("a moment");
    let head = asking.reading.n();
    let units: Vec<i64> = asking.tree(Day::MAX, head).iter().map(|(unit, _)| unit).collect();
    let mut asked = 0;
    for (at, known_at) in [head, then, then / 2].into_iter().enumerate() {
        for on in ["2024-04-15", "2024-06-30"] {
            let on: Day = on.parse().expect("a day");
            let from = Day::of(on.year(), 1, 1).expect("a day");
            for account in recount.accounts() {
                // Some units as known at each of the moments, others at the next: counting anew is slow.
                for unit in units.iter().skip(at * 5).step_by(15) {
                    let found = recount.differs(&mut asking, &account, *unit, (from, on), known_at);
                    assert!(found.is_none(), "{}", found.unwrap_or_default());
                    asked += 1;
                }
            }
        }
    }
    assert!(asked > 500, "{asked} figures");
}

/// The bulletin has the figure of every claim, the words of those without one, and owns to what is not proven.
fn every_claim_is_stated(stdout: &str, bulletin: &str, html: &str) {
    let claims = std::fs::read_to_string(root().join("packs/xinhua/claims.toml")).expect("the claims");
    let claims: toml::Table = claims.parse().expect("TOML");
    for claim in claims["claim"].as_array().expect("claims") {
        let no = claim["no"].as_integer().expect("a number");
        match claim.get("account").and_then(toml::Value::as_str) {
            Some(account) => assert!(html.contains(&format!("/figures/{account}?")), "claim {no}: {account}"),
            None => {
                let said = match no {
                    19 => "储能及动力电池项目总投资 100 亿元，规模 60 兆瓦时，已落地",
                    22 => "引进网易联创运营",
                    23 => "央广视讯为合作方",
                    27 => "丁家大院",
                    28 => "核桃小院",
                    43 => "摆在全区工作首位",
                    48 => "年上半年工作情况通报",
                    other => panic!("claim {other} has neither a figure nor words in the bulletin"),
                };
                assert!(bulletin.contains(said), "claim {no}: {said}");
            }
        }
    }
    let open = stdout.split("条成立，").nth(1).and_then(|rest| rest.split(' ').next());
    let open: usize = open.and_then(|count| count.parse().ok()).expect("how many are open");
    // Once more where the bulletin says what the word means.
    assert_eq!(bulletin.matches("**待佐证**").count(), open + 1, "{bulletin}");
}

#[test]
fn a_27th_meal_site_is_in_the_bulletin_and_fails_the_check_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("xinhua");
    copy(&root().join("packs/xinhua"), &pack);
    let more = "场所编号,场所名称,镇（街道）,类型,备案日期,运营时间\n\
                ZC-2024-999,样例·第二十七个助餐场所,焦店镇,老年食堂,2024-05-20,2024-06-01\n";
    std::fs::write(pack.join("ledgers/99-补充.csv"), more).expect("a ledger");
    let list = pack.join("ledgers/ledgers.toml");
    let ledgers = std::fs::read_to_string(&list).expect("the list");
    let entry = "\n[[ledger]]\nfile = \"99-补充.csv\"\nregister = \"meal_site\"\n";
    std::fs::write(&list, ledgers + entry).expect("the list");

    let dir = folder.path().join("demo");
    let done = demo(&pack, &dir);
    assert_eq!(
        done.status.code(),
        Some(1),
        "{}{}",
        text(&done.stdout),
        text(&done.stderr)
    );
    let said = text(&done.stderr);
    assert!(
        said.contains("meal_site.operating") && said.contains("应为 26") && said.contains("为 27"),
        "{said}"
    );
    let bulletin = std::fs::read_to_string(dir.join("bulletins/half-year.md")).expect("the bulletin");
    assert!(bulletin.contains("老年助餐场所 27 个"), "{bulletin}");
}

#[test]
fn the_program_alone_carries_its_sample_and_every_claim_has_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
    command
        .args(["demo", "--no-serve", "--dir", "d"])
        .current_dir(folder.path());
    let done = command.output().expect("the program starts");
    assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
    let claims = std::fs::read_to_string(root().join("packs/xinhua/claims.toml")).expect("the claims");
    let all = claims.matches("[[claim]]").count();
    assert!(
        text(&done.stdout).contains(&format!("原文对照：{all} 条说法")),
        "{}",
        text(&done.stdout)
    );
}

#[test]
fn a_claim_that_the_book_contradicts_fails_the_demonstration_by_its_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("xinhua");
    copy(&root().join("packs/xinhua"), &pack);
    let path = pack.join("claims.toml");
    let claims = std::fs::read_to_string(&path).expect("the claims");
    let wrong = claims.replacen("value = \"2024-03-18\"", "value = \"2024-03-19\"", 1);
    assert_ne!(wrong, claims);
    std::fs::write(&path, wrong).expect("the claims");
    let done = demo(&pack, &folder.path().join("demo"));
    assert_eq!(done.status.code(), Some(1));
    let said = text(&done.stderr);
    assert!(said.contains("第 15 条") && said.contains("2024-03-18"), "{said}");
}

#[test]
fn a_folder_with_other_files_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mine.txt"), "mine").expect("a file");
    let done = demo(&root().join("packs/xinhua"), folder.path());
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("不会覆盖"), "{}", text(&done.stderr));
    assert_eq!(
        std::fs::read_to_string(folder.path().join("mine.txt")).expect("still there"),
        "mine"
    );
}
