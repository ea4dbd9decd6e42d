//! Room: a book in memory, for `decide` to ask and for its decisions to be written to.
//!
//! It derives nothing cleverly: balances are sums over all postings, keys and rows are what the
//! decisions said. Every entry goes through its bytes and back, as in a real book.

use crate::definition;
use crate::table::{Deed, Figure, Question};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use taizhang_core::command::Command;
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, Decision, Gate, Moment, Row, decide, held_keys, row, timeline_of};
use taizhang_core::definition::{Definition, Register, Verb};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::chain::{Alg, Hash, START, head, leaf, posting_digest};
use taizhang_core::journal::encoding::{decode, encode};
use taizhang_core::journal::{Act, Entry, PackVersion};
use taizhang_core::posting::{Posting, difference, postings};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::rules::{Rules, Version};
use taizhang_core::timeline::Timeline;
use taizhang_core::unit::UNIT_REGISTER;
use taizhang_core::unit::{UnitFields, UnitHistory};
use taizhang_core::value::Value;

/// A book in memory.
#[derive(Default)]
pub(crate) struct Memory {
    /// All versions of the pack.
    pub(crate) rules: Rules,
    /// Today.
    pub(crate) today: Day,
    /// The last closed day.
    pub(crate) closed_through: Option<Day>,
    /// The journal.
    pub(crate) entries: Vec<Entry>,
    /// Everything that entries posted, each line with its entry.
    pub(crate) postings: Vec<(EntryNo, Posting)>,
    /// Everything that was asked of it, and the answer, so that another book can be asked the same.
    pub(crate) log: Vec<(Deed, Result<EntryNo, Vec<Code>>)>,
    rows: BTreeMap<RecordNo, Row>,
    keys: BTreeMap<(RegisterNo, String, String), RecordNo>,
    /// Digests of sealed values by entry and field.
    pub(crate) digests: BTreeMap<(EntryNo, FieldNo), String>,
    head: Hash,
}

/// Somebody who may do everything, except perhaps restate.
pub(crate) struct Clerk {
    /// Whether closed periods may be touched.
    pub(crate) may_restate: bool,
}

impl Gate for Clerk {
    fn may(&self, verb: Verb, _: &Register, _: Option<RecordNo>) -> bool {
        verb != Verb::Restate || self.may_restate
    }

    fn has_role(&self, _: &[String]) -> bool {
        true
    }
}

impl Book for Memory {
    type Error = Infallible;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, Infallible> {
        Ok(self
            .entries
            .iter()
            .filter(|entry| entry.record == record && entry.is_of_record())
            .cloned()
            .collect())
    }

    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, Infallible> {
        let definition = self.definition();
        let names_it = |row: &&Row| {
            // Records of a register that was taken out of the pack keep following the record above.
            let all = definition.registers.iter().chain(&definition.retired.registers);
            let register = all.into_iter().find(|register| register.no == row.register);
            let parent = register.and_then(|register| register.parent.as_ref());
            let above = parent.and_then(|parent| row.state.value(parent.field));
            !row.void && above == Some(&Value::Link(record))
        };
        Ok(self.rows.values().filter(names_it).map(|row| row.record).collect())
    }

    fn member(&mut self, unit: RecordNo) -> Result<Option<RecordNo>, Infallible> {
        let definition = self.definition();
        let belongs = |row: &&Row| {
            let all = definition.registers.iter().chain(&definition.retired.registers);
            let register = all.into_iter().find(|register| register.no == row.register);
            let above = register.and_then(|register| match register.id.as_str() {
                UNIT_REGISTER => register.field_named("parent").map(|field| field.no),
                _ => register.unit,
            });
            !row.void && above.and_then(|field| row.state.unit(field)) == Some(unit)
        };
        Ok(self.rows.values().find(belongs).map(|row| row.record))
    }

    fn key_holder(&mut self, register: RegisterNo, key: &str, text: &str) -> Result<Option<RecordNo>, Infallible> {
        Ok(self.keys.get(&(register, key.to_owned(), text.to_owned())).copied())
    }

    fn key_held(&mut self, register: RegisterNo, key: &str, record: RecordNo) -> Result<Option<String>, Infallible> {
        let of_it = |(place, holder): &(&(RegisterNo, String, String), &RecordNo)| {
            place.0 == register && place.1 == key && **holder == record
        };
        Ok(self.keys.iter().find(of_it).map(|(place, _)| place.2.clone()))
    }

    fn digest(&mut self, entry: EntryNo, field: FieldNo) -> Result<Option<String>, Infallible> {
        Ok(self.digests.get(&(entry, field)).cloned())
    }

    fn balances(&mut self, posting: &Posting, from: Day) -> Result<(i64, Vec<(Day, i64)>), Infallible> {
        let mut days: BTreeMap<Day, i64> = BTreeMap::new();
        for (_, line) in &self.postings {
            if line.account == posting.account && line.dim == posting.dim {
                *days.entry(line.day).or_default() += line.amount;
            }
        }
        let start = days.range(..from).map(|(_, amount)| amount).sum();
        let mut balance: i64 = start;
        let series = days.range(from..).map(|(day, amount)| {
            balance += amount;
            (*day, balance)
        });
        Ok((start, series.collect()))
    }
}

