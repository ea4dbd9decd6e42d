//! What the program and the one that typesets say to each other, with a stand-in for the latter.

use super::{changed, ok, refused, root, run};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// A program that does this.
fn stands_in(program: &Path, does: &str) {
    std::fs::write(program, format!("#!/bin/sh\n{does}\n")).expect("a program");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(0o755)).expect("it may run");
}

/// The half-year's bulletin, typeset by a program.
fn bulletin(book: &Path, program: &Path, out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
    command.current_dir(root()).env("TAIZHANG_PDF", program);
    command.args(["bulletin", "half-year", "--as-of", "2024-06-30", "--lang", "zh"]);
    command.arg("--book").arg(format!("sqlite:{}", book.display()));
    command.arg("-o").arg(out).output().expect("the program starts")
}

/// The program that typesets is another one, so that what it may say stands in for it here.
#[test]
fn what_keeps_a_pdf_from_being_made_is_said_with_the_way_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let book = folder.path().join("hello.db");
    ok(run(&book, &["init", "--pack", "packs/hello"]));
    let out = folder.path().join("half-year.pdf");
    let bulletin = |program: &Path| bulletin(&book, program, &out);
    let table = [
        ("cat >/dev/null; exit 3", "没有中文字体"),
        // What asks for more memory than it may have is told so by the system.
        (
            "cat >/dev/null; head -c 1500000000 /dev/zero | tail",
            "内存超过 1024 兆",
        ),
        ("cat >/dev/null; echo strange >&2; exit 1", "strange"),
    ];
    for (at, (does, said)) in table.iter().enumerate() {
        let program = folder.path().join(format!("pdf-{at}"));
        stands_in(&program, does);
        let told = refused(bulletin(&program));
        assert!(told.contains(said) && told.contains("docx"), "{does}: {told}");
    }
    // A font that others stand in for is said, and the document is made.
    let program = folder.path().join("pdf-lenient");
    let does = r#"cat >/dev/null; echo made >"$2"; echo '{"pages":2,"missing":[],"fonts":{
        "title":{"font":"noto serif cjk sc","wanted":false},"text":{"font":"fangsong","wanted":true},
        "bold":{"font":"noto sans cjk sc","wanted":true},"brush":{"font":"noto serif cjk sc","wanted":false}}}'"#;
    stands_in(&program, does);
    let made = bulletin(&program);
    let said = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(made.status.success() && out.exists(), "{said}");
    assert!(
        said.contains("for Xiaobiaosong") && said.contains("for Kaiti") && !said.contains("Fangsong"),
        "{said}"
    );
    std::fs::remove_file(&out).expect("gone");
    assert!(refused(bulletin(Path::new("/nowhere/taizhang-pdf"))).contains("没有找到 PDF 程序"));
    assert!(!out.exists());
}

/// What is handed to the program that typesets is what its own tests (`pdf/tests`) read the printed marks of.
#[test]
fn the_typesetter_is_given_the_mark_of_a_number_that_a_hand_typed() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = changed(folder.path(), &|file, text| match file {
        "bulletins/half-year.md" => format!("{text}\n另有老井 12 口，来信说的。\n"),
        _ => text,
    });
    let (book, out) = (folder.path().join("hello.db"), folder.path().join("half-year.pdf"));
    ok(run(&book, &["init", "--pack", pack.to_str().expect("a path")]));
    let program = folder.path().join("kept");
    let does = r#"cat >"$2"; echo '{"pages":1,"missing":[],"fonts":{}}'"#;
    stands_in(&program, does);
    ok(bulletin(&book, &program, &out));
    let read = |path: &Path| {
        let text = std::fs::read_to_string(path).expect("a document");
        let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        // The head is another one in each book.
        let last = document["foot"].as_array_mut().and_then(|foot| foot.pop());
        let last = last.and_then(|line| {
            line.as_str()
                .map(|line| line.split_once('.').map(|(_, rest)| rest.to_owned()))
        });
        (document, last.expect("a last line"))
    };
    assert_eq!(read(&out), read(&root().join("pdf/tests/bulletin.json")));
}
