//! What is kept until the head moves is never the answer to another question, nor to one of another moment.

use super::{amend, day, desk::Room, movement, well, write};
use std::collections::BTreeSet;
use taizhang::app::App;
use taizhang::app::ask::FigureQuestion;
use taizhang::app::execute::DraftWish;
use taizhang::app::pace::{PaceAsk, asked};
use taizhang_store::figure::Span;

const DAYS: [&str; 3] = ["2024-02-15", "2024-04-15", "2024-06-15"];
const UNITS: [Option<&str>; 3] = [None, Some("1.1"), Some("1.2")];

/// A figure and all targets on a day, of a unit, as known at an entry.
fn told(app: &App, on: &str, unit: Option<&str>, known_at: Option<i64>) -> String {
    let known_at = known_at.map(|n| n.to_string());
    let question = FigureQuestion {
        span: Span::AsOf(day(on)),
        known_at: known_at.clone(),
        ..movement("well.working", unit, on, on)
    };
    let figure = app.asking().expect("a moment").figure(&question).expect("a figure");
    let ask = PaceAsk {
        as_of: Some(day(on)),
        unit: unit.map(str::to_owned),
        known_at,
    };
    let paces = asked(app, &ask).expect("paces");
    let pace = |pace: &std::sync::Arc<taizhang::app::pace::Pace>| {
        format!("{} {} {:?} {:?}", pace.target, pace.unit, pace.said(), pace.light)
    };
    let paces: Vec<String> = paces.iter().map(pace).collect();
    format!("{:?} {:?} {}", figure.state, figure.value, paces.join("; "))
}

#[test]
fn what_is_kept_answers_its_own_question_alone() {
    let room = Room::new();
    let wells = [
        ("W-1", "1.1", "2024-02-01"),
        ("W-2", "1.2", "2024-04-01"),
        ("W-3", "1.1", "2024-06-01"),
    ];
    let mut heads = Vec::new();
    for (number, village, on) in wells {
        well(&room, number, village, on);
        heads.push(room.head());
    }
    let set = [
        ("code", "own"),
        ("name", "Own"),
        ("account", "well.working"),
        ("unit", "1.1"),
        ("from", "2024-01-01"),
        ("to", "2024-12-31"),
        ("value", "4"),
        ("path", "months"),
    ];
    let target = write(&room, "target", None, DraftWish::Open, "2024-01-05", &set);
    // Asked in turns, so that every answer is asked for behind each other one.
    let mut asked = Vec::new();
    for known_at in heads.iter().map(|n| Some(*n)).chain([None]) {
        for on in DAYS {
            for unit in UNITS {
                let anew = told(&room.another(), on, unit, known_at);
                assert_eq!(told(&room.app, on, unit, known_at), anew, "{on} {unit:?} {known_at:?}");
                asked.push((on, unit, known_at, anew));
            }
        }
    }
    for (on, unit, known_at, anew) in asked {
        assert_eq!(
            told(&room.app, on, unit, known_at),
            anew,
            "{on} {unit:?} {known_at:?}, kept"
        );
    }
    // The answers differ along each part of a question, so that a key without it would have been found out.
    let all = |of: &dyn Fn(usize) -> String| (0..3).map(of).collect::<BTreeSet<_>>().len();
    assert_eq!(all(&|at| told(&room.app, DAYS[at], None, None)), 3, "days");
    assert_eq!(all(&|at| told(&room.app, DAYS[2], UNITS[at], None)), 3, "units");
    assert_eq!(
        all(&|at| told(&room.app, DAYS[2], None, Some(heads[at]))),
        3,
        "moments that are known"
    );
    // The next entry, ours or another program's, is seen at once.
    let mut seen = BTreeSet::from([told(&room.app, DAYS[2], None, None)]);
    amend(&room, "target", target, "2024-01-05", &[("value", "5")]);
    assert!(seen.insert(told(&room.app, DAYS[2], None, None)), "an entry of our own");
    let other = room.another();
    let draft = taizhang::app::execute::Draft {
        register: "target".to_owned(),
        record: Some(target),
        wish: DraftWish::Amend,
        set: vec![("value".to_owned(), "6".to_owned())],
        occurred_on: Some(day("2024-01-06")),
        ..Default::default()
    };
    let scope = other.program_scope().expect("a scope");
    other.execute(&scope, &[draft], None).expect("written");
    assert!(
        seen.insert(told(&room.app, DAYS[2], None, None)),
        "an entry of another program"
    );
    // Tables that were written anew are read anew.
    let moment = room.app.reading().expect("a moment").moment();
    room.app
        .store()
        .writer()
        .act(taizhang_store::rebuild::rebuild)
        .expect("rebuilt");
    assert_ne!(room.app.reading().expect("a moment").moment(), moment);
}
