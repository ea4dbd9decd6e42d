//! Room: how many tests passed and failed, read from what the runners print.
//!
//! Knows the closing lines of nextest, cargo test, Node's own runner and Playwright.

use crate::fault::{Fault, Outcome};
use crate::programs::shown;
use crate::steps::Report;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

/// Counts of one or several runs, with the runners' own closing lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) closing_lines: Vec<String>,
}

/// Runs a test runner with its output shown, and counts.
pub(crate) fn count(command: &mut Command) -> Report {
    counted("", command)
}

/// The same of one of several that run side by side: each of its lines begins with its name.
pub(crate) fn count_as(name: &str, command: &mut Command) -> Report {
    counted(&format!("{name} | "), command)
}

fn counted(before: &str, command: &mut Command) -> Report {
    let shown = shown(command);
    match run_and_keep(before, command) {
        Err(fault) => Err(fault).into(),
        Ok((true, output)) => Report {
            verdict: Ok(()),
            tally: Some(Tally::read(&output)),
        },
        Ok((false, output)) => {
            let mut tally = Tally::read(&output);
            // A run that broke off before its first test has not passed: it counts as one failure.
            tally.failed = tally.failed.max(1);
            Report {
                verdict: Err(Fault::new(format!("{shown} failed"))),
                tally: Some(tally),
            }
        }
    }
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.closing_lines.extend(other.closing_lines);
    }

    fn read(output: &str) -> Self {
        let mut total = Self::default();
        for line in output.lines() {
            if let Some((passed, failed)) = counts_in(line.trim()) {
                total.passed += passed;
                total.failed += failed;
                // Cargo prints a line for each crate without examples too; those say nothing.
                if passed + failed > 0 {
                    total.closing_lines.push(line.trim().to_owned());
                }
            }
        }
        total
    }
}

/// The counts of a closing line, or nothing if it is none.
fn counts_in(line: &str) -> Option<(u64, u64)> {
    if line.starts_with("Summary [") {
        // `Summary [ 0.1s] 12 tests run: 9 passed (1 slow), 1 failed, 1 timed out, 1 exec failed, 4 skipped`
        let (_, counts) = line.split_once(" run: ")?;
        return Some(sum_of(counts.split(", ")));
    }
    if let Some(counts) = line.strip_prefix("test result: ") {
        // `test result: ok. 5 passed; 0 failed; 0 ignored; …`
        return Some(sum_of(counts.split_once(". ")?.1.split("; ")));
    }
    node_counts(line).or_else(|| playwright_counts(line))
}

fn sum_of<'a>(counts: impl Iterator<Item = &'a str>) -> (u64, u64) {
    let mut sums = (0, 0);
    for (number, what) in counts.filter_map(|count| count.trim().split_once(' ')) {
        let number: u64 = number.parse().unwrap_or(0);
        if what.starts_with("passed") {
            sums.0 += number;
        } else if ["failed", "timed out", "exec failed"]
            .iter()
            .any(|failure| what.starts_with(failure))
        {
            sums.1 += number;
        }
    }
    sums
}

/// `# pass 3`, or with the mark that Node draws on a terminal.
fn node_counts(line: &str) -> Option<(u64, u64)> {
    let (mark, rest) = line.split_once(' ')?;
    let (what, number) = rest.split_once(' ')?;
    let number = number.parse().ok()?;
    match (mark, what) {
        ("#" | "\u{2139}", "pass") => Some((number, 0)),
        ("#" | "\u{2139}", "fail") => Some((0, number)),
        _ => None,
    }
}

/// `3 passed (1.2s)` or `1 failed` alone on a line.
fn playwright_counts(line: &str) -> Option<(u64, u64)> {
    let (number, what) = line.split_once(' ')?;
    let number = number.parse().ok()?;
    match what {
        "failed" => Some((0, number)),
        _ if what == "passed" || what.starts_with("passed (") => Some((number, 0)),
        _ => None,
    }
}

fn run_and_keep(before: &str, command: &mut Command) -> Outcome<(bool, String)> {
    let doing = format!("cannot run {}", shown(command));
    let spawned = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.map_err(Fault::while_doing(&doing))?;
    let beside = before.to_owned();
    let errors = child
        .stderr
        .take()
        .map(|pipe| std::thread::spawn(move || echo(&beside, pipe, std::io::stderr())));
    let mut output = child
        .stdout
        .take()
        .map(|pipe| echo(before, pipe, std::io::stdout()))
        .unwrap_or_default();
    if let Some(Ok(errors)) = errors.map(std::thread::JoinHandle::join) {
        output.push_str(&errors);
    }
    let status = child.wait().map_err(Fault::while_doing(&doing))?;
    Ok((status.success(), output))
}

/// Passes each line on as it comes, with something before it, and keeps it.
fn echo(before: &str, pipe: impl Read, mut out: impl Write) -> String {
    let mut reader = BufReader::new(pipe);
    let (mut kept, mut line) = (String::new(), Vec::new());
    while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        // A closed terminal must not stop the tests.
        let told = [before.as_bytes(), &line].concat();
        let _ = out.write_all(&told).and_then(|()| out.flush());
        kept.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_the_runners_are_understood() {
        let table = [
            (
                "     Summary [   0.005s] 3 tests run: 3 passed, 0 skipped",
                Some((3, 0)),
            ),
            (
                "Summary [  65.1s] 1 test run: 0 passed, 1 failed, 2 skipped",
                Some((0, 1)),
            ),
            (
                "Summary [ 1s] 12/20 tests run: 8 passed (1 slow, 1 leaky), 2 failed, 1 timed out, 1 exec failed",
                Some((8, 4)),
            ),
            (
                "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
                Some((5, 0)),
            ),
            ("test result: FAILED. 5 passed; 2 failed; 0 ignored", Some((5, 2))),
            ("# pass 3", Some((3, 0))),
            ("\u{2139} fail 1", Some((0, 1))),
            ("  3 passed (1.2s)", Some((3, 0))),
            ("  1 failed", Some((0, 1))),
            ("error: 1 test failed", None),
            ("# tests 3", None),
            ("PASS [ 0.1s] a::b", None),
            ("12 rows read", None),
        ];
        for (line, expected) in table {
            assert_eq!(counts_in(line.trim()), expected, "{line}");
        }
    }

    #[test]
    fn several_runs_add_up() {
        let tally =
            Tally::read("test result: ok. 5 passed; 0 failed; x\nnoise\ntest result: FAILED. 1 passed; 2 failed; x\n");
        assert_eq!((tally.passed, tally.failed, tally.closing_lines.len()), (6, 2, 2));
    }

    #[test]
    fn a_run_that_breaks_off_is_a_failure() {
        let report = count(&mut Command::new("false"));
        assert!(report.verdict.is_err());
        assert_eq!(report.tally.map(|tally| (tally.passed, tally.failed)), Some((0, 1)));
    }
}
