//! Examples: what cards say of cases, and which cards are refused. The cases stand in `examples.toml`.

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_schemes::scorecard::{self, Card, CardFault, Given, Input, Lack, Outcome};
use toml::{Table, Value};

fn cards() -> BTreeMap<String, Card> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/base/cards");
    let files = std::fs::read_dir(folder)
        .expect(folder)
        .map(|file| file.expect(folder).path());
    let read = |path: std::path::PathBuf| {
        let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("readable");
        let card = scorecard::read(&id, &text).unwrap_or_else(|fault| panic!("{id}: {fault}"));
        (id, card)
    };
    files.map(read).collect()
}

fn decimal(value: &Value) -> Decimal {
    value.to_string().parse().expect("a number")
}

fn input(table: &Table) -> Input {
    let given = |value: &Value| match value {
        Value::Boolean(yes) => Given::Truth(*yes),
        Value::Array(list) if list.iter().all(Value::is_str) => {
            Given::Names(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Value::Array(list) => Given::Numbers(list.iter().map(decimal).collect()),
        Value::Table(parts) => Given::Parts(parts.iter().map(|(id, mark)| (id.clone(), decimal(mark))).collect()),
        number => Given::Number(decimal(number)),
    };
    table.iter().map(|(name, value)| (name.clone(), given(value))).collect()
}

fn on(example: &Table) -> Day {
    let day = example.get("on").and_then(Value::as_str).unwrap_or("2024-06-30");
    day.parse().expect(day)
}

/// What an outcome says under a key; `None` if it has no such key, or it is undefined.
fn said(outcome: &Outcome, key: &str) -> Option<String> {
    let mark = outcome.marks.iter().find(|mark| mark.id == key);
    let chosen = key.strip_suffix("_chosen");
    let chosen = chosen.and_then(|id| outcome.marks.iter().find(|mark| mark.id == id));
    match key {
        "total" => outcome.total.map(|total| total.normalize().to_string()),
        "pass" => outcome.pass.map(|pass| pass.to_string()),
        "by" => outcome.by.clone(),
        "reason" => outcome.reason.clone(),
        "level" => outcome.level.clone(),
        "held" => outcome.held.as_ref().map(|held| held.join(",")),
        "stars" => outcome.held.as_ref().map(|held| held.len().to_string()),
        _ => match (mark, chosen) {
            (Some(mark), _) => mark.score.map(|score| score.normalize().to_string()),
            (None, Some(mark)) => mark.chosen.clone(),
            (None, None) => None,
        },
    }
}

fn expected(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        Value::Boolean(yes) => yes.to_string(),
        number => decimal(number).normalize().to_string(),
    }
}

fn book() -> Table {
    include_str!("examples.toml").parse().expect("examples.toml")
}

fn tables<'a>(book: &'a Table, key: &str) -> Vec<&'a Table> {
    let list = book[key].as_array().expect(key);
    list.iter().map(|one| one.as_table().expect(key)).collect()
}

