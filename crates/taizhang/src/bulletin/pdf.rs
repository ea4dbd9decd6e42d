//! Room: the way to the PDF program, which typesets as a child and sees nothing but one document. Without it
//! everything else works; a missing program is said, not guessed around.

use crate::app::scratch::Scratch;
use crate::error::AppError;
use crate::locale::Locale;
use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use taizhang_sheet::document::Document;

/// The program's name, beside our own or on the path.
const PROGRAM: &str = "taizhang-pdf";

/// How long it may take, in steps of a tenth of a second.
const STEPS: u32 = 600;

/// How much memory it may take, fonts included.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;

/// How it says that there is no Chinese font.
const NO_FONT: i32 = 3;

/// What became of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typeset {
    /// How many pages it has.
    pub pages: u64,
    /// Characters that no font had.
    pub missing: String,
    /// Roles of GB/T 9704 whose own font the machine has not, with what played them: `("title", "noto serif cjk sc")`.
    pub stand_ins: Vec<(String, String)>,
}

impl Typeset {
    /// Which fonts others stood in for, as a sentence; none where all were there.
    pub fn stood_in(&self, words: &Locale) -> Option<String> {
        let line = |(role, font): &(String, String)| {
            let name = words.text(match role.as_str() {
                "title" => "bulletin.font.title",
                "bold" => "bulletin.font.bold",
                "brush" => "bulletin.font.brush",
                _ => "bulletin.font.text",
            });
            words.fill("bulletin.pdf_font", &[("wanted", name), ("font", font)])
        };
        let lines: Vec<String> = self.stand_ins.iter().map(line).collect();
        (!lines.is_empty()).then(|| words.say("bulletin.pdf_fonts", &[("fonts", &words.list(&lines))]))
    }

    /// What the program says about a document that it has typeset.
    fn told(text: &[u8]) -> Result<Typeset, serde_json::Error> {
        let value: Value = serde_json::from_slice(text)?;
        let missing = value["missing"].as_array().into_iter().flatten();
        let fonts = value["fonts"].as_object().into_iter().flatten();
        let stood = fonts.filter(|(_, font)| font["wanted"] == false);
        Ok(Typeset {
            pages: value["pages"].as_u64().unwrap_or(0),
            missing: missing.filter_map(Value::as_str).collect(),
            stand_ins: stood
                .map(|(role, font)| (role.clone(), font["font"].as_str().unwrap_or_default().to_owned()))
                .collect(),
        })
    }
}

/// What the last document that this process had typeset was told, for pages that are asked for before the next one.
static LAST: Mutex<Option<Typeset>> = Mutex::new(None);

/// How the last document came out; none before the first.
pub fn last() -> Option<Typeset> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Where the program is; none if it is not there.
pub fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("TAIZHANG_PDF") {
        return Some(PathBuf::from(named)).filter(|program| program.is_file());
    }
    let beside = std::env::current_exe().ok()?.with_file_name(PROGRAM);
    if beside.is_file() {
        return Some(beside);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(PROGRAM))
        .find(|program| program.is_file())
}

/// Holds the program to its memory; elsewhere only the clock does.
fn limit(child: &Child) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let most = Rlimit {
            current: Some(MEMORY_BYTES),
            maximum: Some(MEMORY_BYTES),
        };
        // A child that is gone already needs no limit.
        let _ = prlimit(Some(Pid::from_child(child)), Resource::As, most);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = child;
}

/// Typesets a document into a file.
pub fn typeset(document: &Document, out: &Path) -> Result<Typeset, AppError> {
    let failed = |why: &dyn std::fmt::Display| AppError::said("bulletin.pdf_failed", &[("why", why)]);
    let program = program().ok_or_else(|| AppError::said("bulletin.no_pdf", &[]))?;
    let told = Scratch::new(".json")?;
    let said = std::fs::File::create(told.path()).map_err(|error| failed(&error))?;
    let mut command = Command::new(program);
    // Passwords are often in the environment; fonts and libraries are found by these alone.
    command.env_clear();
    for name in ["HOME", "LD_LIBRARY_PATH", "PATH"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
        .arg("-o")
        .arg(out)
        .stdin(Stdio::piped())
        .stdout(said)
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| failed(&error))?;
    // It reads its input to the end before it does anything, so that the limit is there in time.
    limit(&child);
    let input = serde_json::to_vec(document).map_err(|error| failed(&error))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A child that ended before it had read all says why itself.
        let _ = stdin.write_all(&input);
    }
    for _ in 0..STEPS {
        match child.try_wait().map_err(|error| failed(&error))? {
            Some(exit) if exit.success() => {
                let typeset = Typeset::told(&told.content()?).map_err(|error| failed(&error))?;
                *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(typeset.clone());
                return Ok(typeset);
            }
            Some(exit) if exit.code() == Some(NO_FONT) => return Err(AppError::said("bulletin.pdf_no_font", &[])),
            Some(_) => {
                let mut why = String::new();
                if let Some(mut stderr) = child.stderr.take() {
                    // What it could not say is an empty reason.
                    let _ = std::io::Read::read_to_string(&mut stderr, &mut why);
                }
                let megabytes = MEMORY_BYTES >> 20;
                return Err(match why.to_lowercase().contains("memory") {
                    true => AppError::said("bulletin.pdf_memory", &[("limit", &megabytes)]),
                    false => failed(&why.trim()),
                });
            }
            None => thread::sleep(Duration::from_millis(100)),
        }
    }
    // It may have ended in this very moment.
    let _ = child.kill();
    let _ = child.wait();
    Err(failed(&"60 s"))
}
