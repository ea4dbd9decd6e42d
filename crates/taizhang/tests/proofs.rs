//! Signed heads attacked: every byte changed, parts swapped, sizes that are none, leaves offered as heads. The
//! program and the second verifier (`docs/verify/verify.py`) must both refuse all of it, and both find a
//! book that was cut off or made anew from end to end.

mod desk;
#[path = "proofs/proven.rs"]
mod proven;

use desk::Room;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use taizhang::bulletin::check::{against, against_journal};
use taizhang::bulletin::proof::Proof;
use taizhang::bulletin::release::{checkpoint, release};
use taizhang_core::journal::chain::leaf;

/// A book of wells with something released; its journal as a file, and two proofs.
struct Book {
    room: Room,
    /// The same book before the release.
    early: Room,
    journal: std::path::PathBuf,
    release: Proof,
    head: Proof,
}

impl Book {
    fn new() -> Book {
        let room = Room::new();
        room.import("well", &wells(&room, "first.csv", "W"));
        let early = room.twin();
        let day = "2024-06-30".parse().unwrap();
        let released = release(&room.app, &room.scope(), "half-year", day).unwrap();
        room.import("well", &wells(&room, "second.csv", "X"));
        let head = checkpoint(&room.app).unwrap();
        let journal = room.path("journal.jsonl");
        let mut file = std::fs::File::create(&journal).unwrap();
        taizhang_store::export::export(room.app.reading().unwrap().conn().unwrap(), &mut file).unwrap();
        let release = released.proof;
        Book {
            room,
            early,
            journal,
            release,
            head,
        }
    }

    /// What the program says of a proof.
    fn ours(&self, text: &[u8]) -> Result<(), String> {
        let path = self.room.path("proof.json");
        std::fs::write(&path, text).unwrap();
        let app = &self.room.app;
        against(app.store(), app.locale(), &path)
            .map(|_| ())
            .map_err(|error| app.locale().error(&error))
    }
}

fn wells(room: &Room, name: &str, mark: &str) -> std::path::PathBuf {
    let rows: Vec<String> = (0..3).map(|at| format!("{mark}-{at}")).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|number| vec![number.as_str(), "1.1"]).collect();
    let mut all: Vec<&[&str]> = vec![&["No.", "Village"]];
    all.extend(rows.iter().map(Vec::as_slice));
    room.sheet(name, &all)
}

/// Runs the second verifier on many proofs at once: one process, a proof a line as hexadecimal.
const MANY: &str = "
import sys
sys.path.insert(0, sys.argv[1])
import verify
journal = open(sys.argv[2], encoding='utf-8').read().splitlines(keepends=True)
for line in sys.stdin:
    try:
        proof = verify.read_checkpoint(bytes.fromhex(line).decode('utf-8'))
        verify.check_signature(proof)
        verify.check_journal(proof, journal)
        print('taken')
    except (verify.Bad, UnicodeDecodeError) as fault:
        print('refused', fault)
";

/// What the second verifier says of each; nothing where no Python is installed.
fn theirs(journal: &Path, proofs: &[Vec<u8>]) -> Option<Vec<String>> {
    asked(MANY, journal, proofs)
}

fn asked(program: &str, journal: &Path, proofs: &[Vec<u8>]) -> Option<Vec<String>> {
    let verify = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify");
    let mut command = Command::new("python3");
    command.args(["-B", "-c", program]).arg(verify).arg(journal);
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut child) = spawned else {
        println!("python3 is not installed: the second verifier was not run");
        return None;
    };
    let mut lines = child.stdin.take().unwrap();
    let hexed: Vec<String> = proofs.iter().map(|proof| taizhang::keys::hex(proof)).collect();
    let writing = std::thread::spawn(move || hexed.iter().for_each(|line| writeln!(lines, "{line}").unwrap()));
    let done = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert!(done.status.success());
    let said: Vec<String> = String::from_utf8(done.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(said.len(), proofs.len(), "an answer to each");
    Some(said)
}

fn assert_all_refused(book: &Book, proofs: &[(String, Vec<u8>)]) {
    for (about, text) in proofs {
        assert!(book.ours(text).is_err(), "the program takes {about}");
    }
    let texts: Vec<Vec<u8>> = proofs.iter().map(|(_, text)| text.clone()).collect();
    for (said, (about, _)) in theirs(&book.journal, &texts).into_iter().flatten().zip(proofs) {
        assert!(said.starts_with("refused"), "the second verifier takes {about}");
    }
}

