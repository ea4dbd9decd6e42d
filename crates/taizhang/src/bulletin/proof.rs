//! Room: a signed head as text — written in one way only, so that no byte of it can be changed and still be
//! taken. The format page describes it; `docs/verify/verify.py` reads it without us.

use crate::keys::hex;
use ed25519_dalek::{Signature, VerifyingKey};
use serde_json::{Value, json};
use taizhang_core::journal::Release;

/// The name of the format, also the first line of what is signed.
pub const FORMAT: &str = "taizhang-checkpoint-1";

/// A signed head, of a release or alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The book.
    pub book: [u8; 16],
    /// The entry whose head it is.
    pub n: i64,
    /// The head.
    pub head: [u8; 32],
    /// The root of the tree over the first n entries.
    pub root: [u8; 32],
    /// Who signed.
    pub public_key: [u8; 32],
    /// Over [`Proof::signed_text`].
    pub signature: [u8; 64],
    /// What entry n releases.
    pub release: Option<Release>,
}

impl Proof {
    /// Reads a proof; an error is the key of a sentence. The signature is not checked here.
    pub fn read(text: &str) -> Result<Proof, &'static str> {
        let value: Value = serde_json::from_str(text).map_err(|_| "proof.not_json")?;
        let n = value["n"].as_i64().filter(|n| *n > 0).ok_or("proof.no_entry")?;
        let proof = parts(&value, n).ok_or("proof.not_as_written")?;
        // Members that are doubled, unknown or spelt otherwise would say things that nobody signed.
        if proof.text() == text {
            Ok(proof)
        } else {
            Err("proof.not_as_written")
        }
    }

    /// The proof as it is kept: JSON, ended by a line feed.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.value())
    }

    pub(super) fn value(&self) -> Value {
        let mut value = json!({
            "format": FORMAT,
            "book": hex(&self.book),
            "n": self.n,
            "head": hex(&self.head),
            "root": hex(&self.root),
            "alg": "sha256",
            "signature_alg": "ed25519",
            "public_key": hex(&self.public_key),
            "signature": hex(&self.signature),
        });
        if let Some(release) = &self.release {
            let figures = release.figures.iter();
            let figures: Vec<Value> = figures
                .map(|(figure, printed)| json!({ "figure": figure, "printed": printed }))
                .collect();
            value["release"] = json!({
                "bulletin": release.bulletin, "release_no": release.release_no, "as_of": release.as_of.to_string(),
                "known_at": release.known_at, "document": hex(&release.document), "figures": figures,
            });
        }
        value
    }

    /// What is signed, line by line: all that the proof says.
    pub fn signed_text(&self) -> String {
        let (book, head, root) = (hex(&self.book), hex(&self.head), hex(&self.root));
        let mut text = format!("{FORMAT}\n{book}\n{}\n{head}\n{root}\n", self.n);
        if let Some(release) = &self.release {
            let document = hex(&release.document);
            text.push_str(&format!("{} {}\n{document}\n", release.bulletin, release.release_no));
            text.push_str(&format!("{} {}\n", release.as_of, release.known_at));
            for (figure, printed) in &release.figures {
                text.push_str(&format!("{}\n", json!([figure, printed])));
            }
        }
        text
    }

    /// Whether the signature is the key's.
    pub fn is_signed(&self) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&self.public_key)
            .is_ok_and(|key| key.verify_strict(self.signed_text().as_bytes(), &signature).is_ok())
    }
}

fn parts(value: &Value, n: i64) -> Option<Proof> {
    let release = match value.get("release") {
        Some(release) => Some(released(release)?),
        None => None,
    };
    Some(Proof {
        book: bytes(value, "book")?,
        n,
        head: bytes(value, "head")?,
        root: bytes(value, "root")?,
        public_key: bytes(value, "public_key")?,
        signature: bytes(value, "signature")?,
        release,
    })
}

fn released(value: &Value) -> Option<Release> {
    let text = |value: &Value, name: &str| value[name].as_str().map(str::to_owned);
    let figures = value["figures"].as_array()?.iter();
    let figures = figures.map(|figure| Some((text(figure, "figure")?, text(figure, "printed")?)));
    Some(Release {
        bulletin: text(value, "bulletin")?,
        release_no: value["release_no"].as_u64()?.try_into().ok()?,
        as_of: value["as_of"].as_str()?.parse().ok()?,
        known_at: value["known_at"].as_i64()?,
        document: bytes(value, "document")?,
        figures: figures.collect::<Option<_>>()?,
    })
}

/// Bytes in hexadecimal. Capital letters pass here and fail where the whole text is compared.
fn bytes<const N: usize>(value: &Value, name: &str) -> Option<[u8; N]> {
    let text = value[name]
        .as_str()
        .filter(|text| text.len() == 2 * N && text.is_ascii())?;
    let pairs = (0..N).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok());
    pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()
}
