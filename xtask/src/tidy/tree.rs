//! Room: which files tidy looks at.
//!
//! Everything that the ignore file does not name and that is text. It asks no version control, so
//! that an unpacked archive is judged like a checkout.

use super::source::SourceFile;
use crate::fault::{Fault, Outcome};
use std::fs;
use std::path::Path;

/// All text files below the root, in the order of their paths.
pub(crate) fn read(root: &Path) -> Outcome<Vec<SourceFile>> {
    let ignored = ignored_paths(root)?;
    let mut files = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        let doing = format!("cannot list {}", root.join(&folder).display());
        for entry in fs::read_dir(root.join(&folder)).map_err(Fault::while_doing(&doing))? {
            let entry = entry.map_err(Fault::while_doing(&doing))?;
            let name = entry.file_name();
            let path = join(&folder, &name.to_string_lossy());
            if path == ".git" || path.ends_with("node_modules") || ignored.contains(&path) {
                continue;
            }
            let kind = entry.file_type().map_err(Fault::while_doing(&doing))?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                files.extend(read_text(root, path)?);
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The paths of `.gitignore`, which holds plain rooted ones only; patterns would need a matcher here.
fn ignored_paths(root: &Path) -> Outcome<Vec<String>> {
    let file = root.join(".gitignore");
    let text = fs::read_to_string(&file).map_err(Fault::while_doing(format!("cannot read {}", file.display())))?;
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| match line.strip_prefix('/') {
            Some(path) if !path.contains(['*', '?', '[']) => Ok(path.trim_end_matches('/').to_owned()),
            _ => Err(Fault::new(format!(
                ".gitignore: {line}: write a path from the root, such as /target"
            ))),
        })
        .collect()
}

/// The file if it is text: UTF-8 without a zero byte.
fn read_text(root: &Path, path: String) -> Outcome<Option<SourceFile>> {
    let bytes = match fs::read(root.join(&path)) {
        Ok(bytes) => bytes,
        // An editor or a build may remove its file between the listing and here.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Fault::new(format!("cannot read {path}: {error}"))),
    };
    let text = String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'));
    Ok(text.map(|text| SourceFile::new(path, text)))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}
