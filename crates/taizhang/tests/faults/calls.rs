//! The n-th call to the disk fails, for every n (promises 4 and 11): the act is done or it is not, the
//! program says so in a line, and the book is whole. Then a serving program meets the same.

use crate::acts::{ACTS, Act, Recorded, site};
use crate::clerks::{Found, write};
use crate::replay::Change;
use crate::server::Site;
use crate::shim::Shim;
use crate::size::{Dice, rounds, seed, sized};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const HOW: &[&str] = &["EIO", "ENOSPC", "SHORT"];

/// How many calls an act makes, and the heads before and after it.
fn undisturbed(act: &Act) -> (usize, i64, i64) {
    let Recorded {
        changes, before, after, ..
    } = act.recorded();
    let named = |change: &Change| {
        matches!(
            change,
            Change::Create { .. } | Change::Remove { .. } | Change::Folder { .. }
        )
    };
    let calls = changes.iter().filter(|(_, change)| !named(change)).count();
    (calls, before, after)
}

#[test]
fn whichever_call_fails_the_act_is_done_or_not_and_the_book_is_whole() {
    let seed = seed();
    let mut dice = Dice::new(seed, 4);
    for act in ACTS {
        let (calls, before, after) = undisturbed(act);
        let every = calls * HOW.len();
        // An import meets each of its calls failing in every way already in the quick size.
        let tried = sized(6, if act.name == "import" { every } else { 40 }, every).min(every);
        let mut failed = 0;
        for at in 0..tried {
            let (n, how) = match tried == every {
                true => (1 + at / HOW.len(), HOW[at % HOW.len()]),
                false => (1 + dice.below(calls), HOW[dice.below(HOW.len())]),
            };
            let about = format!(
                "TAIZHANG_SEED={seed}: {}, call {n} of {calls} fails with {how}",
                act.name
            );
            let site = site();
            let shim = Shim {
                fail: Some((n, how)),
                ..Shim::default()
            };
            let done = act.run(&site, &shim);
            let said = String::from_utf8_lossy(&done.stderr);
            let head = act.sound(&site, &about);
            if done.status.success() {
                assert_eq!(head, after, "{about}");
                continue;
            }
            failed += 1;
            assert_eq!(said.trim().lines().count(), 1, "{about}: one clear line: {said}");
            assert!(!said.contains("panicked"), "{about}: {said}");
            assert!(
                matches!(done.status.code(), Some(1 | 3)),
                "{about}: {:?} {said}",
                done.status
            );
            assert!(head == before || head == after, "{about}: {before}, {head}, {after}");
        }
        println!(
            "{}: {calls} calls, {tried} tried, {failed} failed and said so",
            act.name
        );
        // What fails when the book is closed is done at the next start, so not every fault is told.
        assert!(failed > 0, "{}: none of {tried} failed", act.name);
    }
}

/// The control: a disk that says it wrote and did not is not noticed when writing, and then the comparison
/// must fail.
#[test]
fn control_a_disk_that_lies_is_betrayed_by_the_comparison() {
    let act = &ACTS[0];
    let (calls, _, after) = undisturbed(act);
    let betrayed = (1..=calls).step_by(3).filter(|n| {
        let site = site();
        let shim = Shim {
            fail: Some((*n, "LIE")),
            ..Shim::default()
        };
        let done = act.run(&site, &shim).status.success();
        let verdict = taizhang_store::verify::verify_at(&site.place());
        done && !verdict.is_ok_and(|verdict| verdict.ok && verdict.entries == after)
    });
    assert!(betrayed.count() > 0, "no lie was noticed");
}

#[test]
fn a_server_whose_disk_failed_once_loses_nothing_that_it_acknowledged() {
    let seed = seed();
    let mut dice = Dice::new(seed, 5);
    let mut refused = 0;
    for at in 0..rounds(12, 500) {
        let site = Site::new();
        let shim = Shim {
            fail: Some((1 + dice.below(60), HOW[dice.below(3)])),
            ..Shim::default()
        };
        let about = format!("TAIZHANG_SEED={seed}, round {at}: {:?}", shim.fail);
        let mut server = site.serve(Some(&shim));
        let stop = AtomicBool::new(false);
        let wished = std::thread::scope(|scope| {
            let (address, stop) = (server.address, &stop);
            let clerks = scope.spawn(move || write(address, at, 4, stop, &|| 0));
            std::thread::sleep(Duration::from_millis(150));
            stop.store(true, Ordering::Relaxed);
            clerks.join().expect("no panic")
        });
        refused += wished.iter().filter(|wish| wish.said.is_none()).count();
        if server.lives() {
            assert_eq!(server.clerk().get("/healthz").expect("answered").status, 200, "{about}");
        }
        server.kill();
        let lost = Found::of(&site).lost(&wished).len();
        assert_eq!(lost, 0, "{about}");
        let verdict = site.verdict();
        assert!(verdict.ok, "{about}: {:?}", verdict.first_bad);
    }
    assert!(refused > 0, "the faults were met");
}
