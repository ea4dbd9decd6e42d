//! A book in memory, written through `decide` alone.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use taizhang_core::calendar::{self, minute_of_day};
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::{Balances, Book, Gate, Moment, decide, row, timeline_of};
use taizhang_core::definition::{Definition, Register, Verb};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::{Change, Entry};
use taizhang_core::pack::{Files, IdMap, compile};
use taizhang_core::posting::{Duty, Posting, postings};
use taizhang_core::refusal::Refusal;
use taizhang_core::rules::{Rules, Version};
use taizhang_core::value::{Cell, Precision, Value};

/// Projects; their procedures by template; opinions of other organs below each procedure.
const PACK: &[(&str, &str)] = &[
    (
        "pack.toml",
        r#"id = "p"
name = "P"
extends = "base"
epoch = "2020-01-01"
[[role]]
id = "head"
name = "Head"
may = ["write:book"]
"#,
    ),
    (
        "registers/project.toml",
        r#"name = "Project"
field = [
  { id = "name", name = "Name", type = "text" },
  { id = "kind", name = "Kind", type = "choice", choices = ["public", "firm"] },
]
stage = [{ id = "idea", name = "Idea" }, { id = "preparing", name = "Preparing" }, { id = "dropped", name = "Dropped" }]
move = [
  { id = "prepare", name = "Prepare", from = ["idea"], to = "preparing" },
  { id = "drop", name = "Drop", from = ["idea", "preparing"], to = "dropped" },
]
"#,
    ),
    (
        "registers/permit.toml",
        r#"name = "Permit"
parent = { field = "project", inherit = { phase = "stage" } }
field = [
  { id = "project", name = "Project", type = "link", to = "project", required = true },
  { id = "phase", name = "Phase", type = "choice", choices = ["idea", "preparing", "dropped"] },
  { id = "step", name = "Step", type = "choice", choices = ["code", "land", "plan", "build"] },
  { id = "promised", name = "Promised days", type = "integer" },
  { id = "more", name = "More days", type = "integer", by = ["extend"] },
  { id = "signed", name = "Signed", type = "choice", choices = ["yes", "no"], by = ["sign"] },
  { id = "until", name = "Until", type = "date" },
  { id = "signer", name = "Signer", type = "link", to = "project" },
]
stage = [
  { id = "waiting", name = "Waiting" }, { id = "accepted", name = "Accepted" },
  { id = "correcting", name = "Correcting", holder = "applicant" }, { id = "notice", name = "Notice" },
  { id = "deemed", name = "Deemed accepted" }, { id = "done", name = "Done", closed = true },
]
move = [
  { id = "accept", name = "Accept", from = ["waiting"], to = "accepted", in_order = true, guard = 'phase == "preparing"' },
  { id = "ask", name = "Ask", from = ["accepted"], to = "correcting" },
  { id = "resume", name = "Resume", from = ["correcting"], to = "accepted" },
  { id = "post", name = "Post", from = ["accepted"], to = "notice" },
  { id = "sign", name = "Sign", from = ["notice"], to = "notice", roles = ["head"] },
  { id = "receipt", name = "Receipt", from = ["notice"], to = "notice", person = "signer" },
  { id = "extend", name = "Extend", from = ["accepted"], to = "accepted" },
  { id = "finish", name = "Finish", from = ["notice"], to = "done", wait = { days = 7 } },
  { id = "reject", name = "Send back", from = ["notice"], to = "accepted", or_to = ["waiting", "correcting"] },
  { id = "lapse", name = "Deemed", from = ["waiting"], to = "deemed", timeout = true },
  { id = "jointly", name = "Jointly", from = ["accepted"], to = "done", below = [{ register = "opinion", stages = ["agreed"] }] },
  { id = "by_one", name = "By one", from = ["accepted"], to = "done", below = [{ register = "opinion", stages = ["agreed"], any = true }] },
]
limit = [
  { id = "receive", name = "Five days", stages = ["waiting"], working_days = 5, timeout = "lapse" },
  { id = "statutory", name = "Twenty days", stages = ["accepted"], paused = ["correcting"],
    working_days = 20, extension = "more", yellow = 3 },
  { id = "promise", name = "As promised", stages = ["accepted"], paused = ["correcting"], working_days_in = "promised" },
  { id = "outside", name = "Of another's organ", stages = ["accepted"], when = 'promised == 30', days = 7, unlit = true },
  { id = "named", name = "To the day", stages = ["notice"], until = "until", roll = true },
]
[template]
on = "prepare"
item = "step"
each = [
  { id = "code" }, { id = "land", after = ["code"], when = 'kind == "public"' },
  { id = "plan", after = ["land"], after_any = ["code"] }, { id = "build", after = ["plan"], soft_after = ["code"] },
]
"#,
    ),
    (
        "registers/opinion.toml",
        r#"name = "Opinion"
parent = { field = "permit" }
field = [{ id = "permit", name = "Permit", type = "link", to = "permit", required = true }]
stage = [{ id = "asked", name = "Asked" }, { id = "agreed", name = "Agreed", closed = true }]
move = [{ id = "agree", name = "Agree", from = ["asked"], to = "agreed" }]
"#,
    ),
];

