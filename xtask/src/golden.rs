//! Room: `cargo xtask golden`, the golden book of this version, made once before a release.
//!
//! The test that checks golden books makes it, so that both agree; it refuses to overwrite one.

use crate::fault::{Fault, Outcome};
use crate::programs::cargo;
use std::path::Path;

pub(crate) fn run(root: &Path) -> Outcome {
    let mut command = cargo(root);
    command.args(["test", "--locked", "--package", "taizhang", "--test", "golden"]);
    let status = command.env("TAIZHANG_GOLDEN", "make").status();
    let status = status.map_err(Fault::while_doing("cannot run cargo".to_owned()))?;
    if status.success() {
        println!("commit crates/taizhang/tests/golden");
        return Ok(());
    }
    Err(Fault::new("no golden book was made"))
}
