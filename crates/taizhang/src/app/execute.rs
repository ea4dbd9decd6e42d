//! Room: the one way in. A draft in words becomes a typed, sealed command; the writer decides.

mod behind;
mod opened;

pub(super) use behind::{foreseen, keep};
pub(crate) use opened::items_there;

use super::names::BookNames;
use super::pace::TARGETS;
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use crate::keys::{KeyId, SubjectKey, subject_of};
use std::collections::HashMap;
use std::sync::Arc;
use taizhang_core::calendar;
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Decision, Moment, decide};
use taizhang_core::definition::{Definition, Field, Lang, Register};
use taizhang_core::field_kinds::{Input, read, seals};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Act, Change, Entry, Source};
use taizhang_core::lock::LOCK_REGISTER;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};
use taizhang_store::engine::Conn;
use taizhang_store::facts::{Facts, entries};
use taizhang_store::writer::{Outcome, Reply, Request};

/// One change as somebody wrote it, values still text.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// The register's id.
    pub register: String,
    /// The record; none to open one.
    pub record: Option<RecordNo>,
    /// What is to happen.
    pub wish: DraftWish,
    /// Field ids (or names) and texts.
    pub set: Vec<(String, String)>,
    /// For a correction: fields that should not have been named.
    pub withdraw: Vec<String>,
    /// The day it became true; none for the register's rule, then today.
    pub occurred_on: Option<Day>,
    /// The minute of that day; none for now, where the register counts hours and the day is today.
    pub occurred_at: Option<u16>,
    /// The latest entry that the writer had seen.
    pub based_on: Option<EntryNo>,
    /// The stage that a move is to end in, where it leaves a choice.
    pub to: Option<String>,
    /// Why.
    pub reason: String,
    /// Content hashes of uploaded files.
    pub evidence: Vec<[u8; 32]>,
    /// Whether numbers are in the base unit (API) instead of the field's measure.
    pub base_units: bool,
    /// Where an imported row came from.
    pub source: Option<Source>,
    /// Book a shortfall to the recovery account instead of refusing.
    pub recover: bool,
}

/// What is to happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DraftWish {
    /// Open a record.
    #[default]
    Open,
    /// Open one as a state taken over (期初).
    Opening,
    /// Change fields.
    Amend,
    /// Make this move.
    Move(String),
    /// Add a remark.
    Note,
    /// Void the record.
    Void,
    /// Correct an entry.
    Correct {
        /// The original entry.
        target: EntryNo,
        /// Withdraw it whole.
        withdraw: bool,
        /// Move it to this day.
        day: Option<Day>,
    },
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The first entry.
    pub first: EntryNo,
    /// The last entry.
    pub last: EntryNo,
    /// The records, one for each draft; empty when an earlier answer is repeated.
    pub records: Vec<RecordNo>,
    /// The hash that covers the last entry; none where an earlier answer is repeated.
    pub head: Option<[u8; 32]>,
    /// Whether this is the answer to an earlier request with the same key.
    pub repeated: bool,
}

/// Drafts as typed and sealed commands.
pub(super) struct Typed {
    pub(super) commands: Vec<Command>,
    /// Their registers.
    pub(super) registers: Vec<Arc<Register>>,
    /// Keys that they are sealed with and that are on no disk yet.
    pub(super) fresh: Vec<SubjectKey>,
}

impl App {
    /// Writes drafts: all, or none. They do not see each other.
    pub fn execute(&self, scope: &Scope, drafts: &[Draft], key: Option<(&str, &[u8])>) -> Result<Receipt, AppError> {
        match self.answered(scope, key)? {
            Some(receipt) => Ok(receipt),
            None => self.execute_new(scope, drafts, key),
        }
    }

