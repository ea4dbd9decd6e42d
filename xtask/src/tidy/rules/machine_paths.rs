//! Rule: no file names a folder of somebody's machine.
//!
//! Such a path works for one person only, and tells who that is.

use super::{Hit, Rule, SourceFile, hit};

pub(super) const RULE: Rule = Rule {
    name: "machine-paths",
    remedy: "write the path from the project's root, or take it from a setting or a temporary folder",
    check,
    breaks: &[
        ("README.md", "see /home/someone/notes"),
        ("packs/x/pack.toml", concat!("dir = \"/ro", "ot/packs\"")),
        ("crates/a/src/b.rs", "// (/Users/someone/x)"),
    ],
    keeps: &[
        ("README.md", "see https://example.org/home/index.html, src/home/mod.rs"),
        (
            "README.md",
            "/var/lib/taizhang and /etc/taizhang.toml are the package's own",
        ),
    ],
};

const FOLDERS: &[&str] = &["/home/", concat!("/ro", "ot/"), "/Users/", "C:\\Users\\"];

fn check(file: &SourceFile) -> Vec<Hit> {
    let found = FOLDERS.iter().flat_map(|folder| file.text.match_indices(folder));
    // Behind a letter, a digit, a dot or a dash it is the inside of a longer path or of an address.
    let begins = |offset: usize| {
        let before = file.text[..offset].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '}' | '*'))
    };
    found
        .filter(|(offset, _)| begins(*offset))
        .map(|(offset, folder)| hit(file, offset, folder))
        .collect()
}
