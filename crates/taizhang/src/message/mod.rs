//! Room: messages to people — by mail, or to hooks of other programs, as a file beside the book says. Its
//! secrets are in no journal and on no page. It knows no register; what is said is given to it.

mod hook;
mod mail;

use crate::error::AppError;
use serde::Deserialize;
use std::path::Path;
use taizhang_core::day::Day;

/// One message to one person.
#[derive(Clone, Debug)]
pub struct Message {
    /// What it is the only one of: whoever gets two with the same key got one twice.
    pub key: String,
    /// The day that it is about.
    pub day: Day,
    /// When it was made, in microseconds.
    pub at: i64,
    /// The name that the person signs in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The person's address for mail.
    pub address: Option<String>,
    /// What it is called.
    pub title: String,
    /// What it says, as plain lines.
    pub text: String,
    /// What it counts, for programs.
    pub counts: Vec<(&'static str, usize)>,
}

/// A way for messages to go out.
pub trait Carrier: Send + Sync {
    /// What it is called; part of a message's key.
    fn name(&self) -> &str;
    /// Whether it needs the person's address.
    fn needs_address(&self) -> bool;
    /// Carries a message; why not, if it cannot. No secret stands in the answer.
    fn carry(&self, message: &Message) -> Result<(), String>;
}

/// All ways that a file names.
#[derive(Default)]
pub struct Carriers {
    /// The ways.
    pub ways: Vec<Box<dyn Carrier>>,
    /// Where the book's pages are found, for the link in a message.
    pub site: Option<String>,
}

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    site: Option<String>,
    smtp: Option<mail::Smtp>,
    #[serde(default)]
    hook: Vec<hook::Hook>,
}

impl Carriers {
    /// Reads a file of ways. It holds secrets, so nobody else may be able to read it.
    pub fn read(path: &Path) -> Result<Carriers, AppError> {
        let file = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| AppError::unreadable(path, &error))?;
        if is_open_to_others(path) {
            return Err(AppError::said("message.open_file", &[("file", &file)]));
        }
        let bad = |why: &dyn std::fmt::Display| AppError::said("message.bad_file", &[("file", &file), ("why", why)]);
        // The parser's own text repeats the line, and there may be a password in it.
        let settings: Settings = toml::from_str(&text).map_err(|error| bad(&error.message()))?;
        let mut ways: Vec<Box<dyn Carrier>> = Vec::new();
        if let Some(smtp) = settings.smtp {
            ways.push(Box::new(smtp.open().map_err(|why| bad(&why))?));
        }
        for hook in settings.hook {
            ways.push(Box::new(hook.open().map_err(|why| bad(&why))?));
        }
        let twice = |at: usize| ways[..at].iter().any(|other| other.name() == ways[at].name());
        if let Some(at) = (0..ways.len()).find(|at| twice(*at)) {
            return Err(bad(&format!("two ways are called {}", ways[at].name())));
        }
        Ok(Carriers {
            ways,
            site: settings.site,
        })
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}
