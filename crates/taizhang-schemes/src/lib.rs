//! The arithmetic of schemes (办法): pure functions from settings and facts to results that explain
//! themselves. Settings are data of a pack; nothing here reads a file, a clock or a book.
pub mod scorecard;
