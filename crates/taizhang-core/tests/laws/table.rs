//! Room: scripts — commands, refusals and balances as rows of text — read and run on any book.
//!
//! Tests of other crates include this file and `definition.rs` by path and bring a [`World`] of their
//! own, so that one table runs on memory, SQLite and PostgreSQL. `tests/tables/README.md` tells the
//! language. Nothing here knows what a row should give.

use super::definition::field;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{Definition, Field, FieldKind, Register};
use taizhang_core::id::{EntryNo, RecordNo, STAGE};
use taizhang_core::journal::Change;
use taizhang_core::refusal::Code;
use taizhang_core::value::{Cell, Precision, Value, print_scaled};

/// File, its rows at least, its text.
pub(crate) const SCRIPTS: [(&str, usize, &str); 5] = [
    ("law2_two_times.txt", 40, include_str!("../tables/law2_two_times.txt")),
    ("law3_postings.txt", 40, include_str!("../tables/law3_postings.txt")),
    ("law4_figures.txt", 20, include_str!("../tables/law4_figures.txt")),
    ("law5_money.txt", 40, include_str!("../tables/law5_money.txt")),
    (
        "law7_closed_periods.txt",
        40,
        include_str!("../tables/law7_closed_periods.txt"),
    ),
];

/// A book that a script can be run on. It is new, under version 0 of the pack from 2026-01-01.
pub(crate) trait World {
    /// The pack written last, for names and kinds.
    fn definition(&mut self) -> Arc<Definition>;
    /// Does it, or says why not.
    fn submit(&mut self, deed: &Deed) -> Result<EntryNo, Vec<Code>>;
    /// Answers.
    fn balance(&mut self, question: &Question) -> Figure;
    /// Compares all that is derived with what the journal gives; panics if it differs.
    fn check(&mut self);
}

/// What a row asks a book to do.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// A change of one record, by somebody who may or may not restate closed periods.
    Write {
        command: Box<Command>,
        may_restate: bool,
        today: Day,
    },
    /// All days up to this one are closed.
    Close(Day),
    /// Days after this one are open again.
    Reopen(Day),
    /// A version of the pack from a day on.
    Pack { which: usize, from: Day, may_restate: bool },
}

/// A figure that a row asks for.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The account's id.
    pub(crate) account: String,
    /// The unit; it and all below it count.
    pub(crate) unit: RecordNo,
    /// The dimension, if one is named.
    pub(crate) dim: Option<String>,
    /// The first day of a movement; none for a level.
    pub(crate) from: Option<Day>,
    /// The last day of a movement, or the day of a level.
    pub(crate) to: Day,
    /// The last entry that is known.
    pub(crate) known_at: EntryNo,
}

/// An answer: the amount, and how many records report, do not report, are not asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) amount: i64,
    pub(crate) reported: i64,
    pub(crate) missing: i64,
    pub(crate) not_applicable: i64,
}

/// The units that every case begins with.
const UNITS: &str = "
open 区 unit code=区 name=区 level=district on 2026-01-01
open A unit code=A name=东镇 level=town parent=区 on 2026-01-01
open B unit code=B name=西镇 level=town parent=区 on 2026-01-01
open A1 unit code=A1 name=东村 level=village parent=A on 2026-01-01
";

/// Runs every case of a script, each on a book of its own, and says how many rows there were.
pub(crate) fn run(path: &str, script: &str, fresh: &mut dyn FnMut() -> Box<dyn World>) -> usize {
    let mut script_of: Option<Script> = None;
    let mut rows = 0;
    for (at, line) in script.lines().enumerate() {
        let row = without_remark(line);
        let place = format!("{path}:{}", at + 1);
        if let Some(title) = row.strip_prefix("case ") {
            script_of.take().into_iter().for_each(|mut script| script.world.check());
            script_of = Some(Script::new(fresh(), title));
        } else if !row.is_empty() {
            rows += 1;
            let script = script_of
                .as_mut()
                .unwrap_or_else(|| panic!("{place}: a row before the first case"));
            script
                .row(row)
                .unwrap_or_else(|fault| panic!("{place}: {}: {row}\n  {fault}", script.title));
        }
    }
    script_of.into_iter().for_each(|mut script| script.world.check());
    rows
}

