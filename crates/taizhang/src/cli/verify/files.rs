//! Room: the files of evidence in `verify` — each read to its end; those that are wrong by their hash
//! and the first entry that needs them. Mends nothing.

use super::super::Common;
use crate::app::evidence::{Evidence, FileState, Kept, each_file};
use crate::clock::SystemClock;
use crate::error::AppError;
use crate::keys::hex;
use crate::locale::Locale;
use serde_json::{Value, json};
use std::fmt::Display;
use std::sync::Arc;
use taizhang_store::Store;

/// What was found.
#[derive(Default)]
pub(super) struct Checked {
    count: u64,
    pub(super) wrong: Vec<Wrong>,
}

/// A file that is not there as it should be.
pub(super) struct Wrong(Kept);

/// Reads all files of a book.
pub(super) fn check(common: &Common) -> Result<Checked, AppError> {
    let place = common.place()?;
    let evidence = Evidence::of(&place, common.options()?.evidence)?;
    let store = Store::open(&place, Arc::new(SystemClock::new()))?;
    let mut checked = Checked::default();
    each_file(&store, &evidence, &common.locale(), &mut |_| Ok(None), &mut |kept| {
        checked.count += 1;
        if kept.state != FileState::Whole {
            checked.wrong.push(Wrong(kept.clone()));
        }
        Ok(())
    })?;
    Ok(checked)
}

impl Checked {
    pub(super) fn json(&self) -> Value {
        json!({"checked": self.count, "wrong": self.wrong.iter().map(Wrong::json).collect::<Vec<_>>()})
    }

    pub(super) fn tell(&self, locale: &Locale) {
        if self.wrong.is_empty() {
            println!("{}", locale.say("cli.verify.files_sound", &[("count", &self.count)]));
        }
        for wrong in &self.wrong {
            eprintln!("{}", wrong.said(locale));
        }
    }
}

impl Wrong {
    pub(super) fn json(&self) -> Value {
        let state = match self.0.state {
            FileState::Missing => "missing",
            FileState::Unlisted => "unlisted",
            FileState::Damaged | FileState::Whole => "damaged",
        };
        json!({"evidence": hex(&self.0.hash), "state": state, "entry": self.0.entry})
    }

    fn said(&self, locale: &Locale) -> String {
        let need = match &self.0.entry {
            Some(entry) => locale.say("cli.verify.file_needed", &[("entry", entry)]),
            None => locale.text("cli.verify.file_unneeded").to_owned(),
        };
        let name = self.0.brought.first().map_or("", |stored| stored.name.as_str());
        let hash = hex(&self.0.hash);
        let said: [(&str, &dyn Display); 3] = [("hash", &hash), ("name", &name), ("need", &need)];
        match self.0.state {
            FileState::Missing => locale.say("cli.verify.file_missing", &said),
            FileState::Unlisted => locale.say("cli.verify.file_unlisted", &[("hash", &hash), ("need", &need)]),
            FileState::Damaged | FileState::Whole => locale.say("cli.verify.file_damaged", &said),
        }
    }
}
