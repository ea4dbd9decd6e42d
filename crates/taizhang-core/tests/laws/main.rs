//! The laws of the design, each against a slow, obviously right model that shares no code with the
//! kernel. `docs/laws.md` says which test keeps which law.

mod chance;
mod definition;
mod history;
mod limits;
mod memory;
mod model;
mod model_figures;
mod model_posts;
mod model_verdict;
mod names;
mod properties;
mod rights;
mod run;
mod scripts;
mod table;
