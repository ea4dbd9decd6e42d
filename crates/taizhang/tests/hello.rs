//! The smallest district: what the README shows is what the pack is, and it works from the command line.

#[cfg(target_os = "linux")]
#[path = "hello/typeset.rs"]
mod typeset;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::keys::hex;
use taizhang_core::definition::Lang;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(book: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
    command
        .current_dir(root())
        .arg("--book")
        .arg(format!("sqlite:{}", book.display()))
        .args(args);
    command.output().expect("the program starts")
}

fn ok(output: Output) -> String {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

fn refused(output: Output) -> String {
    assert_eq!(
        output.status.code(),
        Some(1),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)),
        "not in Chinese: {said}"
    );
    said
}

fn keys_are_restored_apart(book: &Path, restored: &Path, folder: &Path) {
    let copy = folder.join("copy.keys");
    let copy = copy.to_str().expect("a path");
    for act in [&["keys", "show"][..], &["user", "reset", "ann", "--as", "admin"]] {
        assert!(refused(run(restored, act)).contains("找不到密钥文件"));
    }
    ok(run(book, &["keys", "backup", "-o", copy]));
    assert!(refused(run(book, &["keys", "backup", "-o", copy])).contains("已经存在"));
    assert!(refused(run(book, &["keys", "restore", copy])).contains("已经存在"));
    ok(run(restored, &["keys", "restore", copy]));
    let shown = ok(run(restored, &["keys", "show"]));
    assert!(
        shown.contains("restored.keys") && shown.contains("是这本账簿的"),
        "{shown}"
    );
}

/// `verify` ends with 1 for a file that is gone, unless it is told not to look.
fn a_lost_file_is_told(book: &Path) {
    let options = Options {
        keys: None,
        evidence: None,
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::new()),
    };
    let place = format!("sqlite:{}", book.display()).parse().expect("a place");
    let app = App::open(&place, options).expect("opened");
    let scope = app.program_scope().expect("a scope");
    let mut arriving = app.arriving(&scope).expect("begun");
    assert!(app.take(&mut arriving, b"%PDF-1.7 a notice").expect("taken"));
    let hash = hex(&app.keep(&scope, arriving, "notice.pdf").expect("kept").hash);
    drop(app);
    assert!(ok(run(book, &["verify"])).contains("佐证文件 1 个"));
    std::fs::remove_file(book.with_extension("evidence").join(&hash[..2]).join(&hash)).expect("removed");
    let said = refused(run(book, &["verify"]));
    assert!(
        said.contains(&hash) && said.contains("notice.pdf") && said.contains("不见了"),
        "{said}"
    );
    ok(run(book, &["verify", "--no-files"]));
}

#[test]
fn the_readme_shows_the_pack_as_it_is() {
    for readme in ["README.md", "README.zh-CN.md"] {
        let shown = std::fs::read_to_string(root().join(readme)).expect("the page");
        let mut lines = 0;
        for file in [
            "pack.toml",
            "registers/well.toml",
            "registers/repair.toml",
            "bulletins/half-year.md",
        ] {
            let text = std::fs::read_to_string(root().join("packs/hello").join(file)).expect("a file of the pack");
            assert!(
                shown.contains(text.trim_end()),
                "{readme} does not show packs/hello/{file} as it is"
            );
            lines += text.lines().count();
        }
        assert!(lines <= 66, "packs/hello has grown to {lines} lines");
    }
}

/// The pack `hello` in a folder, its files changed.
fn changed(folder: &Path, change: &dyn Fn(&str, String) -> String) -> PathBuf {
    let pack = folder.join("pack");
    for file in [
        "pack.toml",
        "registers/well.toml",
        "registers/repair.toml",
        "bulletins/half-year.md",
    ] {
        let text = std::fs::read_to_string(root().join("packs/hello").join(file)).expect("a file of the pack");
        let path = pack.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, change(file, text)).expect("written");
    }
    pack
}

#[test]
fn a_template_that_names_an_unknown_figure_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = changed(folder.path(), &|_, text| {
        text.replace("figure(\"well.opened\")", "figure(\"well.nonesuch\")")
    });
    let book = folder.path().join("hello.db");
    let pack = pack.to_str().expect("a path");
    for act in [&["pack", "check", pack][..], &["init", "--pack", pack][..]] {
        let told = refused(run(&book, act));
        assert!(
            told.contains("bulletins/half-year.md:4:") && told.contains("well.nonesuch"),
            "{told}"
        );
    }
    assert!(!book.exists(), "no book is made of it");
}

