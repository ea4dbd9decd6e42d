//! Step: every dependency has a licence that an Apache-2.0 project can ship, and a known source.
//!
//! Covers what the Cargo lock file names and what the browser's parts ship. It reads declarations;
//! it does not compare licence texts.

use super::Report;
use super::browser::folders;
use crate::fault::{Fault, Outcome};
use crate::metadata::{Metadata, Package};
use crate::spdx::Expression;
use std::fs;
use std::path::Path;

/// What may be chosen. Licences that bind the whole work (AGPL, GPL, LGPL) are absent on purpose.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Single packages under another licence, as (package, licence, reason).
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn run(root: &Path) -> Report {
    check(root).into()
}

fn check(root: &Path) -> Outcome {
    let metadata = Metadata::read(root)?;
    let mut faults: Vec<String> = metadata
        .packages
        .iter()
        .flat_map(|package| of_crate(&metadata, package))
        .collect();
    faults.extend(idle_exceptions(&metadata));
    for folder in folders(root) {
        faults.extend(of_npm_lock(&folder.join("package-lock.json"))?);
    }
    if faults.is_empty() {
        println!(
            "{} crates, all under allowed licences and from known sources",
            metadata.packages.len()
        );
        return Ok(());
    }
    faults.iter().for_each(|fault| println!("{fault}"));
    Err(Fault::new(
        "take another package, or add an exception with its reason to xtask/src/steps/licences.rs",
    ))
}

fn of_crate(metadata: &Metadata, package: &Package) -> Vec<String> {
    let mut faults = Vec::new();
    let whose = format!("{} {}", package.name, package.version);
    if !metadata.is_ours(package) && package.source.as_deref() != Some(CRATES_IO) {
        let source = package.source.as_deref().unwrap_or("a path outside the workspace");
        faults.push(format!("{whose} comes from {source}, not from crates.io"));
    }
    faults.extend(licence_fault(&whose, &package.name, package.license.as_deref()));
    faults
}

fn licence_fault(whose: &str, name: &str, licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some(format!("{whose} declares no licence"));
    };
    let excepted = |id: &str| {
        EXCEPTIONS
            .iter()
            .any(|(package, licence, _)| *package == name && *licence == id)
    };
    match Expression::parse(licence) {
        Err(why) => Some(format!("{whose}: cannot read its licence {licence:?}: {why}")),
        Ok(expression) if expression.is_satisfied_by(&|id| ALLOWED.contains(&id) || excepted(id)) => None,
        Ok(_) => Some(format!("{whose} is under {licence}, which is not on the list")),
    }
}

fn idle_exceptions(metadata: &Metadata) -> impl Iterator<Item = String> {
    let idle = EXCEPTIONS
        .iter()
        .filter(|(name, ..)| !metadata.packages.iter().any(|package| package.name == *name));
    idle.map(|(name, ..)| format!("{name} is not a dependency any more; delete its exception"))
}

/// What the browser's parts ship; what only builds or tests them is not handed to anybody.
fn of_npm_lock(file: &Path) -> Outcome<Vec<String>> {
    let doing = format!("cannot read {}", file.display());
    let text = fs::read_to_string(file).map_err(Fault::while_doing(&doing))?;
    let lock: serde_json::Value = serde_json::from_str(&text).map_err(Fault::while_doing(&doing))?;
    let packages = lock["packages"]
        .as_object()
        .ok_or_else(|| Fault::new(format!("{doing}: no packages in it")))?;
    let shipped = packages
        .iter()
        .filter(|(path, package)| !path.is_empty() && package["dev"] != true);
    Ok(shipped
        .filter_map(|(path, package)| {
            let name = path.rsplit("node_modules/").next().unwrap_or(path);
            licence_fault(path, name, package["license"].as_str())
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_judged_by_the_list() {
        let table = [
            (Some("MIT OR Apache-2.0"), true),
            (Some("(MIT OR Apache-2.0) AND Unicode-3.0"), true),
            (Some("MIT OR Apache-2.0 OR LGPL-2.1-or-later"), true),
            (Some("AGPL-3.0-only"), false),
            (Some("GPL-3.0-or-later"), false),
            (Some("MPL-2.0"), false),
            (Some("MIT AND LGPL-2.1-or-later"), false),
            (Some("see the file"), false),
            (None, false),
        ];
        for (licence, allowed) in table {
            assert_eq!(licence_fault("a 1.0", "a", licence).is_none(), allowed, "{licence:?}");
        }
    }
}
