//! Room: what the floors are built from. A ratio compares two programs and not two versions of SQLite, so
//! whatever does the same work in both must be the same in both lock files.

use crate::fault::{Fault, Outcome};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What works in both: the database with its binding, the hash, and what answers a request.
const SAME: &[&str] = &["libsqlite3-sys", "rusqlite", "sha2", "axum", "hyper", "tokio"];

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

/// Refuses floors that are built from other versions than the product.
pub(crate) fn check(root: &Path) -> Outcome {
    let read = |path: &str| {
        let path = root.join(path);
        std::fs::read_to_string(&path).map_err(Fault::while_doing(format!("cannot read {}", path.display())))
    };
    compare(&read("Cargo.lock")?, &read("benches/Cargo.lock")?)
}

/// `product` and `floors` are the texts of their lock files.
fn compare(product: &str, floors: &str) -> Outcome {
    let (product, floors) = (versions(product)?, versions(floors)?);
    let differing: Vec<String> = SAME
        .iter()
        .filter_map(|&name| {
            let of = |all: &BTreeSet<(String, String)>| -> Vec<String> {
                all.iter()
                    .filter(|(each, _)| each == name)
                    .map(|(_, version)| version.clone())
                    .collect()
            };
            let (ours, theirs) = (of(&product), of(&floors));
            (ours.is_empty() || ours != theirs)
                .then(|| format!("{name}: {ours:?} in Cargo.lock, {theirs:?} in benches/Cargo.lock"))
        })
        .collect();
    match differing.is_empty() {
        true => Ok(()),
        false => Err(Fault::new(format!(
            "the floors must be built from what the product is built from; update benches/Cargo.lock:\n{}",
            differing.join("\n")
        ))),
    }
}

fn versions(lock: &str) -> Outcome<BTreeSet<(String, String)>> {
    let lock: Lock = toml::from_str(lock).map_err(Fault::while_doing("cannot read a lock file"))?;
    Ok(lock
        .package
        .into_iter()
        .map(|package| (package.name, package.version))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(versions: &[&str]) -> String {
        let package =
            |(name, version): (&&str, &&str)| format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        SAME.iter().zip(versions).map(package).collect()
    }

    #[test]
    fn the_floors_are_built_from_what_the_product_is_built_from() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("xtask stands in the workspace");
        check(root).unwrap();
    }

    #[test]
    fn another_version_or_a_missing_package_is_named() {
        let ours = lock(&["1.0.0"; 6]);
        let mut theirs = ["1.0.0"; 6];
        theirs[2] = "1.0.1";
        let said = compare(&ours, &lock(&theirs)).unwrap_err().to_string();
        assert!(said.contains("sha2: [\"1.0.0\"] in Cargo.lock, [\"1.0.1\"]"), "{said}");
        assert!(!said.contains("axum"), "{said}");
        let short = compare(&lock(&["1.0.0"; 2]), &lock(&["1.0.0"; 2]))
            .unwrap_err()
            .to_string();
        assert!(short.contains("tokio: [] in Cargo.lock"), "{short}");
    }
}