impl Memory {
    /// A book under version 0 of the pack.
    pub(crate) fn new(today: Day) -> Memory {
        let mut book = Memory {
            today,
            head: START,
            ..Memory::default()
        };
        book.apply(0, Day::of(2026, 1, 1).expect("a day"), true)
            .expect("an empty book takes a pack");
        book
    }

    /// The pack written last.
    pub(crate) fn definition(&self) -> Arc<Definition> {
        self.rules
            .latest()
            .map(|version| Arc::clone(&version.definition))
            .unwrap_or_default()
    }

    /// Decides a command and, if it is accepted, writes it.
    pub(crate) fn submit(&mut self, command: &Command, clerk: &Clerk) -> Result<(EntryNo, Decision), Vec<Refusal>> {
        let rules = self.rules.clone();
        let moment = Moment {
            rules: &rules,
            today: self.today,
            closed_through: self.closed_through,
            locks: &[],
            instruments: &taizhang_core::instrument::NoInstruments,
        };
        let Ok(decided) = decide(&moment, clerk, self, command);
        let done = decided.map(|mut decision| (self.append(&mut decision), decision));
        let deed = Deed::Write {
            command: Box::new(command.clone()),
            may_restate: clerk.may_restate,
            today: self.today,
        };
        let codes = |refusals: &Vec<Refusal>| refusals.iter().map(|refusal| refusal.code).collect();
        let answer = done.as_ref().map(|(n, _)| *n).map_err(codes);
        self.log.push((deed, answer));
        done
    }

    /// Applies a version of the pack from a day on.
    pub(crate) fn apply(&mut self, which: usize, from: Day, may_restate: bool) -> Result<EntryNo, Vec<Code>> {
        let answer = self.applied(which, from, may_restate);
        let deed = Deed::Pack {
            which,
            from,
            may_restate,
        };
        self.log.push((deed, answer.clone()));
        answer
    }

    fn applied(&mut self, which: usize, from: Day, may_restate: bool) -> Result<EntryNo, Vec<Code>> {
        let n = self.entries.len() as EntryNo + 1;
        let old = self.rules.clone();
        let mut rules = old.clone();
        rules.push(Version {
            n,
            from,
            definition: definition::version(which),
        });
        let (mut lines, mut rows) = (Vec::new(), Vec::new());
        for record in self.rows.keys().copied().collect::<Vec<_>>() {
            let Ok(was) = timeline_of(self, &old, record);
            let Ok(is) = timeline_of(self, &rules, record);
            let (before, after) = (postings(&was, &old), postings(&is, &rules));
            lines.extend(difference(&after.expect("amounts fit"), &before.expect("amounts fit")));
            // Which fields follow the record above is a rule, so rows may change with it.
            rows.extend((!is.void && was != is).then(|| row(&is, rules.latest().map(|version| &version.definition))));
        }
        lines.sort();
        if !may_restate && lines.iter().any(|line| Some(line.day) <= self.closed_through) {
            return Err(vec![Code::ClosedPeriod]);
        }
        self.rules = rules;
        let files = definition::files(which).into_iter().collect();
        let act = Act::Pack(PackVersion {
            from,
            files,
            ids: String::new(),
            engine: 1,
        });
        let decision = of_the_book(act, self.today, lines);
        Ok(self.append(&mut Decision { rows, ..decision }))
    }

    /// Closes all days up to one.
    pub(crate) fn close(&mut self, through: Day) -> EntryNo {
        self.closed_through = Some(through);
        let n = self.append(&mut of_the_book(Act::Close { through }, self.today, Vec::new()));
        self.log.push((Deed::Close(through), Ok(n)));
        n
    }

    /// Opens the days after one again.
    pub(crate) fn reopen(&mut self, through: Day) -> EntryNo {
        self.closed_through = Some(through);
        let n = self.append(&mut of_the_book(Act::Reopen { through }, self.today, Vec::new()));
        self.log.push((Deed::Reopen(through), Ok(n)));
        n
    }

    /// Law 4: the sum of the postings that match.
    pub(crate) fn figure(&self, question: &Question) -> Figure {
        let definition = self.definition();
        let account = definition.account_named(&question.account).expect("an account").no;
        let lines = self
            .postings
            .iter()
            .filter(|(n, line)| *n <= question.known_at && line.account == account);
        let lines = lines
            .map(|(_, line)| line)
            .filter(|line| question.dim.as_ref().is_none_or(|dim| line.dim == *dim));
        let units = self.units(question.known_at);
        let fields = self.unit_fields();
        let below = |day: Day| units.on(day, fields).with_below(question.unit);
        let matching = lines.filter(|line| match question.from {
            Some(from) => (from..=question.to).contains(&line.day) && below(line.day).contains(&line.unit),
            None => line.day <= question.to,
        });
        let at_last = below(question.to);
        let mut sum = Figure::default();
        for line in matching.filter(|line| question.from.is_some() || at_last.contains(&line.unit)) {
            sum.amount += line.amount;
            sum.reported += i64::from(line.reported);
            sum.missing += i64::from(line.missing);
            sum.not_applicable += i64::from(line.not_applicable);
        }
        sum
    }

