//! Puts the national base pack inside the program: one list of its files with their texts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let home = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let base = Path::new(&home).join("../../packs/base");
    println!("cargo::rerun-if-changed={}", base.display());
    let mut found = Vec::new();
    for sub in ["", "registers", "cards", "calendar", "codes"] {
        let Ok(entries) = std::fs::read_dir(base.join(sub)) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let wanted = name.ends_with(".toml") || name.ends_with(".csv");
            if wanted {
                let key = if sub.is_empty() { name } else { format!("{sub}/{name}") };
                found.push((key, entry.path()));
            }
        }
    }
    found.sort();
    if found.is_empty() {
        println!("cargo::error=the base pack is not at {}", base.display());
    }
    write(&found);
}

fn write(found: &[(String, PathBuf)]) {
    let mut out = String::from("/// The files of the base pack.\npub const BASE_FILES: &[(&str, &str)] = &[\n");
    for (key, path) in found {
        println!("cargo::rerun-if-changed={}", path.display());
        let _ = writeln!(
            out,
            "    ({key:?}, include_str!({:?})),",
            path.canonicalize().unwrap_or(path.clone())
        );
    }
    out.push_str("];\n");
    let target = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default()).join("base_files.rs");
    if let Err(error) = std::fs::write(&target, out) {
        println!("cargo::error=the base pack could not be listed: {error}");
    }
}
