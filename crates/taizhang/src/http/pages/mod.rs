//! Room: pages, one file each. Every page reads, saves and prints without scripts. The labels of a
//! page stand in its own file; refusals come from the locale.

pub(super) mod bulletins;
mod controls;
mod entries;
pub(super) mod evidence;
pub(super) mod figure;
pub(super) mod figures;
pub(super) mod home;
pub(super) mod journal;
pub(super) mod layout;
pub(super) mod login;
pub(super) mod record;
pub(super) mod records;
pub(super) mod registers;
mod typed;
mod words;
pub(super) mod writing;

use super::answer::Oops;
use axum::extract::Query;
use maud::Markup;

/// What a page handler answers.
type Page = Result<Markup, Oops>;

/// The fields of the query.
type Asked = Query<Vec<(String, String)>>;
