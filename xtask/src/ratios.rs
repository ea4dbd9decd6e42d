//! Room: `cargo xtask ratios`, the program beside its floors, in one run on one machine. Fails on the ratio of CPU times,
//! never on a wall time: a slow or a busy machine slows both.

use crate::fault::Outcome;
use crate::metadata::Metadata;
use crate::optimised;
use crate::pins;
use crate::programs::{cargo, succeed};
use std::path::Path;
use std::process::Command;

/// What is held against a floor, and over how many records: large enough for the ratio to hold, small enough to be
/// quick. A figure is held against the same over a tenth of the records, and its promise is worded for a million.
const RATIOS: &[(&str, &str)] = &[
    ("100000", "import_csv,http_create_8"),
    ("1000000", "figure_district,figure_tenth"),
];
const DAYS: &str = "240";
const REQUESTS: &str = "8000";
/// How often a ratio may be measured.
const TIMES: usize = 5;

pub(crate) fn run(root: &Path) -> Outcome {
    pins::check(root)?;
    let program = optimised::program(root)?;
    let target = Metadata::read(root)?.target_directory;
    let floors = root.join("benches");
    let mut build = cargo(&floors);
    build.args(["build", "--locked", "--release"]);
    succeed(build.env("CARGO_TARGET_DIR", target.join("floors")))?;
    let folder = target.join("ratios-book");
    let held = |&(records, works): &(&str, &str)| {
        // What an earlier run left; the first has nothing to remove.
        let _ = std::fs::remove_dir_all(&folder);
        let mut bench = Command::new(&program);
        bench.current_dir(root).args(["bench", "--check", "--dir"]).arg(&folder);
        bench.args(["--records", records, "--days", DAYS, "--requests", REQUESTS]);
        bench.args(["--only", works, "--floors"]);
        succeed(bench.arg(target.join("floors/release/floors")))
    };
    // Neighbours add time and never take any: what is above its bar is measured again, and what is above it each time is
    // said once all were measured.
    let least = |ratio: &(&str, &str)| (1..TIMES).fold(held(ratio), |said, _| said.or_else(|_| held(ratio)));
    let said: Vec<Outcome> = RATIOS.iter().map(least).collect();
    let _ = std::fs::remove_dir_all(&folder);
    said.into_iter().collect()
}
