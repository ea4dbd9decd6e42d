//! The store on both engines: SQLite always, PostgreSQL where `TAIZHANG_TEST_PG_URL` names a server
//! (`cargo xtask pg -- cargo test -p taizhang-store` starts one).

mod backup;
mod book;
mod bundles;
mod chance;
mod commands;
mod digests;
mod duties;
mod engine;
mod evidence;
mod export;
mod flips;
mod floors;
mod groups;
mod life;
mod packs;
mod plans;
mod prepared;
mod race;
mod schema;
mod since;
mod verify;
mod write;

use engine::{Engine, Site};
