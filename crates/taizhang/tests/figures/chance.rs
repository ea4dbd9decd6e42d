//! Histories made by chance on both engines: every figure, read for all units at once, is what its postings come to;
//! so is one that is kept, and what one person may open is not what another may.

use super::desk;
use super::recount::Recount;
use std::path::Path;
use std::sync::Arc;
use taizhang::app::ask::FigureQuestion;
use taizhang::app::book::read_pack;
use taizhang::app::evidence::Evidence;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::scope::Scope;
use taizhang::app::{App, Options};
use taizhang::cli::init::{add_actor, add_position};
use taizhang::clock::SystemClock;
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_store::Place;
use taizhang_store::figure::Span;

/// How many histories, and how long they are.
const HISTORIES: u64 = 4;
const STEPS: usize = 45;

const VILLAGES: [&str; 3] = ["1.1", "1.2", "1"];

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn day(&mut self) -> Day {
        "2024-01-01".parse::<Day>().expect("a day").plus(self.below(170) as i32)
    }
}

/// A history on one book: shops and wells that come, move and leave, villages that hang elsewhere.
struct History {
    app: App,
    scope: Scope,
    dice: Dice,
    records: Vec<(&'static str, RecordNo)>,
    units: Vec<RecordNo>,
    heads: Vec<EntryNo>,
}

impl History {
    fn new(place: &Place, options: Options, seed: u64) -> History {
        let app = App::create(place, options).expect("a book");
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let mut files = read_pack(&pack).expect("the pack");
        files.insert("registers/shop.toml".to_owned(), desk::shop("keep"));
        let plan = app.plan_pack(files).expect("a plan");
        let scope = app.program_scope().expect("a scope");
        app.apply_pack(&scope, plan, None, None).expect("applied");
        History {
            app,
            scope,
            dice: Dice(seed),
            records: Vec::new(),
            units: Vec::new(),
            heads: Vec::new(),
        }
    }

    /// Writes something; what the book refuses is no step.
    fn step(&mut self) {
        let day = self.dice.day();
        let village = VILLAGES[self.dice.below(VILLAGES.len())].to_owned();
        let number = format!("N-{}", self.heads.len());
        let money = [None, Some(self.dice.below(9).to_string())][self.dice.below(2)].clone();
        let made = |register: &str, record: Option<RecordNo>, wish: DraftWish, set: Vec<(&str, String)>| Draft {
            register: register.to_owned(),
            record,
            wish,
            set: set.into_iter().map(|(field, text)| (field.to_owned(), text)).collect(),
            occurred_on: Some(day),
            reason: "更正".to_owned(),
            ..Draft::default()
        };
        let (at, unit_at) = (self.dice.below(self.records.len()), self.dice.below(self.units.len()));
        let known = self.records.get(at).copied();
        let draft = match (self.dice.below(10), known) {
            (0..=2, _) => {
                let mut set = vec![("number", number), ("village", village)];
                set.extend(money.map(|money| ("money", money)));
                made("shop", None, DraftWish::Open, set)
            }
            (3, _) => made(
                "well",
                None,
                DraftWish::Open,
                vec![("number", number), ("village", village)],
            ),
            (4, Some(("well", record))) => made("well", Some(record), DraftWish::Move("start".to_owned()), Vec::new()),
            (4 | 5, Some((register, record))) => {
                made(register, Some(record), DraftWish::Amend, vec![("village", village)])
            }
            (6, Some(("shop", record))) => made(
                "shop",
                Some(record),
                DraftWish::Amend,
                vec![("money", money.unwrap_or_default())],
            ),
            (7, Some((register, record))) => made(register, Some(record), DraftWish::Void, Vec::new()),
            (8, _) => {
                let set = [
                    ("code", number.clone()),
                    ("name", number),
                    ("level", "village".to_owned()),
                ];
                let set = set.into_iter().chain([("parent", village)]).collect();
                made("unit", None, DraftWish::Open, set)
            }
            (9, _) if !self.units.is_empty() => made(
                "unit",
                Some(self.units[unit_at]),
                DraftWish::Amend,
                vec![("parent", village)],
            ),
            _ => return,
        };
        let register = draft.register.clone();
        let is_new = draft.record.is_none();
        if let Ok(receipt) = self.app.execute(&self.scope, &[draft], None) {
            self.heads.push(receipt.last);
            match register.as_str() {
                "unit" if is_new => self.units.push(receipt.first),
                "shop" if is_new => self.records.push(("shop", receipt.first)),
                "well" if is_new => self.records.push(("well", receipt.first)),
                _ => {}
            }
        }
    }

