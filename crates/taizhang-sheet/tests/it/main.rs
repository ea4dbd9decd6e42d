//! Room: tests over whole files, in this process.
//!
//! The child process has a test of its own, since it re-executes the program that tests it.

#[path = "../support/mod.rs"]
mod support;

mod broken;
mod formats;
mod shapes;
mod written;
