//! Room: a register of a definition, but for the record above, which needs the other registers.

use super::super::directory::{Directory, once_each};
use super::super::fault::{FaultCode, Noun, Wanted};
use super::super::source::{InquirySource, IssueSource, KeySource, ViewSource};
use super::account::Accounts;
use super::lists::RoleNames;
use super::scope::Scope;
use super::{instrument, posting, stage};
use crate::definition::{Check, Field, Inquiry, Issue, Key, Register, View};
use crate::expr::Type;
use crate::id::FieldNo;

/// The register of a scope.
pub(super) fn register(scope: &Scope<'_>, accounts: &Accounts<'_>, roles: &RoleNames) -> Register {
    let source = scope.source;
    let keys = keys(scope);
    Register {
        no: scope.no,
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        about: source.about.clone(),
        system: source.system,
        fields: fields(scope),
        stages: stage::stages(scope),
        moves: stage::moves(scope, roles),
        title: title(scope, &keys),
        keys,
        unit: source
            .unit
            .as_ref()
            .and_then(|unit| scope.readable(unit, Wanted::Unit))
            .map(|field| field.no),
        parent: None,
        row_day: source
            .row_day
            .as_ref()
            .and_then(|day| scope.readable(day, Wanted::Date))
            .map(|field| field.no),
        embargo: source
            .embargo
            .as_ref()
            .and_then(|day| scope.readable(day, Wanted::Date))
            .map(|field| field.no),
        period: source
            .period
            .as_ref()
            .and_then(|period| scope.readable(period, Wanted::DateOrMonth))
            .map(|field| field.no),
        blank: source.blank,
        checks: checks(scope),
        postings: posting::postings(scope, accounts),
        limits: stage::limits(scope, roles),
        instruments: instrument::instruments(scope, accounts),
        views: views(scope),
        sections: Vec::new(),
        invariants: Vec::new(),
        issue: scope.source.issue.as_ref().map(|source| issue(scope, source)),
        template: None,
        boards: Vec::new(),
        inquiry: scope.source.inquiry.as_ref().map(|source| inquiry(scope, source)),
    }
}

fn inquiry(scope: &Scope<'_>, source: &InquirySource) -> Inquiry {
    once_each(scope.ground.sources, Noun::Field, &source.fields);
    Inquiry {
        name: source.name.text.clone(),
        fields: scope.field_nos(&source.fields),
        balances: source.balances.iter().map(|word| word.text.clone()).collect(),
        certificate: source.certificate,
    }
}

fn issue(scope: &Scope<'_>, source: &IssueSource) -> Issue {
    scope.moves.check(scope.ground.sources, &source.by);
    Issue {
        by: source.by.text.clone(),
        once: scope.field_nos(&source.once),
        each: scope.field_nos(&source.each),
    }
}

/// The fields; the moves that alone may fill one must be there.
fn fields(scope: &Scope<'_>) -> Vec<Field> {
    let named = scope.source.fields.iter().flat_map(|field| &field.by);
    named.for_each(|word| scope.moves.check(scope.ground.sources, word));
    scope.fields.clone()
}

fn keys(scope: &Scope<'_>) -> Vec<Key> {
    let mut ids = Directory::new(Noun::Key);
    scope
        .source
        .keys
        .iter()
        .for_each(|key| ids.add(scope.ground.sources, &key.id, ()));
    scope.source.keys.iter().map(|source| key(scope, source)).collect()
}

/// A key over values that can be compared. A sealed field is found by a digest of its value alone,
/// so it cannot be one of several.
fn key(scope: &Scope<'_>, source: &KeySource) -> Key {
    let sources = scope.ground.sources;
    once_each(sources, Noun::Field, &source.fields);
    let mut fields = Vec::new();
    for word in &source.fields {
        let Some(field) = scope.field(word) else { continue };
        if field.class.is_sealed() && source.fields.len() > 1 {
            sources.fault(
                word.at,
                FaultCode::SealedKeyNotAlone {
                    field: word.text.clone(),
                },
            );
        } else if !field.class.is_sealed() {
            scope.readable(word, Wanted::Comparable);
        }
        fields.push(field.no);
    }
    Key {
        id: source.id.text.clone(),
        fields,
        ever: source.ever,
    }
}

/// The fields that make the title: as told, else the first key, else the first field.
fn title(scope: &Scope<'_>, keys: &[Key]) -> Vec<FieldNo> {
    if !scope.source.title.is_empty() {
        let told = scope
            .source
            .title
            .iter()
            .filter_map(|word| scope.readable(word, Wanted::Comparable));
        return told.map(|field| field.no).collect();
    }
    let open = |no: &FieldNo| {
        scope
            .fields
            .iter()
            .any(|field| field.no == *no && !field.class.is_sealed())
    };
    if let Some(key) = keys
        .iter()
        .find(|key| !key.fields.is_empty() && key.fields.iter().all(open))
    {
        return key.fields.clone();
    }
    scope.fields.iter().map(|field| field.no).filter(open).take(1).collect()
}

fn checks(scope: &Scope<'_>) -> Vec<Check> {
    let mut ids = Directory::new(Noun::Check);
    let mut checks = Vec::new();
    for source in &scope.source.checks {
        ids.add(scope.ground.sources, &source.id, ());
        if let Some(rule) = scope.program(&source.rule, Type::Bool) {
            checks.push(Check {
                id: source.id.text.clone(),
                rule,
                message: source.message.text.clone(),
            });
        }
    }
    checks
}

fn views(scope: &Scope<'_>) -> Vec<View> {
    let mut ids = Directory::new(Noun::View);
    scope
        .source
        .views
        .iter()
        .for_each(|view| ids.add(scope.ground.sources, &view.id, ()));
    scope.source.views.iter().map(|source| view(scope, source)).collect()
}

fn view(scope: &Scope<'_>, source: &ViewSource) -> View {
    once_each(scope.ground.sources, Noun::Field, &source.columns);
    source
        .public
        .iter()
        .for_each(|word| scope.stages.check(scope.ground.sources, word));
    let sort = source.sort.iter();
    View {
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        columns: source
            .columns
            .iter()
            .filter_map(|word| scope.any_or_stage(word))
            .collect(),
        sort: sort
            .filter_map(|(word, down)| Some((scope.readable_or_stage(word, Wanted::Comparable)?, *down)))
            .collect(),
        filter: source
            .filter
            .iter()
            .filter_map(|word| scope.readable_or_stage(word, Wanted::Comparable))
            .collect(),
        public: source.public.iter().map(|word| word.text.clone()).collect(),
    }
}
