//! Room: `cargo xtask soak [NAME…] [--quick] [--seed N]`, the long form of what attacks a book, and the quick one.
//!
//! Runs the same tests as the gate, with `TAIZHANG_SOAK` set, as many experiments side by side as there are cores, and
//! a temporary PostgreSQL beside them. It holds no experiment itself: `docs/faults.md` says what each one does. Quick are those whose
//! size in every build is too small to mean much: larger ones, that together take minutes.

use crate::fault::{Fault, Outcome};
use crate::optimised::{TestProgram, of_package, test_programs};
use crate::postgres::TemporaryServer;
use crate::programs::cores;
use crate::steps::Report;
use crate::tally::{self, Tally};
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// One experiment: its name, the crate and the test target that hold it, and which tests.
struct Experiment {
    name: &'static str,
    package: &'static str,
    target: &'static str,
    tests: &'static str,
}

/// Those that are larger in a quick soak than in every build, and are run then.
const QUICK: &[&str] = &["kill", "power", "calls", "workbooks", "flips", "floors", "histories"];

/// What was asked for.
struct Asked {
    names: Vec<&'static str>,
    quick: bool,
    seed: u64,
}

/// Those that last longest first, so that none is left alone at the end.
const EXPERIMENTS: &[Experiment] = &[
    of("histories", "taizhang-store", "laws", ""),
    of("kill", "taizhang", "faults", "kill::"),
    of("power", "taizhang", "faults", "power::"),
    of("calls", "taizhang", "faults", "calls::"),
    of("disk", "taizhang", "faults", "disk::"),
    of("files", "taizhang", "faults", "files::"),
    of("beside", "taizhang", "faults", "flips::"),
    of("fuzz", "taizhang", "faults", "fuzz::"),
    of("workbooks", "taizhang", "faults", "workbooks::"),
    of("vouchers", "taizhang", "money", "race::"),
    of("proofs", "taizhang", "proofs", ""),
    of("text", "taizhang", "planes", ""),
    of("flips", "taizhang-store", "it", "flips::"),
    of("floors", "taizhang-store", "it", "floors::"),
    of("tampering", "taizhang-store", "it", "verify::"),
    of("model", "taizhang-core", "laws", "properties::"),
];

const fn of(name: &'static str, package: &'static str, target: &'static str, tests: &'static str) -> Experiment {
    Experiment {
        name,
        package,
        target,
        tests,
    }
}

pub(crate) fn run(root: &Path, args: &[String]) -> Outcome {
    let asked = read(args)?;
    attack(root, &asked).verdict
}

/// The quick ones, as the gate runs them: always with one seed.
pub(crate) fn quick(root: &Path) -> Report {
    let names = QUICK.to_vec();
    attack(
        root,
        &Asked {
            names,
            quick: true,
            seed: SEED,
        },
    )
}

fn attack(root: &Path, asked: &Asked) -> Report {
    let began = Instant::now();
    let wanted: Vec<&Experiment> = EXPERIMENTS
        .iter()
        .filter(|one| asked.names.contains(&one.name))
        .collect();
    let built = built(root, &wanted).and_then(|programs| Ok((programs, TemporaryServer::start()?)));
    let (programs, server) = match built {
        Ok(built) => built,
        Err(fault) => return Err(fault).into(),
    };
    println!("== built after {} s", began.elapsed().as_secs());
    let (waiting, done) = (Mutex::new(wanted.iter()), Mutex::new(Vec::new()));
    let one_after_another = || {
        let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some(experiment) = next() {
            let report = run_one(experiment, asked, &programs, &server);
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((experiment.name, report));
        }
    };
    // Many wait for a disk, a clock or a program that was ended more than they compute.
    std::thread::scope(|scope| {
        (0..cores()).for_each(|_| drop(scope.spawn(one_after_another)));
    });
    server.stop();
    println!("\n== all: {} s, builds included", began.elapsed().as_secs());
    let (mut failed, mut total) = (Vec::new(), Tally::default());
    for (name, report) in done.into_inner().unwrap_or_else(PoisonError::into_inner) {
        total.add(report.tally.unwrap_or_default());
        if report.verdict.is_err() {
            failed.push(name);
        }
    }
    Report::counted(asked.verdict(&failed), total)
}

fn built(root: &Path, wanted: &[&Experiment]) -> Outcome<Vec<TestProgram>> {
    let mut targets: Vec<&str> = wanted.iter().map(|experiment| experiment.target).collect();
    targets.sort_unstable();
    targets.dedup();
    test_programs(root, &targets)
}