/// A remark begins with `#` at the start of a word; `project=#9` is none.
fn without_remark(line: &str) -> &str {
    let remark = line
        .match_indices('#')
        .find(|(at, _)| line[..*at].ends_with(' ') || *at == 0);
    line[..remark.map_or(line.len(), |(at, _)| at)].trim()
}

/// One case that is being run.
struct Script {
    title: String,
    world: Box<dyn World>,
    today: Day,
    records: BTreeMap<String, RecordNo>,
    /// Accepted entries by label: `P1.2` is the second entry of P1, `book.1` the first about the book.
    entries: BTreeMap<String, EntryNo>,
    last: EntryNo,
}

type Done<T> = Result<T, String>;

impl Script {
    fn new(world: Box<dyn World>, title: &str) -> Script {
        let (records, entries) = (BTreeMap::new(), BTreeMap::new());
        let today = Day::of(2026, 6, 30).expect("a day");
        let mut script = Script {
            title: title.to_owned(),
            world,
            today,
            records,
            entries,
            last: 0,
        };
        for row in UNITS.lines().filter(|row| !row.is_empty()) {
            script
                .row(row)
                .unwrap_or_else(|fault| panic!("the units of every case: {fault}"));
        }
        script
    }

    fn row(&mut self, row: &str) -> Done<()> {
        let mut words = Words::of(row);
        let verb = words.next("a verb")?;
        match verb.as_str() {
            "today" => self.today = day(&words.next("a day")?)?,
            "level" | "movement" => self.figure(&verb, words)?,
            _ => {
                let label = self.label(&verb, &words)?;
                let expected = words.refusals()?;
                let deed = self.deed(&verb, words)?;
                self.submit(&deed, &label, &expected)?;
            }
        }
        Ok(())
    }

    /// The record that a row is about; `book` if it is about none.
    fn label(&self, verb: &str, words: &Words) -> Done<String> {
        match verb {
            "close" | "reopen" | "pack" => Ok("book".to_owned()),
            _ => {
                let named = words.peek().ok_or("no record")?;
                Ok(named.split('.').next().unwrap_or(named).to_owned())
            }
        }
    }

    fn submit(&mut self, deed: &Deed, label: &str, expected: &[Code]) -> Done<()> {
        let codes = |codes: &[Code]| codes.iter().map(|code| code.key()).collect::<Vec<_>>().join(" ");
        match self.world.submit(deed) {
            Ok(n) if expected.is_empty() => {
                self.records.entry(label.to_owned()).or_insert(n);
                let of_it = (1..).find(|at| !self.entries.contains_key(&format!("{label}.{at}")));
                self.entries.insert(format!("{label}.{}", of_it.unwrap_or(0)), n);
                self.last = n;
                Ok(())
            }
            Ok(n) => Err(format!("accepted as entry {n}, not refused {}", codes(expected))),
            Err(found) if expected.is_empty() => Err(format!("refused {}", codes(&found))),
            Err(found) => {
                let mut found = found;
                found.sort();
                found.dedup();
                let same = found == expected;
                if same {
                    Ok(())
                } else {
                    Err(format!("refused {}", codes(&found)))
                }
            }
        }
    }

    fn deed(&mut self, verb: &str, mut words: Words) -> Done<Deed> {
        match verb {
            "close" => Ok(Deed::Close(day(&words.next("a day")?)?)),
            "reopen" => Ok(Deed::Reopen(day(&words.next("a day")?)?)),
            "pack" => {
                let which = words.next("a version")?.parse().map_err(|_| "no version")?;
                let from = words.after("from").ok_or("no day to begin with")?;
                Ok(Deed::Pack {
                    which,
                    from: day(&from)?,
                    may_restate: words.flag("right"),
                })
            }
            _ => self.write(verb, words),
        }
    }