#[test]
fn cards_say_what_the_examples_expect() {
    let cards = cards();
    let book = book();
    for example in tables(&book, "example") {
        let (card, name) = (example["card"].as_str().expect("card"), &example["name"]);
        let given = input(example["input"].as_table().expect("input"));
        let outcome =
            scorecard::score(&cards[card], &given, on(example)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        for (key, value) in example["expect"].as_table().expect("expect") {
            assert_eq!(
                said(&outcome, key),
                Some(expected(value)),
                "{card} {name}: {key}\n{outcome:#?}"
            );
        }
        for key in example.get("undefined").and_then(Value::as_array).into_iter().flatten() {
            let key = key.as_str().expect("a key");
            assert_eq!(said(&outcome, key), None, "{card} {name}: {key}");
        }
        if !example["expect"].as_table().expect("expect").contains_key("rd_chosen") {
            assert_eq!(said(&outcome, "rd_chosen"), None, "{card} {name}");
        }
    }
}

#[test]
fn what_cannot_be_judged_is_refused() {
    let cards = cards();
    let book = book();
    for refused in tables(&book, "refused") {
        let card = &cards[refused["card"].as_str().expect("card")];
        let given = input(refused["input"].as_table().expect("input"));
        let fault = scorecard::score(card, &given, on(refused)).expect_err("a refusal");
        assert_eq!(fault.to_string(), refused["fault"].as_str().expect("fault"));
    }
}

#[test]
fn results_end_by_themselves() {
    let cards = cards();
    let day = |text: &str| text.parse::<Day>().expect(text);
    let sme = &cards["cn.tech-sme"];
    assert_eq!(sme.result_valid_until(day("2024-05-20")), Some(day("2025-03-31")));
    let hnte = &cards["cn.hnte"];
    assert_eq!(hnte.result_valid_until(day("2023-11-22")), Some(day("2026-11-21")));
    assert_eq!(hnte.result_valid_until(day("2024-02-29")), Some(day("2027-02-27")));
}

#[test]
fn a_candidate_is_told_what_it_lacks() {
    let cards = cards();
    let sme = &cards["cn.tech-sme"];
    let given = "staff_total = 600\nstaff_scitech = 30\nsales_yuan = 100\nrd_yuan = 1\ncost_expense_yuan = 90\nclass_1 = 0\nclass_2 = 1";
    let given = input(&given.parse().expect("TOML"));
    let outcome = scorecard::score(sme, &given, on(&Table::new())).expect("an outcome");
    let lacks = scorecard::lacks(sme, &outcome);
    assert!(
        lacks.contains(&Lack::Gate("职工总数不超过500人".to_owned())),
        "{lacks:?}"
    );
    assert!(lacks.contains(&Lack::Low("科技人员占职工总数".to_owned())), "{lacks:?}");
    assert!(
        lacks.contains(&Lack::Unknown("资产总额不超过2亿元".to_owned())),
        "{lacks:?}"
    );
    assert!(lacks.contains(&Lack::Marks(Decimal::from(54))), "{lacks:?}");
}

#[test]
fn bands_that_overlap_are_refused() {
    let card = |bands: &str| {
        format!(
            "name = \"x\"\nstatus = \"illustrative\"\nvalid_from = \"2024-01-01\"\n[[indicator]]\nid = \"a\"\nname = \"a\"\n\
             full = 10\nvalue = {{ field = \"f\" }}\nbands = [{bands}]"
        )
    };
    for bands in [
        "{ ge = 5, score = 10 }, { ge = 5, score = 6 }, { score = 0 }",
        "{ ge = 5, score = 10 }, { ge = 6, score = 6 }, { score = 0 }",
        "{ score = 0 }, { ge = 5, score = 10 }",
    ] {
        let fault = scorecard::read("x", &card(bands)).expect_err(bands);
        assert_eq!(fault, CardFault::BandsOverlap("a".into()), "{bands}");
    }
    scorecard::read(
        "x",
        &card("{ ge = 6, score = 10 }, { ge = 5, score = 6 }, { score = 0 }"),
    )
    .expect("bands in order");
}

#[test]
fn a_zero_denominator_is_undefined_and_never_0() {
    let sme = &cards()["cn.tech-sme"];
    let given = "staff_total = 0\nstaff_scitech = 0\nsales_yuan = 0\nrd_yuan = 0\ncost_expense_yuan = 0\nclass_1 = 0\nclass_2 = 4";
    let outcome = scorecard::score(sme, &input(&given.parse().expect("TOML")), on(&Table::new())).expect("an outcome");
    let of = |id: &str| outcome.marks.iter().find(|mark| mark.id == id).expect(id).score;
    assert_eq!((of("personnel"), of("rd")), (None, None));
    assert_eq!(of("ip"), Some(Decimal::from(24)));
    assert!(
        outcome.total.is_none() && outcome.pass != Some(true),
        "a sum with a gap is none"
    );
}

#[test]
fn an_expired_scheme_judges_nothing() {
    let sme = &cards()["cn.tech-sme"];
    let given = input(&"staff_total = 10\nstaff_scitech = 5".parse().expect("TOML"));
    let judged = |day: &str| scorecard::score(sme, &given, day.parse().expect(day));
    assert!(judged("2026-03-31").is_ok(), "on its last day");
    assert!(judged("2026-04-01").is_err() && judged("2017-05-02").is_err());
}

#[test]
fn a_broken_card_is_refused() {
    let head = "name = \"x\"\nstatus = \"illustrative\"\nvalid_from = \"2024-01-01\"\n";
    let one = |bands: &str| {
        format!(
            "{head}[[indicator]]\nid = \"a\"\nname = \"a\"\nfull = 10\nvalue = {{ field = \"f\" }}\nbands = [{bands}]"
        )
    };
    let table = [
        (
            one("{ ge = 5, score = 10 }, { ge = 5, score = 6 }, { score = 0 }"),
            CardFault::BandsOverlap("a".into()),
        ),
        (
            one("{ score = 0 }, { ge = 5, score = 10 }"),
            CardFault::BandsOverlap("a".into()),
        ),
        (one("{ ge = 5, score = 10 }"), CardFault::BandsOpen("a".into())),
        (
            one("{ ge = 5, score = 11 }, { score = 0 }"),
            CardFault::AboveFull("a".into()),
        ),
        (
            format!(
                "{}\n[pass]\nabove = [{{ indicator = \"b\", gt = 0 }}]",
                one("{ score = 0 }")
            ),
            CardFault::NoSuch("b".into()),
        ),
        (format!("{head}valid_to = \"2023-12-31\""), CardFault::Validity),
        (
            format!("{head}[[gate]]\nid = \"g\"\nname = \"g\"\ntest = {{ field = \"f\" }}"),
            CardFault::Empty("g".into()),
        ),
        (
            format!("{head}[[weight]]\nid = \"w\"\nname = \"w\"\nweight = 0.9"),
            CardFault::Weights(Decimal::new(9, 1)),
        ),
    ];
    for (text, fault) in table {
        assert_eq!(scorecard::read("x", &text).err(), Some(fault), "{text}");
    }
    let unreadable = scorecard::read("x", &format!("{head}colour = 1")).expect_err("a fault");
    assert!(
        matches!(unreadable, CardFault::Unreadable(ref text) if text.contains("colour")),
        "{unreadable}"
    );
}
