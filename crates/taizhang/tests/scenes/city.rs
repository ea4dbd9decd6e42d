//! The district with its people, on a clock that the test turns.

use crate::district::{Turned, founded};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use taizhang::app::App;
use taizhang::app::ask::{FigureQuestion, FigureState};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::round::Rounded;
use taizhang::app::scope::Scope;
use taizhang::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::decide::brief;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_store::figure::Span;

/// Fields and texts.
pub(crate) type Set<'a> = &'a [(&'a str, &'a str)];

/// What was refused: code and sentence.
pub(crate) type Refused = (String, String);

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The book of the district.
pub(crate) struct City {
    pub(crate) app: App,
    clock: Arc<Turned>,
    _folder: tempfile::TempDir,
}

impl City {
    /// A new book on this day, with the sample people of the pack.
    pub(crate) fn founded(on: &str) -> City {
        let (app, clock, folder) = founded(day(on));
        let city = City {
            app,
            clock,
            _folder: folder,
        };
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua");
        let people = std::fs::read_to_string(pack.join("users.toml")).expect("people");
        let people: toml::Table = people.parse().expect("a list");
        for person in people["user"].as_array().expect("a list") {
            let said = |key: &str| person[key].as_str().expect("a text").to_owned();
            city.hire(&said("login"), &said("unit"), &said("role"));
        }
        city
    }

    /// Somebody with a post from today.
    pub(crate) fn hire(&self, login: &str, unit: &str, role: &str) -> String {
        let program = Desk {
            city: self,
            scope: self.app.program_scope().expect("a scope"),
        };
        let actor = program.open("actor", &[("login", login), ("name", login)]);
        let actor = format!("#{actor}");
        let since = self.app.today().to_string();
        program.open(
            "position",
            &[("actor", &actor), ("unit", unit), ("role", role), ("from", &since)],
        );
        actor
    }

    /// The desk of this person.
    pub(crate) fn desk(&self, login: &str) -> Desk<'_> {
        Desk {
            city: self,
            scope: self.app.scope(login).expect("a person with a post"),
        }
    }

    /// Days pass until this one, each with its round; what the rounds did, added up.
    pub(crate) fn until(&self, last: &str) -> Rounded {
        let mut total = Rounded::default();
        assert!(self.app.today() <= day(last), "time does not run back");
        while self.app.today() < day(last) {
            let done = self.app.round().expect("a round");
            assert_eq!(done.refused, 0, "{}", self.app.today());
            total.sent += done.sent;
            total.drafted += done.drafted;
            total.timeouts += done.timeouts;
            self.clock.day.fetch_add(1, Ordering::Relaxed);
        }
        total
    }

    /// Months pass in which nothing is due; the round of the last day finds what is.
    pub(crate) fn leap(&self, last: &str) {
        self.clock.day.store(day(last).0 - 1, Ordering::Relaxed);
        self.until(last);
    }

    /// A stock on a day, as the page prints it.
    pub(crate) fn on(&self, account: &str, on: &str) -> String {
        self.figure(account, Span::AsOf(day(on)), None)
    }

    /// A flow from a day to a day.
    pub(crate) fn between(&self, account: &str, from: &str, to: &str) -> String {
        self.figure(account, Span::Between(day(from), day(to)), None)
    }

    /// A flow as it was known at an entry.
    pub(crate) fn known_at(&self, account: &str, (from, to): (&str, &str), entry: EntryNo) -> String {
        self.figure(account, Span::Between(day(from), day(to)), Some(entry.to_string()))
    }

    fn figure(&self, account: &str, span: Span, known_at: Option<String>) -> String {
        let question = FigureQuestion {
            account: account.to_owned(),
            unit: None,
            span,
            known_at,
        };
        let figure = self.app.asking().expect("a reading").figure(&question).expect(account);
        match figure.state {
            FigureState::Reported => figure.value.unwrap_or_default(),
            other => other.key().to_owned(),
        }
    }

    /// Proves the whole book from its journal.
    pub(crate) fn proven(&self) {
        let mut reading = self.app.reading().expect("a reading");
        let verdict = taizhang_store::verify::verify(&mut reading).expect("read");
        assert!(verdict.ok, "{:?}", verdict.first_bad);
    }
}

/// What one person can do.
pub(crate) struct Desk<'a> {
    city: &'a City,
    pub(crate) scope: Scope,
}

impl Desk<'_> {
    /// One change today; a refusal is given back.
    pub(crate) fn write(&self, draft: Draft) -> Result<RecordNo, Refused> {
        let draft = Draft {
            occurred_on: Some(self.city.app.today()),
            ..draft
        };
        match self.city.app.execute(&self.scope, &[draft], None) {
            Ok(receipt) => Ok(receipt.records[0]),
            Err(AppError::Refused(lines)) => Err((lines[0].code.clone(), lines[0].message.clone())),
            Err(other) => panic!("{other}"),
        }
    }

    fn wish(
        &self,
        register: &str,
        record: Option<RecordNo>,
        wish: DraftWish,
        set: Set<'_>,
    ) -> Result<RecordNo, Refused> {
        let set = set
            .iter()
            .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()));
        self.write(Draft {
            register: register.to_owned(),
            record,
            wish,
            set: set.collect(),
            ..Draft::default()
        })
    }

    /// Opens a record.
    pub(crate) fn open(&self, register: &str, set: Set<'_>) -> RecordNo {
        self.may_open(register, set)
            .unwrap_or_else(|refused| panic!("{register}: {refused:?}"))
    }

    /// Opens a record, or is told why not.
    pub(crate) fn may_open(&self, register: &str, set: Set<'_>) -> Result<RecordNo, Refused> {
        self.wish(register, None, DraftWish::Open, set)
    }

    /// Makes a move.
    pub(crate) fn make(&self, register: &str, record: RecordNo, name: &str, set: Set<'_>) {
        self.may_make(register, record, name, set)
            .unwrap_or_else(|refused| panic!("{register}.{name} on {}: {refused:?}", self.city.app.today()));
    }

    /// Makes a move, or is told why not.
    pub(crate) fn may_make(
        &self,
        register: &str,
        record: RecordNo,
        name: &str,
        set: Set<'_>,
    ) -> Result<RecordNo, Refused> {
        self.wish(register, Some(record), DraftWish::Move(name.to_owned()), set)
    }

    /// Changes fields.
    pub(crate) fn amend(&self, register: &str, record: RecordNo, set: Set<'_>) {
        self.may_amend(register, record, set)
            .unwrap_or_else(|refused| panic!("{register}: {refused:?}"));
    }

    /// Changes fields, or is told why not.
    pub(crate) fn may_amend(&self, register: &str, record: RecordNo, set: Set<'_>) -> Result<RecordNo, Refused> {
        self.wish(register, Some(record), DraftWish::Amend, set)
    }

    /// What a record says of some fields, as the API does.
    pub(crate) fn says(&self, record: RecordNo, fields: &[&str]) -> Vec<String> {
        let view = self.city.app.record(&self.scope, record).expect("the record");
        let text = |id: &&str| {
            let field = view.register.field_named(id).expect("a field");
            view.row.state.cell(field.no).map_or(String::new(), brief)
        };
        fields.iter().map(text).collect()
    }

    /// The stage of a record.
    pub(crate) fn stage(&self, record: RecordNo) -> String {
        let view = self.city.app.record(&self.scope, record).expect("the record");
        view.row.state.stage().unwrap_or_default().to_owned()
    }

    /// The entry that opened a record.
    pub(crate) fn opening(&self, record: RecordNo) -> EntryNo {
        self.city.app.record(&self.scope, record).expect("the record").entries[0].n
    }
}
