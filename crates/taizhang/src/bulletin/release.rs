//! Room: a bulletin issued — frozen as an entry, its head and document signed.

use super::{Written, write};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::keys::hex;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use taizhang_core::day::Day;
use taizhang_core::definition::Verb;
use taizhang_core::journal::{Act, Release};
use taizhang_core::refusal::{Code, Refusal};

/// A signed release: what is kept beside the document.
#[derive(Clone, Debug)]
pub struct Released {
    /// The bulletin as written.
    pub written: Written,
    /// The entry of the release.
    pub entry: i64,
    /// Its running number.
    pub release_no: u32,
    /// The proof, as JSON.
    pub proof: Value,
}

/// Issues a bulletin as of a day: one entry holding every figure, and a signature over the head.
pub fn release(app: &App, scope: &Scope, id: &str, as_of: Day) -> Result<Released, AppError> {
    let refuse = |code| {
        AppError::refuse(
            app.locale(),
            &Refusal::new(code).with("day", as_of).with("today", app.today()),
        )
    };
    if !scope.may_at_all(Verb::Release) {
        return Err(refuse(Code::NotPermitted));
    }
    if as_of > app.today() {
        return Err(refuse(Code::AfterToday));
    }
    let written = write(app, scope, id, as_of, None)?;
    let document: [u8; 32] = Sha256::digest(written.markdown.as_bytes()).into();
    let figures = written
        .numbers
        .iter()
        .map(|n| (n.address.clone(), n.printed.clone()))
        .collect();
    let mut act = Release {
        bulletin: id.to_owned(),
        release_no: 0,
        as_of,
        known_at: written.known_at,
        document,
        figures,
    };
    let (send, receive) = std::sync::mpsc::channel();
    let (today, who, name) = (app.today(), scope.who(), id.to_owned());
    app.store().writer().act(move |session| {
        // Counted inside the transaction: two releases never share a number.
        act.release_no = taizhang_store::journal::releases(&mut *session.conn, &name)?.len() as u32 + 1;
        let release_no = act.release_no;
        let head = session.append_about_book(Act::Release(act), today, who)?;
        let _ = send.send((head, release_no));
        Ok(())
    })?;
    let lost = |_| AppError::Fault("the writer gave no answer".to_owned());
    let (head, release_no) = receive.recv().map_err(lost)?;
    let proof = proof(app, &head, Some((id, release_no, &written, &document)))?;
    Ok(Released {
        written,
        entry: head.n,
        release_no,
        proof,
    })
}

/// The head alone, signed: anybody who keeps it can tell a cut-off or rewritten book later.
pub fn checkpoint(app: &App) -> Result<Value, AppError> {
    let head = app.reading()?.head;
    proof(app, &head, None)
}

/// What is signed, line by line; the format page describes it.
pub fn signed_text(book: &str, n: i64, head: &str, release: Option<(&str, u32, &str)>) -> String {
    let mut text = format!("taizhang-checkpoint-1\n{book}\n{n}\n{head}\n");
    if let Some((bulletin, release_no, document)) = release {
        text.push_str(&format!("{bulletin} {release_no}\n{document}\n"));
    }
    text
}

fn proof(
    app: &App,
    head: &taizhang_store::head::Head,
    release: Option<(&str, u32, &Written, &[u8; 32])>,
) -> Result<Value, AppError> {
    let (book, hash) = (hex(&head.book), hex(&head.hash));
    let named = release.map(|(id, no, written, document)| (id, no, written, hex(document)));
    let lines = named
        .as_ref()
        .map(|(id, no, _, document)| (*id, *no, document.as_str()));
    let signature = app.keys().sign(signed_text(&book, head.n, &hash, lines).as_bytes());
    let mut proof = json!({
        "format": "taizhang-checkpoint-1",
        "book": book,
        "n": head.n,
        "head": hash,
        "alg": head.alg.name(),
        "signature_alg": "ed25519",
        "public_key": hex(&app.keys().public_key()),
        "signature": hex(&signature),
    });
    if let (Some((id, no, written, document)), Some(object)) = (named, proof.as_object_mut()) {
        let figures: Vec<Value> = written
            .numbers
            .iter()
            .map(|n| json!({"figure": n.address, "printed": n.printed}))
            .collect();
        object.insert(
            "release".to_owned(),
            json!({
                "bulletin": id, "release_no": no, "as_of": written.as_of.to_string(),
                "known_at": written.known_at, "document": document, "figures": figures,
            }),
        );
    }
    Ok(proof)
}
