//! Packs: those that are shipped, a gallery of faults, the way from one version to the next, and
//! packs that chance has broken.

#[path = "pack/broken.rs"]
mod broken;
#[path = "pack/gallery.rs"]
mod gallery;
#[path = "pack/shipped.rs"]
mod shipped;
#[path = "pack/versions.rs"]
mod versions;

use std::path::Path;
use taizhang_core::pack::{Compiled, Fault, Files};

/// The head of a small pack.
const HEAD: &str = "id = \"t\"\nname = \"T\"\nextends = \"base\"\nepoch = \"2020-01-01\"\n";

/// A base of a few measures and one system register.
fn small_base() -> Files {
    written(&[
        ("pack.toml", "id = \"base\"\nname = \"Base\"\n"),
        (
            "measures.toml",
            "measure = [{ id = \"元\", en = \"yuan\" }, { id = \"万元\", base = \"元\", factor = 10000 }, \
             { id = \"个\" }, { id = \"平方米\" }, { id = \"处\", en = \"sites\" }, { id = \"起\", en = \"cases\" }]\n",
        ),
        (
            "registers/unit.toml",
            "name = \"Units\"\nsystem = true\nkey = [\"code\"]\nfield = [{ id = \"code\", name = \"Code\", type = \"text\" }]\n",
        ),
    ])
}

fn written(files: &[(&str, &str)]) -> Files {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

/// The text files of a pack in `packs/`.
fn shipped(name: &str) -> Files {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name);
    let mut files = Files::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let path = path.strip_prefix(&root).unwrap().to_str().unwrap();
                files.insert(path.replace('\\', "/"), text);
            }
        }
    }
    files
}

/// What a pack without faults gives; the faults of another one fail the test.
fn right(result: Result<Compiled, Vec<Fault>>) -> Compiled {
    result.unwrap_or_else(|faults| {
        let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}
