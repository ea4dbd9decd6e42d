//! Room: the small pack that the laws are tested over, in four versions.
//!
//! The folder `tests/tables/pack` is version 0; the others differ by the sentences listed here, so
//! that each can be read beside the first. Nothing here knows what they should post.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{FieldNo, STAGE};
use taizhang_core::pack::{Files, IdMap, compile, succeed};

/// How many versions there are.
pub(crate) const VERSIONS: usize = 4;

/// File, what it says in version 0, what it says instead.
type Edit = (&'static str, &'static str, &'static str);

const EDITS: [&[Edit]; VERSIONS] = [
    &[],
    &[
        ("registers/project.toml", "working_days = 10", "working_days = 5"),
        (
            "registers/project.toml",
            "days = 7, roll = true",
            "months = 1, roll = true",
        ),
        (
            "registers/project.toml",
            "stock = { when = 'stage != \"done\"' }",
            "stock = {}",
        ),
        (
            "registers/project.toml",
            "\"total - done\"",
            "\"total > done ? total - done : 0\"",
        ),
        (
            "registers/project.toml",
            "from = [\"building\", \"paused\"]",
            "from = [\"building\"]",
        ),
        (
            "registers/project.toml",
            "check = [",
            "check = [{ id = \"small\", rule = \"total <= 900\", message = \"总投资不能超过 900 元。\" }, ",
        ),
        (
            "registers/project.toml",
            "flow = { on = \"field:started_on\" }",
            "flow = { on = \"field:started_on\", when = \"total > 0\" }",
        ),
        (
            "registers/month.toml",
            "when = \"has(invested)\"",
            "amount = \"invested > 50 ? 2 : 1\"",
        ),
        (
            "calendar/days.csv",
            "2026-04-06,清明节,off,2026\n",
            "2026-03-13,调休,off,2026\n2026-03-14,调休,work,2026\n2026-04-06,清明节,off,2026\n",
        ),
    ],
    &[
        ("registers/project.toml", "working_days = 10", "days = 12, roll = true"),
        (
            "registers/project.toml",
            "stock = { amount = \"total\" }",
            "stock = { when = 'level == \"city\"', amount = \"total\" }",
        ),
        (
            "registers/project.toml",
            "\"total - done\"",
            "\"coalesce(total, 0) - coalesce(done, 0)\"",
        ),
        (
            "registers/project.toml",
            "needs = [\"total\"]",
            "needs = [\"total\", \"done\"]",
        ),
        (
            "registers/month.toml",
            "inherit = [\"unit\", \"level\"]",
            "inherit = [\"unit\"]",
        ),
        (
            "registers/project.toml",
            "flow = { on = \"open\" }",
            "flow = { on = \"open\", when = \"total > 0\" }",
        ),
        (
            "calendar/days.csv",
            "2026-04-06,清明节,off,2026\n",
            "2026-03-16,调休,off,2026\n",
        ),
    ],
    &[(
        "accounts.toml",
        "name = \"拨款户\"\nmeasure = \"元\"\nkind = \"money\"\n",
        "name = \"拨款户\"\nmeasure = \"元\"\nkind = \"money\"\nfloor = \"-50\"\n",
    )],
];

/// Files that a version leaves out.
const LEFT_OUT: [&[&str]; VERSIONS] = [&[], &[], &[], &["registers/month.toml", "registers/item.toml"]];

/// A version, compiled.
pub(crate) fn version(at: usize) -> Arc<Definition> {
    static COMPILED: OnceLock<Vec<Arc<Definition>>> = OnceLock::new();
    Arc::clone(&COMPILED.get_or_init(all)[at])
}

/// The number of a field of a register; `stage` is the stage.
pub(crate) fn field(register: &Register, id: &str) -> Option<FieldNo> {
    if id == "stage" {
        Some(STAGE)
    } else {
        register.field_named(id).map(|field| field.no)
    }
}

/// The files of a version, for a book that keeps the text of its pack.
pub(crate) fn files(at: usize) -> Files {
    let mut files = read(&root().join("tests/tables/pack"));
    for path in LEFT_OUT[at] {
        files.remove(*path).unwrap_or_else(|| panic!("no file {path}"));
    }
    for (path, from, to) in EDITS[at] {
        let text = files.get_mut(*path).unwrap_or_else(|| panic!("no file {path}"));
        assert_eq!(text.matches(from).count(), 1, "{path} says {from} once");
        *text = text.replace(from, to);
    }
    files
}

/// The national base without its code tables, which take long to read and are not used here.
pub(crate) fn base() -> Files {
    let mut files = read(&root().join("../../packs/base"));
    files.retain(|path, _| !path.starts_with("codes/"));
    files
}

fn all() -> Vec<Arc<Definition>> {
    let mut ids = IdMap::default();
    let mut versions: Vec<Definition> = Vec::new();
    for at in 0..VERSIONS {
        let compiled = compile(&base(), &files(at), &ids).unwrap_or_else(|faults| panic!("version {at}: {faults:#?}"));
        let definition = match versions.last() {
            Some(last) => succeed(last, compiled.definition),
            None => compiled.definition,
        };
        versions.push(definition);
        ids = compiled.ids;
    }
    versions.into_iter().map(Arc::new).collect()
}

fn root() -> PathBuf {
    // The same file serves the tests of other crates, which lie beside this one.
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../taizhang-core")
}

fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for item in std::fs::read_dir(&next).unwrap_or_else(|fault| panic!("{}: {fault}", next.display())) {
            let path = item.expect("an item of a folder").path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                let name = path.strip_prefix(folder).expect("a path below the folder");
                files.insert(name.to_string_lossy().replace('\\', "/"), text);
            }
        }
    }
    files
}
