//! The main job, from workbooks to the bulletin: run as its user runs it, on the sample district.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
    let sheet = std::fs::read_to_string(dir.join("bulletins/restatement.md")).expect("the sheet");
    assert!(sheet.contains("发布时 60，现为 60000"), "{sheet}");

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
    assert!(
        claim.contains("| 合计 | 112170.87 | 56085.76 | 28042.89 | 16825.73 | 11216.49 |"),
        "{claim}"
    );
    assert!(
        claim.contains("| 样例·乙银行 | 62054.18 | 31027.23 | 15513.66 | 9308.20 | 6205.09 |"),
        "{claim}"
    );
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
