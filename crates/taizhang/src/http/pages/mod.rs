//! Room: pages, one file each. Every page reads, saves and prints without scripts. What it says stands
//! in the locale, under `page.` and the page's name.

mod axis;
pub(super) mod boards;
mod buildings;
pub(super) mod bulletins;
pub(super) mod burden;
pub(super) mod calendar;
mod chart;
pub(super) mod check;
pub(super) mod claims;
mod commands;
mod controls;
pub(super) mod design;
pub(super) mod desks;
pub(super) mod duties;
mod entries;
pub(super) mod evidence;
pub(super) mod figure;
pub(super) mod figures;
pub(super) mod follow;
pub(super) mod forms;
pub(super) mod goals;
pub(super) mod graph;
pub(super) mod grid;
pub(super) mod handover;
pub(in crate::http) mod home;
pub(super) mod imports;
pub(super) mod issue;
pub(super) mod journal;
pub(super) mod layout;
pub(super) mod ledger;
mod locks;
pub(super) mod login;
pub(super) mod machine;
pub(super) mod manage;
pub(super) mod merge;
pub(super) mod offers;
pub(super) mod open;
pub(super) mod papers;
mod parts;
pub(super) mod periods;
mod plane;
pub(super) mod planning;
pub(in crate::http) mod pocket;
pub(super) mod published;
pub(super) mod record;
pub(super) mod records;
pub(super) mod registers;
pub(super) mod releases;
pub(super) mod search;
pub(super) mod series;
pub(super) mod tour;
mod typed;
mod unit_switch;
pub(super) mod units;
pub(super) mod wall;
mod words;
pub(super) mod writing;

use super::answer::Oops;
use axum::extract::Query;
use maud::Markup;

/// What a page handler answers.
type Page = Result<Markup, Oops>;

/// The fields of the query.
type Asked = Query<Vec<(String, String)>>;
