//! Room: the morning message (晨报) — once a working day, outside quiet hours, each person is told in one
//! message what is late and what is nearly due. What went to whom is a record of the register `message`.
//!
//! The record is written first, then the message goes out, then the record says so. Whoever is killed in
//! between has sent it perhaps: it goes out again later, with the same key, and never under another one.

use super::duties::{self, DutyView};
use super::execute::{Draft, DraftWish};
use super::records::ListAsk;
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use crate::message::{Carrier, Carriers, Message};
use std::collections::BTreeMap;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::value::Value;
use taizhang_store::facts::key_holder;
use taizhang_store::record;

/// The register that keeps what was sent.
const MESSAGES: &str = "message";

/// How many people a book can have who get messages.
const PEOPLE_MAX: usize = 20_000;

/// How many lines a message has of each kind.
const LINES_MAX: usize = 15;

/// How often a message is tried on its day.
const TRIES_MAX: i64 = 3;

/// How long after a try that nobody finished it is tried again, in microseconds.
const AGAIN: i64 = 10 * 60 * 1_000_000;

const HOUR: i64 = 3_600 * 1_000_000;
/// The district's civil time, before UTC.
const ZONE: i64 = 8 * HOUR;

/// What became of the messages of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digested {
    /// Sent now.
    pub sent: usize,
    /// Not taken by the other side now.
    pub failed: usize,
    /// Whether it was no time to send.
    pub quiet: bool,
}

/// Somebody who may get a message.
struct Person {
    actor: RecordNo,
    login: String,
    name: String,
    mail: Option<String>,
}

/// What somebody is told.
struct Told {
    red: Vec<String>,
    yellow: Vec<String>,
    copies: Vec<String>,
}

/// Where a message stands: its record and its last entry, where it has them, and how often it was tried.
type Waiting = (Option<RecordNo>, Option<EntryNo>, i64);

/// A message's record that this program has to itself for one try.
struct Taken {
    record: RecordNo,
    tries: i64,
}

impl App {
    /// Sends the messages of today that are not sent yet, if it is a time to send.
    pub fn digest(&self, carriers: &Carriers) -> Result<Digested, AppError> {
        let mut done = Digested::default();
        if carriers.ways.is_empty() || self.definition()?.register_named(MESSAGES).is_none() {
            return Ok(done);
        }
        if self.is_quiet()? {
            done.quiet = true;
            return Ok(done);
        }
        let program = self.program_scope()?;
        self.give_up_earlier(&program)?;
        for person in self.people(&program)? {
            let scope = self.scope(&person.login)?;
            let Some(told) = self.told_today(&scope)? else { continue };
            for way in &carriers.ways {
                if way.needs_address() && person.mail.is_none() {
                    continue;
                }
                match self.sent_by(&program, &**way, &person, &told, carriers.site.as_deref())? {
                    Some(true) => done.sent += 1,
                    Some(false) => done.failed += 1,
                    None => {}
                }
            }
        }
        Ok(done)
    }

    /// Whether nobody may be spoken to: no working day, or outside the hours that the pack gives.
    fn is_quiet(&self) -> Result<bool, AppError> {
        let definition = self.definition()?;
        let calendar = definition.calendar.latest();
        let hour = (self.clock().now() + ZONE).rem_euclid(24 * HOUR) / HOUR;
        let speaks = (i64::from(definition.digest.from)..i64::from(definition.digest.until)).contains(&hour);
        Ok(!speaks || !calendar.is_working_day(self.today()).working)
    }

    /// Everybody who is not stopped.
    fn people(&self, program: &Scope) -> Result<Vec<Person>, AppError> {
        let ask = ListAsk {
            register: "actor".to_owned(),
            limit: PEOPLE_MAX,
            ..ListAsk::default()
        };
        let listed = self.list(program, &ask)?;
        let register = &listed.register;
        let people = listed.rows.iter().filter_map(|row| {
            let value = |id: &str| register.field_named(id).and_then(|field| row.state.value(field.no));
            let text = |id: &str| match value(id) {
                Some(Value::Text(text)) => Some(text.clone()),
                _ => None,
            };
            if matches!(value("disabled"), Some(Value::Choice(choice)) if choice == "yes") {
                return None;
            }
            let mail = register
                .field_named("mail")
                .and_then(|field| match row.state.value(field.no)? {
                    Value::Sealed(sealed) => self.keys().open_sealed(field.no, sealed),
                    _ => None,
                });
            Some(Person {
                actor: row.record,
                login: text("login")?,
                name: text("name").unwrap_or_default(),
                mail: mail.filter(|mail| !mail.trim().is_empty()),
            })
        });
        Ok(people.collect())
    }

