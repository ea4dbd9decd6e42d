//! `score` in the shape that other programs rely on: exactly the keys of the examples, in both languages' words.

use serde_json::{Map, Value, json};
use std::path::Path;
use taizhang::app::{book, cards};
use taizhang::locale::Locale;
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_schemes::scorecard;

const EXAMPLES: &str = include_str!("../../taizhang-schemes/tests/examples.toml");

fn day(text: &str) -> Day {
    text.parse().expect(text)
}

/// Numbers by value, not by how they are written.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.to_string().trim_end_matches(".0")),
        Value::Array(list) => list.iter().map(plain).collect(),
        other => other.clone(),
    }
}

#[test]
fn answers_have_exactly_the_keys_of_the_examples() {
    let book: Value = toml::from_str(EXAMPLES).expect("examples");
    let locale = Locale::new(Lang::Zh);
    for example in book["example"].as_array().expect("examples") {
        let id = example["card"].as_str().expect("a card");
        let card = cards::of_pack(None, id, &locale).expect(id);
        let input = cards::input(&example["input"].to_string()).expect("an input");
        let (on, expired) = cards::judged_on(&card, Some(day("2024-06-30")), day("2024-07-05"));
        let outcome = scorecard::score(&card, &input, on).expect("an outcome");
        let answer = cards::to_json(&outcome, expired);
        let mut expect: Map<String, Value> = example["expect"].as_object().expect("expect").clone();
        for key in example.get("undefined").and_then(Value::as_array).into_iter().flatten() {
            expect.insert(key.as_str().expect("a key").to_owned(), Value::Null);
        }
        let sorted = |map: &Map<String, Value>| -> Vec<(String, Value)> {
            let mut pairs: Vec<_> = map.iter().map(|(key, value)| (key.clone(), plain(value))).collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            pairs
        };
        let answer = answer.as_object().expect("an object");
        assert_eq!(sorted(answer), sorted(&expect), "{id} {}", example["name"]);
    }
}

#[test]
fn an_expired_card_says_so_unless_a_day_is_named() {
    let card = cards::of_pack(None, "cn.tech-sme", &Locale::new(Lang::Zh)).expect("a card");
    assert_eq!(
        cards::judged_on(&card, None, day("2026-11-27")),
        (day("2026-03-31"), true)
    );
    assert_eq!(
        cards::judged_on(&card, None, day("2024-06-30")),
        (day("2026-03-31"), false)
    );
    assert_eq!(
        cards::judged_on(&card, Some(day("2024-06-30")), day("2026-11-27")),
        (day("2024-06-30"), false)
    );
    let outcome = scorecard::Outcome::default();
    assert_eq!(cards::to_json(&outcome, true)["expired"], json!(true));
    assert_eq!(cards::to_json(&outcome, false).get("expired"), None);
}

#[test]
fn every_mark_says_why_in_both_languages() {
    let given = r#"{"staff_total": 600, "staff_scitech": 22, "sales_yuan": 0, "rd_yuan": 1, "cost_expense_yuan": 0, "class_2": 3}"#;
    let input = cards::input(given).expect("an input");
    for (lang, words) in [
        (
            Lang::Zh,
            [
                "职工总数不超过500人——不符合 600",
                "22 ÷ 600 = 3.67%",
                "不是零分",
                "未提供 class_1",
            ],
        ),
        (
            Lang::En,
            ["does not hold 600", "22 ÷ 600 = 3.67%", "not zero", "class_1 not given"],
        ),
    ] {
        let locale = Locale::new(lang);
        let card = cards::of_pack(None, "cn.tech-sme", &locale).expect("a card");
        let outcome = scorecard::score(&card, &input, day("2024-06-30")).expect("an outcome");
        let said = cards::explained(&locale, &outcome).join("\n");
        for word in words {
            assert!(said.contains(word), "{word} is not in\n{said}");
        }
    }
}

#[test]
fn a_pack_may_bring_cards_and_a_broken_one_is_named() {
    let files = |card: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let mut files = book::read_pack(&root).expect("packs/hello");
        files.insert("cards/wells.toml".to_owned(), card.to_owned());
        files
    };
    let card = r#"
name = "Wells"
status = "illustrative"
valid_from = "2024-01-01"
full = 10
indicator = [{ id = "depth", name = "Depth", full = 10, value = { field = "metres" }, bands = [{ ge = 30, score = 10 }, { score = 2 }] }]
"#;
    let locale = Locale::new(Lang::En);
    let own = cards::of_pack(Some(&files(card)), "wells", &locale).expect("a card");
    let outcome = scorecard::score(&own, &cards::input("metres = 29.99").expect("TOML"), day("2024-06-30"));
    assert_eq!(
        cards::to_json(&outcome.expect("an outcome"), false),
        json!({"depth": 2, "total": 2})
    );
    let broken = card.replace("score = 10", "score = 11");
    let error = cards::of_pack(Some(&files(&broken)), "wells", &locale).expect_err("a fault");
    let said = locale.error(&error);
    assert!(said.contains("wells") && said.contains("full mark"), "{said}");
}
