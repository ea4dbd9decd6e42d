//! What the workflow refuses or flags, each said so that its reader knows what to do: over the district's own pack.

use super::book::{Year, day, draft};
use std::path::Path;
use taizhang::app::book::{compile, read_pack};
use taizhang::app::execute::DraftWish;
use taizhang_core::calendar::Limit;
use taizhang_core::definition::Lang;
use taizhang_core::id::RecordNo;
use taizhang_core::pack::{Files, IdMap};

fn pack() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua");
    read_pack(&folder).expect("read")
}

/// What is said to a draft that is refused.
fn refused(
    year: &Year,
    register: &str,
    record: Option<RecordNo>,
    wish: DraftWish,
    on: &str,
    set: &[(&str, &str)],
) -> String {
    let draft = draft(register, record, wish, day(on), set);
    let program = year.app.program_scope().expect("a scope");
    let Err(error) = year.app.execute(&program, &[draft], None) else {
        panic!("{register} {on} {set:?} was taken");
    };
    year.app.locale().error(&error)
}

fn made(name: &str) -> DraftWish {
    DraftWish::Move(name.to_owned())
}

fn item(year: &Year, matter: &str) -> RecordNo {
    let rows = year.rows("procedure");
    let row = rows.iter().find(|row| row["matter"] == matter).expect("a row");
    row["id"].parse().expect("a number")
}

#[test]
fn items_that_wait_for_one_another_are_a_mistake_of_the_pack() {
    let mut files = pack();
    let text = files.get_mut("registers/procedure.toml").expect("a register");
    let was = "id = \"code\"\nset";
    assert!(text.contains(was));
    *text = text.replace(was, "id = \"code\"\nafter = [\"fsr\"]\nset");
    let Err(error) = compile(&files, &IdMap::default(), Lang::Zh) else {
        panic!("a circle was taken");
    };
    let said = error.to_string();
    for word in ["registers/procedure.toml", "互为前置", "code", "proposal", "fsr"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_move_out_of_its_turn_and_a_day_before_its_predecessor_s_are_refused() {
    let year = Year::new();
    year.prepared();
    let (code, proposal) = (item(&year, "code"), item(&year, "proposal"));
    let said = refused(&year, "procedure", Some(proposal), made("submit"), "2024-01-01", &[]);
    assert!(
        said.contains("投资项目统一代码赋码"),
        "the item before is named: {said}"
    );
    let said = refused(&year, "procedure", Some(code), made("resume"), "2024-01-01", &[]);
    assert!(said.contains("待办") && said.contains("补正完毕"), "{said}");
    for _ in 0..9 {
        year.clock.day.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
    year.make("procedure", code, "submit", &[]);
    // The item was sent in on the tenth; nobody finished it on the fifth.
    let said = refused(&year, "procedure", Some(code), made("finish"), "2024-01-05", &[]);
    assert!(said.contains("2024-01-05") && said.contains("待办"), "{said}");
    let project = year.rows("project")[0]["id"].clone();
    let project = format!("#{project}");
    let set = [
        ("number", "W-1"),
        ("project", project.as_str()),
        ("factor", "用水"),
        ("matter", "临时用水"),
        ("raised_on", "2024-01-09"),
        ("answered_on", "2024-01-08"),
    ];
    let said = refused(&year, "coordination", None, DraftWish::Open, "2024-01-09", &set);
    assert!(said.contains("答复日期不能早于提出日期"), "{said}");
    let said = refused(&year, "procedure", Some(code), made("finish"), "2024-01-11", &[]);
    assert!(said.contains("晚于今天"), "{said}");
}

#[test]
fn a_year_without_a_notice_is_flagged_and_no_limit_is_not_a_limit_of_nothing() {
    let year = Year::new();
    let definition = year.app.definition().expect("a definition");
    let calendar = definition.calendar.latest();
    let due = |from: &str| calendar.due(day(from), Limit::WorkingDays(10), false);
    assert!(due("2029-12-20").provisional && !due("2024-12-20").provisional);
    year.prepared();
    let lying = |record: RecordNo| -> Vec<(String, Option<String>)> {
        let program = year.app.program_scope().expect("a scope");
        let view = year.app.record(&program, record).expect("a record");
        let then = taizhang::app::desks::Then {
            as_of: None,
            known_at: None,
        };
        let duties = year.app.record_duties(&view, then).expect("duties").into_iter();
        duties
            .map(|view| (view.limit.0, view.duty.due.map(|day| day.to_string())))
            .collect()
    };
    let code = item(&year, "code");
    year.make("procedure", code, "submit", &[]);
    year.make("procedure", code, "accept", &[]);
    assert!(lying(code).is_empty(), "nothing was promised and the law names no days");
    year.write("procedure", Some(code), DraftWish::Amend, &[("promised_days", "0")]);
    let promised = ("promise".to_owned(), Some("2024-01-01".to_owned()));
    assert_eq!(lying(code), [promised], "on the spot is a promise");
}
