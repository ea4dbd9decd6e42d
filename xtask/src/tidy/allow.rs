//! Room: the exemptions of tidy, `xtask/tidy-allow.toml`.
//!
//! An entry names a rule, a file or folder, and a reason. One that exempts nothing any more is a
//! finding itself, so the list only holds what is needed.

use super::Finding;
use super::rules::RULES;
use crate::fault::{Fault, Outcome};
use serde::Deserialize;

/// Where the list stands.
pub(crate) const PATH: &str = "xtask/tidy-allow.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    allow: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    rule: String,
    /// A file, or a folder if it ends in a slash.
    path: String,
    reason: String,
}

impl Entry {
    fn covers(&self, finding: &Finding) -> bool {
        let by_path = if self.path.ends_with('/') {
            finding.path.starts_with(&self.path)
        } else {
            finding.path == self.path
        };
        by_path && finding.rule == self.rule
    }
}

/// Takes the allowed findings out and adds one for every entry that is idle or ill-formed.
pub(crate) fn apply(list: &str, findings: Vec<Finding>) -> Outcome<Vec<Finding>> {
    let list: List = toml::from_str(list).map_err(Fault::while_doing(PATH))?;
    let mut left: Vec<Finding> = list.allow.iter().filter_map(|entry| idle(entry, &findings)).collect();
    left.extend(
        findings
            .into_iter()
            .filter(|finding| !list.allow.iter().any(|entry| entry.covers(finding))),
    );
    Ok(left)
}

fn idle(entry: &Entry, findings: &[Finding]) -> Option<Finding> {
    let remedy = if !RULES.iter().any(|rule| rule.name == entry.rule) {
        "there is no such rule; correct the name"
    } else if entry.reason.trim().is_empty() {
        "write the reason"
    } else if !findings.iter().any(|finding| entry.covers(finding)) {
        "nothing needs this exemption any more; delete the entry"
    } else {
        return None;
    };
    let what = format!("{} for {}", entry.rule, entry.path);
    Some(Finding {
        path: PATH.to_owned(),
        line: 1,
        rule: "allow-list",
        what,
        remedy,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: &'static str, path: &str) -> Finding {
        Finding {
            path: path.to_owned(),
            line: 3,
            rule,
            what: String::new(),
            remedy: "",
        }
    }

    fn left(list: &str) -> Vec<(String, String)> {
        let findings = vec![
            finding("floats", "a/b.rs"),
            finding("floats", "c/d/e.rs"),
            finding("width", "a/b.rs"),
        ];
        let left = apply(list, findings).expect("the list is well-formed");
        left.into_iter()
            .map(|finding| (finding.rule.to_owned(), finding.path))
            .collect()
    }

    fn entry(rule: &str, path: &str, reason: &str) -> String {
        format!("[[allow]]\nrule = \"{rule}\"\npath = \"{path}\"\nreason = \"{reason}\"\n")
    }

    #[test]
    fn entries_exempt_their_rule_in_their_place_only() {
        let pair = |rule: &str, path: &str| (rule.to_owned(), path.to_owned());
        let table = [
            (
                String::new(),
                vec![
                    pair("floats", "a/b.rs"),
                    pair("floats", "c/d/e.rs"),
                    pair("width", "a/b.rs"),
                ],
            ),
            (
                entry("floats", "a/b.rs", "x"),
                vec![pair("floats", "c/d/e.rs"), pair("width", "a/b.rs")],
            ),
            (
                entry("floats", "c/", "x"),
                vec![pair("floats", "a/b.rs"), pair("width", "a/b.rs")],
            ),
        ];
        for (list, expected) in table {
            assert_eq!(left(&list), expected, "{list}");
        }
    }

    #[test]
    fn entries_that_do_nothing_are_findings() {
        for list in [
            entry("floats", "gone.rs", "x"),
            entry("no-rule", "a/b.rs", "x"),
            entry("floats", "a/b.rs", " "),
        ] {
            assert!(
                left(&list).contains(&("allow-list".to_owned(), PATH.to_owned())),
                "{list}"
            );
        }
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        assert!(
            apply(
                "[[allow]]\nrule = \"floats\"\nfile = \"a.rs\"\nreason = \"x\"\n",
                Vec::new()
            )
            .is_err()
        );
    }
}
