//! Races for what can be had once (promises 5 and 6): many clerks, one holder, one purse. Whoever comes first
//! and however back-dated, no purse is below nothing at the end of any day, and no money appears or is lost.

use crate::Engine;
use crate::book::{Ask, Book, day, request};
use crate::chance::{Dice, seed, sized};
use crate::write::assert_sound;
use std::collections::BTreeMap;
use taizhang_core::command::Wish;
use taizhang_core::id::RecordNo;
use taizhang_core::refusal::Code;
use taizhang_core::value::Value;
use taizhang_store::writer::Outcome;

fn fill(book: &Book, unit: RecordNo, register: &str, holder: &str, amount: i64, on: &str) -> Ask {
    book.open(register, on)
        .set("village", Value::Unit(unit))
        .text("holder", holder)
        .set("amount", Value::Num(amount))
}

/// End-of-day balances of every holder, from postings alone.
fn balances(book: &Book) -> BTreeMap<String, Vec<i64>> {
    let account = book.account("purse.balance").0;
    let sql = format!(
        "SELECT d.text, CAST(SUM(p.amount) AS BIGINT) FROM posting p JOIN dimension d ON d.id = p.dim
         WHERE p.account = {account} GROUP BY d.text, p.day ORDER BY d.text, p.day"
    );
    let mut balances: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in book.query(&sql) {
        let days = balances.entry(row[0].text().expect("a holder").to_owned()).or_default();
        let before = days.last().copied().unwrap_or(0);
        days.push(before + row[1].int().expect("a sum"));
    }
    balances
}

/// Every day's money sums to zero over all accounts of the ledger.
fn money_is_constant(book: &Book, about: &str) {
    let accounts = ["purse.balance", "purse.loss", "purse.funds"].map(|id| book.account(id).0.to_string());
    let sql = format!(
        "SELECT day, CAST(SUM(amount) AS BIGINT) FROM posting WHERE account IN ({}) GROUP BY day
         HAVING SUM(amount) <> 0",
        accounts.join(", ")
    );
    let spent = book.query("SELECT 1 FROM posting LIMIT 1");
    assert!(
        !spent.is_empty() && book.query(&sql).is_empty(),
        "{about}: {:?}",
        book.query(&sql)
    );
}

#[test]
fn a_purse_of_one_is_spent_once_whoever_races_whom() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let unit = book.unit("1.1");
        let (purses, clients) = (sized(10, 100, 200), sized(32, 64, 128));
        for purse in 0..purses {
            let holder = format!("h{purse}");
            book.must(fill(&book, unit, "grant", &holder, 100, "2024-01-01").text("number", &holder));
        }
        let spent: Vec<usize> = (0..purses)
            .map(|purse| {
                let holder = format!("h{purse}");
                std::thread::scope(|scope| {
                    let racers = (0..clients).map(|_| {
                        let ask = fill(&book, unit, "spending", &holder, 100, "2024-02-01");
                        let book = &book;
                        scope.spawn(move || match book.write(vec![ask.command]).expect("no fault") {
                            Outcome::Written { .. } => 1,
                            Outcome::Refused(why) => {
                                assert_eq!(why[0].1[0].code, Code::BelowFloor);
                                0
                            }
                            other => panic!("{other:?}"),
                        })
                    });
                    let racers: Vec<_> = racers.collect();
                    racers.into_iter().map(|racer| racer.join().expect("no panic")).sum()
                })
            })
            .collect();
        assert_eq!(spent, vec![1; purses], "{engine:?}: each purse once");
        money_is_constant(&book, &format!("{engine:?}"));
        assert_sound(&book);
    }
}

const DAYS: &[&str] = &[
    "2024-01-01",
    "2024-01-02",
    "2024-02-29",
    "2024-03-01",
    "2024-05-05",
    "2024-06-30",
];

