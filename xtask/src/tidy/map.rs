//! Room: ARCHITECTURE.md against the tree. The map names every crate and every top-level module that
//! exists, and none that does not.
//!
//! A rule of tidy looks at one file; this looks at all of them, so it stands beside the rules.

use super::Finding;
use super::source::SourceFile;
use std::collections::BTreeSet;

const PATH: &str = "ARCHITECTURE.md";
const REMEDY: &str =
    "name the module in its crate's table of ARCHITECTURE.md with one line on what it is, or take out what is gone";

/// What the map does not name, and what it names in vain.
pub(super) fn findings(files: &[SourceFile]) -> Vec<Finding> {
    let Some(map) = files.iter().find(|file| file.path == PATH) else {
        return vec![finding(1, "there is no map".to_owned())];
    };
    let mut found = Vec::new();
    for krate in crates(files) {
        let Some(section) = section(&map.text, &krate) else {
            found.push(finding(1, format!("no section `## {krate}: …`")));
            continue;
        };
        let there = modules(files, &krate);
        let named: BTreeSet<&str> = section
            .rows
            .iter()
            .flat_map(|(_, names)| names.iter().copied())
            .collect();
        let missing = there.iter().filter(|module| !named.contains(module.as_str()));
        found.extend(missing.map(|module| finding(section.line, format!("{krate}: `{module}` is not named"))));
        for (line, names) in &section.rows {
            let gone = names.iter().filter(|name| !there.contains(**name));
            found.extend(gone.map(|name| finding(*line, format!("{krate}: there is no `{name}`"))));
        }
    }
    found
}

fn finding(line: usize, what: String) -> Finding {
    Finding {
        path: PATH.to_owned(),
        line,
        rule: "map",
        what,
        remedy: REMEDY,
    }
}

/// The names of our crates, by their folders.
fn crates(files: &[SourceFile]) -> BTreeSet<String> {
    let below = files.iter().filter_map(|file| file.path.strip_prefix("crates/"));
    below
        .filter_map(|path| Some(path.split_once("/src/")?.0.to_owned()))
        .collect()
}

/// The modules directly below a crate's root, a folder without its slash.
fn modules(files: &[SourceFile], krate: &str) -> BTreeSet<String> {
    let root = format!("crates/{krate}/src/");
    let below = files.iter().filter_map(|file| file.path.strip_prefix(&root));
    let first = below
        .filter(|path| path.ends_with(".rs"))
        .filter_map(|path| path.split(['/', '.']).next());
    first
        .filter(|name| !matches!(*name, "lib" | "main"))
        .map(str::to_owned)
        .collect()
}

/// A crate's part of the map.
struct Section<'a> {
    line: usize,
    /// The lines of its table, each with the names in its first column.
    rows: Vec<(usize, Vec<&'a str>)>,
}

fn section<'a>(map: &'a str, krate: &str) -> Option<Section<'a>> {
    let title = format!("## {krate}:");
    let mut lines = map.lines().enumerate().map(|(at, line)| (at + 1, line));
    let (line, _) = lines.find(|(_, line)| line.starts_with(&title))?;
    let body = lines.take_while(|(_, line)| !line.starts_with("## "));
    let rows = body.filter_map(|(at, row)| Some((at, names(row.strip_prefix('|')?.split('|').next()?))));
    Some(Section {
        line,
        rows: rows.collect(),
    })
}

/// What stands between backticks.
fn names(column: &str) -> Vec<&str> {
    let quoted = column.split('`').skip(1).step_by(2);
    quoted.map(|name| name.trim_end_matches('/')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: &str =
        "# Map\n## a: pure\n| module | is |\n|---|---|\n| `one`, `two/` | both |\n## b: else\n| `three` | x |\n";

    fn told(map: &str, paths: &[&str]) -> Vec<String> {
        let files = paths.iter().map(|path| SourceFile::new(*path, ""));
        let files: Vec<SourceFile> = files.chain([SourceFile::new(PATH, map)]).collect();
        let found = findings(&files).into_iter();
        found
            .map(|finding| format!("{}: {}", finding.line, finding.what))
            .collect()
    }

    #[test]
    fn a_map_names_what_is_there_and_nothing_else() {
        let tree = [
            "crates/a/src/lib.rs",
            "crates/a/src/one.rs",
            "crates/a/src/two/deep.rs",
            "crates/b/src/main.rs",
            "crates/b/src/three.rs",
        ];
        assert_eq!(told(MAP, &tree), Vec::<String>::new());
        let more = [&tree[..], &["crates/a/src/four.rs", "crates/c/src/lib.rs"]].concat();
        assert_eq!(
            told(MAP, &more),
            ["2: a: `four` is not named", "1: no section `## c: …`"]
        );
        assert_eq!(told(MAP, &tree[..4]), ["7: b: there is no `three`"]);
    }
}