fn run_one(experiment: &Experiment, asked: &Asked, programs: &[TestProgram], server: &TemporaryServer) -> Report {
    let (name, started) = (experiment.name, Instant::now());
    println!("== {name} begins (TAIZHANG_SEED={})", asked.seed);
    let report = match of_package(programs, experiment.package, experiment.target) {
        Ok(program) => tally::count_as(name, command(program, experiment, asked).envs(server.variables())),
        Err(fault) => Err(fault).into(),
    };
    let verdict = if report.verdict.is_ok() { "ok" } else { "FAILED" };
    println!("== {name}: {verdict} after {} s", started.elapsed().as_secs());
    report
}

fn command(program: &TestProgram, experiment: &Experiment, asked: &Asked) -> Command {
    let mut command = Command::new(&program.file);
    command.current_dir(&program.package);
    command.args(["--nocapture", "--test-threads=2"]);
    command.args(Some(experiment.tests).filter(|tests| !tests.is_empty()));
    command
        .env("TAIZHANG_SOAK", if asked.quick { "quick" } else { "1" })
        .env("TAIZHANG_SEED", asked.seed.to_string());
    command
}

impl Asked {
    /// What to type to see again what failed.
    fn verdict(&self, failed: &[&str]) -> Outcome {
        if failed.is_empty() {
            return Ok(());
        }
        Err(Fault::new(format!(
            "failed: {}; repeat with cargo xtask soak {}{} --seed {}",
            failed.join(", "),
            failed.join(" "),
            if self.quick { " --quick" } else { "" },
            self.seed
        )))
    }
}

/// Which experiments, all of that size if none is named, and the seed: a new one each time unless it is given. A quick
/// soak has the same seed each time, so that nobody's change is blamed for another's luck.
fn read(args: &[String]) -> Outcome<Asked> {
    let names = || EXPERIMENTS.iter().map(|experiment| experiment.name);
    let known = names().collect::<Vec<_>>().join(" ");
    let usage = || {
        Fault::new(format!(
            "usage: cargo xtask soak [NAME…] [--quick] [--seed N]; names: {known}"
        ))
    };
    let quick = args.iter().any(|arg| arg == "--quick");
    let any = if quick { SEED } else { u64::from(std::process::id()) };
    let (mut wanted, mut seed) = (Vec::new(), any);
    let mut left = args.iter();
    while let Some(arg) = left.next() {
        if arg == "--seed" {
            let given = left.next().and_then(|text| text.parse().ok());
            seed = given.ok_or_else(usage)?;
        } else if arg != "--quick" {
            wanted.push(names().find(|name| name == arg).ok_or_else(usage)?);
        }
    }
    let all = || match quick {
        true => QUICK.to_vec(),
        false => names().collect(),
    };
    let names = if wanted.is_empty() { all() } else { wanted };
    Ok(Asked { names, quick, seed })
}

/// The seed of a quick soak.
const SEED: u64 = 20_240_630;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quick_soak_names_experiments_that_are_there() {
        let there = |name: &str| EXPERIMENTS.iter().any(|experiment| experiment.name == name);
        assert!(QUICK.iter().all(|name| there(name)));
        let asked = read(&["--quick".to_owned()]).expect("read");
        assert_eq!((asked.names.as_slice(), asked.seed), (QUICK, SEED));
    }

    #[test]
    fn a_red_run_says_how_to_see_it_again() {
        let args = ["kill", "--seed", "77", "power"].map(str::to_owned);
        let asked = read(&args).expect("read");
        assert!(asked.verdict(&[]).is_ok());
        let told = asked.verdict(&["power"]).expect_err("red").to_string();
        assert!(told.ends_with("repeat with cargo xtask soak power --seed 77"), "{told}");
        let quick = read(&["kill", "--quick"].map(str::to_owned)).expect("read");
        let told = quick.verdict(&["kill"]).expect_err("red").to_string();
        assert!(told.ends_with(&format!("soak kill --quick --seed {SEED}")), "{told}");
    }

    /// A filter that no test answers to would pass in no time.
    #[test]
    fn every_experiment_names_tests_that_are_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for experiment in EXPERIMENTS {
            let tests = root.join("crates").join(experiment.package).join("tests");
            let (target, module) = (experiment.target, experiment.tests.trim_end_matches("::"));
            let files = if module.is_empty() {
                vec![tests.join(format!("{target}.rs")), tests.join(target).join("main.rs")]
            } else {
                vec![tests.join(target).join(format!("{module}.rs"))]
            };
            let has_tests =
                |file: &std::path::PathBuf| std::fs::read_to_string(file).is_ok_and(|text| text.contains("#[test]"));
            assert!(files.iter().any(has_tests), "{}: no test in {files:?}", experiment.name);
        }
    }
}
