//! Proofs of single entries and of growth attacked: the program and the second verifier (`docs/verify/verify.py`)
//! must both take what was made, and nothing else.

use super::{Book, asked, wells};
use std::path::Path;
use taizhang::bulletin::proof::Proof;
use taizhang::bulletin::proven::{Proven, of_entry, of_growth};
use taizhang::bulletin::release::checkpoint;
use taizhang_core::journal::chain::leaf;
use taizhang_core::journal::tree::{consistency, inclusion, root};

/// Runs the second verifier on many proofs, which need no journal.
const MANY_PROVEN: &str = "
import sys
sys.path.insert(0, sys.argv[1])
import verify
for line in sys.stdin:
    try:
        print('taken', verify.check_proof(bytes.fromhex(line).decode('utf-8')))
    except (verify.Bad, UnicodeDecodeError) as fault:
        print('refused', fault)
";

/// What both say of a proof of an entry or a growth.
fn proven(texts: &[(String, Vec<u8>)], expected: bool) {
    let ours = |text: &[u8]| {
        let text = std::str::from_utf8(text).map_err(|_| "no text")?;
        Proven::read(text)?.check()
    };
    for (about, text) in texts {
        let said = ours(text);
        assert_eq!(said.is_ok(), expected, "the program, {about}: {said:?}");
    }
    let all: Vec<Vec<u8>> = texts.iter().map(|(_, text)| text.clone()).collect();
    let told = asked(MANY_PROVEN, Path::new("-"), &all);
    for (said, (about, _)) in told.into_iter().flatten().zip(texts) {
        let taken = said.starts_with("taken");
        assert_eq!(taken, expected, "the second verifier, {about}: {said}");
    }
}

/// Every entry in the later head, the growth of the one to the other, and the same with little trees.
#[test]
fn an_entry_and_a_growth_are_proven_without_the_journal() {
    let book = Book::new();
    let app = &book.room.app;
    let named = |name: String, proven: Proven| (name, proven.text().into_bytes());
    let mut texts: Vec<_> = (1..=book.head.n)
        .map(|n| named(format!("entry {n}"), of_entry(app, n, book.head.clone()).unwrap()))
        .collect();
    let (older, newer) = (book.release.clone(), book.head.clone());
    texts.push(named(
        "the growth".to_owned(),
        of_growth(app, older.clone(), newer.clone()).unwrap(),
    ));
    texts.push(named(
        "no growth".to_owned(),
        of_growth(app, newer.clone(), newer.clone()).unwrap(),
    ));
    proven(&texts, true);
    let said = of_entry(app, book.release.n + 1, older).expect_err("beyond the head");
    assert!(app.locale().error(&said).contains("没有第"), "{said}");
}

