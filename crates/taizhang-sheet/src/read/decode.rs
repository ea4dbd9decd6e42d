//! Room: bytes of a text file to UTF-8, in a stream.
//!
//! The encoding is decided by validity over the whole file before the first row is read. Nothing is
//! ever replaced by U+FFFD: a byte that fits no encoding is an error with its place.

use crate::error::SheetError;
use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, Read, Seek, SeekFrom};

/// Finds the encoding and puts the file back to the first byte behind a byte order mark.
pub(super) fn detect<R: Read + Seek>(file: &mut R) -> io::Result<Result<&'static Encoding, SheetError>> {
    let mut mark = Vec::new();
    file.by_ref().take(3).read_to_end(&mut mark)?;
    let (marked, length) = match mark.as_slice() {
        [0xEF, 0xBB, 0xBF] => (Some(UTF_8), 3),
        [0xFF, 0xFE, ..] => (Some(UTF_16LE), 2),
        [0xFE, 0xFF, ..] => (Some(UTF_16BE), 2),
        _ => (None, 0),
    };
    file.seek(SeekFrom::Start(length))?;
    let first = first_fault(file, marked.unwrap_or(UTF_8))?;
    let outcome = match (marked, first) {
        (_, None) => Ok(marked.unwrap_or(UTF_8)),
        (Some(_), Some(fault)) => Err(fault.error(length)),
        (None, Some(fault)) if fault.wide_before >= UTF8_CERTAIN => Err(fault.error(length)),
        (None, Some(as_utf8)) => {
            file.seek(SeekFrom::Start(length))?;
            first_fault(file, GB18030)?.map_or(Ok(GB18030), |as_gb| Err(as_gb.later(as_utf8).error(length)))
        }
    };
    file.seek(SeekFrom::Start(length))?;
    Ok(outcome)
}

/// So many characters that are right in UTF-8 do not come about by chance in a GB18030 file. Such a
/// file is UTF-8 with damage, and reading it as GB18030 would give other characters without a word.
const UTF8_CERTAIN: u64 = 8;

/// The first byte that an encoding does not allow.
struct Fault {
    byte: u64,
    line: u64,
    /// Characters beyond ASCII before it.
    wide_before: u64,
}

impl Fault {
    fn error(&self, mark: u64) -> SheetError {
        SheetError::BadEncoding {
            byte: self.byte + mark,
            line: self.line,
        }
    }

    fn later(self, other: Fault) -> Fault {
        if other.byte > self.byte { other } else { self }
    }
}

fn first_fault(file: &mut impl Read, encoding: &'static Encoding) -> io::Result<Option<Fault>> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut source = vec![0; CHUNK_BYTES];
    let mut target = vec![0; CHUNK_BYTES];
    let (mut byte, mut line, mut wide) = (0_u64, 1_u64, 0_u64);
    loop {
        let filled = file.read(&mut source)?;
        let mut rest = &source[..filled];
        loop {
            let last = filled == 0;
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut target, last);
            let text = &target[..written];
            byte += read as u64;
            line += text.iter().filter(|b| **b == b'\n').count() as u64;
            // The first byte of a character beyond ASCII begins with two set bits.
            wide += text.iter().filter(|b| **b >= 0xC0).count() as u64;
            rest = &rest[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => (),
                DecoderResult::Malformed(length, behind) => {
                    let byte = byte.saturating_sub(u64::from(length) + u64::from(behind));
                    return Ok(Some(Fault {
                        byte,
                        line,
                        wide_before: wide,
                    }));
                }
            }
        }
        if filled == 0 {
            return Ok(None);
        }
    }
}

const CHUNK_BYTES: usize = 64 * 1024;

/// A reader of UTF-8 over a reader of anything else; holds two chunks, however long the file.
pub(super) struct Decoded<R> {
    inner: R,
    decoder: Decoder,
    source: Window,
    target: Window,
    ended: bool,
}

/// A buffer and the part of it that is not used up.
struct Window {
    bytes: Vec<u8>,
    from: usize,
    to: usize,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(inner: R, encoding: &'static Encoding) -> Decoded<R> {
        let window = || Window {
            bytes: vec![0; CHUNK_BYTES],
            from: 0,
            to: 0,
        };
        Decoded {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            source: window(),
            target: window(),
            ended: false,
        }
    }

