//! The pure core of Taizhang: no I/O, no clock, no SQL, no HTML, no text that a user reads.
//!
//! ```text
//! pack ──compile──▶ Definition ─┐
//!                               ▼
//! Command ──▶ decide(Moment, Gate, Book) ──▶ Decision { Entry, Postings, Rows, Keys }   or Refusals
//!                     │
//!        entries ──▶ Timeline ──▶ States ──▶ P = postings(timeline, rules) ──▶ after − before
//!                     │                                                          │
//!                journal: encode ──▶ leaf ──▶ head_n                       figures: sums of them
//! ```
pub mod calendar;
pub mod codes;
pub mod command;
pub mod day;
pub mod decide;
pub mod definition;
pub mod expr;
pub mod field_kinds;
pub mod id;
pub mod instrument;
pub mod journal;
pub mod lock;
mod near;
mod nfc;
pub mod pack;
pub mod posting;
pub mod refusal;
pub mod rules;
pub mod timeline;
pub mod unit;
pub mod validity;
pub mod value;
