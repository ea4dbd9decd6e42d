//! The program as a library: `main.rs` and the integration tests call it, nothing else does.
//!
//! One room per module: `app` is what the program does, `http`, `cli`, `import`, `export` and
//! `bulletin` are its faces, the rest serves them all.
pub mod app;
pub mod bulletin;
pub mod cli;
pub mod clock;
pub mod error;
pub mod export;
pub(crate) mod grammar;
pub mod http;
pub mod import;
pub mod keys;
pub mod locale;
pub mod message;
