//! Measures how long ten thousand firms take by the card of technology SMEs.
//! Run: `cargo run --release -p taizhang-schemes --example measure_scores`.

use std::time::Instant;
use taizhang_schemes::scorecard::{Given, Input, read, score};

fn main() {
    let text = include_str!("../../../packs/base/cards/cn.tech-sme.toml");
    let Ok(card) = read("cn.tech-sme", text) else {
        return eprintln!("the card cannot be read");
    };
    let Ok(day) = "2024-06-30".parse() else { return };
    let firms: Vec<Input> = (0..10_000_i64).map(firm).collect();
    let begun = Instant::now();
    let passed = firms
        .iter()
        .filter(|firm| score(&card, firm, day).is_ok_and(|outcome| outcome.pass == Some(true)));
    let passed = passed.count();
    println!("10,000 scorecards in {:?}, {passed} pass", begun.elapsed());
}

/// A firm unlike its neighbours, the same in every run.
fn firm(no: i64) -> Input {
    let facts = [
        ("staff_total", 20 + no % 500),
        ("staff_scitech", no % 90),
        ("sales_yuan", 1_000_000 * (no % 180)),
        ("cost_expense_yuan", 900_000 * (no % 170)),
        ("rd_yuan", 50_000 * (no % 130)),
        ("class_1", i64::from(no % 17 == 0)),
        ("class_2", no % 6),
        ("assets_yuan", 1_000_000 * (no % 210)),
    ];
    facts
        .map(|(name, value)| (name.to_owned(), Given::Number(value.into())))
        .into()
}