/// The adversarial suite: nothing but what was made is taken, by either of the two.
#[test]
fn neither_verifier_takes_a_proof_of_something_else() {
    let book = Book::new();
    let app = &book.room.app;
    let n = book.release.n - 2;
    let entry = of_entry(app, n, book.head.clone()).unwrap();
    let growth = of_growth(app, book.release.clone(), book.head.clone()).unwrap();
    let mut texts = Vec::new();
    for (name, proven) in [("the entry", &entry), ("the growth", &growth)] {
        let text = proven.text().into_bytes();
        for at in 0..text.len() {
            let mut changed = text.clone();
            changed[at] = match text[at] {
                byte @ (b'a'..=b'z' | b'A'..=b'Z') => byte ^ 0x20,
                b'9' => b'8',
                byte @ b'0'..=b'8' => byte + 1,
                b' ' => b'\t',
                b'\n' => b' ',
                byte => byte ^ 1,
            };
            texts.push((format!("{name} with byte {at} changed"), changed));
        }
    }
    let of = |proven: &Proven, change: &dyn Fn(&mut Proven)| {
        let mut other = proven.clone();
        change(&mut other);
        other.text().into_bytes()
    };
    // Whoever has the book's own key proves no other past with it either.
    let resigned = |proof: &Proof, change: &dyn Fn(&mut Proof)| {
        let mut other = proof.clone();
        change(&mut other);
        other.signature = app.keys().sign(other.signed_text().as_bytes());
        Box::new(other)
    };
    let leaf_of = |n: i64| match of_entry(app, n, book.head.clone()).unwrap() {
        Proven::Entry { bytes, .. } => leaf(&bytes),
        Proven::Growth { .. } => unreachable!("an entry was asked for"),
    };
    let mut add = |about: &str, text: Vec<u8>| texts.push((about.to_owned(), text));
    for (about, change) in [
        (
            "two nodes swapped",
            &(|path: &mut Vec<[u8; 32]>| path.swap(0, 1)) as &dyn Fn(&mut Vec<[u8; 32]>),
        ),
        ("the path turned over", &|path| path.reverse()),
        ("a node less", &|path| path.truncate(path.len() - 1)),
        ("the first node at the end", &|path| path.rotate_left(1)),
        ("a node more", &|path| path.push([7; 32])),
        ("a node twice", &|path| path.insert(0, path[0])),
        ("no path", &|path| path.clear()),
        ("a path without end", &|path| path.resize(65, [0; 32])),
    ] {
        let changed = |proven: &Proven| {
            of(proven, &|proven| match proven {
                Proven::Entry { path, .. } | Proven::Growth { path, .. } => change(path),
            })
        };
        add(&format!("the entry, {about}"), changed(&entry));
        add(&format!("the growth, {about}"), changed(&growth));
    }
    for (about, size) in [
        ("size 0", 0),
        ("a size below", n - 1),
        ("a size of less than none", i64::MIN),
        ("the largest size", i64::MAX),
        ("another size", book.head.n + 40),
    ] {
        let head = resigned(&book.head, &|proof| proof.n = size);
        let with = of(&entry, &|proven| match proven {
            Proven::Entry { checkpoint, .. } => checkpoint.clone_from(&head),
            Proven::Growth { .. } => {}
        });
        add(&format!("the entry in {about}"), with);
        let older = resigned(&book.release, &|proof| proof.n = size);
        let grown = of(&growth, &|proven| match proven {
            Proven::Growth { older: old, .. } => old.clone_from(&older),
            Proven::Entry { .. } => {}
        });
        add(&format!("the growth from {about}"), grown);
    }
    let told = |from: &str, to: &str| {
        let text = entry.text();
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    };
    let number = format!("\"n\": {n},");
    for other in ["9223372036854775808", "0", "-1", "1e1", "true", "null", "\"3\""] {
        add(&format!("n as {other}"), told(&number, &format!("\"n\": {other},")));
    }
    add("n twice", told(&number, &format!("{number}\n  {number}")));
    add("a member more", told(&number, &format!("{number}\n  \"by\": \"甲\",")));
    add("the entry after it", {
        let other = of_entry(app, n + 1, book.head.clone()).unwrap();
        let bytes_of = |proven: &Proven| match proven {
            Proven::Entry { bytes, .. } => bytes.clone(),
            Proven::Growth { .. } => Vec::new(),
        };
        let bytes = bytes_of(&other);
        of(&entry, &|proven| {
            if let Proven::Entry { bytes: own, .. } = proven {
                own.clone_from(&bytes);
            }
        })
    });
    add(
        "the place after it",
        of(&entry, &|proven| {
            if let Proven::Entry { n, .. } = proven {
                *n += 1;
            }
        }),
    );
    // A node of the tree offered as an entry: its two halves are no entry, and a leaf is hashed otherwise.
    let pair = [leaf_of(1), leaf_of(2)].concat();
    add(
        "a node offered as an entry",
        of(&entry, &|proven| {
            if let Proven::Entry { bytes, path, n, .. } = proven {
                (*bytes, *n) = (pair.clone(), 1);
                path.remove(0);
            }
        }),
    );
    // And a leaf, or the head, as the root.
    for (about, root) in [("a leaf", leaf_of(n)), ("the head", book.head.head)] {
        let head = resigned(&book.head, &|proof| proof.root = root);
        add(
            &format!("{about} offered as the root"),
            of(&entry, &|proven| {
                if let Proven::Entry { checkpoint, .. } = proven {
                    checkpoint.clone_from(&head);
                }
            }),
        );
    }
    let swap = |proven: &mut Proven| {
        if let Proven::Growth { older, newer, .. } = proven {
            std::mem::swap(older, newer);
        }
    };
    add("the two heads swapped", of(&growth, &swap));
    let same = of_growth(app, book.head.clone(), book.head.clone()).unwrap();
    let fork = resigned(&book.head, &|proof| proof.head[0] ^= 1);
    add(
        "two heads of one size",
        of(&same, &|proven| {
            if let Proven::Growth { newer, .. } = proven {
                newer.clone_from(&fork);
            }
        }),
    );
    let other = Book::new();
    add(
        "the head of another book",
        of(&growth, &|proven| {
            if let Proven::Growth { older, .. } = proven {
                **older = other.release.clone();
            }
        }),
    );
    // A book made anew from the same past: its head is signed, and did not grow out of ours.
    let twin = &book.early;
    twin.import("well", &wells(twin, "forged.csv", "F"));
    twin.import("well", &wells(twin, "more.csv", "M"));
    let forged = checkpoint(&twin.app).unwrap();
    assert!(forged.n >= book.release.n, "it is as long");
    add(
        "the growth of a forged book",
        of_growth(&twin.app, book.release.clone(), forged)
            .unwrap()
            .text()
            .into_bytes(),
    );
    add("a hundred thousand brackets", vec![b'['; 100_000]);
    add("nothing", Vec::new());
    add("a signed head", book.head.text().into_bytes());
    proven(&texts, false);
}

