//! Room: `cargo xtask ratios`, the program beside its floors, in one run on one machine. Fails on the ratio of CPU times,
//! never on a wall time: a slow or a busy machine slows both.

use crate::fault::Outcome;
use crate::metadata::Metadata;
use crate::programs::{cargo, succeed};
use std::path::Path;
use std::process::Command;

/// Large enough for the ratios to hold, small enough to be quick: over so few days a tenth of the records
/// fills every day already, as a hundred thousand do over a year.
const RECORDS: &str = "100000";
const DAYS: &str = "24";
const REQUESTS: &str = "4000";

/// What the ratios are made of.
const WORKS: &str = "import_csv,http_create_8,figure_district,figure_tenth";

pub(crate) fn run(root: &Path) -> Outcome {
    let target = Metadata::read(root)?.target_directory;
    succeed(cargo(root).args(["build", "--locked", "--profile", "ratios", "--package", "taizhang"]))?;
    let floors = root.join("benches");
    let mut build = cargo(&floors);
    build.args(["build", "--locked", "--release"]);
    succeed(build.env("CARGO_TARGET_DIR", target.join("floors")))?;
    let folder = target.join("ratios-book");
    // What an earlier run left; the first has nothing to remove.
    let _ = std::fs::remove_dir_all(&folder);
    let mut bench = Command::new(target.join("ratios/taizhang"));
    bench.current_dir(root).args(["bench", "--check", "--dir"]).arg(&folder);
    bench.args([
        "--records",
        RECORDS,
        "--days",
        DAYS,
        "--requests",
        REQUESTS,
        "--only",
        WORKS,
    ]);
    bench.arg("--floors").arg(target.join("floors/release/floors"));
    succeed(&mut bench)
}
