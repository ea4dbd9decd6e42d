//! The program as `taizhang` starts it: what a bulletin says stands in the file, as a reader of the PDF finds it.
//!
//! `bulletin.json` is what the main program hands over; its own tests hold it against that.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

const BULLETIN: &str = include_str!("bulletin.json");

/// The program's answer; its file lies at `out`.
fn typeset(document: &str, out: &Path) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_taizhang-pdf"))
        .arg("-o")
        .arg(out)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(document.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "no Chinese font? {}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

/// The text of a PDF.
fn read(file: &Path) -> String {
    let output = Command::new("pdftotext")
        .args(["-enc", "UTF-8"])
        .arg(file)
        .arg("-")
        .output()
        .expect("pdftotext is there; `cargo xtask test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A bulletin printed, as a reader finds it, without the breaks of lines.
fn printed(document: &str, name: &str) -> String {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let answer = typeset(document, &out);
    assert!(
        answer.contains("\"missing\":[]"),
        "every character has a font: {answer}"
    );
    read(&out).split_whitespace().collect()
}

#[test]
fn a_number_that_a_hand_typed_is_marked_in_the_pdf_and_the_mark_is_explained() {
    let text = printed(BULLETIN, "marked.pdf");
    assert!(text.contains("另有老井12※口，来信说的。"), "{text}");
    assert!(text.contains("※Numberstypedinbyhand,notfromthebook:12"), "{text}");
    let plain = printed(&BULLETIN.replace("12※", "12"), "plain.pdf");
    assert_eq!(
        plain.matches('※').count(),
        1,
        "the mark comes from the text alone: {plain}"
    );
}

#[test]
fn all_that_a_bulletin_says_is_printed() {
    let text = printed(BULLETIN, "all.pdf");
    for said in [
        "Half-yearreportonwells",
        "HelloCounty",
        "30June2024",
        "Asof2024-06-30",
        "00000000",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
}