    /// Every account, unit and kind of span on some days as known at some entries, twice: read, and kept.
    fn check(&mut self, seed: u64) {
        let mut recount = Recount::new(&self.app);
        let mut asking = self.app.asking().expect("a moment");
        let head = asking.reading.n();
        let units: Vec<RecordNo> = asking.tree(Day::MAX, head).iter().map(|(unit, _)| unit).collect();
        let middle = self.heads.get(self.heads.len() / 2).copied().unwrap_or(head);
        let days: Vec<(Day, Day)> = (0..3).map(|_| (self.dice.day(), self.dice.day())).collect();
        for known_at in [head, middle] {
            for (from, to) in days.iter().map(|(a, b)| (*a.min(b), *a.max(b))) {
                for account in recount.accounts() {
                    for unit in &units {
                        for kept in [false, true] {
                            let found = recount.differs(&mut asking, &account, *unit, (from, to), known_at);
                            assert!(
                                found.is_none(),
                                "seed {seed}, kept {kept}: {}",
                                found.unwrap_or_default()
                            );
                        }
                        let mut anew = self.app.asking().expect("a moment");
                        let found = recount.differs(&mut anew, &account, *unit, (from, to), known_at);
                        assert!(
                            found.is_none(),
                            "seed {seed}, asked anew: {}",
                            found.unwrap_or_default()
                        );
                        let asked = (*unit, (from, to), known_at);
                        let found = recount.opens_otherwise(&mut anew, &self.scope, &account, asked);
                        assert!(found.is_none(), "seed {seed}: {}", found.unwrap_or_default());
                    }
                }
            }
        }
    }

    /// What a clerk of one village opens of a figure is theirs alone, whoever asked for it before.
    fn rights(&self, seed: u64) {
        let actor = add_actor(&self.app, &self.scope, "clerk", "clerk").expect("an actor");
        add_position(&self.app, &self.scope, actor, "1.1", "clerk", "clerk").expect("a position");
        let clerk = self.app.scope("clerk").expect("a scope");
        let opened = |scope: &Scope| {
            let question = FigureQuestion {
                account: "shop.money".to_owned(),
                unit: None,
                span: Span::AsOf("2024-06-30".parse().expect("a day")),
                known_at: None,
            };
            let mut asking = self.app.asking().expect("a moment");
            let opened = asking.open(scope, &question, 0, 500).expect("opened");
            (opened.items.len(), opened.others, opened.sum)
        };
        let (first, program, again) = (opened(&clerk), opened(&self.scope), opened(&clerk));
        assert_eq!(first, again, "seed {seed}: not what the program was shown between");
        assert_eq!(first.2, program.2, "seed {seed}: one sum for all");
        assert!(first.0 <= program.0, "seed {seed}: {first:?} {program:?}");
    }
}

fn options(folder: &Path) -> Options {
    Options {
        keys: Some(folder.join("keys")),
        evidence: Some(Evidence::folder(folder.join("evidence"))),
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().expect("a day"))),
    }
}

fn run(place: &Place, folder: &Path, seed: u64) {
    let mut history = History::new(place, options(folder), seed);
    for step in 0..STEPS {
        history.step();
        // What was kept before is asked for again behind the next entries.
        if step % 15 == 14 {
            history.check(seed);
        }
    }
    assert!(
        history.heads.len() > STEPS / 4,
        "seed {seed}: {} steps",
        history.heads.len()
    );
    history.rights(seed);
}

#[test]
fn figures_of_all_units_at_once_are_what_their_postings_come_to() {
    for seed in 0..HISTORIES {
        let folder = tempfile::tempdir().expect("a folder");
        let place = format!("sqlite:{}", folder.path().join("book.db").display());
        run(&place.parse().expect("a place"), folder.path(), seed);
    }
}

#[test]
fn so_are_they_on_postgres() {
    let Ok(url) = std::env::var("TAIZHANG_TEST_PG_URL") else {
        eprintln!("TAIZHANG_TEST_PG_URL is not set: PostgreSQL was not run");
        return;
    };
    let mark = if url.contains('?') { '&' } else { '?' };
    for seed in [11, 12] {
        let folder = tempfile::tempdir().expect("a folder");
        let place = format!("{url}{mark}schema=figures{}x{seed}", std::process::id());
        run(&place.parse().expect("a place"), folder.path(), seed);
    }
}
