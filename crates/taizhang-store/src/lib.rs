//! The store: the only crate that knows SQL. Decides nothing; keeps what the core decided.
//!
//! One interface, two engines (SQLite and PostgreSQL); nothing outside knows which.
pub mod answered;
pub mod append;
pub mod apply;
pub mod backup;
mod bundle;
pub mod cells;
pub mod credential;
pub mod desk;
pub mod digest;
pub mod duty;
pub mod engine;
pub mod error;
pub mod evidence;
pub mod export;
pub mod facts;
pub mod figure;
pub mod head;
mod held;
pub mod import;
pub mod journal;
mod known;
pub mod ledger;
pub mod place;
pub mod prepared;
mod ready;
pub mod rebuild;
pub mod record;
pub mod replay;
pub mod schema;
pub mod share;
pub mod store;
mod sums;
mod told;
pub mod total;
pub mod verify;
pub mod writer;

pub use error::StoreError;
pub use place::Place;
pub use store::{Moment, Reading, Store};