    /// Decodes until there is something to hand out; nothing means the end.
    fn refill(&mut self) -> io::Result<()> {
        let (source, target) = (&mut self.source, &mut self.target);
        while target.from == target.to && !self.ended {
            if source.from == source.to {
                (source.from, source.to) = (0, self.inner.read(&mut source.bytes)?);
            }
            let rest = &source.bytes[source.from..source.to];
            let last = rest.is_empty();
            let (result, read, written) =
                self.decoder
                    .decode_to_utf8_without_replacement(rest, &mut target.bytes, last);
            if let DecoderResult::Malformed(..) = result {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "the file changed while it was read",
                ));
            }
            self.ended = last && result == DecoderResult::InputEmpty;
            source.from += read;
            (target.from, target.to) = (0, written);
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.refill()?;
        let rest = &self.target.bytes[self.target.from..self.target.to];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.target.from += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// One to four bytes a character in either encoding.
    const TEXT: &str = "a台é账,㐀𠀀\n€项目（亿元）〇x";

    fn encoded(text: &str, encoding: &'static Encoding) -> Vec<u8> {
        encoding.encode(text).0.into_owned()
    }

    struct Stepping {
        bytes: Cursor<Vec<u8>>,
        step: usize,
    }

    impl Read for Stepping {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let step = self.step.min(buffer.len());
            self.bytes.read(&mut buffer[..step])
        }
    }

    #[test]
    fn no_character_is_damaged_at_any_boundary() {
        for encoding in [UTF_8, GB18030] {
            let bytes = encoded(TEXT, encoding);
            for step in 1..=bytes.len() {
                let inner = Stepping {
                    bytes: Cursor::new(bytes.clone()),
                    step,
                };
                let mut text = String::new();
                Decoded::new(inner, encoding).read_to_string(&mut text).expect("valid");
                assert_eq!(text, TEXT, "{} in steps of {step}", encoding.name());
            }
        }
    }

    #[test]
    fn characters_on_the_edge_of_every_chunk_survive() {
        for encoding in [UTF_8, GB18030] {
            for shift in 0..8 {
                let text = "x".repeat(shift) + &TEXT.repeat(3 * CHUNK_BYTES / TEXT.len());
                let mut file = Cursor::new(encoded(&text, encoding));
                assert_eq!(detect(&mut file).expect("readable"), Ok(encoding), "shift {shift}");
                let mut back = String::new();
                Decoded::new(file, encoding).read_to_string(&mut back).expect("valid");
                assert!(back == text, "{} shifted by {shift}", encoding.name());
            }
        }
    }

    #[test]
    fn the_encoding_is_decided_by_marks_and_by_validity() {
        let wide = |text: &str, order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let table: Vec<(Vec<u8>, &'static Encoding, u64)> = vec![
            (b"plain".to_vec(), UTF_8, 0),
            (Vec::new(), UTF_8, 0),
            ("台账".into(), UTF_8, 0),
            ("\u{feff}台账".into(), UTF_8, 3),
            (encoded("台账，项目名称", GB18030), GB18030, 0),
            (wide("\u{feff}台账", u16::to_le_bytes), UTF_16LE, 2),
            (wide("\u{feff}台账", u16::to_be_bytes), UTF_16BE, 2),
        ];
        for (bytes, encoding, length) in table {
            let mut file = Cursor::new(bytes);
            assert_eq!(detect(&mut file).expect("readable"), Ok(encoding));
            assert_eq!(file.position(), length, "{}", encoding.name());
        }
    }

    #[test]
    fn a_byte_that_fits_no_encoding_is_named() {
        let mut broken_gb = encoded("项目\n名称", GB18030);
        broken_gb.insert(5, 0xFF);
        let cut_utf8 = "重点项目台账，一共九个字".as_bytes()[..34].to_vec();
        let marked = b"\xEF\xBB\xBFa\n\xB0".to_vec();
        for (bytes, byte, line) in [(broken_gb, 5, 2), (cut_utf8, 33, 1), (marked, 5, 2)] {
            let outcome = detect(&mut Cursor::new(bytes)).expect("readable");
            assert_eq!(outcome, Err(SheetError::BadEncoding { byte, line }));
        }
    }
}
