//! Room: what the tests need from the system, and how it gets there.
//!
//! Installs through the system's package manager only, only what it has printed, and only with
//! leave: a yes, `--yes`, or the variable CI.

use crate::fault::{Fault, Outcome};
use crate::postgres;
use crate::programs::{answer_of, chromium, in_path, succeed};
use crate::steps::browser_folders;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::Command;

/// The oldest Node: 20.10, the first that runs files of tests side by side as it is told.
const NODE_MIN: (u32, u32) = (20, 10);

/// Something that must be there before the tests can run.
struct Need {
    what: &'static str,
    /// The packages that bring it on Debian and Ubuntu.
    packages: &'static [&'static str],
    is_wanted: fn(&Path) -> bool,
    is_there: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        what: "PostgreSQL 15 or newer (initdb, postgres), for the tests of the store",
        packages: &["postgresql"],
        is_wanted: |_| true,
        is_there: || postgres::find_binaries().is_some(),
    },
    Need {
        what: "Python 3, for the second verifier",
        packages: &["python3"],
        is_wanted: |_| true,
        is_there: || answer_of("python3", &["--version"]).is_some(),
    },
    Need {
        what: "Python's venv and pip, for the store of the S3 tests (in the target folder, from PyPI)",
        packages: &["python3-venv"],
        is_wanted: |_| true,
        is_there: || answer_of("python3", &["-c", "import ensurepip, venv"]).is_some(),
    },
    Need {
        what: "Node 20.10 or newer with npm, for the tests in the browser",
        packages: &["nodejs", "npm"],
        is_wanted: has_browser_tests,
        is_there: || node().is_some_and(|version| version >= NODE_MIN) && answer_of("npm", &["--version"]).is_some(),
    },
    Need {
        what: "Chromium, for the tests in the browser",
        packages: &["chromium"],
        is_wanted: has_browser_tests,
        is_there: || chromium().is_some(),
    },
    Need {
        what: "LibreOffice's writer and calc and pdftotext, which open the documents and workbooks that we write",
        packages: &["libreoffice-writer-nogui", "libreoffice-calc-nogui", "poppler-utils"],
        is_wanted: |_| true,
        is_there: || in_path(&["soffice"]).is_some() && in_path(&["pdftotext"]).is_some(),
    },
    Need {
        what: "a Chinese font, for documents and for the tests in the browser",
        packages: &["fontconfig", "fonts-noto-cjk"],
        is_wanted: |_| true,
        is_there: || answer_of("fc-list", &[":lang=zh", "family"]).is_some_and(|families| !families.is_empty()),
    },
];

/// Sees to it that everything needed is there, or says what is missing.
pub(crate) fn provide(root: &Path, may_install: bool) -> Outcome {
    let missing = missing(root);
    if missing.is_empty() {
        println!("everything that the tests need is installed");
        return Ok(());
    }
    println!("missing:");
    missing.iter().for_each(|need| println!("  {}", need.what));
    let packages = packages_of(&missing);
    if in_path(&["apt-get"]).is_none() {
        let names = packages.join(" ");
        return Err(Fault::new(format!(
            "this system has no apt-get; install what is missing (on Debian: {names})"
        )));
    }
    println!("to be installed with apt-get: {}", packages.join(" "));
    if !may_install && !agrees()? {
        return Err(Fault::new(
            "nothing was installed; `cargo xtask test --yes` installs without asking",
        ));
    }
    install(&packages)?;
    still_missing(root)
}

fn missing(root: &Path) -> Vec<&'static Need> {
    NEEDS
        .iter()
        .filter(|need| (need.is_wanted)(root) && !(need.is_there)())
        .collect()
}

fn has_browser_tests(root: &Path) -> bool {
    !browser_folders(root).is_empty()
}

/// Major and minor version of Node.
fn node() -> Option<(u32, u32)> {
    let said = answer_of("node", &["--version"])?;
    let mut parts = said.strip_prefix('v')?.split('.').map(str::parse);
    Some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn packages_of(missing: &[&Need]) -> Vec<&'static str> {
    let packages = missing.iter().flat_map(|need| need.packages.iter().copied());
    packages
        .map(|package| {
            if package == "chromium" && is_ubuntu() {
                "chromium-browser"
            } else {
                package
            }
        })
        .collect()
}

/// Ubuntu brings Chromium under another name (as a snap).
fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

fn agrees() -> Outcome<bool> {
    print!("Install these now? [y/N] ");
    std::io::stdout().flush().map_err(Fault::while_doing("cannot ask"))?;
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(Fault::while_doing("cannot read the answer"))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn install(packages: &[&str]) -> Outcome {
    succeed(apt_get()?.arg("update"))?;
    succeed(
        apt_get()?
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
    )
}

fn apt_get() -> Outcome<Command> {
    let mut command = Command::new(if postgres::is_root()? { "env" } else { "sudo" });
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

fn still_missing(root: &Path) -> Outcome {
    let missing = missing(root);
    if missing.is_empty() {
        return Ok(());
    }
    let whats: Vec<_> = missing.iter().map(|need| need.what).collect();
    Err(Fault::new(format!(
        "this system's packages do not bring: {}. Install a newer release from its makers",
        whats.join("; ")
    )))
}
