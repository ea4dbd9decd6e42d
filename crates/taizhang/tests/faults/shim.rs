//! Room: the library between the program and the disk (`shim.c`), compiled here by the system's C
//! compiler, which building the program needs anyway, and what it is told to do.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// What one run of the program is to meet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shim {
    /// Where to record every change of the disk.
    pub(crate) log: Option<PathBuf>,
    /// Which call fails, counted from 1, and how: `EIO`, `ENOSPC`, `SHORT`, or `LIE` for one that says it was done.
    pub(crate) fail: Option<(usize, &'static str)>,
    /// While this file is there, the disk is full.
    pub(crate) full: Option<PathBuf>,
    /// By how many microseconds the clock is wrong: eight bytes in a file.
    pub(crate) clock: Option<PathBuf>,
}

impl Shim {
    /// Puts it before a command; files below `dir` are watched.
    pub(crate) fn load(&self, command: &mut Command, dir: &Path) {
        command.env("LD_PRELOAD", library()).env("TZ_DIR", dir);
        if let Some((at, how)) = self.fail {
            command.env("TZ_FAIL_AT", at.to_string()).env("TZ_FAIL_HOW", how);
        }
        let paths = [
            ("TZ_LOG", &self.log),
            ("TZ_FULL", &self.full),
            ("TZ_CLOCK", &self.clock),
        ];
        for (name, path) in paths {
            if let Some(path) = path {
                command.env(name, path);
            }
        }
    }
}

fn library() -> &'static Path {
    static LIBRARY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let (source, out) = (folder.path().join("shim.c"), folder.path().join("shim.so"));
        std::fs::write(&source, include_str!("shim.c")).expect("written");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let mut command = Command::new(compiler);
        command.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&out).arg(&source);
        let done = command.args(["-ldl", "-lpthread"]).status().expect("a C compiler");
        assert!(done.success(), "shim.c compiles");
        (folder, out)
    });
    path
}
