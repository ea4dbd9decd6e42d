//! Step: the READMEs give every part of the year the state that its own tests give it.
//!
//! 🔴 nobody walks the part in a browser · 🟡 somebody does, and something is named as not there yet ·
//! 🟢 somebody does, and nothing is. The walks themselves run in the step `browser`.

use super::Report;
use crate::fault::{Fault, Outcome};
use std::collections::BTreeSet;
use std::path::Path;

const READMES: [&str; 2] = ["README.md", "README.zh-CN.md"];
const PARTS: usize = 20;
const NOTHING: &str = "—";

pub(super) fn run(root: &Path) -> Report {
    check(root).into()
}

fn check(root: &Path) -> Outcome {
    let walked = walked(root)?;
    let mut wrong = Vec::new();
    for name in READMES {
        let text = read(&root.join(name))?;
        let told = told(&text);
        wrong.extend(faults(name, &told, &walked));
        if told.len() != PARTS {
            wrong.push(format!("{name} tells of {} parts, not of {PARTS}", told.len()));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Fault::new(wrong.join("\n")))
}

/// One line of the table: the part, what it lacks, and the state that is told.
struct Told<'a> {
    part: &'a str,
    lacks: &'a str,
    state: &'a str,
}

fn told(readme: &str) -> Vec<Told<'_>> {
    let lines = readme.lines().filter(|line| line.starts_with("| S"));
    lines
        .filter_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let [part, _, _, _, lacks, state] = cells[..] else {
                return None;
            };
            Some(Told { part, lacks, state })
        })
        .collect()
}

fn faults(name: &str, told: &[Told<'_>], walked: &BTreeSet<String>) -> Vec<String> {
    let expected = |line: &Told<'_>| match (walked.contains(line.part), line.lacks == NOTHING) {
        (false, _) => "🔴",
        (true, false) => "🟡",
        (true, true) => "🟢",
    };
    let wrong = told.iter().filter(|line| line.state != expected(line));
    wrong
        .map(|line| {
            format!(
                "{name} says {} of {}, its tests and what it lacks say {}",
                line.state,
                line.part,
                expected(line)
            )
        })
        .collect()
}

/// The parts that a browser test walks through: `row: 'S7'` in a list of walks, or a test named `S7: …`.
fn walked(root: &Path) -> Outcome<BTreeSet<String>> {
    let folder = root.join("tests/browser");
    let mut found = BTreeSet::new();
    let entries = std::fs::read_dir(&folder).map_err(Fault::while_doing("cannot list tests/browser"))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".mjs") {
            found.extend(parts(&read(&entry.path())?));
        }
    }
    Ok(found)
}

fn parts(text: &str) -> Vec<String> {
    let starts = ["row: 'S", "test('S"];
    let ends = ["'", ":"];
    let mut found = Vec::new();
    for (start, end) in starts.into_iter().zip(ends) {
        for piece in text.split(start).skip(1) {
            let number = piece.split(end).next().unwrap_or_default();
            if number.parse::<u8>().is_ok() {
                found.push(format!("S{number}"));
            }
        }
    }
    found
}

fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(Fault::while_doing(format!("cannot read {}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_no_test_gives_is_named() {
        let walked = parts("{ row: 'S1', }, { row: 'S2' } test('S3: a', () => {})");
        assert_eq!(walked, ["S1", "S2", "S3"]);
        let walked = walked.into_iter().collect();
        let table = "| S1 | a | `r` | `f` | the rest | 🟢 |\n| S2 | b | `r` | `f` | — | 🟢 |\n\
                     | S4 | c | `r` | `f` | — | 🟡 |\n";
        let wrong = faults("README.md", &told(table), &walked);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(
            wrong[0].contains("🟢 of S1") && wrong[1].contains("say 🔴"),
            "{wrong:?}"
        );
    }
}
