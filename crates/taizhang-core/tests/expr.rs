//! The expression language of a pack's rules: results, faults and properties.

#[path = "expr/faults.rs"]
mod faults;
#[path = "expr/laws.rs"]
mod laws;
#[path = "expr/results.rs"]
mod results;
#[path = "expr/world.rs"]
mod world;