    /// What somebody is told today; none if there is nothing to say.
    fn told_today(&self, scope: &Scope) -> Result<Option<Told>, AppError> {
        let (own, copies) = (self.duties(scope)?, self.copies(scope)?);
        let of = |views: &[DutyView], light: &str| -> Vec<String> {
            views
                .iter()
                .filter(|view| view.light == light)
                .map(|view| self.line(view))
                .collect()
        };
        let told = Told {
            red: of(&own, "red"),
            yellow: of(&own, "yellow"),
            copies: of(&copies, "red"),
        };
        let nothing = told.red.is_empty() && told.yellow.is_empty() && told.copies.is_empty();
        Ok((!nothing).then_some(told))
    }

    /// A duty in one line.
    fn line(&self, view: &DutyView) -> String {
        let left = duties::left(self.locale(), view);
        let due = duties::due(&view.duty).unwrap_or_default();
        let args: [(&str, &dyn std::fmt::Display); 4] = [
            ("title", &view.title),
            ("limit", &view.limit.1),
            ("due", &due),
            ("left", &left),
        ];
        self.locale().say("message.line", &args)
    }

    /// Whether a message went out by one way; none where it was not ours to send.
    fn sent_by(
        &self,
        program: &Scope,
        way: &dyn Carrier,
        person: &Person,
        told: &Told,
        site: Option<&str>,
    ) -> Result<Option<bool>, AppError> {
        let key = format!("digest/{}/{}/{}", self.today(), person.login, way.name());
        let Some(taken) = self.take_message(program, &key, way, person, told)? else {
            return Ok(None);
        };
        let message = self.message(key, person, told, site);
        match way.carry(&message) {
            Ok(()) => {
                self.conclude(program, taken.record, "send", None)?;
                Ok(Some(true))
            }
            Err(why) if taken.tries >= TRIES_MAX => {
                self.conclude(program, taken.record, "give_up", Some(&why))?;
                Ok(Some(false))
            }
            Err(why) => {
                let fault = ("fault".to_owned(), shortened(&why));
                self.write_message(program, Some(taken.record), DraftWish::Amend, vec![fault], None)?;
                Ok(Some(false))
            }
        }
    }

    /// Takes a message for one try: a new one, or one whose last try nobody finished. Two servers never
    /// take the same: one opens the record, or changes it from what both have seen, and the other is refused.
    fn take_message(
        &self,
        program: &Scope,
        key: &str,
        way: &dyn Carrier,
        person: &Person,
        told: &Told,
    ) -> Result<Option<Taken>, AppError> {
        let Some((record, entry, tries)) = self.waiting(key)? else {
            return Ok(None);
        };
        let (record, set) = match record {
            None => {
                let set = [
                    ("key", key.to_owned()),
                    ("actor", format!("#{}", person.actor)),
                    ("day", self.today().to_string()),
                    ("way", way.name().to_owned()),
                    ("red", told.red.len().to_string()),
                    ("yellow", told.yellow.len().to_string()),
                    ("copies", told.copies.len().to_string()),
                    ("tries", "1".to_owned()),
                ];
                (None, set.map(|(field, text)| (field.to_owned(), text)).to_vec())
            }
            Some(record) => (Some(record), vec![("tries".to_owned(), (tries + 1).to_string())]),
        };
        let wish = match record {
            None => DraftWish::Open,
            Some(_) => DraftWish::Amend,
        };
        let written = self.write_message(program, record, wish, set, entry)?;
        Ok(written.map(|record| Taken {
            record,
            tries: tries + 1,
        }))
    }