#[test]
fn hello_goes_from_a_pack_to_a_bulletin() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("hello.db");
    ok(run(&book, &["init", "--pack", "packs/hello"]));
    ok(run(
        &book,
        &[
            "user", "add", "ann", "--name", "Ann", "--unit", "1", "--role", "clerk", "--as", "admin",
        ],
    ));
    let wells = folder.path().join("wells.csv");
    std::fs::write(
        &wells,
        "Number,Village,Opened on,Depth\nW-1,Upper Village,2024-03-01,12\n",
    )
    .expect("a file");
    let imported = ok(run(
        &book,
        &[
            "import",
            "well",
            wells.to_str().expect("a path"),
            "--as",
            "ann",
            "--occurred-on",
            "2024-03-01",
            "--json",
        ],
    ));
    assert!(imported.contains("\"added\":1"), "{imported}");
    let again = ok(run(
        &book,
        &[
            "import",
            "well",
            wells.to_str().expect("a path"),
            "--as",
            "ann",
            "--occurred-on",
            "2024-03-01",
            "--json",
        ],
    ));
    assert!(again.contains("\"unchanged\":1"), "{again}");
    let page = folder.path().join("half-year.md");
    ok(run(
        &book,
        &[
            "bulletin",
            "half-year",
            "--as-of",
            "2024-06-30",
            "-o",
            page.to_str().expect("a path"),
        ],
    ));
    assert!(ok(run(&book, &["pack", "apply", "packs/hello", "--as", "admin", "--yes"])).contains("没有变化"));
    ok(run(&book, &["verify"]));
    let copy = folder.path().join("copy.backup");
    ok(run(&book, &["backup", "-o", copy.to_str().expect("a path")]));
    let restored = folder.path().join("restored.db");
    ok(run(&restored, &["restore", copy.to_str().expect("a path")]));
    ok(run(&restored, &["verify"]));
    keys_are_restored_apart(&book, &restored, folder.path());
    a_lost_file_is_told(&restored);
    let journal = folder.path().join("journal.jsonl");
    ok(run(
        &book,
        &["journal", "export", "-o", journal.to_str().expect("a path")],
    ));
    ok(run(&book, &["journal", "verify", journal.to_str().expect("a path")]));
}

#[test]
fn bad_input_is_refused_in_one_clear_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("hello.db");
    assert!(refused(run(&book, &["figure", "well.working"])).contains("没有账簿"));
    ok(run(&book, &["init", "--pack", "packs/hello"]));
    assert!(refused(run(&book, &["init", "--pack", "packs/hello"])).contains("不会覆盖"));
    assert!(refused(run(&book, &["figure", "well.nothing"])).contains("没有科目“well.nothing”"));
    assert!(refused(run(&book, &["figure", "well.working", "--unit", "Nowhere"])).contains("没有单位“Nowhere”"));
    assert!(refused(run(&book, &["pack", "check", "packs"])).contains("pack.toml"));
    assert!(
        refused(run(&book, &["period", "close", "2099-01-01", "--as", "admin"]))
            .chars()
            .count()
            > 5
    );

    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 4] = [
        ("cut to nothing", |file| std::fs::write(file, b"").expect("written")),
        ("cut in the middle", |file| {
            let bytes = std::fs::read(file).expect("read");
            std::fs::write(file, &bytes[..bytes.len() / 2]).expect("written");
        }),
        ("another file", |file| {
            std::fs::write(file, "not a book at all, but long enough to look like one".repeat(100)).expect("written")
        }),
        ("zeroed header", |file| {
            let mut bytes = std::fs::read(file).expect("read");
            bytes[..100].fill(0);
            std::fs::write(file, bytes).expect("written");
        }),
    ];
    for (name, damage) in damages {
        let hurt = folder.path().join(format!("{}.db", name.replace(' ', "-")));
        let copy = folder.path().join(format!("{}.backup", name.replace(' ', "-")));
        ok(run(&book, &["backup", "-o", copy.to_str().expect("a path")]));
        ok(run(&hurt, &["restore", copy.to_str().expect("a path")]));
        damage(&hurt);
        for end in ["db-wal", "db-shm"] {
            let _ = std::fs::remove_file(hurt.with_extension(end));
        }
        let said = refused(run(&hurt, &["figure", "well.working"]));
        assert!(said.contains("损坏") || said.contains("没有账簿"), "{name}: {said}");
    }
}