/// Grants, spendings, voids and corrections on any day, by several clerks and two programs at once.
#[test]
fn no_purse_is_below_nothing_on_any_day_in_a_race_of_back_dated_entries_and_voids() {
    let seed = seed();
    for engine in Engine::all() {
        let book = Book::new(engine);
        let unit = book.unit("1.1");
        // A second program writes the same book; its writer meets the first one's at the fence.
        let second = taizhang_store::Store::open(&book.site.place, book.clock.clone()).expect("opened");
        let (clients, steps) = (8, sized(25, 63, 600));
        let tallies: Vec<[usize; 2]> = std::thread::scope(|scope| {
            let racers = (0..clients).map(|client| {
                let (book, second) = (&book, &second);
                scope.spawn(move || {
                    race(
                        book,
                        if client % 2 == 0 { &book.store } else { second },
                        unit,
                        client,
                        steps,
                        seed,
                    )
                })
            });
            let racers: Vec<_> = racers.collect();
            racers
                .into_iter()
                .map(|racer| racer.join().expect("no panic"))
                .collect()
        });
        let [written, refused] = [0, 1].map(|at| tallies.iter().map(|tally| tally[at]).sum::<usize>());
        let about = format!("TAIZHANG_SEED={seed}, {engine:?}: {written} written, {refused} refused");
        println!("{about}");
        assert!(written > steps && refused > steps / 4, "{about}");
        for (holder, days) in balances(&book) {
            assert!(days.iter().all(|balance| *balance >= 0), "{about}: {holder} {days:?}");
        }
        money_is_constant(&book, &about);
        assert_sound(&book);
    }
}

fn race(
    book: &Book,
    store: &taizhang_store::Store,
    unit: RecordNo,
    client: usize,
    steps: usize,
    seed: u64,
) -> [usize; 2] {
    let mut dice = Dice(seed.wrapping_add(client as u64 * 7_919));
    let mut own: Vec<(&str, RecordNo)> = Vec::new();
    let mut tally = [0, 0];
    for step in 0..steps {
        let on = DAYS[dice.below(DAYS.len())];
        let holder = ["ann", "bob", "eve"][dice.below(3)];
        let amount = 1 + dice.below(120) as i64;
        let (register, ask) = match dice.below(10) {
            0..=2 => {
                let number = format!("{client}-{step}");
                (
                    "grant",
                    fill(book, unit, "grant", holder, amount, on).text("number", &number),
                )
            }
            3..=6 => ("spending", fill(book, unit, "spending", holder, amount, on)),
            _ if own.is_empty() => continue,
            at => {
                let (register, record) = own[dice.below(own.len())];
                let wish = match at {
                    7 => Wish::Void,
                    8 => Wish::Correct {
                        target: record,
                        withdraw: false,
                        day: Some(day(on)),
                    },
                    _ => Wish::Amend,
                };
                let bare = wish == Wish::Void;
                let mut ask = book.on(register, record, wish, "2024-06-30").reason("a race");
                if !bare {
                    ask = ask.set("amount", Value::Num(amount));
                }
                (register, ask)
            }
        };
        let opens = matches!(ask.command.wish, Wish::Open { .. });
        match store.writer().write(request(vec![ask.command])).expect("no fault") {
            Outcome::Written { records, .. } => {
                tally[0] += 1;
                if opens {
                    own.push((register, records[0]));
                }
            }
            Outcome::Refused(_) => tally[1] += 1,
            other => panic!("{other:?}"),
        }
    }
    tally
}

/// The control: with the floor taken out of the pack the same race overdraws, so the comparison can see it.
#[test]
fn control_without_the_floor_the_same_race_overdraws() {
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let accounts = include_str!("pack/accounts.toml");
        let without = accounts.replace("floor = \"0\"", "floor = \"-1000000\"");
        assert_ne!(without, accounts);
        let changed = crate::book::pack(&[("accounts.toml", &without)]);
        book.apply(&changed, "2020-01-01", true).expect("applied");
        let unit = book.unit("1.1");
        race(&book, &book.store, unit, 0, 120, seed());
        let below = balances(&book)
            .into_values()
            .flatten()
            .filter(|balance| *balance < 0)
            .count();
        assert!(below > 0, "{engine:?}: nothing was overdrawn");
    }
}