    /// Where a message stands: its record, its last entry and its tries; none if it is not to be sent now.
    fn waiting(&self, key: &str) -> Result<Option<Waiting>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(register) = definition.register_named(MESSAGES) else {
            return Ok(None);
        };
        let own = register.keys.first().map_or("key", |key| key.id.as_str());
        let Some(record) = key_holder(reading.conn()?, register.no, own, key)? else {
            return Ok(Some((None, None, 0)));
        };
        let row = record::get(reading.conn()?, register, record)?;
        let Some(row) = row.filter(|row| row.state.stage() == Some("prepared")) else {
            return Ok(None);
        };
        let last = taizhang_store::journal::entry(reading.conn()?, row.entry)?;
        let at = last.map_or(0, |entry| entry.recorded_at);
        let tries = match register
            .field_named("tries")
            .and_then(|field| row.state.value(field.no))
        {
            Some(Value::Num(tries)) => *tries,
            _ => 1,
        };
        let again = self.clock().now() - at >= AGAIN;
        Ok(again.then_some((Some(record), Some(row.entry), tries)))
    }

    /// What was to go out on an earlier day and did not is given up: today's message says what is so today.
    fn give_up_earlier(&self, program: &Scope) -> Result<(), AppError> {
        let ask = ListAsk {
            register: MESSAGES.to_owned(),
            filters: vec![
                ("stage".to_owned(), "eq".to_owned(), "prepared".to_owned()),
                ("day".to_owned(), "lt".to_owned(), self.today().to_string()),
            ],
            limit: PEOPLE_MAX,
            ..ListAsk::default()
        };
        for row in self.list(program, &ask)?.rows {
            let why = self.locale().text("message.too_old").to_owned();
            self.conclude(program, row.record, "give_up", Some(&why))?;
        }
        Ok(())
    }

    fn conclude(&self, program: &Scope, record: RecordNo, name: &str, fault: Option<&str>) -> Result<(), AppError> {
        let set = fault.map(|why| ("fault".to_owned(), shortened(why)));
        let wish = DraftWish::Move(name.to_owned());
        self.write_message(program, Some(record), wish, set.into_iter().collect(), None)?;
        Ok(())
    }

    /// Writes to the register of messages; none if somebody else was faster.
    fn write_message(
        &self,
        program: &Scope,
        record: Option<RecordNo>,
        wish: DraftWish,
        set: Vec<(String, String)>,
        based_on: Option<EntryNo>,
    ) -> Result<Option<RecordNo>, AppError> {
        let draft = Draft {
            register: MESSAGES.to_owned(),
            record,
            wish,
            set,
            occurred_on: Some(self.today()),
            based_on,
            ..Draft::default()
        };
        match self.execute(program, &[draft], None) {
            Ok(receipt) => Ok(receipt.records.first().copied().or(record)),
            Err(AppError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn message(&self, key: String, person: &Person, told: &Told, site: Option<&str>) -> Message {
        let locale = self.locale();
        let counts = [
            ("red", told.red.len()),
            ("yellow", told.yellow.len()),
            ("copies", told.copies.len()),
        ];
        let args: BTreeMap<&str, String> = counts.iter().map(|(name, count)| (*name, count.to_string())).collect();
        let today = self.today();
        let all: [(&str, &dyn std::fmt::Display); 5] = [
            ("name", &person.name),
            ("day", &today),
            ("red", &args["red"]),
            ("yellow", &args["yellow"]),
            ("copies", &args["copies"]),
        ];
        let mut text = locale.say("message.opening", &all);
        for (heading, lines) in [
            ("message.red", &told.red),
            ("message.yellow", &told.yellow),
            ("message.copies", &told.copies),
        ] {
            if lines.is_empty() {
                continue;
            }
            text += &format!(
                "\n\n{}\n{}",
                locale.say(heading, &all),
                lines[..lines.len().min(LINES_MAX)].join("\n")
            );
            if lines.len() > LINES_MAX {
                let more = lines.len() - LINES_MAX;
                text += &format!("\n{}", locale.say("message.more", &[("count", &more)]));
            }
        }
        if let Some(site) = site {
            text += &format!(
                "\n\n{}",
                locale.say("message.link", &[("site", &site.trim_end_matches('/'))])
            );
        }
        text += &format!("\n\n{}", locale.say("message.foot", &[("key", &key)]));
        Message {
            title: locale.say("message.title", &all),
            day: today,
            at: self.clock().now(),
            login: person.login.clone(),
            name: person.name.clone(),
            address: person.mail.clone(),
            text,
            counts: counts.to_vec(),
            key,
        }
    }
}

/// As much of a reason as its field holds.
fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}
