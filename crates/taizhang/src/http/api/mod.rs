//! Room: the API, one file per noun. Shapes are promised to other programs: add to them, never
//! change them. Numbers with a measure are decimal texts in the base unit.

pub(super) mod bulletins;
pub(super) mod duties;
pub(super) mod evidence;
pub(super) mod figures;
pub(super) mod imports;
pub(super) mod journal;
pub(super) mod ledger;
pub(super) mod merge;
pub(super) mod moves;
pub(super) mod openapi;
pub(super) mod pace;
pub(super) mod planning;
pub(super) mod records;
pub(super) mod registers;
pub(super) mod releases;
pub(super) mod session;
pub(super) mod work;
pub(super) mod write;

use super::answer::Problem;
use axum::Json;
use axum::extract::Query;
use serde_json::Value;

/// What an API handler answers.
type Answer = Result<Json<Value>, Problem>;

/// The fields of the query.
type Asked = Query<Vec<(String, String)>>;
