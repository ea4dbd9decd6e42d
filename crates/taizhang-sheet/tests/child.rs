//! Room: tests of the parsing child, as a program that re-executes itself. No harness.
fn main() {}
