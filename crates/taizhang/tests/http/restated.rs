//! Why what was reported is another figure now: late entries, corrections, another definition and other units, all
//! of them in one figure, which add up to the difference and open to the entries.

use super::book::Book;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::process::Command;
use taizhang::app::execute::{Draft, DraftWish};

#[tokio::test(flavor = "multi_thread")]
async fn late_entries_corrections_definitions_and_units_add_up_to_the_difference() {
    let book = Book::new();
    let token = book.sign_in("keeper").await;
    let form = "text=In+1.1%3A+%7B%7B+f%28%22well.working%22%2C+unit%3D%221.1%22%29+%7D%7D.";
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    let saved = book
        .call("POST", "/bulletins/half-year/edit", &token, &kind, form.into())
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    book.well(&token, "W-1", "1.1").await;
    let wrong = book.well(&token, "W-2", "1.1").await;
    book.well(&token, "W-3", "1.2").await;
    let broken = book.well(&token, "W-5", "1.1").await;
    let fail = json!({ "occurred_on": "2024-04-01" });
    let said = book
        .send(
            "POST",
            &format!("/api/v1/records/{broken}/moves/fail"),
            &token,
            &[],
            fail,
        )
        .await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.text);
    let body = json!({ "as_of": "2024-06-30" });
    let released = book
        .send("POST", "/api/v1/bulletins/half-year/releases", &token, &[], body)
        .await;
    assert_eq!(released.status, StatusCode::CREATED, "{}", released.text);
    let release = released.json()["id"].as_i64().expect("an entry");
    assert_eq!(book.figure(&token, "unit=1.1&as_of=2024-06-30").await["value"], "2");

    // One that came late, one that never was, broken ones counted too, and the lower village under the upper one.
    let late = book.well(&token, "W-4", "1.1").await;
    let void = book
        .send(
            "DELETE",
            &format!("/api/v1/records/{wrong}"),
            &token,
            &[],
            json!({ "reason": "never dug" }),
        )
        .await;
    assert_eq!(void.status, StatusCode::OK, "{}", void.text);
    let scope = book.app.program_scope().expect("a scope");
    let mut files = book.app.pack_files().expect("files");
    let well = files.get_mut("registers/well.toml").expect("the register");
    *well = well.replace("'stage == \"working\"'", "'stage in [\"working\", \"broken\"]'");
    let plan = book.app.plan_pack(files).expect("planned");
    let first = "2024-01-01".parse().expect("a day");
    let applied = book
        .app
        .apply_pack(&scope, plan, Some(first), Some("broken wells count"));
    assert!(applied.expect("applied").is_some());
    let unit = book.app.asking().expect("a question");
    let tree = unit.tree("2024-06-30".parse().expect("a day"), unit.reading.n());
    let lower = tree.named("1.2")[0];
    drop(unit);
    let moved = Draft {
        register: "unit".to_owned(),
        record: Some(lower),
        wish: DraftWish::Amend,
        set: vec![("parent".to_owned(), "1.1".to_owned())],
        occurred_on: Some(first),
        ..Draft::default()
    };
    let merged = book.app.execute(&scope, &[moved], None).expect("moved").last;

    let now = book.get(&format!("/api/v1/releases/{release}"), &token).await.json();
    let change = &now["changed_since"][0];
    assert_eq!((&change["then"], &change["now"]), (&json!("2"), &json!("4")), "{now}");
    let part = |cause: &str| -> (i64, Vec<i64>) {
        let parts = change["parts"].as_array().expect("parts");
        let part = parts
            .iter()
            .find(|part| part["cause"] == cause)
            .unwrap_or_else(|| panic!("no {cause}: {change}"));
        let entries = part["entries"]
            .as_array()
            .expect("entries")
            .iter()
            .filter_map(Value::as_i64);
        (
            part["amount"].as_str().expect("an amount").parse().expect("a number"),
            entries.collect(),
        )
    };
    let (late_by, late_entries) = part("late");
    let (corrected_by, corrections) = part("correction");
    let (defined_by, definitions) = part("definition");
    let (moved_by, units) = part("units");
    assert_eq!((late_by, corrected_by, defined_by, moved_by), (1, -1, 1, 1), "{change}");
    assert_eq!(late_by + corrected_by + defined_by + moved_by, 4 - 2);
    assert!(
        late_entries.iter().all(|entry| *entry > release) && !late_entries.is_empty(),
        "{late} {late_entries:?}"
    );
    assert_eq!(
        (corrections.len(), definitions.len(), units),
        (1, 1, vec![merged]),
        "{change}"
    );
    // Each of them opens to its entry.
    for entry in late_entries
        .iter()
        .chain(&corrections)
        .chain(&definitions)
        .chain(&[merged])
    {
        let page = book.get(&format!("/journal?after={}", entry - 1), &token).await;
        assert_eq!(page.status, StatusCode::OK, "{entry}: {}", page.text);
    }
    let page = book.get(&format!("/releases/{release}"), &token).await.text;
    for entry in late_entries
        .iter()
        .chain(&corrections)
        .chain(&definitions)
        .chain(&[merged])
    {
        assert!(
            page.contains(&format!("href=\"/journal?after={}\"", entry - 1)),
            "{entry}: {page}"
        );
    }

    // The command line says the same of the same two moments, and of any two others.
    let known = now["known_at"].to_string();
    let restate = |from: &str, to: &str| -> Value {
        let place = format!("sqlite:{}", book.folder.path().join("book.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
        command.args([
            "restate",
            "--book",
            &place,
            "half-year",
            "--as-of",
            "2024-06-30",
            "--json",
            "--from",
            from,
            "--to",
            to,
        ]);
        let done = command.output().expect("the program starts");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("JSON")
    };
    let head = merged.to_string();
    assert_eq!(restate(&known, &head)["changes"][0]["parts"], change["parts"]);
    let before_units = (merged - 1).to_string();
    let parts = restate(&before_units, &head)["changes"][0]["parts"].clone();
    assert_eq!(
        (parts[0]["cause"].as_str(), parts.as_array().map(Vec::len)),
        (Some("units"), Some(1)),
        "{parts}"
    );
    assert_eq!(restate(&known, &known)["changes"], json!([]));
}
