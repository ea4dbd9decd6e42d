//! What a template opens below a record comes by an import as well: in the same batch, and undone with it.

use super::book::{Year, told};
use taizhang::import::{ImportOutcome, ImportRequest, run};

/// Imports projects from lines of name, approval and stage.
fn imported(year: &Year, lines: &[[&str; 3]]) -> ImportOutcome {
    let file = year.folder.path().join("projects.csv");
    let mut text = "项目名称,所在镇街,审批方式,入库日期,环节\n".to_owned();
    for [name, track, stage] in lines {
        text += &format!("{name},410402100,{track},2024-01-01,{stage}\n");
    }
    std::fs::write(&file, text).expect("a sheet");
    let request = ImportRequest {
        register: "project".to_owned(),
        file,
        trusted: true,
        ..ImportRequest::default()
    };
    let program = year.app.program_scope().expect("a scope");
    run(&year.app, &program, &request, &|_, _| {}).expect("imported")
}

fn matters(year: &Year) -> Vec<String> {
    let mut matters: Vec<String> = year
        .rows("procedure")
        .iter()
        .map(|row| told(row, "matter").to_owned())
        .collect();
    matters.sort();
    matters
}

#[test]
fn a_project_imported_in_its_preliminary_stage_gets_the_same_list_as_by_hand() {
    let by_hand = Year::new();
    let set = [
        ("name", "电池包"),
        ("town", "410402100"),
        ("listed_on", "2024-01-01"),
        ("track", "企业备案"),
    ];
    let project = by_hand.open("project", &set);
    by_hand.make("project", project, "prepare", &[]);

    let year = Year::new();
    let outcome = imported(
        &year,
        &[["电池包", "企业备案", "前期手续"], ["还在谋划", "企业备案", "谋划"]],
    );
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(matters(&year), matters(&by_hand));
    assert_eq!((outcome.added, outcome.opened as usize), (2, matters(&year).len()));
    let (first, last) = outcome.entries.expect("entries");
    assert_eq!(
        last - first + 1,
        3 + outcome.opened as i64,
        "two openings, a move, and what it opened"
    );
    let programme = year.app.program_scope().expect("a scope");
    let project = year.rows("project")[0]["id"].parse().expect("a number");
    assert_eq!(
        year.app.graphs(&programme, project).expect("graphs")[0].nodes.len(),
        matters(&year).len()
    );

    let again = imported(
        &year,
        &[["电池包", "企业备案", "前期手续"], ["还在谋划", "企业备案", "谋划"]],
    );
    assert_eq!(
        (again.unchanged, again.opened),
        (2, 0),
        "the same table twice opens nothing"
    );
    year.app.undo_import(&programme, first, "导错了").expect("undone");
    assert_eq!(
        (matters(&year).len(), year.rows("project").len()),
        (0, 0),
        "undone with its batch"
    );
}

#[test]
fn an_import_opens_what_is_missing_and_nothing_for_those_that_are_past_it() {
    let year = Year::new();
    let set = [
        ("name", "电池包"),
        ("town", "410402100"),
        ("listed_on", "2024-01-01"),
        ("track", "企业备案"),
    ];
    let project = year.open("project", &set);
    // One item is there already, put down by hand.
    year.open("procedure", &[("project", &format!("#{project}")), ("matter", "code")]);
    let outcome = imported(
        &year,
        &[["电池包", "企业备案", "前期手续"], ["试产的", "企业备案", "谋划"]],
    );
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    let codes = matters(&year).iter().filter(|matter| *matter == "code").count();
    assert_eq!((codes, outcome.opened as usize), (1, matters(&year).len() - 1));
    let before = matters(&year).len();
    let file = year.folder.path().join("past.csv");
    let text =
        "项目名称,所在镇街,审批方式,入库日期,试生产日期,环节\n早开工的,410402100,企业备案,2024-01-01,2024-01,试生产\n";
    std::fs::write(&file, text).expect("a sheet");
    let request = ImportRequest {
        register: "project".to_owned(),
        file,
        trusted: true,
        ..ImportRequest::default()
    };
    let program = year.app.program_scope().expect("a scope");
    let outcome = run(&year.app, &program, &request, &|_, _| {}).expect("imported");
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(
        (outcome.opened, matters(&year).len()),
        (0, before),
        "it has passed the stage"
    );
}
