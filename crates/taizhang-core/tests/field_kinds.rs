//! What each kind of field makes of texts, row by row, and what it shows.

#[path = "field_kinds/amounts.rs"]
mod amounts;
#[path = "field_kinds/book.rs"]
mod book;
#[path = "field_kinds/dates.rs"]
mod dates;
#[path = "field_kinds/laws.rs"]
mod laws;
#[path = "field_kinds/names.rs"]
mod names;
#[path = "field_kinds/refusals.rs"]
mod refusals;
#[path = "field_kinds/shown.rs"]
mod shown;