    /// The same for whoever has asked already that the key was not answered before.
    pub fn execute_new(
        &self,
        scope: &Scope,
        drafts: &[Draft],
        key: Option<(&str, &[u8])>,
    ) -> Result<Receipt, AppError> {
        let drafts = self.with_opened(drafts)?;
        let typed = self.typed(&drafts)?;
        self.names_only_own(scope, &typed.commands)?;
        let looked_at = |register: &Arc<Register>| register.id == TARGETS || register.id == LOCK_REGISTER;
        if typed.registers.iter().any(looked_at) {
            self.decided(scope, &typed)?;
        }
        if !typed.fresh.is_empty() {
            // A key that is written stays for ever. So what will be refused is refused before that, but
            // for what somebody else writes in this very moment.
            self.decided(scope, &typed)?;
            self.keys().keep(&typed.fresh)?;
        }
        let mut hats = scope.hats();
        let last = hats.pop().unwrap_or_else(|| scope.clone());
        for hat in hats {
            let reply = self
                .store()
                .writer()
                .write(self.request(&hat, typed.commands.clone(), key));
            if !matches!(&reply, Ok(Outcome::Refused(refused)) if lacks_right(refused)) {
                return self.receipt(reply, &typed.registers);
            }
        }
        let request = self.request(&last, typed.commands, key);
        self.receipt(self.store().writer().write(request), &typed.registers)
    }

    /// Writes drafts one by one through the same door: each is done or refused by itself.
    pub fn execute_each(
        &self,
        scope: &Scope,
        drafts: &[Draft],
        key: Option<(&str, &[u8])>,
    ) -> Vec<Result<Receipt, AppError>> {
        let one = |(at, draft): (usize, &Draft)| {
            let own = key.map(|(key, body)| (format!("{key} {at}"), body));
            let key = own.as_ref().map(|(key, body)| (key.as_str(), *body));
            self.execute(scope, std::slice::from_ref(draft), key)
        };
        drafts.iter().enumerate().map(one).collect()
    }

    /// What the same key was answered before; none if this is the first time. It is asked before a word
    /// of the request is read, since what the words mean may have changed since (law 6).
    pub fn answered(&self, scope: &Scope, key: Option<(&str, &[u8])>) -> Result<Option<Receipt>, AppError> {
        let Some((key, body)) = self.idempotency(key) else {
            return Ok(None);
        };
        let (actor, now) = (scope.actor, self.clock().now());
        let answered = |conn: &mut dyn Conn| taizhang_store::answered::answered(conn, actor, &key, &body, now);
        let known = self.store().one(answered)?;
        known.map(|outcome| self.receipt(Ok(outcome), &[])).transpose()
    }

    /// Drafts as commands, none of which says anything that is sealed.
    pub(crate) fn typed_commands(&self, drafts: &[Draft]) -> Result<Vec<Command>, AppError> {
        self.typed(drafts).map(|typed| typed.commands)
    }

    /// What drafts would do, decided but not written.
    pub fn preview(&self, scope: &Scope, drafts: &[Draft]) -> Result<Vec<Decision>, AppError> {
        let typed = self.typed(drafts)?;
        self.names_only_own(scope, &typed.commands)?;
        self.decided(scope, &typed)
    }

    fn decided(&self, scope: &Scope, typed: &Typed) -> Result<Vec<Decision>, AppError> {
        let Typed {
            commands, registers, ..
        } = typed;
        let mut reading = self.reading()?;
        let rules = reading.caches.rules.clone();
        let definition = definition(&reading)?;
        let closed_through = reading.caches.closed_through(reading.n());
        let locks = reading.caches.locks();
        let moment = Moment {
            rules: &rules,
            today: self.today(),
            closed_through,
            locks: &locks,
            instruments: &super::instruments::BySchemes,
        };
        let mut decisions = Vec::with_capacity(commands.len());
        for (command, register) in commands.iter().zip(registers) {
            let mut facts = Facts {
                conn: reading.conn()?,
                definition: &definition,
                waiting: None,
            };
            match decide(&moment, scope, &mut facts, command)? {
                Ok(decision) => {
                    let after = decision.rows.first().map(|row| &row.state);
                    let faults = after.map(|state| faults(&definition, register, state, self.locale().lang()));
                    if let Some(faults) = faults.filter(|faults| !faults.is_empty()) {
                        return Err(self.refused(&faults, register));
                    }
                    decisions.push(decision);
                }
                Err(refusals) => return Err(self.refused(&refusals, register)),
            }
        }
        Ok(decisions)
    }

