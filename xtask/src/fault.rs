//! Room: why a task stopped, as one text for the developer who ran it.
//!
//! A task runner has one audience and nobody matches on its errors, so the text is all there is.

use std::fmt;

/// What went wrong and what to do about it.
#[derive(Debug)]
pub(crate) struct Fault(String);

/// The result of everything here that can fail.
pub(crate) type Outcome<T = ()> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// For `map_err`: puts what was being done before what the system said.
    pub(crate) fn while_doing<E: fmt::Display>(what: impl fmt::Display) -> impl FnOnce(E) -> Self {
        move |error| Self(format!("{what}: {error}"))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
