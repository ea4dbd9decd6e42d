//! Step: the crates depend on each other, and on others, only in the intended direction.
//!
//! The core stays free of async, SQL, web, office formats, clocks and randomness; each of these has
//! one crate that may know it. Dev-dependencies are left out: a test may tamper with a book.

use super::Report;
use crate::fault::{Fault, Outcome};
use crate::metadata::{Metadata, Package};
use crate::programs::cargo;
use std::path::Path;

/// Doors to the outside world; a `*` stands for any ending.
const OUTSIDE: &[&str] = &[
    "async-*",
    "axum*",
    "calamine",
    "chrono",
    "crossbeam*",
    "fastrand",
    "futures*",
    "getrandom",
    "h2",
    "http*",
    "hyper*",
    "libsqlite3-sys",
    "maud*",
    "minijinja",
    "mio",
    "native-tls",
    "openssl*",
    "postgres*",
    "quick-xml",
    "rand*",
    "rayon*",
    "reqwest",
    "rusqlite",
    "rust_xlsxwriter",
    "rustls*",
    "smol",
    "socket2",
    "sqlx*",
    "time",
    "tokio*",
    "tower*",
    "tracing*",
    "ureq",
    "uuid",
    "zip",
];

/// Crates below which none of these may appear.
const PURE: &[(&str, &[&str])] = &[("taizhang-core", OUTSIDE), ("taizhang-schemes", OUTSIDE)];

/// Features that would open a door in a crate that is otherwise welcome, as (below, crate, feature, reason).
const CLOSED_FEATURES: &[(&str, &str, &str, &str)] = &[(
    "taizhang-core",
    "jiff",
    "std",
    "it brings the system clock and the system's time zones",
)];

/// The only crates that may declare these.
const OWNERS: &[(&str, &[&str])] = &[
    (
        "taizhang",
        &[
            "axum",
            "hyper",
            "hyper-util",
            "maud",
            "minijinja",
            "tokio",
            "tower",
            "tower-http",
        ],
    ),
    ("taizhang-sheet", &["calamine", "quick-xml", "rust_xlsxwriter", "zip"]),
    (
        "taizhang-store",
        // The driver of PostgreSQL needs a runtime of tokio's on the thread that waits (docs/decisions/0047); nothing
        // outside `engine/postgres.rs` is asynchronous.
        &["libsqlite3-sys", "postgres", "rusqlite", "tokio", "tokio-postgres"],
    ),
];

/// Which of our crates each of them may use. The runner of tasks uses none, so that it builds first.
const DIRECTION: &[(&str, &[&str])] = &[
    (
        "taizhang",
        &["taizhang-core", "taizhang-schemes", "taizhang-sheet", "taizhang-store"],
    ),
    ("taizhang-core", &[]),
    ("taizhang-schemes", &["taizhang-core"]),
    ("taizhang-sheet", &["taizhang-core"]),
    ("taizhang-store", &["taizhang-core"]),
    ("xtask", &[]),
];

pub(super) fn run(root: &Path) -> Report {
    check(root).into()
}

fn check(root: &Path) -> Outcome {
    let metadata = Metadata::read(root)?;
    let mut faults = Vec::new();
    for package in metadata.ours() {
        faults.extend(wrong_direction(package, &metadata));
        faults.extend(not_its_own(package));
    }
    for (name, banned) in PURE {
        let tree = tree_below(root, name)?;
        faults.extend(impure(name, banned, &tree));
        faults.extend(open_features(name, &tree));
    }
    if faults.is_empty() {
        println!("{} crates of ours, each within its bounds", metadata.ours().count());
        return Ok(());
    }
    faults.iter().for_each(|fault| println!("{fault}"));
    Err(Fault::new(
        "move what needs the dependency to the crate that may have it (the tables stand in xtask/src/steps/purity.rs)",
    ))
}

fn wrong_direction(package: &Package, metadata: &Metadata) -> Vec<String> {
    let Some((_, allowed)) = DIRECTION.iter().find(|(name, _)| *name == package.name) else {
        return vec![format!(
            "{}: say in the table DIRECTION which of our crates it may use",
            package.name
        )];
    };
    let used = package
        .dependencies
        .iter()
        .filter(|dependency| !dependency.is_dev())
        .map(|dependency| &dependency.name);
    let ours = used.filter(|used| metadata.ours().any(|other| other.name == **used));
    let wrong = ours.filter(|used| !allowed.contains(&used.as_str()));
    wrong
        .map(|used| format!("{} must not use {used}", package.name))
        .collect()
}