/// The book, and who writes.
pub(crate) struct Desk {
    rules: Rules,
    pub(crate) definition: Arc<Definition>,
    entries: Vec<Entry>,
    pub(crate) actor: RecordNo,
    pub(crate) today: Day,
}

/// Somebody who may write, but neither correct nor hold a role, unless it is the program.
struct Clerk(RecordNo);

impl Gate for Clerk {
    fn may(&self, verb: Verb, _: &Register, _: Option<RecordNo>) -> bool {
        verb == Verb::Write
    }

    fn has_role(&self, _: &[String]) -> bool {
        self.0 == 7
    }

    fn actor(&self) -> RecordNo {
        self.0
    }
}

impl Book for Desk {
    type Error = Infallible;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, Infallible> {
        let of_it = self.entries.iter().filter(|entry| entry.record == record);
        Ok(of_it.cloned().collect())
    }

    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, Infallible> {
        let mut children = BTreeMap::new();
        for entry in &self.entries {
            let link = Cell::Is(Value::Link(record));
            if let taizhang_core::journal::Act::Open { patch, .. } = &entry.act
                && patch.iter().any(|(_, cell)| *cell == link)
            {
                children.insert(entry.record, ());
            }
        }
        Ok(children.into_keys().collect())
    }

    fn member(&mut self, _: RecordNo) -> Result<Option<RecordNo>, Self::Error> {
        Ok(None)
    }

    fn key_holder(&mut self, _: RegisterNo, _: &str, _: &str) -> Result<Option<RecordNo>, Infallible> {
        Ok(None)
    }

