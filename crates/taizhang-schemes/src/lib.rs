//! The arithmetic of schemes (办法): pure functions from settings and facts to results that explain
//! themselves. Settings are data of a pack; nothing here reads a file, a clock or a book.
//!
//! ```text
//! pack schemes/*.toml ──▶ versions of a scheme, each with its document and its days
//!                              │ the version in force on the day that the rule names
//! a case (a node of text) ──▶ instrument ──▶ quote: amounts to the fen and balanced lines   or refusals with clauses
//! ```
//!
//! An instrument of money (`voucher`, `loan`, `contribution`) computes one case and knows no book. What it
//! computed is written into fields of an entry, and postings read those fields only (law 5).
pub mod contribution;
pub mod exact;
pub mod instrument;
pub mod library;
pub mod loan;
pub mod months;
pub mod node;
pub mod pace;
pub mod refusal;
pub mod scorecard;
pub mod version;
pub mod voucher;
