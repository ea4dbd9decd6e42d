//! Step: the tests that drive a browser, where the tree has any.
//!
//! They get the built program and the system's Chromium by path and never download a browser.

use super::Report;
use crate::fault::{Fault, Outcome};
use crate::optimised;
use crate::programs::{chromium, cores, succeed};
use crate::tally::{self, Tally};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where packages with browser tests may stand.
const FOLDERS: &[&str] = &["ui", "tests/browser"];

pub(super) fn run(root: &Path) -> Report {
    let folders = folders(root);
    if folders.is_empty() {
        println!("no package.json in {}; nothing to run", FOLDERS.join(" or "));
        return Ok(()).into();
    }
    let (program, browser) = match prepare(root) {
        Ok(prepared) => prepared,
        Err(fault) => return Err(fault).into(),
    };
    let mut verdict = Ok(());
    let mut total = Tally::default();
    for folder in folders {
        let report = run_folder(&folder, &program, &browser);
        total.add(report.tally.unwrap_or_default());
        verdict = verdict.and(report.verdict);
    }
    Report::counted(verdict, total)
}

/// The folders that have a package of their own.
pub(crate) fn folders(root: &Path) -> Vec<PathBuf> {
    let folders = FOLDERS.iter().map(|folder| root.join(folder));
    folders.filter(|folder| folder.join("package.json").is_file()).collect()
}

fn prepare(root: &Path) -> Outcome<(PathBuf, PathBuf)> {
    let browser =
        chromium().ok_or_else(|| Fault::new("found no chromium in PATH; on Debian: apt-get install chromium"))?;
    Ok((optimised::program(root)?, browser))
}

fn run_folder(folder: &Path, program: &Path, browser: &Path) -> Report {
    let installed = succeed(npm(folder).args(["ci", "--no-audit", "--no-fund"]));
    let built = installed.and_then(|()| succeed(npm(folder).args(["run", "build", "--if-present"])));
    match built {
        Ok(()) => {
            let mut tests = npm(folder);
            // Each file has a book and a browser of its own.
            tests
                .args(["test", "--"])
                .arg(format!("--test-concurrency={}", cores()))
                .env("TAIZHANG_TEST_BIN", program)
                .env("TAIZHANG_TEST_CHROMIUM", browser);
            tally::count(&mut tests)
        }
        Err(fault) => Err(fault).into(),
    }
}

fn npm(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder);
    command
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .env("PUPPETEER_SKIP_DOWNLOAD", "1");
    command
}
