//! The laws on both engines: the scripts of `tests/tables`, and random histories that the slow model
//! has judged, played again on a real book. What the core's tests say of a book in memory is said here
//! of SQLite and PostgreSQL.

#[path = "../../../taizhang-core/tests/laws/chance.rs"]
mod chance;
#[path = "../../../taizhang-core/tests/laws/definition.rs"]
mod definition;
#[path = "../it/engine.rs"]
mod engine;
#[path = "../../../taizhang-core/tests/laws/history.rs"]
mod history;
#[path = "../../../taizhang-core/tests/laws/memory.rs"]
mod memory;
#[path = "../../../taizhang-core/tests/laws/model.rs"]
mod model;
#[path = "../../../taizhang-core/tests/laws/model_figures.rs"]
mod model_figures;
#[path = "../../../taizhang-core/tests/laws/model_posts.rs"]
mod model_posts;
#[path = "../../../taizhang-core/tests/laws/model_verdict.rs"]
mod model_verdict;
#[path = "../../../taizhang-core/tests/laws/names.rs"]
mod names;
mod on_store;
#[path = "../../../taizhang-core/tests/laws/run.rs"]
mod run;
#[path = "../../../taizhang-core/tests/laws/table.rs"]
mod table;

use chance::{length, named, seeds};
use engine::Engine;
use on_store::OnStore;
use run::Run;
use table::{SCRIPTS, World};

#[test]
fn scripts_run_as_they_say() {
    for engine in Engine::all() {
        for (path, least, script) in SCRIPTS {
            let mut fresh = || -> Box<dyn World> { Box::new(OnStore::new(engine)) };
            let rows = table::run(path, script, &mut fresh);
            assert!(rows >= least, "{path} has {rows} rows, fewer than {least}");
        }
    }
}

/// Two shares, so that two cores play them.
#[test]
fn a_book_answers_as_the_model_does_over_random_histories_even_seeds() {
    play(|seed| seed % 2 == 0);
}

#[test]
fn a_book_answers_as_the_model_does_over_random_histories_odd_seeds() {
    play(|seed| seed % 2 == 1);
}

fn play(mine: impl Fn(u64) -> bool) {
    let seeds: Vec<u64> = seeds(3).into_iter().filter(|seed| mine(*seed)).collect();
    assert!(
        !seeds.is_empty() || std::env::var("TAIZHANG_SEED").is_ok(),
        "no history"
    );
    for seed in seeds {
        named(seed, || {
            let mut run = Run::new(seed).play(length(seed));
            for engine in engines(seed) {
                let mut book = OnStore::new(engine);
                // The first line is the pack that a new book has already.
                for (at, (deed, answer)) in run.book.log.iter().enumerate().skip(1) {
                    if at % 11 == 0 {
                        book.disturb(at / 11);
                    }
                    assert_eq!(book.submit(deed), *answer, "{engine:?}, step {at}: {deed:?}");
                }
                for _ in 0..30 {
                    let question = run.question();
                    assert_eq!(
                        book.balance(&question),
                        run.book.figure(&question),
                        "{engine:?}: {question:?}"
                    );
                }
                book.check();
            }
        });
    }
}

/// Both engines; in a quick soak, whose histories are many, one of them by turns.
fn engines(seed: u64) -> Vec<Engine> {
    let all = Engine::all();
    let is_quick = std::env::var("TAIZHANG_SOAK").is_ok_and(|size| size == "quick");
    match is_quick {
        true => vec![all[seed as usize / 2 % all.len()]],
        false => all,
    }
}