    /// The units as known at an entry.
    pub(crate) fn units(&self, known_at: EntryNo) -> UnitHistory {
        let register = self.unit_register().no;
        let known = |entry: &&Entry| entry.n <= known_at && entry.register == register;
        let mut of_units: BTreeMap<RecordNo, Vec<Entry>> = BTreeMap::new();
        for entry in self.entries.iter().filter(known) {
            of_units.entry(entry.record).or_default().push(entry.clone());
        }
        let mut units = UnitHistory::default();
        of_units.values().for_each(|entries| units.add(&Timeline::of(entries)));
        units
    }

    /// Where a unit keeps its parent and its end.
    pub(crate) fn unit_fields(&self) -> UnitFields {
        UnitFields::of(&self.unit_register()).expect("the base pack's register")
    }

    fn unit_register(&self) -> Arc<Register> {
        Arc::clone(
            self.definition()
                .register_named("unit")
                .expect("the base pack's register"),
        )
    }

    fn append(&mut self, decision: &mut Decision) -> EntryNo {
        let n = self.entries.len() as EntryNo + 1;
        let entry = &mut decision.entry;
        entry.n = n;
        entry.recorded_at = 1_767_225_600_000_000 + n;
        if matches!(entry.act, Act::Open { .. }) {
            entry.record = n;
            decision
                .postings
                .iter_mut()
                .filter(|line| line.record == 0)
                .for_each(|line| line.record = n);
            decision
                .rows
                .iter_mut()
                .filter(|row| row.record == 0)
                .for_each(|row| row.record = n);
        }
        entry.posting_count = decision.postings.len() as u32;
        entry.posting_digest = posting_digest(&decision.postings);
        let bytes = encode(entry);
        assert_eq!(
            decode(&bytes).as_ref(),
            Ok(&*entry),
            "an entry reads back as it was decided"
        );
        self.head = head(Alg::Sha256, &[9; 16], n, &self.head, &leaf(&bytes));
        self.entries.push(entry.clone());
        self.postings
            .extend(decision.postings.iter().map(|line| (n, line.clone())));
        let digests = decision.digests.iter();
        self.digests
            .extend(digests.map(|(field, digest)| ((n, *field), digest.clone())));
        for change in &decision.keys {
            let record = if change.record == 0 { n } else { change.record };
            let place = (change.register, change.key.clone(), change.text.clone());
            let (held, new) = if change.taken {
                (None, Some(record))
            } else {
                (Some(record), None)
            };
            let was = match new {
                Some(record) => self.keys.insert(place, record),
                None => self.keys.remove(&place),
            };
            assert_eq!(
                was.is_some(),
                held.is_some(),
                "entry {n} gives up what is held and takes what is free: {change:?}"
            );
        }
        for row in &decision.rows {
            self.rows.insert(row.record, row.clone());
        }
        n
    }

    /// Law 1: whatever was written besides the journal is what the journal gives.
    pub(crate) fn check_derived(&mut self) {
        let rules = self.rules.clone();
        for (record, stored) in self.rows.clone() {
            let Ok(timeline) = timeline_of(self, &rules, record);
            let fresh = row(&timeline, rules.latest().map(|version| &version.definition));
            assert_eq!(stored.void, fresh.void, "record {record} is void or not");
            // The row of a void record stays as it was, until the void is withdrawn.
            if !fresh.void {
                let (stored, fresh) = [&stored, &fresh]
                    .map(|row| (&row.state, row.opened_on, row.opening))
                    .into();
                assert_eq!(stored, fresh, "the row of record {record}");
            }
            let sum: Vec<Posting> = self
                .postings
                .iter()
                .map(|(_, line)| line.clone())
                .filter(|line| line.record == record)
                .collect();
            let made = postings(&timeline, &rules).expect("amounts fit");
            assert_eq!(
                difference(&sum, &made),
                Vec::new(),
                "record {record}: the sum of all differences is P"
            );
        }
        let living: Vec<RecordNo> = self
            .rows
            .values()
            .filter(|row| !row.void)
            .map(|row| row.record)
            .collect();
        let definition = self.definition();
        let mut held = BTreeMap::new();
        for record in living {
            let Ok(timeline) = timeline_of(self, &rules, record);
            let Some(register) = definition.register(timeline.register) else {
                continue;
            };
            let Ok(keys) = held_keys(self, &rules, register, &timeline);
            for (key, text) in keys {
                let text = text.expect("every sealed value came with its digest");
                held.insert((register.no, key, text), record);
            }
        }
        let mut keys = self.keys.clone();
        keys.retain(|(register, ..), _| definition.register(*register).is_some());
        assert_eq!(keys, held, "the keys held are those of living records");
    }
}

fn of_the_book(act: Act, today: Day, postings: Vec<Posting>) -> Decision {
    Decision {
        entry: Entry::blank(act, today),
        postings,
        rows: Vec::new(),
        keys: Vec::new(),
        digests: Vec::new(),
    }
}
