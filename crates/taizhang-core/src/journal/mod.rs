//! Room: the journal — entries, their bytes, their chain. Appending is the store's work.

pub mod chain;
pub mod encoding;
pub mod entry;
mod frame;
pub mod tree;

pub use entry::{Act, Change, Correction, Entry, Leg, PackVersion, Patch, Release, Source};
pub use frame::{Frame, Spot};
