//! Room: the rules of tidy, one file each, and the list of them.
//!
//! A rule looks at one file and returns the places that break it. It carries samples that break and
//! that keep it, so that no rule can go blind unnoticed.

mod clock;
mod core_reach;
mod floats;
mod header;
mod http_store;
mod length;
mod lockfile;
mod machine_paths;
mod names;
mod spaces;
mod sql;
mod user_text;
mod width;
mod words;

use super::source::SourceFile;

/// All rules, by name.
pub(crate) const RULES: &[Rule] = &[
    clock::RULE,
    core_reach::RULE,
    floats::RULE,
    header::RULE,
    http_store::RULE,
    length::RULE,
    lockfile::RULE,
    machine_paths::RULE,
    names::RULE,
    spaces::RULE,
    sql::RULE,
    user_text::RULE,
    width::RULE,
    words::RULE,
];

/// One habit.
pub(crate) struct Rule {
    /// What findings and the allow-list call it.
    pub(crate) name: &'static str,
    /// What its breaker is to do.
    pub(crate) remedy: &'static str,
    pub(crate) check: fn(&SourceFile) -> Vec<Hit>,
    /// Path and text of files that break it.
    pub(crate) breaks: &'static [(&'static str, &'static str)],
    /// Path and text of files that look alike and keep it.
    pub(crate) keeps: &'static [(&'static str, &'static str)],
}

/// A place in the file that was checked.
pub(crate) struct Hit {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// A hit at an offset of the file's text.
fn hit(file: &SourceFile, offset: usize, what: impl Into<String>) -> Hit {
    Hit {
        line: file.line_of(offset),
        what: what.into(),
    }
}

/// What is wrong with the rules themselves: samples that they overlook or wrongly object to.
///
/// Asked on every run, not only by the test, because a rule that has gone blind looks like a tidy tree.
pub(crate) fn blind_spots() -> Vec<String> {
    let mut spots = Vec::new();
    for rule in RULES {
        if rule.breaks.is_empty() || rule.keeps.is_empty() {
            spots.push(format!("{} has no samples", rule.name));
        }
        let overlooked = rule.breaks.iter().filter(|sample| !objects(rule, sample));
        spots.extend(overlooked.map(|(path, text)| format!("{} overlooks {path}: {text}", rule.name)));
        let wronged = rule.keeps.iter().filter(|sample| objects(rule, sample));
        spots.extend(wronged.map(|(path, text)| format!("{} objects to {path}: {text}", rule.name)));
    }
    spots
}

fn objects(rule: &Rule, (path, text): &(&str, &str)) -> bool {
    !(rule.check)(&SourceFile::new(*path, *text)).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_breaks_it_and_only_that() {
        assert_eq!(blind_spots(), Vec::<String>::new());
    }

    #[test]
    fn rules_stand_in_the_order_of_their_names() {
        assert!(RULES.is_sorted_by(|a, b| a.name < b.name));
    }
}
