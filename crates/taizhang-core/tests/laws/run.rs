//! Room: one random history, played on the kernel's book and judged by the model beside it.

use crate::chance::Chance;
use crate::history::{self, Step};
use crate::memory::{Clerk, Memory};
use crate::model::{Deed, FIRST, LAST, Version};
use crate::model_posts::{Lines, minus};
use crate::model_verdict::{Ask, PENDING, Reasons, Shadow, pending};
use crate::names;
use crate::table::{Figure, Question};
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;
use taizhang_core::refusal::Refusal;

/// 2026-03-02.
const TODAY: i32 = 20_514;

/// How often something was seen.
pub(crate) type Tally = BTreeMap<&'static str, usize>;

/// The kernel's book and the model of it, side by side.
pub(crate) struct Run {
    chance: Chance,
    /// The kernel's book.
    pub(crate) book: Memory,
    shadow: Shadow,
    /// What the history came across.
    pub(crate) seen: Tally,
}

impl Run {
    /// A book with its units, ready for a history.
    pub(crate) fn new(seed: u64) -> Run {
        let mut shadow = Shadow {
            today: TODAY,
            ..Shadow::default()
        };
        shadow.model.versions.push(Version {
            n: 1,
            from: 20_454,
            which: 0,
        });
        let mut run = Run {
            chance: Chance::new(seed),
            book: Memory::new(Day(TODAY)),
            shadow,
            seen: Tally::new(),
        };
        let root = run.ask(&history::unit("区", None, 20_454)).expect("the root");
        for town in ["东镇", "西镇", "南街"] {
            let town = run.ask(&history::unit(town, Some(root), 20_454)).expect("a town");
            run.ask(&history::unit(&format!("{town}村"), Some(town), 20_454))
                .expect("a village");
        }
        run
    }

    /// Plays a history of so many steps, every one compared.
    pub(crate) fn play(mut self, length: usize) -> Run {
        for at in 0..length {
            match history::next(&mut self.chance, &self.shadow) {
                Step::Ask(ask) => drop(self.ask(&ask)),
                Step::Wait(days) => self.wait(days),
                Step::Close(through) => self.close(through),
                Step::Pack {
                    which,
                    from,
                    may_restate,
                } => self.pack(which, from, may_restate),
            }
            if at % 40 == 39 {
                self.book.check_derived();
                self.check_figures();
            }
        }
        self.book.check_derived();
        self
    }

    fn saw(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }

    fn saw_deed(&mut self, ask: &Ask) {
        self.saw(match ask.deed {
            Deed::Open => "accepted open",
            Deed::Amend => "accepted amend",
            Deed::Move(_) => "accepted move",
            Deed::Note => "accepted note",
            Deed::Void => "accepted void",
            Deed::Correct {
                target, withdraw: true, ..
            } if self.shadow.model.is_of_void(target) => "accepted withdrawal of a void",
            Deed::Correct { withdraw: true, .. } => "accepted withdrawal",
            Deed::Correct { .. } => "accepted correct",
        });
    }

    fn wait(&mut self, days: i32) {
        self.shadow.today = (self.shadow.today + days).min(LAST - 120);
        self.book.today = Day(self.shadow.today);
    }

    fn close(&mut self, through: i32) {
        self.shadow.closed_through = Some(through);
        if self.book.closed_through.is_some_and(|closed| closed > Day(through)) {
            self.book.reopen(Day(through));
        } else {
            self.book.close(Day(through));
        }
    }