#[test]
fn both_verifiers_take_what_was_signed() {
    let book = Book::new();
    let texts = [&book.release, &book.head].map(|proof| proof.text().into_bytes());
    for text in &texts {
        book.ours(text).expect("taken");
    }
    for said in theirs(&book.journal, &texts).into_iter().flatten() {
        assert_eq!(said, "taken");
    }
}

#[test]
fn a_proof_is_held_against_the_journal_alone() {
    let book = Book::new();
    let (locale, path) = (*book.room.app.locale(), book.room.path("proof.json"));
    let key_of = |journal: &Path, proof: &Proof| {
        std::fs::write(&path, proof.text()).unwrap();
        match against_journal(journal, &locale, &path) {
            Ok((_, verdict)) => if verdict.ok { "taken" } else { "broken chain" }.to_owned(),
            Err(error) => locale.error(&error),
        }
    };
    assert_eq!(key_of(&book.journal, &book.release), "taken");
    assert_eq!(key_of(&book.journal, &book.head), "taken");
    let lines: Vec<String> = std::fs::read_to_string(&book.journal)
        .unwrap()
        .lines()
        .map(|line| format!("{line}\n"))
        .collect();
    let cut = book.room.path("cut.jsonl");
    std::fs::write(&cut, lines[..book.release.n as usize].concat()).unwrap();
    let said = key_of(&cut, &book.release);
    assert!(said.contains("截掉"), "{said}");
    // An entry swapped for another breaks the chain before the signed one is reached.
    let mut swapped = lines.clone();
    swapped.swap(2, 3);
    std::fs::write(&cut, swapped.concat()).unwrap();
    assert_eq!(key_of(&cut, &book.release), "broken chain");
    let early = book.room.path("early.jsonl");
    let mut file = std::fs::File::create(&early).unwrap();
    taizhang_store::export::export(book.early.app.reading().unwrap().conn().unwrap(), &mut file).unwrap();
    let said = key_of(&early, &book.release);
    assert!(said.contains("截掉"), "{said}");
    let mut other = book.release.clone();
    other.release.as_mut().unwrap().figures.pop();
    let said = key_of(&book.journal, &other);
    assert!(said.contains("签名不符"), "{said}");
    other.signature = book.room.app.keys().sign(other.signed_text().as_bytes());
    let said = key_of(&book.journal, &other);
    assert!(said.contains("发布的内容不同"), "{said}");
}

#[test]
fn neither_verifier_takes_a_proof_with_any_byte_changed() {
    let book = Book::new();
    let mut proofs = Vec::new();
    for (name, proof) in [("the release", &book.release), ("the head", &book.head)] {
        let text = proof.text().into_bytes();
        for at in 0..text.len() {
            // Another case of a letter, another digit, another kind of space: what a lenient reader would pass.
            let other = match text[at] {
                byte @ (b'a'..=b'z' | b'A'..=b'Z') => byte ^ 0x20,
                b'9' => b'8',
                byte @ b'0'..=b'8' => byte + 1,
                b' ' => b'\t',
                b'\n' => b' ',
                byte => byte ^ 1,
            };
            let mut changed = text.clone();
            changed[at] = other;
            proofs.push((format!("{name} with byte {at} changed"), changed));
            if at % 7 == 0 {
                let mut shorter = text.clone();
                shorter.remove(at);
                proofs.push((format!("{name} without byte {at}"), shorter));
            }
        }
    }
    assert_all_refused(&book, &proofs);
}