#[test]
fn somebody_new_gets_account_and_post_or_neither() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("book.db");
    ok(run(&book, &["init", "--pack", "packs/hello"]));
    let add = |unit: &str, role: &str| {
        let args = [
            "user", "add", "zhang", "--name", "Zhang", "--unit", unit, "--role", role, "--as", "admin",
        ];
        run(&book, &args)
    };
    let opened = || {
        let journal = folder.path().join("journal.jsonl");
        let _ = std::fs::remove_file(&journal);
        ok(run(
            &book,
            &["journal", "export", "-o", journal.to_str().expect("a path")],
        ));
        std::fs::read_to_string(journal).expect("written").lines().count()
    };
    let before = opened();
    assert!(refused(add("Nowhere", "clerk")).contains("Nowhere"));
    assert!(refused(add("1.1", "nobody")).contains("nobody"));
    assert_eq!(opened(), before, "nothing is left of what was refused");
    assert!(ok(add("1.1", "clerk")).contains("user=zhang activation="));
    assert_eq!(opened(), before + 2, "an account and a post");
    refused(add("1.1", "clerk"));
    assert_eq!(opened(), before + 2, "the name is taken");
}

#[test]
fn a_limit_of_zero_is_flagged_and_none_is_refused() {
    let book = Path::new("nowhere");
    for (length, day) in [
        ("--working-days", "2024-05-06"),
        ("--days", "2024-05-06"),
        ("--months", "2024-05-06"),
        ("--working-hours", "2024-05-06 00:00"),
    ] {
        let output = run(book, &["due", "--from", "2024-05-06", length, "0"]);
        let warned = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(ok(output).trim(), day, "{length}");
        assert!(warned.contains("零时限"), "{length}: {warned}");
        let output = run(book, &["due", "--from", "2024-05-06", length, "1"]);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{length}");
        let told = ok(run(book, &["--json", "due", "--from", "2024-05-06", length, "0"]));
        assert!(told.contains("\"zero\":true"), "{told}");
    }
    let none = run(book, &["due", "--from", "2024-05-06"]);
    assert_eq!(none.status.code(), Some(2), "no length is no limit");
    let unannounced = run(book, &["due", "--from", "2031-05-06", "--working-days", "5"]);
    assert!(String::from_utf8_lossy(&unannounced.stderr).contains("暂定"));
}

#[test]
fn a_reader_that_has_enough_is_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("book.db");
    ok(run(&book, &["init", "--pack", "packs/hello"]));
    let mut child = Command::new(env!("CARGO_BIN_EXE_taizhang"))
        .current_dir(root())
        .args([
            "--book",
            &format!("sqlite:{}", book.display()),
            "pace",
            "--as-of",
            "2024-06-30",
        ])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    // The reader leaves before the first line.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success(), "{:?}", output.status);
}

#[test]
fn arguments_that_cannot_be_read_are_said_in_the_readers_language() {
    let said = |args: &[&str]| {
        let done = std::process::Command::new(env!("CARGO_BIN_EXE_taizhang"))
            .args(args)
            .output()
            .expect("it runs");
        assert_eq!(done.status.code(), Some(2), "{args:?}");
        String::from_utf8(done.stderr).expect("text")
    };
    assert_eq!(
        said(&["bulletin", "x", "--as-of", "2024-06-30"]),
        "缺少参数：-o <OUT>。加 --help 看写法。\n"
    );
    let both = ["due", "--from", "2024-01-01", "--days", "1", "--months", "2"];
    assert_eq!(
        said(&both),
        "“--days <DAYS>”和“--months <MONTHS>”不能一起写，请只留一个。\n"
    );
    assert_eq!(
        said(&["due", "--day", "3"]),
        "没有参数“--day”，请核对写法；加 --help 看有哪些。\n"
    );
    assert_eq!(
        said(&["nosuch"]),
        "没有命令“nosuch”；用 taizhang --help 看有哪些命令。\n"
    );
    assert_eq!(
        said(&["due", "--lang", "fr"]),
        "--lang <LANG>：没有“fr”这一项，可以写：zh, en。\n"
    );
    assert_eq!(
        said(&["due", "--from"]),
        "缺少参数：--from <FROM>。加 --help 看写法。\n"
    );
    let english = said(&["due", "--lang", "en", "--day", "3"]);
    assert_eq!(
        english,
        "There is no argument “--day”; add --help to see which there are.\n"
    );
}

