//! Room: packs (方案) — from a folder of TOML to a [`Definition`], and from one definition to the next.
//!
//! The caller reads the files; nothing here does I/O, knows a record or writes an entry. Every
//! mistake in a pack is a [`Fault`] with file, line and column, and all of them are found at once.
//! The format is described in `docs/pack-format.md`.
//!
//! ```text
//! files ──sources──▶ text with places ──read──▶ what is said ──resolve──▶ Definition, numbers
//!                                                      old, new ──plan──▶ Plan
//! ```

mod canonical;
mod directory;
mod fault;
mod ids;
mod plan;
mod read;
mod resolve;
mod shape;
mod source;
mod sources;
mod table;
mod words;
mod words_en;

pub use canonical::{NotAPack, Source};
pub use fault::{Fault, FaultCode, Holds, Noun, Shape, Wanted};
pub use ids::{IdMap, NotAnIdMap};
pub(crate) use plan::judges_otherwise;
pub use plan::{Change, ChangeKind, Part, Plan, Refusal, RefusalCode, duties_otherwise, plan, succeed};

use crate::definition::Definition;
use sha2::{Digest, Sha256};
use sources::Sources;
use std::collections::BTreeMap;

/// The text files of a pack by their path in its folder, with `/` between folders.
pub type Files = BTreeMap<String, String>;

/// A pack that is right.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// What it defines.
    pub definition: Definition,
    /// The numbers of its names, those of earlier versions included.
    pub ids: IdMap,
    /// Its files and numbers in canonical form; [`Source::from_bytes`] reads them.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub digest: [u8; 32],
}

/// Compiles a pack that stands on a base. `base` is empty when the base itself is compiled. `ids` are
/// the numbers that the book has given to names so far; new names get new numbers.
pub fn compile(base: &Files, pack: &Files, ids: &IdMap) -> Result<Compiled, Vec<Fault>> {
    let sources = Sources::new(base, pack);
    let said = read::pack(&sources);
    let (definition, ids) = resolve::definition(&sources, &said, ids);
    let faults = sources.into_faults();
    if !faults.is_empty() {
        return Err(faults);
    }
    let bytes = canonical::to_bytes(base, pack, &ids);
    let digest = Sha256::digest(&bytes).into();
    Ok(Compiled {
        definition,
        ids,
        bytes,
        digest,
    })
}

impl Source {
    /// Compiles the files again, with the numbers that they had.
    pub fn compile(&self) -> Result<Compiled, Vec<Fault>> {
        compile(&self.base, &self.pack, &self.ids)
    }
}