#[test]
fn neither_verifier_takes_a_proof_that_is_signed_and_says_something_else() {
    let book = Book::new();
    let signed = |change: &dyn Fn(&mut Proof)| {
        let mut proof = book.head.clone();
        change(&mut proof);
        // With the book's own key: a thief of the key must not prove another past.
        proof.signature = book.room.app.keys().sign(proof.signed_text().as_bytes());
        proof.text().into_bytes()
    };
    let mut reading = book.room.app.reading().unwrap();
    let mut links = Vec::new();
    taizhang_store::journal::each_after(reading.conn().unwrap(), 0, &mut |_, head, bytes| {
        links.push((<[u8; 32]>::try_from(head).unwrap(), leaf(bytes)));
        Ok(true)
    })
    .unwrap();
    drop(reading);
    let last = book.head.n as usize;
    let (head, leaf) = links[last - 1];
    assert_eq!(head, book.head.head);
    let mut proofs = vec![
        ("size 0".to_owned(), signed(&|proof| proof.n = 0)),
        (
            "size 0 and the head before all".to_owned(),
            signed(&|proof| (proof.n, proof.head) = (0, [0; 32])),
        ),
        ("a negative size".to_owned(), signed(&|proof| proof.n = i64::MIN)),
        ("the largest size".to_owned(), signed(&|proof| proof.n = i64::MAX)),
        ("a size beyond the end".to_owned(), signed(&|proof| proof.n += 1)),
        (
            "a leaf offered as a head".to_owned(),
            signed(&|proof| proof.head = leaf),
        ),
        ("another root".to_owned(), signed(&|proof| proof.root = leaf)),
        (
            "the head of the entry before".to_owned(),
            signed(&|proof| proof.head = links[last - 2].0),
        ),
        (
            "an earlier entry with the last head".to_owned(),
            signed(&|proof| proof.n -= 1),
        ),
        ("another book".to_owned(), signed(&|proof| proof.book[0] ^= 1)),
        (
            "a release of an entry that is none".to_owned(),
            signed(&|proof| proof.release.clone_from(&book.release.release)),
        ),
    ];
    let of_release = |about: &str, change: &dyn Fn(&mut taizhang_core::journal::Release)| {
        let text = signed(&|proof| {
            (proof.n, proof.head) = (book.release.n, book.release.head);
            let mut release = book.release.release.clone().unwrap();
            change(&mut release);
            proof.release = Some(release);
        });
        (about.to_owned(), text)
    };
    proofs.push(of_release("another figure", &|release| {
        release.figures[0].1 = "99".to_owned()
    }));
    proofs.push(of_release("a figure less", &|release| drop(release.figures.pop())));
    proofs.push(of_release("another day", &|release| {
        release.as_of = release.as_of.plus(-1)
    }));
    proofs.push(of_release("another knowledge", &|release| release.known_at -= 1));
    proofs.push(of_release("another number", &|release| release.release_no += 1));
    proofs.push(of_release("another bulletin", &|release| release.bulletin.push('x')));
    proofs.push(of_release("another document", &|release| release.document[31] ^= 1));
    let texts = |from: &str, to: &str| {
        let text = book.head.text();
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    };
    let n = format!("\"n\": {}", book.head.n);
    for other in [
        "9223372036854775808",
        "18446744073709551616",
        "1e1",
        "7.0",
        "\"7\"",
        "true",
        "null",
        "-0",
        "[7]",
    ] {
        proofs.push((format!("n as {other}"), texts(&n, &format!("\"n\": {other}"))));
    }
    proofs.push((
        "n twice, first another".to_owned(),
        texts(&n, &format!("\"n\": 1,\n  {n}")),
    ));
    proofs.push((
        "n twice, last another".to_owned(),
        texts(&n, &format!("{n},\n  \"n\": 1")),
    ));
    proofs.push((
        "a member more".to_owned(),
        texts(&n, &format!("{n},\n  \"note\": \"approved\"")),
    ));
    proofs.push(("another algorithm".to_owned(), texts("\"sha256\"", "\"sm3\"")));
    proofs.push((
        "a line feed more".to_owned(),
        [book.head.text().as_bytes(), b"\n"].concat(),
    ));
    proofs.push((
        "a mark of UTF-8 before it".to_owned(),
        [b"\xef\xbb\xbf", book.head.text().as_bytes()].concat(),
    ));
    proofs.push((
        "line ends of another system".to_owned(),
        book.head.text().replace('\n', "\r\n").into_bytes(),
    ));
    proofs.push(("a hundred thousand brackets".to_owned(), vec![b'['; 100_000]));
    proofs.push(("nothing".to_owned(), Vec::new()));
    let mut swapped = book.head.clone();
    swapped.signature.rotate_left(32);
    proofs.push((
        "the halves of the signature swapped".to_owned(),
        swapped.text().into_bytes(),
    ));
    let mut malleable = book.head.clone();
    add_order(&mut malleable.signature);
    proofs.push(("the signature's other form".to_owned(), malleable.text().into_bytes()));
    let mut none = book.head.clone();
    // A key of small order, under which one signature fits every text.
    (none.public_key, none.signature) = ([0; 32], [0; 64]);
    (none.public_key[0], none.signature[0]) = (1, 1);
    proofs.push(("a key of small order".to_owned(), none.text().into_bytes()));
    let (mut one, two) = (book.head.clone(), &book.release);
    one.signature = two.signature;
    proofs.push(("the signature of another proof".to_owned(), one.text().into_bytes()));
    assert_all_refused(&book, &proofs);
}