    fn balances(&mut self, _: &Posting, _: Day) -> Result<Balances, Infallible> {
        Ok((0, Vec::new()))
    }
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk::with(&[])
    }

    /// The pack with some words replaced by others.
    pub(crate) fn with(edits: &[(&str, &str)]) -> Desk {
        let edited = |text: &str| {
            edits
                .iter()
                .fold(text.to_owned(), |text, (was, is)| text.replace(was, is))
        };
        let files: Files = PACK
            .iter()
            .map(|(path, text)| ((*path).to_owned(), edited(text)))
            .collect();
        let base: Files = [
            ("pack.toml", "id = \"base\"\nname = \"Base\"\n".to_owned()),
            (
                "calendar/days.csv",
                include_str!("../../../../packs/base/calendar/days.csv").to_owned(),
            ),
            (
                "calendar/notices.csv",
                include_str!("../../../../packs/base/calendar/notices.csv").to_owned(),
            ),
            (
                "calendar/restatements.csv",
                include_str!("../../../../packs/base/calendar/restatements.csv").to_owned(),
            ),
        ]
        .map(|(path, text)| (path.to_owned(), text))
        .into();
        let definition = Arc::new(compile(&base, &files, &IdMap::default()).unwrap().definition);
        let mut rules = Rules::none();
        rules.push(Version {
            n: 1,
            from: day("2020-01-01"),
            definition: definition.clone(),
        });
        Desk {
            rules,
            definition,
            entries: Vec::new(),
            actor: 5,
            today: day("2025-12-31"),
        }
    }

    fn write(&mut self, mut command: Command, set: &[(&str, &str)]) -> Result<EntryNo, Vec<Refusal>> {
        let definition = self.definition.clone();
        let register = definition.register(command.register).unwrap();
        command.fields = set.iter().map(|(id, text)| value(register, id, text)).collect();
        let rules = self.rules.clone();
        let moment = Moment {
            rules: &rules,
            today: self.today,
            closed_through: None,
            locks: &[],
            instruments: &taizhang_core::instrument::NoInstruments,
        };
        let gate = Clerk(self.actor);
        let Ok(decided) = decide(&moment, &gate, self, &command);
        let mut entry = decided?.entry;
        entry.n = self.entries.len() as EntryNo + 2;
        entry.actor = self.actor;
        if entry.record == 0 {
            entry.record = entry.n;
        }
        self.entries.push(entry);
        Ok(self.entries.len() as EntryNo + 1)
    }

    pub(crate) fn open(&mut self, register: &str, on: &str, set: &[(&str, &str)]) -> RecordNo {
        let no = self.definition.register_named(register).unwrap().no;
        let command = Command::new(no, None, Wish::Open { opening: false }, day(on));
        self.write(command, set).unwrap()
    }

    fn register_of(&self, record: RecordNo) -> RegisterNo {
        self.entries
            .iter()
            .find(|entry| entry.record == record)
            .unwrap()
            .register
    }

    pub(crate) fn amend(&mut self, record: RecordNo, on: &str, set: &[(&str, &str)]) -> Result<EntryNo, String> {
        let command = Command::new(self.register_of(record), Some(record), Wish::Amend, day(on));
        self.write(command, set).map_err(|refusals| said(&refusals))
    }

    pub(crate) fn make(&mut self, record: RecordNo, name: &str, on: &str) -> Result<EntryNo, String> {
        self.make_to(record, name, on, None, &[])
    }

    pub(crate) fn make_to(
        &mut self,
        record: RecordNo,
        name: &str,
        on: &str,
        to: Option<&str>,
        set: &[(&str, &str)],
    ) -> Result<EntryNo, String> {
        let wish = Wish::Move(name.to_owned());
        let (on, minute) = on
            .split_once(' ')
            .map_or((on, None), |(on, at)| (on, minute_of_day(at)));
        let mut command = Command::new(self.register_of(record), Some(record), wish, day(on));
        command.occurred_at = minute;
        command.to = to.map(str::to_owned);
        self.write(command, set).map_err(|refusals| said(&refusals))
    }

    pub(crate) fn take_back(&mut self, record: RecordNo, target: EntryNo) -> Result<EntryNo, String> {
        let wish = Wish::Correct {
            target,
            withdraw: true,
            day: None,
        };
        let command = Command::new(self.register_of(record), Some(record), wish, self.today);
        self.write(command, &[]).map_err(|refusals| said(&refusals))
    }

    pub(crate) fn stage(&mut self, record: RecordNo) -> String {
        let rules = self.rules.clone();
        let Ok(timeline) = timeline_of(self, &rules, record);
        timeline.state().stage().unwrap_or_default().to_owned()
    }

    pub(crate) fn duties(&mut self, record: RecordNo) -> Vec<Duty> {
        let rules = self.rules.clone();
        let Ok(timeline) = timeline_of(self, &rules, record);
        row(&timeline, Some(&self.definition)).duties
    }

    /// The last day of a limit that runs, with its minute where it counts hours, or what it is instead.
    pub(crate) fn due(&mut self, record: RecordNo, limit: &str) -> String {
        let duty = self.duties(record).into_iter().find(|duty| duty.limit == limit);
        match duty {
            None => "none".to_owned(),
            Some(duty) => match (duty.due, duty.minute) {
                (None, _) => "paused".to_owned(),
                (Some(day), None) => day.to_string(),
                (Some(day), Some(minute)) => calendar::Moment { day, minute }.to_string(),
            },
        }
    }

    /// What a record posts, in total, on an account up to a day.
    pub(crate) fn posted(&mut self, record: RecordNo, until: &str) -> i64 {
        let rules = self.rules.clone();
        let Ok(timeline) = timeline_of(self, &rules, record);
        let lines = postings(&timeline, &rules).unwrap();
        lines
            .iter()
            .filter(|line| line.day <= day(until))
            .map(|line| line.amount)
            .sum()
    }
}

fn value(register: &Register, id: &str, text: &str) -> (taizhang_core::id::FieldNo, Change) {
    use taizhang_core::definition::FieldKind;
    let field = register.field_named(id).unwrap();
    let value = match field.kind {
        FieldKind::Integer => Value::Num(text.parse().unwrap()),
        FieldKind::Link { .. } => Value::Link(text.parse().unwrap()),
        FieldKind::Unit => Value::Unit(text.parse().unwrap()),
        FieldKind::Date { .. } => Value::Date(day(text), Precision::Day),
        FieldKind::Choice(_) => Value::Choice(text.to_owned()),
        _ => Value::Text(text.to_owned()),
    };
    (field.no, Change::Set(Cell::Is(value)))
}

/// Codes with what they name, in order: `not_yet Accept code 2024-03-01`.
fn said(refusals: &[Refusal]) -> String {
    let one = |refusal: &Refusal| {
        let args: Vec<&str> = refusal
            .args
            .iter()
            .map(|(_, text)| text.as_str())
            .filter(|t| !t.is_empty())
            .collect();
        format!("{} {}", refusal.code.key(), args.join(" ")).trim().to_owned()
    };
    refusals.iter().map(one).collect::<Vec<_>>().join("; ")
}
