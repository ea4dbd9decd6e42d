//! Room: whether the keys open what is sealed, as `verify` tells it. Where there is no key file, as with an
//! auditor, nothing is opened and that is said.

use super::super::Common;
use crate::app::sealed::{Opened, open_all};
use crate::clock::SystemClock;
use crate::error::AppError;
use crate::keys::Keys;
use crate::locale::Locale;
use std::fmt::Display;
use std::sync::Arc;
use taizhang_store::Store;

/// Opens everything; none where the key file is not at hand.
pub(super) fn opened(common: &Common) -> Result<Option<Opened>, AppError> {
    let place = common.place()?;
    match Keys::place(&place, common.options()?.keys) {
        Ok(path) if path.exists() => {
            let (store, keys) = (Store::open(&place, Arc::new(SystemClock::new()))?, Keys::open(&path)?);
            keys.fit(&store.read()?.head.keys)?;
            open_all(&store, &keys).map(Some)
        }
        _ => Ok(None),
    }
}

/// Tells it in words.
pub(super) fn tell(locale: &Locale, sealed: &Opened) {
    if let Some(entry) = sealed.first_bad {
        eprintln!("{}", locale.say("cli.verify.sealed_bad", &[("entry", &entry)]));
    } else if sealed.keyless > 0 {
        let counts: [(&str, &dyn Display); 2] = [("count", &sealed.count), ("keyless", &sealed.keyless)];
        println!("{}", locale.say("cli.verify.sealed_keyless", &counts));
    } else {
        println!("{}", locale.say("cli.verify.sealed_sound", &[("count", &sealed.count)]));
    }
}
