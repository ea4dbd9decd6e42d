//! Room: the sections of a record's page, which may name fields of other registers and accounts.

use super::super::directory::{Directory, once_each};
use super::super::fault::{FaultCode, Holds, Noun, Wanted};
use super::super::source::{SectionShow, SectionSource};
use super::super::sources::Word;
use super::account::Accounts;
use super::scope::Scope;
use crate::definition::{Buildings, Curve, FieldKind, Register, Related, Section, Shows};
use crate::id::AccountNo;

/// Gives each register its sections.
pub(super) fn sections(scopes: &[Scope<'_>], accounts: &Accounts<'_>, registers: &mut [Register]) {
    for (scope, register) in scopes.iter().zip(registers.iter_mut()) {
        let mut ids = Directory::new(Noun::Section);
        for source in &scope.source.sections {
            ids.add(scope.ground.sources, &source.id, ());
        }
        let section = |source: &SectionSource| {
            Some(Section {
                id: source.id.text.clone(),
                name: source.name.text.clone(),
                shows: shows(scope, scopes, accounts, source)?,
            })
        };
        register.sections = scope.source.sections.iter().filter_map(section).collect();
    }
}

fn shows(scope: &Scope<'_>, scopes: &[Scope<'_>], accounts: &Accounts<'_>, source: &SectionSource) -> Option<Shows> {
    Some(match source.show {
        SectionShow::Fields => {
            once_each(scope.ground.sources, Noun::Field, &source.fields);
            Shows::Fields(scope.field_nos(&source.fields))
        }
        SectionShow::Stages => Shows::Stages,
        SectionShow::Rows => {
            let (theirs, of) = related(scope, scopes, source)?;
            let columns = source.fields.iter().filter_map(|word| theirs.any_or_stage(word));
            let sort = source.sort.as_ref();
            Shows::Rows {
                columns: columns.collect(),
                sort: sort.and_then(|word| theirs.readable_or_stage(word, Wanted::Comparable)),
                of,
            }
        }
        SectionShow::Curve => {
            let (theirs, of) = related(scope, scopes, source)?;
            // Each is looked up before any is missed, so that every mistake is named at once.
            let own = |word: &Option<Word>, wanted| Some(scope.readable(word.as_ref()?, wanted)?.no);
            let other = |word: &Option<Word>, wanted| Some(theirs.readable(word.as_ref()?, wanted)?.no);
            let (goal, whole) = (own(&source.goal, Wanted::Money), own(&source.whole, Wanted::Money));
            let begins = source.begins.iter();
            let begins = begins.filter_map(|word| Some(scope.readable(word, Wanted::Date)?.no));
            let (begins, ends) = (begins.collect(), own(&source.ends, Wanted::Date));
            let expected = other(&source.expected, Wanted::Date);
            let day = other(&source.day, Wanted::DateOrMonth);
            let amount = other(&source.amount, Wanted::Money);
            Shows::Curve(Curve {
                of,
                day: day?,
                amount: amount?,
                expected,
                goal,
                whole,
                begins,
                ends,
            })
        }
        SectionShow::Ledger => Shows::Ledger {
            account: money(scope, accounts, source.account.as_ref()?)?,
            holder: scope.readable(source.holder.as_ref()?, Wanted::Comparable)?.no,
        },
        SectionShow::Buildings => Shows::Buildings(buildings(scope, scopes, source)?),
        SectionShow::Plane => Shows::Plane(scope.readable(source.place.as_ref()?, Wanted::Place)?.no),
    })
}

fn buildings(scope: &Scope<'_>, scopes: &[Scope<'_>], source: &SectionSource) -> Option<Buildings> {
    let (theirs, of) = related(scope, scopes, source)?;
    // Each is looked up before any is missed, so that every mistake is named at once.
    let own = |word: &Option<Word>, wanted| scope.readable(word.as_ref()?, wanted);
    let other = |word: &Option<Word>, wanted| theirs.readable(word.as_ref()?, wanted);
    let (group, floors) = (
        own(&source.group, Wanted::Groupable),
        own(&source.floors, Wanted::Number),
    );
    let (whole, amount) = (
        own(&source.whole, Wanted::Number),
        other(&source.amount, Wanted::Number),
    );
    let (day, until) = (other(&source.day, Wanted::Date), other(&source.until, Wanted::Date));
    let begins = source
        .begins
        .first()
        .and_then(|word| scope.readable(word, Wanted::Date));
    // A part is held against the whole, so both are counted in the same measure.
    if let (Some(whole), Some(amount), Some(word)) = (whole, amount, &source.amount)
        && whole.kind != amount.kind
    {
        return wrong(theirs, word, Wanted::Number);
    }
    Some(Buildings {
        group: group?.no,
        floors: floors.map(|field| field.no),
        whole: whole?.no,
        begins: begins.map(|field| field.no),
        of,
        amount: amount?.no,
        day: day?.no,
        until: until.map(|field| field.no),
    })
}

/// A money account; a page only reads it, so it is not fed by being named.
pub(super) fn money(scope: &Scope<'_>, accounts: &Accounts<'_>, word: &Word) -> Option<AccountNo> {
    let shape = accounts.find(word)?;
    match shape.holds {
        Some(holds) if holds != Holds::Money => {
            let account = word.text.clone();
            let code = FaultCode::OtherAccountKind { account, holds };
            scope.ground.sources.fault(word.at, code);
            None
        }
        _ => Some(shape.no),
    }
}

/// The register whose records name this one, and the field by which they do: the one that is said, else
/// the first.
fn related<'s, 'a>(
    scope: &Scope<'a>,
    scopes: &'s [Scope<'a>],
    source: &SectionSource,
) -> Option<(&'s Scope<'a>, Related)> {
    let word = source.register.as_ref()?;
    let no = *scope.ground.registers.find(scope.ground.sources, word)?;
    let theirs = scopes.iter().find(|other| other.no == no)?;
    let names = |kind: &FieldKind| matches!(kind, FieldKind::Link { register } if *register == scope.no);
    let by = match &source.by {
        Some(by) => {
            let field = theirs.readable(by, Wanted::Link)?;
            if !names(&field.kind) {
                return wrong(theirs, by, Wanted::Link);
            }
            field.no
        }
        None => match theirs.fields.iter().find(|field| names(&field.kind)) {
            Some(field) => field.no,
            None => return wrong(scope, word, Wanted::Link),
        },
    };
    Some((theirs, Related { register: no, by }))
}

fn wrong<T>(scope: &Scope<'_>, word: &Word, wanted: Wanted) -> Option<T> {
    let code = FaultCode::WrongKind {
        field: word.text.clone(),
        wanted,
    };
    scope.ground.sources.fault(word.at, code);
    None
}
