//! Room: a file on its way out — read piece by piece, hashed on the way, its last piece held back
//! until all of it is known to be what its name says.

use super::fault::EvidenceFault;
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::io::Read;

/// How much of a file is in memory at once.
pub const PIECE: usize = 128 * 1024;

/// A file that is being read.
pub struct Checked {
    from: Box<dyn Read + Send>,
    hash: [u8; 32],
    hasher: Sha256,
    left: u64,
}

impl Checked {
    /// Begins to read a file of a known size and hash.
    pub(super) fn new(from: impl Read + Send + 'static, hash: [u8; 32], size: u64) -> Checked {
        Checked {
            from: Box::new(from),
            hash,
            hasher: Sha256::new(),
            left: size,
        }
    }

    /// How many bytes are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next piece; none after the last. Nobody gets the last piece of a file that is not whole.
    pub fn next_piece(&mut self) -> Result<Option<Bytes>, EvidenceFault> {
        if self.left == 0 {
            return Ok(None);
        }
        let length = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; length];
        self.from.read_exact(&mut piece).map_err(|error| broken(&error))?;
        self.hasher.update(&piece);
        self.left -= length as u64;
        if self.left == 0 {
            self.ends_well()?;
        }
        Ok(Some(piece.into()))
    }

    fn ends_well(&mut self) -> Result<(), EvidenceFault> {
        let more = self.from.read(&mut [0]).map_err(|error| broken(&error))?;
        if more > 0 {
            return Err(EvidenceFault::Damaged("it is longer than it was".to_owned()));
        }
        let found: [u8; 32] = self.hasher.clone().finalize().into();
        if found == self.hash {
            return Ok(());
        }
        let why = format!("its content has the hash {}", crate::keys::hex(&found));
        Err(EvidenceFault::Damaged(why))
    }
}

/// Its length was looked at before, so an early end is the way's fault, not the file's.
fn broken(error: &std::io::Error) -> EvidenceFault {
    EvidenceFault::Away(format!("while it was read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(content: &[u8], named: &[u8], size: usize) -> (usize, Result<(), EvidenceFault>) {
        let hash: [u8; 32] = Sha256::digest(named).into();
        let mut checked = Checked::new(Cursor::new(content.to_vec()), hash, size as u64);
        let mut given = 0;
        loop {
            match checked.next_piece() {
                Ok(Some(piece)) => given += piece.len(),
                Ok(None) => return (given, Ok(())),
                Err(fault) => return (given, Err(fault)),
            }
        }
    }

    #[test]
    fn nobody_gets_the_end_of_a_file_that_is_not_what_its_name_says() {
        let file: Vec<u8> = (0..PIECE * 2 + 7).map(|at| (at % 251) as u8).collect();
        assert_eq!(read(&file, &file, file.len()), (file.len(), Ok(())));
        let mut flipped = file.clone();
        flipped[9] ^= 1;
        let longer = [&file[..], b"x"].concat();
        let harmed: [(&str, &[u8]); 4] = [
            ("a bit", &flipped),
            ("the end", &file[..file.len() - 1]),
            ("more", &longer),
            ("all", b""),
        ];
        for (about, content) in harmed {
            let (given, result) = read(content, &file, file.len());
            assert!(given <= PIECE * 2, "{about}: {given}");
            assert!(result.is_err(), "{about}");
        }
        assert_eq!(read(b"", b"", 0), (0, Ok(())));
    }
}