    /// One command: the same answer, the same postings, the same shortfall.
    fn ask(&mut self, ask: &Ask) -> Result<i64, Reasons> {
        let opinion = self.shadow.judge(ask);
        let definition = self.book.definition();
        let command = names::command(&definition, ask);
        let decided = self.book.submit(
            &command,
            &Clerk {
                may_restate: ask.may_restate,
            },
        );
        let (n, decision) = match (decided, opinion) {
            (Err(refusals), Err(reasons)) => {
                let codes: Reasons = refusals.iter().map(|refusal| refusal.code.key()).collect();
                // Where an event lies before the opening, what else is wrong depends on how one looks.
                let same = codes == reasons || (codes.contains("before_opening") && reasons.contains("before_opening"));
                assert!(same, "refused for {codes:?}, the model says {reasons:?}: {ask:?}");
                reasons.iter().for_each(|reason| self.saw(reason));
                let below = |refusal: &Refusal| refusal.args.iter().any(|(name, _)| *name == "below");
                if refusals.iter().any(below) {
                    self.saw("refused for a record below");
                }
                return Err(reasons);
            }
            (Err(refusals), Ok(_)) => panic!("refused {refusals:?}, the model accepts: {ask:?}{}", self.told(ask)),
            (Ok(_), Err(reasons)) => panic!("accepted, the model says {reasons:?}: {ask:?}{}", self.told(ask)),
            (Ok((n, decision)), Ok(foreseen)) => {
                let legs = names::legs(&definition, &decision.entry.legs);
                if !legs.is_empty() {
                    self.saw("accepted with a shortfall");
                }
                assert_eq!(legs, foreseen.legs, "the shortfall of entry {n}: {ask:?}");
                let record = ask.record.unwrap_or(n);
                let posted = names::lines(&definition, &decision.postings);
                let expected: BTreeMap<i64, Lines> = foreseen
                    .lines
                    .into_iter()
                    .filter(|(_, lines)| !lines.is_empty())
                    .collect();
                let expected = expected
                    .into_iter()
                    .map(|(of, lines)| (if of == PENDING { n } else { of }, lines))
                    .collect();
                same_lines(&posted, &expected, &format!("entry {n}: {ask:?}"));
                let mut fact = pending(ask, record);
                (fact.n, fact.legs) = (n, legs);
                self.shadow.model.facts.push(fact);
                (n, expected)
            }
        };
        self.saw_deed(ask);
        self.post(decision);
        self.check_money();
        Ok(n)
    }

    /// What was said of the record so far, to be read when the two disagree.
    fn told(&self, ask: &Ask) -> String {
        let facts = self
            .shadow
            .model
            .facts
            .iter()
            .filter(|fact| Some(fact.record) == ask.record);
        facts.map(|fact| format!("\n  {fact:?}")).collect()
    }

    fn post(&mut self, lines: BTreeMap<i64, Lines>) {
        if lines.len() > 1 {
            self.saw("accepted for a family");
        }
        for (record, lines) in lines {
            let posted = self.shadow.posted.entry(record).or_default();
            for (place, amounts) in lines {
                *self.seen.entry(place.0).or_default() += 1;
                crate::model_posts::add(posted, place, amounts);
            }
            posted.retain(|_, amounts| *amounts != [0; 4]);
        }
    }

    /// Law 3: a pack posts the differences of all records, law 7: within its rights.
    fn pack(&mut self, which: usize, from: i32, may_restate: bool) {
        let mut after = self.shadow.model.clone();
        let n = self.book.entries.len() as i64 + 1;
        after.versions.push(Version { n, from, which });
        let fresh = after
            .records()
            .into_iter()
            .map(|record| (record, after.postings(record)));
        let empty = Lines::new();
        let lines: BTreeMap<i64, Lines> = fresh
            .map(|(record, lines)| (record, minus(&lines, self.shadow.posted.get(&record).unwrap_or(&empty))))
            .filter(|(_, lines)| !lines.is_empty())
            .collect();
        let closed = self.shadow.closed_through;
        let touches = lines.values().flatten().any(|((.., day), _)| Some(*day) <= closed);
        let questions: Vec<Question> = (0..4).map(|_| self.question()).collect();
        let answers = questions.iter().map(|question| self.book.figure(question));
        let before: Vec<(&Question, Figure)> = questions.iter().zip(answers).collect();
        match self.book.apply(which, Day(from), may_restate) {
            Err(_) => {
                assert!(touches && !may_restate, "a pack is refused for closed days only");
                self.saw("refused pack");
            }
            Ok(n) => {
                assert!(
                    may_restate || !touches,
                    "entry {n} touches closed days without the right to"
                );
                let posted: Vec<_> = self
                    .book
                    .postings
                    .iter()
                    .filter(|(by, _)| *by == n)
                    .map(|(_, line)| line.clone())
                    .collect();
                same_lines(
                    &names::lines(&self.book.definition(), &posted),
                    &lines,
                    &format!("pack entry {n}"),
                );
                self.saw("accepted pack");
                for (question, known) in before {
                    assert_eq!(
                        self.book.figure(question),
                        known,
                        "known before the pack, so it stays: {question:?}"
                    );
                }
                self.shadow.model = after;
                self.post(lines);
            }
        }
    }

