//! Room: what an operator does on the command line, each from the same small book, so that it can be
//! disturbed at any moment. Says what the book is before and after.

use crate::replay::{Change, Disk, read};
use crate::server::Site;
use crate::shim::Shim;
use std::path::{Path, PathBuf};
use std::process::Output;
use taizhang_store::verify::verify_at;

/// One act: its name and arguments, with `{…}` for files beside the book.
pub(crate) struct Act {
    pub(crate) name: &'static str,
    args: &'static [&'static str],
}

/// Every act that writes.
pub(crate) const ACTS: &[Act] = &[
    Act {
        name: "import",
        args: &[
            "import",
            "well",
            "{wells.csv}",
            "--occurred-on",
            "2024-03-01",
            "--as",
            "clerk",
        ],
    },
    Act {
        name: "pack apply",
        args: &["pack", "apply", "{pack}", "--yes", "--as", "admin"],
    },
    Act {
        name: "rebuild",
        args: &["rebuild"],
    },
    Act {
        name: "backup",
        args: &["backup", "-o", "{backup}"],
    },
];

/// A site with what the acts need beside the book.
pub(crate) fn site() -> Site {
    let site = Site::new();
    let beside = beside(&site);
    let rows: String = (0..40).map(|at| format!("N-{at},1.1,dug\n")).collect();
    std::fs::create_dir_all(&beside).expect("a folder");
    std::fs::write(beside.join("wells.csv"), format!("Number,Village,Kind\n{rows}")).expect("written");
    let pack = beside.join("pack");
    crate::server::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello"), &pack);
    let well = pack.join("registers/well.toml");
    let text = std::fs::read_to_string(&well).expect("read");
    let wider = text.replace("\"drilled\"]", "\"drilled\", \"spring\"]");
    assert_ne!(text, wider);
    std::fs::write(well, wider).expect("written");
    site
}

/// Files that an act reads or makes lie outside the folder that is watched and cut.
fn beside(site: &Site) -> PathBuf {
    site.folder.path().join("beside")
}

/// An act done with every change of the disk recorded.
pub(crate) struct Recorded {
    /// The disk before it.
    pub(crate) start: Disk,
    pub(crate) changes: Vec<(u64, Change)>,
    /// The last entry before and after it.
    pub(crate) before: i64,
    pub(crate) after: i64,
}

impl Act {
    /// Does it undisturbed.
    pub(crate) fn recorded(&self) -> Recorded {
        let site = site();
        let before = self.sound(&site, self.name);
        let log = tempfile::NamedTempFile::new().expect("a file");
        let shim = Shim {
            log: Some(log.path().to_owned()),
            ..Shim::default()
        };
        let start = Disk::of(site.folder.path());
        let done = self.run(&site, &shim);
        assert!(
            done.status.success(),
            "{}: {}",
            self.name,
            String::from_utf8_lossy(&done.stderr)
        );
        Recorded {
            start,
            changes: read(&std::fs::read(log.path()).expect("read")),
            before,
            after: self.sound(&site, self.name),
        }
    }

    /// Does it, with the shim before the program.
    pub(crate) fn run(&self, site: &Site, shim: &Shim) -> Output {
        let mut command = site.command(Some(shim));
        for arg in self.args {
            match arg.strip_prefix('{').and_then(|arg| arg.strip_suffix('}')) {
                Some(file) => command.arg(beside(site).join(file)),
                None => command.arg(arg),
            };
        }
        command.output().expect("the program starts")
    }

    /// The last entry, after the book was verified, and the backup if there is one.
    pub(crate) fn sound(&self, site: &Site, about: &str) -> i64 {
        // Opening it first recovers what a dead program left, as the next start would.
        drop(site.app());
        let verdict = site.verdict();
        assert!(verdict.ok, "{about}: {:?}", verdict.first_bad);
        let backup = beside(site).join("backup");
        if backup.exists() {
            let verdict = verify_at(&taizhang_store::Place::Sqlite(backup)).expect("a verdict");
            assert!(verdict.ok, "{about}: {:?}", verdict.first_bad);
        }
        verdict.entries
    }
}
