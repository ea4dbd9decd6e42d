//! Room: a bulletin issued — frozen as an entry, its head and document signed.

use super::proof::Proof;
use super::{Written, write};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use sha2::{Digest, Sha256};
use taizhang_core::day::Day;
use taizhang_core::journal::{Act, Entry, Release};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_store::head::Head;

/// A signed release: what is kept beside the document.
#[derive(Clone, Debug)]
pub struct Released {
    /// The bulletin as written.
    pub written: Written,
    /// The entry of the release.
    pub entry: i64,
    /// Its running number.
    pub release_no: u32,
    /// The signed head of that entry.
    pub proof: Proof,
}

/// Issues a bulletin as of a day: one entry holding every figure, and a signature over the head.
pub fn release(app: &App, scope: &Scope, id: &str, as_of: Day) -> Result<Released, AppError> {
    let refuse = |code| {
        AppError::refuse(
            app.locale(),
            &Refusal::new(code).with("day", as_of).with("today", app.today()),
        )
    };
    if !super::series::may_release(app, scope, id, as_of)? {
        return Err(refuse(Code::NotPermitted));
    }
    if as_of > app.today() {
        return Err(refuse(Code::AfterToday));
    }
    super::issued::no_open_import(app)?;
    let mut written = write(app, scope, id, as_of, None)?;
    super::approval::demand(app, scope, id, &written)?;
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
        // Counted inside the transaction: two releases never share a number. Each year begins with the first.
        let earlier = taizhang_store::journal::releases(&mut *session.conn, &name)?;
        act.release_no = earlier.iter().filter(|entry| is_of_year(entry, as_of)).count() as u32 + 1;
        let head = session.append_about_book(Act::Release(act.clone()), today, who)?;
        let _ = send.send((head, act));
        Ok(())
    })?;
    let lost = |_| AppError::Fault("the writer gave no answer".to_owned());
    let (head, act) = receive.recv().map_err(lost)?;
    let pattern = app
        .definition()?
        .bulletins
        .iter()
        .find(|own| own.id == super::series::split(id).0)
        .map(|own| own.number.clone());
    written.document.number = super::numbered(&pattern.unwrap_or_default(), as_of, Some(act.release_no));
    Ok(Released {
        written,
        entry: head.n,
        release_no: act.release_no,
        proof: proof(app, &head, Some(act))?,
    })
}

fn is_of_year(entry: &Entry, as_of: Day) -> bool {
    matches!(&entry.act, Act::Release(release) if release.as_of.ymd().0 == as_of.ymd().0)
}

/// The head alone, signed: anybody who keeps it can tell a cut-off or rewritten book later.
pub fn checkpoint(app: &App) -> Result<Proof, AppError> {
    let head = app.reading()?.head;
    proof(app, &head, None)
}

/// Signs a head, after everything up to it was read again from the disk: what is signed once and then does
/// not follow from its entries can never be proven again.
fn proof(app: &App, head: &Head, release: Option<Release>) -> Result<Proof, AppError> {
    let mut reading = app.reading()?;
    taizhang_store::verify::chained(reading.conn()?, head)?;
    let mut proof = Proof {
        book: head.book,
        n: head.n,
        head: head.hash,
        root: super::check::root_of(reading.conn()?, head.n)?,
        public_key: app.keys().public_key(),
        signature: [0; 64],
        release,
    };
    proof.signature = app.keys().sign(proof.signed_text().as_bytes());
    Ok(proof)
}