    fn write(&mut self, verb: &str, mut words: Words) -> Done<Deed> {
        let named = words.next("a record or an entry")?;
        let definition = self.world.definition();
        let record = named
            .split('.')
            .next()
            .and_then(|label| self.records.get(label))
            .copied();
        let on = words.after("on").map_or(Ok(self.today), |text| day(&text))?;
        let moved = words.after("day").map(|text| day(&text)).transpose()?;
        let (register, wish) = match verb {
            "open" | "open-as-of" => (
                words.next("a register")?,
                Wish::Open {
                    opening: verb == "open-as-of",
                },
            ),
            _ => (
                self.register_of(&definition, &named)?,
                self.wish(verb, &named, moved, &mut words)?,
            ),
        };
        let register = definition
            .register_named(&register)
            .ok_or_else(|| format!("no register {register}"))?;
        let opens = matches!(wish, Wish::Open { .. });
        let mut command = Command::new(register.no, record.filter(|_| !opens), wish, on);
        command.occurred_at = words.after("at").map(|text| minute(&text)).transpose()?;
        command.based_on = words.after("seen").map(|label| self.entry(&label)).transpose()?;
        command.reason = words.flag("reason").then(|| vec![0x5a; 4]);
        command.evidence = if words.flag("evidence") {
            vec![[7; 32]]
        } else {
            Vec::new()
        };
        command.recover = words.flag("recover");
        let may_restate = words.flag("right");
        for word in words.rest() {
            let (name, text) = word.split_once('=').ok_or_else(|| format!("what is {word:?}?"))?;
            let no = field(register, name).ok_or_else(|| format!("no field {name}"))?;
            command.fields.push((no, self.change(register, name, text)?));
        }
        Ok(Deed::Write {
            command: Box::new(command),
            may_restate,
            today: self.today,
        })
    }

    fn wish(&self, verb: &str, named: &str, day: Option<Day>, words: &mut Words) -> Done<Wish> {
        Ok(match verb {
            "amend" => Wish::Amend,
            "move" => Wish::Move(words.next("a move")?),
            "note" => Wish::Note,
            "void" => Wish::Void,
            "correct" => Wish::Correct {
                target: self.entry(named)?,
                withdraw: false,
                day,
            },
            "withdraw" => Wish::Correct {
                target: self.entry(named)?,
                withdraw: true,
                day,
            },
            _ => return Err(format!("no verb {verb}")),
        })
    }

    /// The register of a record, by the units and by the letter that its label begins with.
    fn register_of(&self, definition: &Definition, named: &str) -> Done<String> {
        let id = match named.chars().next() {
            Some('P') => "project",
            Some('M') => "month",
            Some('I') => "item",
            _ => "unit",
        };
        definition
            .register_named(id)
            .map(|register| register.id.clone())
            .ok_or_else(|| format!("no register {id}"))
    }

    fn entry(&self, label: &str) -> Done<EntryNo> {
        let number = label.strip_prefix('#').and_then(|text| text.parse().ok());
        number
            .or(self.entries.get(label).copied())
            .ok_or_else(|| format!("no entry {label}"))
    }

    fn record(&self, label: &str) -> Done<RecordNo> {
        let number = label.strip_prefix('#').and_then(|text| text.parse().ok());
        number
            .or(self.records.get(label).copied())
            .ok_or_else(|| format!("no record {label}"))
    }

    fn change(&self, register: &Register, name: &str, text: &str) -> Done<Change> {
        Ok(match text {
            "~" => Change::Withdrawn,
            "-" => Change::Set(Cell::Missing),
            "na" => Change::Set(Cell::NotApplicable),
            _ if field(register, name) == Some(STAGE) => Change::Set(Cell::Is(Value::Choice(text.to_owned()))),
            _ => {
                let known = register.field_named(name).ok_or_else(|| format!("no field {name}"))?;
                Change::Set(Cell::Is(self.value(known, text)?))
            }
        })
    }

    fn value(&self, known: &Field, text: &str) -> Done<Value> {
        Ok(match &known.kind {
            FieldKind::Choice(_) => Value::Choice(text.to_owned()),
            FieldKind::Date { .. } => Value::Date(day(text)?, Precision::Day),
            FieldKind::Month => Value::Month(text.parse::<Month>().map_err(|_| format!("no month {text}"))?),
            FieldKind::Unit => Value::Unit(self.record(text)?),
            FieldKind::Link { .. } => Value::Link(self.record(text)?),
            _ if known.is_number() => Value::Num(units(text, known.scale())?),
            _ => Value::Text(text.to_owned()),
        })
    }