fn not_its_own(package: &Package) -> Vec<String> {
    let used = package
        .dependencies
        .iter()
        .filter(|dependency| !dependency.is_dev())
        .map(|dependency| &dependency.name);
    used.filter_map(|used| {
        let owners = OWNERS.iter().filter(|(_, owned)| owned.contains(&used.as_str()));
        let owners: Vec<&str> = owners.map(|(owner, _)| *owner).collect();
        let others = !owners.is_empty() && !owners.contains(&package.name.as_str());
        others.then(|| {
            format!(
                "{} must not use {used}; only {} may",
                package.name,
                owners.join(" and ")
            )
        })
    })
    .collect()
}

/// A package somewhere below another, with its enabled features.
#[derive(Debug, PartialEq, Eq)]
struct Below {
    name: String,
    features: Vec<String>,
}

/// Features are resolved for this crate alone, not for the workspace, hence `cargo tree`.
fn tree_below(root: &Path, name: &str) -> Outcome<Vec<Below>> {
    let mut command = cargo(root);
    command.args([
        "tree",
        "--locked",
        "--package",
        name,
        "--edges",
        "normal,build",
        "--prefix",
        "none",
    ]);
    command.args(["--target", "all", "--no-dedupe", "--format", "{p}|{f}"]);
    let answer = command.output().map_err(Fault::while_doing("cannot run cargo tree"))?;
    if !answer.status.success() {
        return Err(Fault::new(format!(
            "cargo tree failed:\n{}",
            String::from_utf8_lossy(&answer.stderr)
        )));
    }
    Ok(read_tree(&String::from_utf8_lossy(&answer.stdout)))
}

/// Lines such as `toml v1.2.1 (proc-macro)|default,parse`; the first is the crate itself.
fn read_tree(text: &str) -> Vec<Below> {
    let lines = text.lines().skip(1).filter_map(|line| line.split_once('|'));
    let mut tree = Vec::new();
    for (package, features) in lines {
        let name = package.split_whitespace().next().unwrap_or_default().to_owned();
        let below = Below {
            name,
            features: features.split(',').map(str::to_owned).collect(),
        };
        if !tree.contains(&below) {
            tree.push(below);
        }
    }
    tree
}

fn impure(name: &str, banned: &[&str], tree: &[Below]) -> Vec<String> {
    let found = tree
        .iter()
        .filter(|below| banned.iter().any(|pattern| matches(pattern, &below.name)));
    found
        .map(|below| format!("{name} must stay pure, but {} is below it", below.name))
        .collect()
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

fn open_features(name: &str, tree: &[Below]) -> Vec<String> {
    let closed = CLOSED_FEATURES.iter().filter(|(below, ..)| *below == name);
    let open = closed.filter(|(_, package, feature, _)| {
        tree.iter()
            .any(|below| below.name == *package && below.features.iter().any(|enabled| enabled == feature))
    });
    open.map(|(_, package, feature, reason)| format!("{name} must not have {package}'s feature {feature}: {reason}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "taizhang-core v0.1.0 (path)|\njiff v1.0.1|alloc,std\ntokio v1.0.0|rt\nrand_core v0.10.0|\ntoml v1.2.1|parse\n\
                        random v1.0.0|\njiff v1.0.1|alloc,std\n";

    #[test]
    fn what_is_banned_is_found_anywhere_below() {
        let tree = read_tree(TREE);
        let table: [(&[&str], usize); 5] = [
            (&["tokio*"], 1),
            (&["rand_*"], 1),
            (&["rand"], 0),
            (&["taizhang-core"], 0),
            (&["tokio", "toml"], 2),
        ];
        for (banned, expected) in table {
            assert_eq!(impure("taizhang-core", banned, &tree).len(), expected, "{banned:?}");
        }
    }

    #[test]
    fn a_feature_that_opens_a_door_is_found() {
        assert_eq!(open_features("taizhang-core", &read_tree(TREE)).len(), 1);
        assert_eq!(
            open_features("taizhang-core", &read_tree(&TREE.replace(",std", ""))),
            Vec::<String>::new()
        );
    }

    #[test]
    fn bounds_hold_for_what_ships_and_not_for_tests() {
        let package = |text: &str| serde_json::from_str::<Package>(text).expect(text);
        let with = |kind: &str| {
            package(&format!(
                r#"{{"id": "a", "name": "taizhang", "version": "1", "license": null, "source": null,
                    "dependencies": [{{"name": "rusqlite", "kind": {kind}}}]}}"#
            ))
        };
        assert_eq!(not_its_own(&with("null")).len(), 1);
        assert_eq!(not_its_own(&with("\"build\"")).len(), 1);
        assert_eq!(not_its_own(&with("\"dev\"")), Vec::<String>::new());
    }
}
