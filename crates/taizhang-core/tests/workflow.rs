//! Workflow: what moves ask for, how clocks run, which duties they leave. Each test is a short story
//! over one small pack; `desk` holds the book in memory and is the only thing that touches the API.

#[path = "workflow/desk.rs"]
mod desk;

#[path = "workflow/clocks.rs"]
mod clocks;
#[path = "workflow/moves.rs"]
mod moves;