/// Adds the group's order to the second half of a signature: the same number to who does not look.
fn add_order(signature: &mut [u8; 64]) {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
}

/// A DBA who is left alone with the file writes another book of the same name: every table, every digest and
/// every head fits. Only who holds a signed head can tell.
#[test]
fn a_book_made_anew_or_cut_off_is_whole_and_fails_against_a_signed_head() {
    for forged in [true, false] {
        let book = Book::new();
        // It left the common past before the release: it writes a present of its own, or stops.
        let twin = &book.early;
        if forged {
            twin.import("well", &wells(twin, "forged.csv", "F"));
            let day = "2024-06-30".parse().unwrap();
            release(&twin.app, &twin.scope(), "half-year", day).unwrap();
            twin.import("well", &wells(twin, "more.csv", "M"));
        }
        let place = format!("sqlite:{}", twin.path("book.db").display()).parse().unwrap();
        let verdict = taizhang_store::verify::verify_at(&place).unwrap();
        assert!(verdict.ok, "it is whole: {:?}", verdict.first_bad);
        for proof in [&book.release, &book.head] {
            let path = twin.path("proof.json");
            std::fs::write(&path, proof.text()).unwrap();
            let found = against(twin.app.store(), twin.app.locale(), &path);
            let said = twin.app.locale().error(&found.expect_err("found"));
            let expected = if forged { "被整体改写" } else { "被截掉" };
            assert!(said.contains(expected), "{said}");
        }
        let journal = twin.path("journal.jsonl");
        let mut file = std::fs::File::create(&journal).unwrap();
        taizhang_store::export::export(twin.app.reading().unwrap().conn().unwrap(), &mut file).unwrap();
        let texts = [&book.release, &book.head].map(|proof| proof.text().into_bytes());
        for said in theirs(&journal, &texts).into_iter().flatten() {
            let expected = if forged { "rewritten" } else { "cut off" };
            assert!(said.contains(expected), "{said}");
        }
    }
}

/// Nothing is signed that does not follow from the entries on the disk.
#[test]
fn a_head_is_signed_only_after_all_entries_were_read_again() {
    let book = Book::new();
    assert!(checkpoint(&book.room.app).is_ok(), "the control");
    let harmed = book.room.app.store().writer().act(|session| {
        session
            .conn
            .batch("UPDATE entry SET bytes = zeroblob(20) WHERE n = 3")?;
        session.conn.commit()
    });
    harmed.unwrap();
    assert!(
        checkpoint(&book.room.app).is_err(),
        "a head over a harmed entry was signed"
    );
}

/// What came after a signed head is checked alone; a harm before it is left to the whole check.
#[test]
fn a_book_is_checked_from_a_signed_head_on() {
    let book = Book::new();
    let path = book.room.path("release.json");
    std::fs::write(&path, book.release.text()).unwrap();
    let run = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
        command.args(["--lang", "en", "verify", "--book"]);
        command
            .arg(format!("sqlite:{}", book.room.path("book.db").display()))
            .args(more);
        let done = command.output().unwrap();
        let said = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8(said).unwrap())
    };
    let since = ["--since", path.to_str().unwrap()];
    let harm = |sql: &'static str| {
        let done = book.room.app.store().writer().act(move |session| {
            session.conn.batch(sql)?;
            session.conn.commit()
        });
        done.unwrap();
    };
    let (code, said) = run(&since);
    assert_eq!(code, Some(0), "{said}");
    let told = format!("Only what came after entry {} was checked", book.release.n);
    assert!(said.contains(&told), "{said}");
    harm("UPDATE unique_key SET text = 'W-x' WHERE text = 'W-0'");
    assert_eq!(run(&since).0, Some(0), "what was there before is for the whole check");
    assert_eq!(run(&["--no-files"]).0, Some(1), "which finds it");
    harm("UPDATE unique_key SET text = 'W-0' WHERE text = 'W-x'");
    assert_eq!(run(&["--no-files"]).0, Some(0), "mended");
    harm("UPDATE unique_key SET text = 'X-x' WHERE text = 'X-0'");
    let (code, said) = run(&since);
    assert!(code == Some(1) && said.contains("unique_key"), "{said}");
}
