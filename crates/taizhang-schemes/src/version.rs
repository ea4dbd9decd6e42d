//! Room: versions of a scheme. Each names its document, its issuer and its days; a case is judged by the
//! version in force on the day that the rule names, never by today's.

use crate::node::Reader;
use crate::refusal::{Code, Refusal};
use taizhang_core::day::Day;

/// What every version of every scheme says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its id.
    pub id: String,
    /// The scheme that it is a version of; versions of one scheme never hold on the same day.
    pub scheme: String,
    /// What it is called.
    pub name: String,
    /// The number of its document.
    pub doc_no: String,
    /// Who issued it.
    pub issuer: String,
    /// The first day on which it is in force; none: always was.
    pub valid_from: Option<Day>,
    /// The last day; none: until further notice.
    pub valid_to: Option<Day>,
}

impl Head {
    /// Reads what every version says. An inline scheme may leave out its name and document.
    pub fn read(reader: &mut Reader<'_>) -> Result<Head, Refusal> {
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let id = owned(reader.text("id")?);
        let scheme = reader.text("scheme")?.map_or_else(|| id.clone(), str::to_owned);
        let head = Head {
            id,
            scheme,
            name: owned(reader.text("name")?),
            doc_no: owned(reader.text("doc_no")?),
            issuer: owned(reader.text("issuer")?),
            valid_from: reader.day("valid_from")?,
            valid_to: reader.day("valid_to")?,
        };
        if head
            .valid_to
            .is_some_and(|to| head.valid_from.is_some_and(|from| to < from))
        {
            return Err(Refusal::at(Code::EndsBeforeItBegins, reader.place("valid_to")));
        }
        Ok(head)
    }

    /// Whether it is in force on a day.
    pub fn holds_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    fn overlaps(&self, other: &Head) -> bool {
        let begins_in_time =
            |a: &Head, b: &Head| a.valid_from.is_none_or(|from| b.valid_to.is_none_or(|to| from <= to));
        self.scheme == other.scheme && begins_in_time(self, other) && begins_in_time(other, self)
    }
}

/// Something that is a version of a scheme.
pub trait Versioned {
    /// What it says of itself.
    fn head(&self) -> &Head;
}

/// Refuses two of one id, and two versions of one scheme that hold on the same day.
pub fn check<V: Versioned>(versions: &[V]) -> Result<(), Refusal> {
    for (at, version) in versions.iter().enumerate() {
        let (head, before) = (version.head(), &versions[..at]);
        let clash = before
            .iter()
            .map(Versioned::head)
            .find(|other| other.id == head.id || other.overlaps(head));
        if let Some(other) = clash {
            let refusal = Refusal::at(Code::VersionsOverlap, head.id.clone()).by(&head.doc_no);
            return Err(refusal.with("one", &other.id).with("other", &head.id));
        }
    }
    Ok(())
}

/// The version that an earlier step was judged by and that was kept with it, whatever day it is now.
pub fn kept<'a, V: Versioned>(versions: &'a [V], id: &str) -> Result<&'a V, Refusal> {
    let found = versions.iter().find(|version| version.head().id == id);
    found.ok_or_else(|| {
        let known: Vec<&str> = versions.iter().map(|version| version.head().id.as_str()).collect();
        Refusal::at(Code::UnknownScheme, "version")
            .with("scheme", id)
            .with("known", known.join(", "))
    })
}

/// The version of an id, or the one of a scheme that is in force on a day.
pub fn find<'a, V: Versioned>(versions: &'a [V], name: &str, on: Day) -> Result<&'a V, Refusal> {
    if let Some(version) = versions.iter().find(|version| version.head().id == name) {
        let head = version.head();
        return if head.holds_on(on) {
            Ok(version)
        } else {
            Err(Refusal::at(Code::NotInForce, "scheme")
                .by(&head.doc_no)
                .with("scheme", name)
                .with("day", on))
        };
    }
    let mut of_scheme = versions
        .iter()
        .filter(|version| version.head().scheme == name)
        .peekable();
    if of_scheme.peek().is_none() {
        let known: Vec<&str> = versions.iter().map(|version| version.head().id.as_str()).collect();
        return Err(Refusal::at(Code::UnknownScheme, "scheme")
            .with("scheme", name)
            .with("known", known.join(", ")));
    }
    let in_force = of_scheme.find(|version| version.head().holds_on(on));
    in_force.ok_or_else(|| {
        Refusal::at(Code::NotInForce, "scheme")
            .with("scheme", name)
            .with("day", on)
    })
}
