//! Inputs changed by chance, for everything that reads what others wrote: packs, rules, entries, exported
//! journals, signed heads, dates, filters. Read or refused; never a panic. (Workbooks: `taizhang-sheet`.)

use crate::server::Site;
use crate::size::{Dice, rounds, seed};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};
use taizhang::app::book::read_pack;
use taizhang::bulletin::proof::Proof;
use taizhang::bulletin::proven::Proven;
use taizhang::clock::instant_of;
use taizhang_core::day::{Day, Month};
use taizhang_core::journal::encoding::{decode, encode};
use taizhang_core::pack::{Files, IdMap, compile};
use taizhang_store::export::{export, verify_journal_file};
use taizhang_store::journal::each_after;

/// Pieces that readers stumble over.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\"",
    b"'",
    b"\\",
    b"[",
    b"]]",
    b"{",
    b"}",
    b"#",
    b"=",
    b"-",
    b"%",
    b"9223372036854775808",
    b"-1",
    b"1e999",
    b"0x",
    b"\xff\xfe",
    b"\xf0\xa0\x80\x80",
    "\u{202e}".as_bytes(),
    "台账".as_bytes(),
    b"2024-02-30",
    b"((((((((",
    b"not not not ",
    b":",
    b"..",
    b"/",
    b"null",
    b"\r\n",
];

/// Changes bytes in one to four places, or joins parts of them.
pub(crate) fn changed(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for _ in 0..=dice.below(4) {
        let at = dice.below(out.len() + 1);
        match dice.below(7) {
            0 if at < out.len() => out[at] ^= 1 << dice.below(8),
            1 if at < out.len() => out[at] = dice.below(256) as u8,
            2 => drop(out.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied())),
            3 => out.truncate(at),
            4 => {
                let end = (at + dice.below(40)).min(out.len());
                out.drain(at..end);
            }
            5 => {
                let (from, length) = (dice.below(out.len() + 1), dice.below(60));
                let piece = out[from..(from + length).min(out.len())].to_vec();
                out.splice(at..at, piece);
            }
            _ => {
                let piece = PIECES[dice.below(PIECES.len())].repeat(1 + dice.below(300));
                out.splice(at..at, piece);
            }
        }
    }
    out
}

/// Reads many changed inputs; a panic is told with what repeats it.
fn attack(name: &str, seeds: &[Vec<u8>], count: usize, mut read: impl FnMut(&[u8]) -> bool) {
    let (seed, mut dice) = (seed(), Dice::new(seed(), name.len() as u64 + 100));
    for (file, input) in found_once(name) {
        let done = catch_unwind(AssertUnwindSafe(|| read(&input)));
        assert!(done.is_ok(), "{name}: what was found once is there again: {file}");
    }
    let (mut taken, mut longest) = (0, Duration::ZERO);
    for at in 0..count {
        let input = changed(&seeds[dice.below(seeds.len())], &mut dice);
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| read(&input)));
        longest = longest.max(began.elapsed());
        let text = String::from_utf8_lossy(&input);
        let start: String = text.chars().take(600).collect();
        taken += usize::from(done.unwrap_or_else(|_| panic!("TAIZHANG_SEED={seed}, {name}, input {at}: {start}")));
    }
    println!("{name}: {count} inputs, {taken} taken, the slowest in {longest:?}");
    assert!(
        seeds.iter().any(|input| read(input)),
        "{name}: unchanged it is taken (the control)"
    );
    assert!(taken < count, "{name}: some are refused");
}

/// Inputs that found something once.
fn found_once(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/regressions")
        .join(name);
    let Ok(found) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    found
        .flatten()
        .map(|found| {
            (
                found.file_name().to_string_lossy().into_owned(),
                std::fs::read(found.path()).expect("read"),
            )
        })
        .collect()
}

