//! Rule: a package-lock.json names no download address.
//!
//! Whoever builds brings their own registry; the integrity hashes are what pins the packages.

use super::{Hit, Rule, SourceFile, hit};

pub(super) const RULE: Rule = Rule {
    name: "lockfile",
    remedy: "run `npm config set omit-lockfile-registry-resolved true`, remove the file and make it again with npm install",
    check,
    breaks: &[
        (
            "ui/package-lock.json",
            "{\"a\": {\n\"resolved\": \"https://registry.example/a.tgz\"}}",
        ),
        (
            "tests/browser/package-lock.json",
            "\"resolved\":\"http://mirror/a.tgz\"",
        ),
    ],
    keeps: &[
        (
            "ui/package-lock.json",
            "{\"a\": {\"version\": \"1.0.0\", \"integrity\": \"sha512-x\"}}",
        ),
        ("ui/package-lock.json", "{\"resolved\": \"packages/a\", \"link\": true}"),
        ("ui/package.json", "{\"resolved\": \"https://x\"}"),
    ],
};

fn check(file: &SourceFile) -> Vec<Hit> {
    if !file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let keys = file.text.match_indices("\"resolved\"");
    let addresses = keys.filter(|(offset, key)| {
        let value = file.text[offset + key.len()..].trim_start_matches([':', ' ', '"']);
        value.starts_with("http")
    });
    addresses
        .map(|(offset, _)| hit(file, offset, "an address under \"resolved\""))
        .collect()
}