/// The files beside the vectors, made from the vectors' book with the key of RFC 8032, 7.1, test 2.
#[test]
fn the_vectors_of_proofs_are_frozen() {
    const SECRET: [u8; 32] = [
        0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a,
        0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify");
    let vectors: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("vectors.json")).unwrap()).unwrap();
    let bytes_of = |text: &serde_json::Value| taizhang_store::cells::unhex_any(text.as_str().unwrap()).unwrap();
    let entries: Vec<(Vec<u8>, Vec<u8>)> = vectors["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (bytes_of(&entry["bytes"]), bytes_of(&entry["head"])))
        .collect();
    let leaves: Vec<[u8; 32]> = entries.iter().map(|(bytes, _)| leaf(bytes)).collect();
    let key = ed25519_dalek::SigningKey::from_bytes(&SECRET);
    let signed = |n: usize, release| {
        let mut proof = Proof {
            book: bytes_of(&vectors["book"]).try_into().unwrap(),
            n: n as i64,
            head: entries[n - 1].1.clone().try_into().unwrap(),
            root: root(&leaves[..n]),
            public_key: key.verifying_key().to_bytes(),
            signature: [0; 64],
            release,
        };
        proof.signature = ed25519_dalek::Signer::sign(&key, proof.signed_text().as_bytes()).to_bytes();
        proof
    };
    let act = taizhang_core::journal::encoding::decode(&entries[10].0).unwrap().act;
    let taizhang_core::journal::Act::Release(released) = act else {
        panic!("entry 11 of the vectors is a release");
    };
    let (head, release) = (signed(7, None), signed(11, Some(released)));
    let entry = Proven::Entry {
        n: 4,
        bytes: entries[3].0.clone(),
        path: inclusion(&leaves[..7], 3),
        checkpoint: Box::new(head.clone()),
    };
    let growth = Proven::Growth {
        path: consistency(&leaves[..11], 7),
        older: Box::new(head.clone()),
        newer: Box::new(release.clone()),
    };
    for (name, text) in [
        ("proof-head.json", head.text()),
        ("proof-release.json", release.text()),
        ("proof-entry.json", entry.text()),
        ("proof-growth.json", growth.text()),
    ] {
        let beside = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(beside, &text).unwrap();
        let frozen = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(text, frozen, "{name}: what was signed once is never written otherwise");
    }
}
