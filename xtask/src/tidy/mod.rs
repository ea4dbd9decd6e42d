//! Room: `cargo xtask tidy`, the habits of this project that no other tool checks.
//!
//! Reads the tree once, asks every rule about every file, takes out what the allow-list exempts
//! and says of the rest what to do. It changes no file.

mod allow;
mod lexer;
mod map;
mod rules;
mod source;
mod tree;

use crate::fault::{Fault, Outcome};
use rules::{RULES, Rule};
use source::SourceFile;
use std::fs;
use std::path::Path;

/// One place that breaks one rule.
#[derive(Debug)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    what: String,
    remedy: &'static str,
}

/// Prints every finding, by rule; fails if there is one.
pub(crate) fn run(root: &Path) -> Outcome {
    let blind = rules::blind_spots();
    if !blind.is_empty() {
        return Err(Fault::new(format!(
            "rules of tidy fail their own samples:\n{}",
            blind.join("\n")
        )));
    }
    let files = tree::read(root)?;
    let findings = files
        .iter()
        .flat_map(findings_in)
        .chain(map::findings(&files))
        .collect();
    let list = fs::read_to_string(root.join(allow::PATH)).map_err(Fault::while_doing(allow::PATH))?;
    let mut left = allow::apply(&list, findings)?;
    left.sort_by(|a, b| (a.rule, &a.path, a.line).cmp(&(b.rule, &b.path, b.line)));
    for same_rule in left.chunk_by(|a, b| a.rule == b.rule && a.remedy == b.remedy) {
        println!("{}: {}", same_rule[0].rule, same_rule[0].remedy);
        same_rule.chunk_by(|a, b| a.path == b.path).for_each(print_of_file);
    }
    match left.len() {
        0 => {
            println!("{} files, {} rules, nothing to tidy", files.len(), RULES.len());
            Ok(())
        }
        count => Err(Fault::new(format!(
            "{count} to tidy; exemptions go to {} with a reason",
            allow::PATH
        ))),
    }
}

/// One file that breaks one rule all over would hide what the others do.
fn print_of_file(findings: &[Finding]) {
    const SHOWN: usize = 5;
    for finding in findings.iter().take(SHOWN) {
        println!("    {}:{}: {}", finding.path, finding.line, finding.what);
    }
    if findings.len() > SHOWN {
        println!("    {}: and {} more", findings[0].path, findings.len() - SHOWN);
    }
}

fn findings_in(file: &SourceFile) -> Vec<Finding> {
    let of_rule = |rule: &'static Rule| {
        (rule.check)(file).into_iter().map(|hit| Finding {
            path: file.path.clone(),
            line: hit.line,
            rule: rule.name,
            what: hit.what,
            remedy: rule.remedy,
        })
    };
    RULES.iter().flat_map(of_rule).collect()
}
