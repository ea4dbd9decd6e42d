//! Room: `cargo xtask test [--yes]`, everything that a change must pass.
//!
//! Sees that what is needed is installed, runs every step in order whatever the ones before it did,
//! and ends with a table and the count of tests. It decides nothing about what a step checks.

use crate::fault::{Fault, Outcome};
use crate::needs;
use crate::steps::{STEPS, Step};
use crate::tally::Tally;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How one line of the table came out.
struct Row {
    name: &'static str,
    verdict: Outcome,
    took: Duration,
}

pub(crate) fn run(root: &Path, args: &[String]) -> Outcome<ExitCode> {
    let may_install = match args {
        [] => is_ci(),
        [flag] if flag == "--yes" => true,
        _ => return Err(Fault::new("usage: cargo xtask test [--yes]")),
    };
    heading("needs");
    let started = Instant::now();
    let provided = needs::provide(root, may_install);
    if provided.is_err() && !may_install {
        return provided.map(|()| ExitCode::FAILURE);
    }
    // Without a person to ask, what can run runs; a step that lacks its program says so itself.
    let mut rows = vec![Row {
        name: "needs",
        verdict: provided,
        took: started.elapsed(),
    }];
    let mut total = Tally::default();
    for step in STEPS {
        rows.push(run_step(root, step, &mut total));
    }
    summary(&rows, &total);
    Ok(if rows.iter().all(|row| row.verdict.is_ok()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn run_step(root: &Path, step: &Step, total: &mut Tally) -> Row {
    heading(step.name);
    let started = Instant::now();
    let report = (step.run)(root);
    total.add(report.tally.unwrap_or_default());
    Row {
        name: step.name,
        verdict: report.verdict,
        took: started.elapsed(),
    }
}

/// The table, then the runners' own closing lines, then the count alone on the last line.
fn summary(rows: &[Row], total: &Tally) {
    heading("summary");
    println!("{:<12} {:<7} {:>8}", "step", "result", "seconds");
    for row in rows {
        let result = if row.verdict.is_ok() { "ok" } else { "FAILED" };
        println!("{:<12} {:<7} {:>8}", row.name, result, row.took.as_secs());
    }
    let failed = rows
        .iter()
        .filter_map(|row| row.verdict.as_ref().err().map(|fault| (row.name, fault)));
    failed.for_each(|(name, fault)| println!("\n{name}: {fault}"));
    println!();
    total.closing_lines.iter().for_each(|line| println!("{line}"));
    println!("{} passed, {} failed", total.passed, total.failed);
}

fn heading(name: &str) {
    println!("\n== {name}");
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}
