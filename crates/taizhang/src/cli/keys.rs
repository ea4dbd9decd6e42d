//! Room: `keys` — where the key file is and whether it is this book's, a copy of it for a safe place,
//! and its way back. Shows no key and never writes over one.

use super::Common;
use crate::clock::SystemClock;
use crate::error::AppError;
use crate::keys::{Keys, copy, hex};
use serde_json::json;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use taizhang_store::Store;

/// What to do with keys.
#[derive(clap::Subcommand)]
pub enum KeysAct {
    /// Say where the key file is, and whether it belongs to the book
    Show,
    /// Copy the key file to a safe place, apart from the book's backups
    Backup {
        /// Where to
        #[arg(short = 'o')]
        out: PathBuf,
    },
    /// Put a copy of the key file back where the book looks for it
    Restore {
        /// The copy
        file: PathBuf,
    },
}

/// Runs `keys`.
pub fn run(common: &Common, act: &KeysAct) -> Result<(), AppError> {
    let place = common.place()?;
    let file = Keys::place(&place, common.keys.clone())?;
    let book = Store::open(&place, Arc::new(SystemClock::new()))?.read()?.head.keys;
    let fits = |path: &Path| {
        let keys = Keys::open(path)?;
        keys.fit(&book).map(|()| keys)
    };
    match act {
        KeysAct::Show => show(common, &fits(&file)?),
        KeysAct::Backup { out } => {
            fits(&file)?;
            copy(&file, out)?;
            let copied = json!({"file": out.display().to_string()});
            common.tell(&copied, |locale| {
                locale.say("cli.keys.copied", &[("file", &out.display())])
            });
        }
        KeysAct::Restore { file: from } => {
            fits(from)?;
            copy(from, &file)?;
            let restored = json!({"file": file.display().to_string()});
            common.tell(&restored, |locale| {
                locale.say("cli.keys.restored", &[("file", &file.display())])
            });
        }
    }
    Ok(())
}

fn show(common: &Common, keys: &Keys) {
    let (file, print) = (keys.path().display().to_string(), hex(&keys.fingerprint()));
    let said: [(&str, &dyn Display); 3] = [("file", &file), ("count", &keys.count()), ("print", &print)];
    let answer = json!({"file": file, "subjects": keys.count(), "fingerprint": print});
    common.tell(&answer, |locale| locale.say("cli.keys.shown", &said));
}
