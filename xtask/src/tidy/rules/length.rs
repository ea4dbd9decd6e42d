//! Rule: a file holds one thing.
//!
//! 600 lines is where it surely holds two, unless its header says why not.

use super::{Hit, Rule, SourceFile, hit};

const LINES_MAX: usize = 600;
const EXCUSE: &str = "//! Long because";

pub(super) const RULE: Rule = Rule {
    name: "length",
    remedy: "split the file by the things that it holds, or give the reason in its header: `//! Long because …`",
    check,
    breaks: &[("crates/a/src/b.rs", LONG)],
    keeps: &[("crates/a/src/b.rs", "//! Short.\n"), ("packs/x/a.csv", LONG)],
};

const LONG: &str = match std::str::from_utf8(&[b'\n'; LINES_MAX + 1]) {
    Ok(lines) => lines,
    Err(_) => "",
};

fn check(file: &SourceFile) -> Vec<Hit> {
    let count = file.text.lines().count();
    if !file.is_rust() || count <= LINES_MAX {
        return Vec::new();
    }
    let mut header = file
        .text
        .lines()
        .skip_while(|line| line.is_empty())
        .take_while(|line| line.starts_with("//!"));
    if header.any(|line| line.starts_with(EXCUSE)) {
        return Vec::new();
    }
    vec![hit(file, 0, format!("{count} lines, above {LINES_MAX}"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excuse_counts_in_the_header_only() {
        let table = [
            ("//! Room: a.\n//! Long because it is a table.\n", 0),
            ("fn f() {}\n//! Long because it is late.\n", 1),
        ];
        for (opening, expected) in table {
            let file = SourceFile::new("crates/a/src/b.rs", format!("{opening}{LONG}"));
            assert_eq!(check(&file).len(), expected, "{opening}");
        }
    }
}