    /// A request for the writer.
    pub fn request(&self, scope: &Scope, commands: Vec<Command>, key: Option<(&str, &[u8])>) -> Request {
        let idempotency = self.idempotency(key);
        let mut commands = commands;
        if let (Some((key, _)), Some(first)) = (idempotency, commands.first_mut()) {
            first.key = Some(key);
        }
        Request {
            commands,
            prepared: None,
            who: scope.who(),
            gate: Arc::new(scope.clone()),
            idempotency,
        }
    }

    /// The keyed digests of an idempotency key and of what was asked with it.
    fn idempotency(&self, key: Option<(&str, &[u8])>) -> Option<([u8; 32], [u8; 32])> {
        let (key, body) = key?;
        let keys = self.keys();
        Some((keys.digest("key", key.as_bytes()), keys.digest("body", body)))
    }

    /// The writer's answer in words.
    pub fn receipt(&self, reply: Reply, registers: &[Arc<Register>]) -> Result<Receipt, AppError> {
        match reply? {
            Outcome::Written {
                first,
                last,
                records,
                head,
            } => Ok(Receipt {
                first,
                last,
                records,
                head: Some(head),
                repeated: false,
            }),
            Outcome::Moved => Err(AppError::Fault("nothing was prepared, and yet it moved".to_owned())),
            Outcome::Repeated { first, last } => Ok(Receipt {
                first,
                last,
                records: Vec::new(),
                head: None,
                repeated: true,
            }),
            Outcome::Refused(refused) => {
                let lines = refused.iter().flat_map(|(at, refusals)| {
                    let register = registers.get(*at).map(|register| &**register);
                    refusals
                        .iter()
                        .map(move |refusal| self.locale().line(refusal, register))
                });
                Err(AppError::Refused(lines.collect()))
            }
        }
    }

    fn refused(&self, refusals: &[Refusal], register: &Register) -> AppError {
        AppError::Refused(
            refusals
                .iter()
                .map(|refusal| self.locale().line(refusal, Some(register)))
                .collect(),
        )
    }

    pub(super) fn typed(&self, drafts: &[Draft]) -> Result<Typed, AppError> {
        self.typed_knowing(drafts, &HashMap::new())
    }

    /// The same, where drafts may name records that the command itself opens.
    fn typed_knowing(&self, drafts: &[Draft], foretold: &HashMap<RecordNo, RegisterNo>) -> Result<Typed, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let (mut commands, mut registers, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        let mut fresh = Vec::new();
        for draft in drafts {
            let Some(register) = definition.register_named(&draft.register).cloned() else {
                let refusal = Refusal::new(Code::UnknownRegister).with("value", &draft.register);
                return Err(AppError::refuse(self.locale(), &refusal));
            };
            let subject = match seals_any(&register, draft) {
                true => self.subject_of_record(&mut reading, draft)?,
                // A record is not read for the sake of a key that nothing is put under.
                false => None,
            };
            let known = subject.is_some();
            let mut names = BookNames::new(self, &mut reading, definition.clone()).with(foretold.clone());
            let mut typist = Typist {
                app: self,
                names: &mut names,
                definition: &definition,
                register: &register,
                subject,
            };
            match typist.command(draft)? {
                Ok(command) => commands.push(command),
                Err(refusals) => refused.extend(refusals.iter().map(|r| self.locale().line(r, Some(&register)))),
            }
            fresh.extend(typist.subject.filter(|_| !known));
            registers.push(register);
        }
        if !refused.is_empty() {
            return Err(AppError::Refused(refused));
        }
        Ok(Typed {
            commands,
            registers,
            fresh,
        })
    }

