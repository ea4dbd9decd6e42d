//! Puts the national base pack inside the program, and the sample district that `demo` shows: lists of
//! their files with their content.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let home = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let base = Path::new(&home).join("../../packs/base");
    println!("cargo::rerun-if-changed={}", base.display());
    let mut found = Vec::new();
    for sub in ["", "registers", "cards", "schemes", "calendar", "codes"] {
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
    sample(&Path::new(&home).join("../../packs/xinhua"));
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

/// The whole sample pack: definition, ledgers, tables. What makes the ledgers is left out.
fn sample(pack: &Path) {
    println!("cargo::rerun-if-changed={}", pack.display());
    let mut found = Vec::new();
    gather(pack, "", &mut found);
    found.sort();
    let mut out = String::from("/// The files of the sample pack.\nconst SAMPLE_FILES: &[(&str, &[u8])] = &[\n");
    for (key, path) in &found {
        println!("cargo::rerun-if-changed={}", path.display());
        let _ = writeln!(out, "    ({key:?}, include_bytes!({:?})),", path);
    }
    out.push_str("];\n");
    let target = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default()).join("sample_files.rs");
    if let Err(error) = std::fs::write(&target, out) {
        println!("cargo::error=the sample pack could not be listed: {error}");
    }
}

fn gather(folder: &Path, within: &str, found: &mut Vec<(String, PathBuf)>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let key = if within.is_empty() {
            name.clone()
        } else {
            format!("{within}/{name}")
        };
        let path = entry.path().canonicalize().unwrap_or_else(|_| entry.path());
        if path.is_dir() && !name.starts_with(['_', '.']) {
            gather(&path, &key, found);
        } else if path.is_file() && !name.ends_with(".py") {
            found.push((key, path));
        }
    }
}
