//! Figures again by the slowest way: each posting looked at by itself, on the way up from its unit in the tree of its
//! day. Shares nothing with how figures are read but the postings.

#![allow(dead_code, reason = "each test that includes this file uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang::app::App;
use taizhang::app::ask::{Asking, FigureQuestion, FigureState, Span, Sum};
use taizhang::app::scope::Scope;
use taizhang_core::day::Day;
use taizhang_core::definition::{Account, AccountKind, Amount, Definition};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::unit::UnitTree;
use taizhang_core::value::print_scaled;

/// One row of the postings.
#[derive(Clone)]
struct Line {
    entry: EntryNo,
    record: RecordNo,
    unit: i64,
    day: Day,
    sum: Sum,
}

pub(crate) struct Recount<'a> {
    app: &'a App,
    definition: Arc<Definition>,
    lines: BTreeMap<u32, Vec<Line>>,
    /// Whether nothing was taken over (期初), before which a figure is not known though something was posted.
    whole: bool,
    trees: BTreeMap<(Day, EntryNo), Arc<UnitTree>>,
}

impl<'a> Recount<'a> {
    pub(crate) fn new(app: &'a App) -> Recount<'a> {
        let mut reading = app.reading().expect("a moment");
        let sql = "SELECT account, entry, unit, day, amount, reported, missing, not_applicable, record
                   FROM posting";
        let rows = reading.conn().expect("a line").query(sql, &[]).expect("postings");
        let opened = reading
            .conn()
            .expect("a line")
            .query("SELECT record FROM opening LIMIT 1", &[]);
        let opened = opened.expect("what was taken over");
        let mut lines: BTreeMap<u32, Vec<Line>> = BTreeMap::new();
        for row in &rows {
            let of = |at: usize| row[at].int().expect("a number");
            lines.entry(of(0) as u32).or_default().push(Line {
                entry: of(1),
                record: of(8),
                unit: of(2),
                day: Day(of(3) as i32),
                sum: Sum {
                    amount: of(4),
                    reported: of(5),
                    missing: of(6),
                    not_applicable: of(7),
                },
            });
        }
        Recount {
            app,
            definition: app.definition().expect("a definition"),
            lines,
            whole: opened.is_empty(),
            trees: BTreeMap::new(),
        }
    }

    /// The accounts that are sums.
    pub(crate) fn accounts(&self) -> Vec<Arc<Account>> {
        let accounts = self.definition.accounts.values();
        let sums = accounts.filter(|account| !matches!(account.kind, AccountKind::Formula(_)));
        sums.cloned().collect()
    }

    fn tree(&mut self, day: Day, known_at: EntryNo) -> Arc<UnitTree> {
        let app = self.app;
        let made = || Arc::new(app.reading().expect("a moment").caches.tree(day, known_at));
        self.trees.entry((day, known_at)).or_insert_with(made).clone()
    }

    /// The sum of what was posted, and whether anything was up to the last day, in a unit and below.
    fn sum(&mut self, account: &Account, unit: i64, span: Span, known_at: EntryNo) -> (Sum, bool) {
        let (first, last) = match span {
            Span::AsOf(day) => (Day::MIN, day),
            Span::Between(from, to) => (from, to),
        };
        let lines = self.lines.remove(&account.no.0).unwrap_or_default();
        let known = lines.iter().filter(|line| line.entry <= known_at);
        let (mut sum, mut days) = (Sum::default(), BTreeMap::new());
        for line in known.filter(|line| line.day <= last) {
            // A level goes by the tree of the day that is asked for, a movement by that of its own.
            let tree_of = if matches!(span, Span::AsOf(_)) {
                last
            } else {
                line.day.max(first)
            };
            if !self.tree(tree_of, known_at).is_within(line.unit, unit) {
                continue;
            }
            if first <= line.day {
                sum.add(line.sum);
            }
            let posted: &mut Sum = days.entry((line.unit, line.day)).or_default();
            posted.add(line.sum);
        }
        self.lines.insert(account.no.0, lines);
        (sum, days.values().any(|posted| *posted != Sum::default()))
    }

    /// Opens a figure and adds up anew what each record has of it; says what differs.
    pub(crate) fn opens_otherwise(
        &mut self,
        asking: &mut Asking<'_>,
        scope: &Scope,
        account: &Account,
        (unit, (from, day), known_at): (i64, (Day, Day), EntryNo),
    ) -> Option<String> {
        let question = question(account, unit, (from, day), known_at);
        let opened = asking.open(scope, &question, 0, 1_000).expect("opened");
        let found: BTreeMap<RecordNo, String> = opened
            .items
            .into_iter()
            .map(|item| (item.record, item.amount))
            .collect();
        let records: BTreeSet<RecordNo> = self
            .lines
            .get(&account.no.0)
            .into_iter()
            .flatten()
            .map(|line| line.record)
            .collect();
        let all = self.lines.remove(&account.no.0).unwrap_or_default();
        let mut counted = BTreeMap::new();
        for record in records {
            let own = all.iter().filter(|line| line.record == record).cloned().collect();
            self.lines.insert(account.no.0, own);
            let (sum, _) = self.sum(account, unit, question.span, known_at);
            if sum != Sum::default() {
                counted.insert(record, print_scaled(sum.amount, account.scale));
            }
        }
        self.lines.insert(account.no.0, all);
        (found != counted).then(|| format!("{question:?}: opened {found:?}, counted {counted:?}"))
    }

    /// Whether an account sums fields that can be missing.
    fn over_values(&self, account: &Account) -> bool {
        let rules = self.definition.registers.iter().flat_map(|register| &register.postings);
        let mut own = rules.filter(|rule| rule.account == account.no);
        account.kind != AccountKind::Money && own.any(|rule| rule.amount != Amount::One)
    }

    /// Asks a figure and counts it anew; says what differs.
    pub(crate) fn differs(
        &mut self,
        asking: &mut Asking<'_>,
        account: &Account,
        unit: i64,
        (from, day): (Day, Day),
        known_at: EntryNo,
    ) -> Option<String> {
        let question = question(account, unit, (from, day), known_at);
        let span = question.span;
        let figure = asking.figure(&question).expect("a figure");
        let (sum, was_posted) = self.sum(account, unit, span, figure.known_at);
        let nothing = sum.reported <= 0 && sum.missing <= 0 && sum.not_applicable <= 0;
        // Where nobody has a value now, it is zero if somebody had one, and else nobody has said.
        let zero = figure.state == FigureState::Reported;
        let as_posted = zero == was_posted || (!zero && !self.whole);
        let state_is_right = !self.over_values(account) || !nothing || as_posted;
        let same = figure.sum == sum && state_is_right;
        (!same).then(|| {
            format!(
                "{} of unit {unit}, {span:?}, as known at {known_at}: {:?} {:?}, counted {sum:?}, posted {was_posted}",
                account.id, figure.state, figure.sum
            )
        })
    }
}

/// A level on the later day, a movement between both.
fn question(account: &Account, unit: i64, (from, day): (Day, Day), known_at: EntryNo) -> FigureQuestion {
    FigureQuestion {
        account: account.id.clone(),
        unit: Some(format!("#{unit}")),
        span: match account.kind.is_stock() {
            true => Span::AsOf(day),
            false => Span::Between(from, day),
        },
        known_at: Some(known_at.to_string()),
    }
}
