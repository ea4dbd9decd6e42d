//! What an office program makes of the files that we write: LibreOffice opens them, computes their formulas anew,
//! and lays them out. Each call has a profile of its own, so that calls side by side do not meet.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Formulas of a workbook are computed anew whatever results it brings.
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// A file as LibreOffice saves it in another format.
fn converted(file: &Path, into: &str, ending: &str) -> PathBuf {
    let folder = file.parent().expect("a folder");
    let profile = tempfile::tempdir().expect("a profile");
    let user = profile.path().join("user");
    std::fs::create_dir_all(&user).expect("a folder");
    std::fs::write(user.join("registrymodifications.xcu"), SETTINGS).expect("settings");
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.path().display()))
        .args(["--headless", "--norestore", "--convert-to", into, "--outdir"])
        .arg(folder)
        .arg(file)
        .output()
        .expect("soffice is there; `cargo xtask test` installs it");
    let made = file.with_extension(ending);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(
        output.status.success() && made.is_file(),
        "{}: {said:?}",
        file.display()
    );
    made
}

/// The text of a document, page after page, as it is printed.
pub(crate) fn pages(file: &Path) -> Vec<String> {
    let pdf = converted(file, "pdf", "pdf");
    let output = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(&pdf)
        .arg("-")
        .output()
        .expect("pdftotext is there; `cargo xtask test` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.trim_end_matches('\u{c}')
        .split('\u{c}')
        .map(str::to_owned)
        .collect()
}

/// The first sheet of a workbook as rows of cells, its formulas computed anew. Cells are as they are shown.
#[allow(dead_code, reason = "not every test that has this module opens workbooks")]
pub(crate) fn rows(file: &Path) -> Vec<Vec<String>> {
    // Field and text separators, UTF-8, from the first line.
    let made = converted(file, "csv:Text - txt - csv (StarCalc):9,34,76,1", "csv");
    let text = std::fs::read_to_string(made).expect("text");
    let cell = |cell: &str| cell.trim_matches('"').to_owned();
    text.lines().map(|line| line.split('\t').map(cell).collect()).collect()
}