    /// The key that a record's sealed texts are under already; none also if that was destroyed.
    fn subject_of_record(
        &self,
        reading: &mut taizhang_store::Reading<'_>,
        draft: &Draft,
    ) -> Result<Option<SubjectKey>, AppError> {
        let Some(record) = draft.record else { return Ok(None) };
        let known = entries(reading.conn()?, record)?;
        Ok(known
            .iter()
            .rev()
            .find_map(sealed_with)
            .and_then(|id| self.keys().subject(id)))
    }
}

/// Turns one draft's words into typed, sealed values.
struct Typist<'a, 'n, 'r, 's> {
    app: &'a App,
    /// Names of units and records.
    names: &'n mut BookNames<'r, 's>,
    /// The present definition.
    definition: &'a taizhang_core::definition::Definition,
    /// The draft's register.
    register: &'a Register,
    /// The key that the record's texts are under; made when first needed.
    subject: Option<SubjectKey>,
}

impl Typist<'_, '_, '_, '_> {
    /// The command, or what is wrong with the draft's words.
    fn command(&mut self, draft: &Draft) -> Result<Result<Command, Vec<Refusal>>, AppError> {
        let register = self.register;
        let (mut fields, mut digests, mut refusals) = (Vec::new(), Vec::new(), Vec::new());
        for (name, text) in &draft.set {
            match find_field(register, name) {
                None => refusals.push(Refusal::new(Code::UnknownField).with("value", name)),
                Some(field) => {
                    let input = Input {
                        text,
                        base_units: draft.base_units,
                        ..Input::default()
                    };
                    match self.cell(field, &input)? {
                        Ok((cell, digest)) => {
                            digests.extend(digest.map(|digest| (field.no, digest)));
                            fields.push((field.no, Change::Set(cell)));
                        }
                        Err(refusal) => refusals.push(refusal),
                    }
                }
            }
        }
        for name in &draft.withdraw {
            match find_field(register, name) {
                None => refusals.push(Refusal::new(Code::UnknownField).with("value", name)),
                Some(field) => fields.push((field.no, Change::Withdrawn)),
            }
        }
        let Some(occurred_on) = self.day(draft, &fields) else {
            refusals.push(Refusal::new(Code::NoDay));
            return Ok(Err(refusals));
        };
        let occurred_at = self.minute(draft, occurred_on);
        let now = self.app.now();
        if occurred_on == now.day && occurred_at > Some(now.minute) {
            refusals.push(after_now(occurred_at.unwrap_or_default(), now));
        }
        if !refusals.is_empty() {
            return Ok(Err(refusals));
        }
        let mut command = Command::new(self.register.no, draft.record, wish(&draft.wish), occurred_on);
        command.occurred_at = occurred_at;
        command.fields = fields;
        command.based_on = draft.based_on;
        command.to.clone_from(&draft.to);
        command.evidence.clone_from(&draft.evidence);
        command.source.clone_from(&draft.source);
        command.digests = digests;
        command.recover = draft.recover;
        let reason = draft.reason.trim();
        if !reason.is_empty() {
            command.reason = Some(self.seal(FieldNo(0), reason)?);
        }
        Ok(Ok(command))
    }

    /// A typed cell; sealed if its class asks for it, with the digest that it is compared by.
    fn cell(&mut self, field: &Field, input: &Input<'_>) -> Result<Result<(Cell, Option<String>), Refusal>, AppError> {
        let cell = match read(self.definition, field, input, self.names) {
            Ok(cell) => cell,
            Err(refusal) => return Ok(Err(refusal)),
        };
        match cell {
            Cell::Is(Value::Text(plain)) if seals(field) => {
                let digest = self.app.keys().digest("value", plain.as_bytes());
                let sealed = self.seal(field.no, &plain)?;
                Ok(Ok((Cell::Is(Value::Sealed(sealed)), Some(crate::keys::hex(&digest)))))
            }
            cell => Ok(Ok((cell, None))),
        }
    }