/// Programs that operate a book read JSON: what a command says in words it says there too, one value and no more.
#[test]
fn whatever_a_command_answers_it_answers_as_json_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("hello.db");
    let file = |name: &str| folder.path().join(name).to_str().expect("a path").to_owned();
    let told = |book: &Path, line: &str| -> serde_json::Value {
        let words: Vec<String> = line.split(' ').map(|word| word.replace("DIR/", &file(""))).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--json"]).collect();
        serde_json::from_str(&ok(run(book, &words))).unwrap_or_else(|error| panic!("{line}: {error}"))
    };
    let pack = folder.path().join("pack");
    for part in [
        "pack.toml",
        "registers/well.toml",
        "registers/repair.toml",
        "bulletins/half-year.md",
    ] {
        let text = std::fs::read_to_string(root().join("packs/hello").join(part)).expect("a file of the pack");
        let text = text.replace(
            "\"import:below\"]",
            "\"import:below\", \"close:book\", \"release:book\"]",
        );
        std::fs::create_dir_all(pack.join(part).parent().expect("a folder")).expect("made");
        std::fs::write(pack.join(part), text).expect("written");
    }
    let made = told(&book, "init --pack DIR/pack");
    assert_eq!(made["activation"][0]["user"], "admin");
    let ann = told(&book, "user add ann --name Ann --unit 1 --role clerk --as admin");
    assert!(ann["activation"].as_str().is_some_and(|code| code.len() > 10), "{ann}");
    assert_ne!(
        told(&book, "user reset ann --as admin")["activation"],
        ann["activation"]
    );
    let token = told(&book, "token add ann --days 7 --as admin");
    assert!(token["token"].as_str().is_some_and(|token| token.len() > 30), "{token}");
    assert_eq!(token["days"], 7);
    assert_eq!(told(&book, "token revoke ann --as admin")["user"], "ann");
    let closed = told(&book, "period close 2024-Q1 --as ann");
    assert_eq!(closed["closed_through"], "2024-03-31");
    let opened = told(&book, "period reopen 2023-12-31 --as ann");
    assert!(opened["entry"].as_i64() > closed["entry"].as_i64(), "{opened}");
    let released = told(
        &book,
        "release half-year --as-of 2024-06-30 -o DIR/half-year.md --as ann",
    );
    assert!(Path::new(released["proof"].as_str().expect("a file")).is_file());
    let kept = told(&book, "backup -o DIR/copy.backup");
    let restored = told(&folder.path().join("restored.db"), "restore DIR/copy.backup");
    assert_eq!(
        (&kept["entries"], &kept["head"]),
        (&restored["entries"], &restored["head"])
    );
    assert_eq!(told(&book, "keys backup -o DIR/copy.keys")["file"], file("copy.keys"));
    assert_eq!(told(&book, "verify")["head"], kept["head"]);
}

/// An exported journal is somebody's file: what is wrong with it is said in one language, and nobody is sent to a
/// backup of a book that is sound.
#[test]
fn what_is_wrong_with_an_exported_journal_is_said_in_the_readers_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("hello.db");
    let file = folder.path().join("journal.jsonl");
    let path = file.to_str().expect("a path");
    ok(run(&book, &["init", "--pack", "packs/hello"]));
    ok(run(&book, &["journal", "export", "-o", path]));
    assert!(ok(run(&book, &["journal", "verify", path])).contains("核验无误"));
    let whole = std::fs::read_to_string(&file).expect("the journal");
    let lines: Vec<&str> = whole.lines().collect();
    let [first, one, two, three] = lines[..4] else {
        panic!("{} lines", lines.len())
    };
    let otherwise = two.replacen("\"bytes\":\"", "\"bytes\":\"AAAA", 1);
    let cut = format!("{first}\n{one}\n{}", &two[..40]);
    for (text, why) in [
        (
            format!("{first}\n{two}\n{three}\n"),
            "第 1 号记账不对：缺了这一号，后面直接是第 2 号。",
        ),
        (
            format!("{first}\n{one}\n{otherwise}\n"),
            "第 2 号记账不对：格式是第 0 版",
        ),
        (format!("{first}\n{one}\n{{}}\n"), "第 2 号记账不对：这一行读不出来。"),
        (cut, "第 2 号记账不对：这一行没有写完。"),
        (
            format!("{first}\n{}\n", two.replacen("\"n\":2", "\"n\":1", 1)),
            "第 1 号记账不对：内容里写的是第 2 号。",
        ),
    ] {
        std::fs::write(&file, text).expect("written");
        let said = refused(run(&book, &["journal", "verify", path]));
        assert!(said.contains(why) && !said.contains("备份"), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
    let rebuilt = ok(run(&book, &["rebuild", "--json"]));
    let verified = ok(run(&book, &["verify", "--json"]));
    let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("JSON") };
    assert_eq!(read(&rebuilt)["head"], read(&verified)["head"], "{rebuilt}");
}
