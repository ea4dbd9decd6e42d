//! Room: a pack as bytes: the files that make its definition and the numbers of its names.
//!
//! The bytes are kept with the entry that applies the pack, so that a book can be rebuilt from its
//! journal alone, by a program whose own base pack is another one by then. The same files and numbers
//! always give the same bytes.

use super::sources::{plain, room_of_path};
use super::{Files, IdMap};

/// The first byte; another one is another layout.
const VERSION: u8 = 1;

/// What the bytes of a pack hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The files of the base pack.
    pub base: Files,
    /// The files of the pack.
    pub pack: Files,
    /// The numbers of its names.
    pub ids: IdMap,
}

/// The bytes are not those of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the bytes of a pack")]
pub struct NotAPack;

/// version ‖ base ‖ pack ‖ ids; files are a count and pairs of path and text; each text is a length
/// of four bytes, big-endian, and UTF-8. Only files that make the definition are in it.
pub(super) fn to_bytes(base: &Files, pack: &Files, ids: &IdMap) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    for files in [base, pack] {
        let kept = || {
            files
                .iter()
                .filter(|(path, _)| matches!(room_of_path(path), Ok(Some(_))))
        };
        bytes.extend(length(kept().count()));
        for (path, text) in kept() {
            put(&mut bytes, path);
            put(&mut bytes, &plain(text));
        }
    }
    put(&mut bytes, &ids.to_text());
    bytes
}

impl Source {
    /// Reads what `compile` wrote into [`Compiled::bytes`](super::Compiled::bytes).
    pub fn from_bytes(bytes: &[u8]) -> Result<Source, NotAPack> {
        let mut rest = bytes.strip_prefix(&[VERSION]).ok_or(NotAPack)?;
        let base = take_files(&mut rest)?;
        let pack = take_files(&mut rest)?;
        let ids = IdMap::from_text(take(&mut rest)?).map_err(|_| NotAPack)?;
        let source = Source { base, pack, ids };
        // Only the one way to write it is accepted.
        let same = to_bytes(&source.base, &source.pack, &source.ids) == bytes;
        if same { Ok(source) } else { Err(NotAPack) }
    }
}

fn length(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_be_bytes()
}

fn put(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(length(text.len()));
    bytes.extend(text.as_bytes());
}

fn take_files(rest: &mut &[u8]) -> Result<Files, NotAPack> {
    let mut files = Files::new();
    for _ in 0..take_length(rest)? {
        let path = take(rest)?.to_owned();
        files.insert(path, take(rest)?.to_owned());
    }
    Ok(files)
}

fn take<'a>(rest: &mut &'a [u8]) -> Result<&'a str, NotAPack> {
    let length = take_length(rest)? as usize;
    let (text, after) = rest.split_at_checked(length).ok_or(NotAPack)?;
    *rest = after;
    std::str::from_utf8(text).map_err(|_| NotAPack)
}

fn take_length(rest: &mut &[u8]) -> Result<u32, NotAPack> {
    let (length, after) = rest.split_first_chunk::<4>().ok_or(NotAPack)?;
    *rest = after;
    Ok(u32::from_be_bytes(*length))
}