    /// The draft's own minute; that of now, if hours are counted here and it is said of today.
    fn minute(&self, draft: &Draft, on: Day) -> Option<u16> {
        if matches!(draft.wish, DraftWish::Correct { .. } | DraftWish::Void) {
            return None;
        }
        let now = self.app.now();
        let stamped = self.register.counts_hours() && draft.source.is_none() && on == now.day;
        draft.occurred_at.or(stamped.then_some(now.minute))
    }

    fn seal(&mut self, field: FieldNo, plain: &str) -> Result<Vec<u8>, AppError> {
        let subject = match &mut self.subject {
            Some(subject) => subject,
            none => none.insert(self.app.keys().fresh()?),
        };
        subject.seal(field, plain)
    }

    /// The draft's own day, else that of the register's field, else today.
    fn day(&self, draft: &Draft, fields: &[(FieldNo, Change)]) -> Option<Day> {
        let named = || {
            let row_day = self.register.row_day?;
            fields.iter().find_map(|(field, change)| match change {
                Change::Set(Cell::Is(Value::Date(day, _))) if *field == row_day => Some(*day),
                _ => None,
            })
        };
        let imported = draft.source.is_some();
        draft
            .occurred_on
            .or_else(named)
            .or((!imported).then(|| self.app.today()))
    }
}

/// A minute that has not come yet.
fn after_now(minute: u16, now: calendar::Moment) -> Refusal {
    let said = calendar::Moment { minute, ..now };
    Refusal::new(Code::AfterToday).with("day", said).with("today", now)
}

/// Whether a draft says anything that is kept sealed.
fn seals_any(register: &Register, draft: &Draft) -> bool {
    let sealed = |(name, _): &(String, String)| find_field(register, name).is_some_and(seals);
    !draft.reason.trim().is_empty() || draft.set.iter().any(sealed)
}

/// Whether a right is missing, which another post may give.
/// Why a record of a register that the program itself reads may not stand as it would: a target that cannot be
/// judged, a lock of a register that is not there.
pub(crate) fn faults(definition: &Definition, register: &Register, state: &State, lang: Lang) -> Vec<Refusal> {
    let mut faults = super::pace::faults(definition, register, state, lang);
    faults.extend(super::locks::faults(definition, register, state, lang));
    faults
}

fn lacks_right(refused: &[(usize, Vec<Refusal>)]) -> bool {
    let mut all = refused.iter().flat_map(|(_, refusals)| refusals);
    all.any(|refusal| matches!(refusal.code, Code::NotPermitted | Code::UnknownRecord))
}

/// The key under which an entry's reason or values are sealed.
fn sealed_with(entry: &Entry) -> Option<KeyId> {
    let patch = match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => patch.as_slice(),
        _ => &[],
    };
    let values = patch.iter().filter_map(|(_, cell)| match cell.value() {
        Some(Value::Sealed(bytes)) => Some(bytes.as_slice()),
        _ => None,
    });
    entry.reason.as_deref().into_iter().chain(values).find_map(subject_of)
}

/// A field by its id, or by its name as shown.
pub fn find_field<'a>(register: &'a Register, name: &str) -> Option<&'a Field> {
    register
        .field_named(name)
        .or_else(|| register.fields.iter().find(|field| field.name == name))
}

fn wish(wish: &DraftWish) -> Wish {
    match wish {
        DraftWish::Open => Wish::Open { opening: false },
        DraftWish::Opening => Wish::Open { opening: true },
        DraftWish::Amend => Wish::Amend,
        DraftWish::Move(name) => Wish::Move(name.clone()),
        DraftWish::Note => Wish::Note,
        DraftWish::Void => Wish::Void,
        DraftWish::Correct { target, withdraw, day } => Wish::Correct {
            target: *target,
            withdraw: *withdraw,
            day: *day,
        },
    }
}
