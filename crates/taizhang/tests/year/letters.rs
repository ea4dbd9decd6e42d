//! Messages that go into a box instead of out.

use std::sync::{Arc, Mutex};
use taizhang::message::{Carrier, Message};
use taizhang_core::day::Day;

/// A way that keeps what it was given: to whom, on which day.
#[derive(Clone, Default)]
pub(super) struct Letters(pub(super) Arc<Mutex<Vec<(String, Day)>>>);

impl Carrier for Letters {
    fn name(&self) -> &str {
        "box"
    }

    fn needs_address(&self) -> bool {
        false
    }

    fn carry(&self, message: &Message) -> Result<(), String> {
        let mut kept = self.0.lock().map_err(|error| error.to_string())?;
        kept.push((message.login.clone(), message.day));
        Ok(())
    }
}