fn pack(name: &str) -> Files {
    read_pack(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs").join(name)).expect("read")
}

fn bytes_of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

#[test]
fn packs_and_rules() {
    let (base, own) = (pack("base"), pack("hello"));
    let files: Vec<Vec<u8>> = own
        .iter()
        .filter(|(path, _)| path.ends_with(".toml"))
        .map(|(path, text)| format!("{path}\0{text}").into_bytes())
        .collect();
    attack("pack", &files, rounds(60, 20_000), |input| {
        let text = String::from_utf8_lossy(input);
        let Some((path, text)) = text.split_once('\0') else {
            return false;
        };
        let mut files = own.clone();
        files.insert(path.to_owned(), text.to_owned());
        compile(&base, &files, &IdMap::default()).is_ok()
    });
    let rules = [
        "cost >= 0",
        "cost >= 0 or stage == \"done\"",
        "not (cost < 0 and cost > 100) or matter != \"rope\"",
        "cost + 1 * 2 / 3 - 4 >= -5",
        "length(matter) > 2",
        "if cost > 0 then true else false",
    ];
    attack("rule", &bytes_of(&rules), rounds(60, 20_000), |input| {
        let mut files = own.clone();
        let rule = String::from_utf8_lossy(input).replace(['\'', '\0', '\n', '\r'], " ");
        let repair = files.get_mut("registers/repair.toml").expect("a register");
        *repair = repair.replace("rule = \"cost >= 0\"", &format!("rule = '''{rule}'''"));
        compile(&base, &files, &IdMap::default()).is_ok()
    });
}

#[test]
fn entries_journals_and_signed_heads() {
    let site = Site::new();
    let app = site.app();
    let (mut entries, mut journal) = (Vec::new(), Vec::new());
    let mut reading = app.reading().expect("read");
    each_after(reading.conn().expect("a connection"), 0, &mut |_, _, bytes| {
        // The pack's entry is long, and one like it is enough.
        if bytes.len() < 4_000 {
            entries.push(bytes.to_vec());
        }
        Ok(true)
    })
    .expect("the journal");
    export(reading.conn().expect("a connection"), &mut journal).expect("exported");
    attack("entry", &entries, rounds(20_000, 2_000_000), |input| {
        match decode(input) {
            Ok(entry) => {
                assert_eq!(encode(&entry), input, "what is read is written the same");
                true
            }
            Err(_) => false,
        }
    });
    let short: Vec<u8> = journal
        .split_inclusive(|byte| *byte == b'\n')
        .filter(|line| line.len() < 6_000)
        .flatten()
        .copied()
        .collect();
    attack("journal", &[journal, short], rounds(300, 30_000), |input| {
        verify_journal_file(&mut &*input).is_ok_and(|verdict| verdict.ok)
    });
    let proofs = [
        include_str!("../../../../docs/verify/proof-head.json"),
        include_str!("../../../../docs/verify/proof-release.json"),
    ];
    attack("signed head", &bytes_of(&proofs), rounds(5_000, 500_000), |input| {
        let taken = Proof::read(&String::from_utf8_lossy(input)).is_ok_and(|proof| proof.is_signed());
        let signed = proofs.iter().any(|proof| proof.as_bytes() == input);
        assert!(!taken || signed, "a changed head is taken");
        taken
    });
    let proven = [
        include_str!("../../../../docs/verify/proof-entry.json"),
        include_str!("../../../../docs/verify/proof-growth.json"),
    ];
    attack("proof", &bytes_of(&proven), rounds(5_000, 500_000), |input| {
        let taken = Proven::read(&String::from_utf8_lossy(input)).is_ok_and(|proven| proven.check().is_ok());
        let made = proven.iter().any(|proven| proven.as_bytes() == input);
        assert!(!taken || made, "a changed proof is taken");
        taken
    });
}

#[test]
fn dates_and_times() {
    let dates = [
        "2024-06-30",
        "2024-02-29",
        "1900-01-01",
        "2199-12-31",
        "2024-06",
        "2024-06-30T23:59:59+08:00",
        "2024-06-30T15:59Z",
    ];
    attack("date", &bytes_of(&dates), rounds(50_000, 5_000_000), |input| {
        let text = String::from_utf8_lossy(input);
        let day = text.parse::<Day>();
        if let Ok(day) = &day {
            assert_eq!(day.to_string().parse::<Day>().ok().as_ref(), Some(day), "{text}");
        }
        let month = text.parse::<Month>().is_ok();
        day.is_ok() || month || instant_of(&text).is_some()
    });
}

#[test]
fn filters_sorts_and_cursors_over_http() {
    let site = Site::new();
    let server = site.serve(None);
    let mut client = server.clerk();
    let asked = [
        "filter=number:eq:W&sort=-number&limit=5",
        "filter=kind:missing:&filter=number:contains:W",
        "filter=village:eq:1.1&cursor=&as_of=2024-06-30&known_at=5",
        "sort=number,-kind&limit=200&known_at=2024-06-30",
    ];
    let seeds: Vec<Vec<u8>> = bytes_of(&asked);
    attack("filter", &seeds, rounds(300, 50_000), |input| {
        // Bytes that no address may have are escaped; the rest is the server's to read.
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"=&:-._,".contains(&byte);
        let query: String = input
            .iter()
            .take(4_000)
            .map(|byte| {
                if plain(*byte) {
                    char::from(*byte).to_string()
                } else {
                    format!("%{byte:02x}")
                }
            })
            .collect();
        let said = client
            .get(&format!("/api/v1/registers/well/records?{query}"))
            .expect("answered");
        assert!(said.status < 500, "{}: {}", said.status, said.json());
        said.status == 200
    });
    assert_eq!(client.get("/healthz").expect("answered").status, 200);
}