    fn figure(&mut self, verb: &str, mut words: Words) -> Done<()> {
        let account = words.next("an account")?;
        let scale = self
            .world
            .definition()
            .account_named(&account)
            .ok_or_else(|| format!("no account {account}"))?
            .scale;
        let unit = words
            .value("unit")
            .map_or(Ok(self.record("区")?), |label| self.record(&label))?;
        let known_at = words.value("known").map_or(Ok(self.last), |label| self.entry(&label))?;
        let from = if verb == "movement" {
            Some(day(&words.value("from").ok_or("no from")?)?)
        } else {
            None
        };
        let last = words.value(if from.is_some() { "to" } else { "as_of" });
        let to = last.map_or(Ok(self.today), |text| day(&text))?;
        let dim = words.value("dim");
        let question = Question {
            account,
            unit,
            dim,
            from,
            to,
            known_at,
        };
        let found = self.world.balance(&question);
        let amount = print_scaled(found.amount, scale);
        let counts = format!("{}/{}/{}", found.reported, found.missing, found.not_applicable);
        let expected = words.after("=").ok_or("no answer expected")?;
        let expected_counts = words.after("of").unwrap_or_else(|| counts.clone());
        match words.rest().first() {
            Some(word) => Err(format!("what is {word:?}?")),
            None if (&expected, &expected_counts) == (&amount, &counts) => Ok(()),
            None => Err(format!("found {amount} of {counts}")),
        }
    }
}

/// The words of a row, taken out one by one.
struct Words(Vec<String>);

impl Words {
    fn of(row: &str) -> Words {
        Words(row.split_whitespace().map(str::to_owned).collect())
    }

    fn peek(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    fn next(&mut self, what: &str) -> Done<String> {
        if self.0.is_empty() {
            Err(format!("{what} is missing"))
        } else {
            Ok(self.0.remove(0))
        }
    }

    /// The word after a word, both taken out.
    fn after(&mut self, word: &str) -> Option<String> {
        let at = self.0.iter().position(|other| other == word)?;
        (at + 1 < self.0.len())
            .then(|| self.0.drain(at..at + 2).nth(1))
            .flatten()
    }

    /// What stands behind `name=`, taken out.
    fn value(&mut self, name: &str) -> Option<String> {
        let at = self
            .0
            .iter()
            .position(|word| word.split_once('=').is_some_and(|(before, _)| before == name))?;
        self.0.remove(at).split_once('=').map(|(_, text)| text.to_owned())
    }

    fn flag(&mut self, word: &str) -> bool {
        let at = self.0.iter().position(|other| other == word);
        at.map(|at| self.0.remove(at)).is_some()
    }

    /// The codes after `refused`, which end the row; none if it must be accepted.
    fn refusals(&mut self) -> Done<Vec<Code>> {
        let Some(at) = self.0.iter().position(|word| word == "refused") else {
            return Ok(Vec::new());
        };
        let named: Vec<String> = self.0.drain(at..).skip(1).collect();
        let code = |key: &String| {
            Code::ALL
                .iter()
                .find(|code| code.key() == key)
                .copied()
                .ok_or(format!("no code {key}"))
        };
        let mut codes = named.iter().map(code).collect::<Done<Vec<Code>>>()?;
        codes.sort();
        if codes.is_empty() {
            Err("refused for what?".to_owned())
        } else {
            Ok(codes)
        }
    }

    fn rest(self) -> Vec<String> {
        self.0
    }
}

fn day(text: &str) -> Done<Day> {
    text.parse().map_err(|_| format!("no day {text}"))
}

fn minute(text: &str) -> Done<u16> {
    let (hours, minutes) = text.split_once(':').ok_or_else(|| format!("no time {text}"))?;
    let number = |part: &str| part.parse::<u16>().map_err(|_| format!("no time {text}"));
    Ok(number(hours)? * 60 + number(minutes)?)
}

/// A decimal number as a scaled integer.
fn units(text: &str, scale: u32) -> Done<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let padded = format!("{whole}{part:0<width$}", width = scale as usize);
    padded.parse().map_err(|_| format!("no number {text}"))
}