    /// Law 4: figures of any day, as known at any entry, are what one finds by looking at every record.
    fn check_figures(&mut self) {
        for _ in 0..4 {
            let question = self.question();
            let known = self.shadow.model.known_at(question.known_at);
            let expected = match question.from {
                None => known.level(names::intern(&question.account), question.unit, question.to.0),
                Some(from) => known.movement(names::intern(&question.account), question.unit, from.0, question.to.0),
            };
            let found = of_figure(self.book.figure(&question));
            assert_eq!(found, expected, "{question:?}");
            self.saw(if found == [0; 4] { "figure of nothing" } else { "figure" });
        }
        let (units, fields) = (self.book.units(EntryNo::MAX), self.book.unit_fields());
        let days = units.days();
        for day in (FIRST + 1..=LAST).map(Day).filter(|day| !days.contains(day)) {
            let (today, yesterday) = (units.on(day, fields), units.on(day.plus(-1), fields));
            assert!(
                today.iter().eq(yesterday.iter()),
                "the tree changes on {day} only if days() says so"
            );
        }
    }

    /// A figure to ask for, any account, unit, days, and any entry to know.
    pub(crate) fn question(&mut self) -> Question {
        let levels = [
            "project.count",
            "project.total",
            "project.late",
            "project.valid",
            "month.count",
            "item.qty",
            "purse",
        ];
        let movements = [
            "project.started",
            "project.started_total",
            "project.opened",
            "month.invested",
            "project.pauses",
        ];
        let is_level = self.chance.percent(60);
        let units: Vec<i64> = self
            .shadow
            .model
            .records()
            .into_iter()
            .filter(|record| self.is_unit(*record))
            .collect();
        let to = self.shadow.today + self.chance.within(-40, 20) as i32;
        Question {
            account: if is_level {
                self.chance.pick(&levels)
            } else {
                self.chance.pick(&movements)
            }
            .to_owned(),
            dim: None,
            unit: if self.chance.percent(40) {
                units[0]
            } else {
                self.chance.pick(&units)
            },
            from: (!is_level).then(|| Day((to - self.chance.within(0, 60) as i32).max(FIRST))),
            to: Day(to),
            known_at: self
                .chance
                .within(10, self.book.entries.len() as i64 * 2)
                .min(self.book.entries.len() as i64),
        }
    }

    fn is_unit(&self, record: i64) -> bool {
        self.shadow.model.register_of(record) == Some("unit")
    }

    /// Law 5: every day's money sums to zero, and no purse is below nothing at the end of any day.
    fn check_money(&self) {
        let mut days: BTreeMap<i32, i64> = BTreeMap::new();
        let mut purses: BTreeMap<&str, BTreeMap<i32, i64>> = BTreeMap::new();
        for ((account, _, dim, day), amounts) in self.shadow.posted.values().flatten() {
            if matches!(*account, "purse" | "owed" | "bank" | "spent") {
                *days.entry(*day).or_default() += amounts[0];
            }
            if *account == "purse" {
                *purses.entry(dim).or_default().entry(*day).or_default() += amounts[0];
            }
        }
        assert!(
            days.values().all(|sum| *sum == 0),
            "money sums to zero on every day: {days:?}"
        );
        for (pool, days) in purses {
            let mut balance = 0;
            for (day, amount) in days {
                balance += amount;
                assert!(balance >= 0, "the purse {pool} is below nothing on day {day}");
            }
        }
    }
}

fn of_figure(figure: Figure) -> [i64; 4] {
    [figure.amount, figure.reported, figure.missing, figure.not_applicable]
}

fn same_lines(found: &BTreeMap<i64, Lines>, expected: &BTreeMap<i64, Lines>, what: &str) {
    if found == expected {
        return;
    }
    let (empty, mut told) = (Lines::new(), String::new());
    for record in found.keys().chain(expected.keys()) {
        let (found, expected) = (
            found.get(record).unwrap_or(&empty),
            expected.get(record).unwrap_or(&empty),
        );
        for (place, amounts) in minus(found, expected) {
            told += &format!(
                "\n  record {record}: {place:?} kernel {:?} model {:?}",
                found.get(&place),
                expected.get(&place)
            );
            let _ = amounts;
        }
    }
    panic!("{what}{told}");
}
