//! Room: scorecards of the packs, asked with facts by name. What a card says is computed in `taizhang-schemes`.

use super::book::{base_files, compile};
use crate::error::AppError;
use crate::locale::Locale;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_core::definition::{CardFile, Definition};
use taizhang_core::pack::{Files, IdMap};
use taizhang_schemes::scorecard::{self, Card, Given, Input, InputFault, Mark, Outcome, Why};

/// Every card of a definition, in the order of the ids; a card that cannot be used is named.
pub fn all(definition: &Definition) -> Result<Vec<Card>, AppError> {
    definition.cards.iter().map(read).collect()
}

fn read(file: &CardFile) -> Result<Card, AppError> {
    let named = |fault: scorecard::CardFault| AppError::said("score.bad_card", &[("card", &file.id), ("why", &fault)]);
    scorecard::read(&file.id, &file.text).map_err(named)
}

/// A card of a definition.
pub fn named(definition: &Definition, id: &str) -> Result<Card, AppError> {
    let known: Vec<&str> = definition.cards.iter().map(|card| card.id.as_str()).collect();
    let file = definition.cards.iter().find(|card| card.id == id);
    let unknown = || AppError::missing("score.no_card", &[("card", &id), ("known", &known.join("\n"))]);
    read(file.ok_or_else(unknown)?)
}

/// A card of a pack's folder, or of the national base pack alone.
pub fn of_pack(files: Option<&Files>, id: &str, locale: &Locale) -> Result<Card, AppError> {
    match files {
        Some(files) => named(&compile(files, &IdMap::default(), locale.lang())?.definition, id),
        None => {
            let base = base_files();
            let cards = base.iter().filter_map(|(path, text)| {
                let id = path.strip_prefix("cards/")?.strip_suffix(".toml")?;
                Some((id.to_owned(), text.clone()))
            });
            let cards = cards.map(|(id, text)| CardFile { id, text }).collect();
            let definition = Definition {
                cards,
                ..Definition::default()
            };
            named(&definition, id)
        }
    }
}

/// Facts from a JSON object, or from TOML.
pub fn input(text: &str) -> Result<Input, AppError> {
    let value: Value = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map_err(|error| AppError::said("score.bad_input", &[("why", &error)]))?
    } else {
        toml::from_str(text).map_err(|error| AppError::said("score.bad_input", &[("why", &error)]))?
    };
    let Value::Object(facts) = value else {
        return Err(AppError::said("score.bad_input", &[("why", &"{…}")]));
    };
    let mut input = Input::new();
    for (name, value) in &facts {
        // A value that is null was not given.
        if let Some(given) = given(name, value)? {
            input.insert(name.clone(), given);
        }
    }
    Ok(input)
}

fn given(name: &str, value: &Value) -> Result<Option<Given>, AppError> {
    let wrong = || AppError::said("score.wrong_kind", &[("name", &name)]);
    let decimal = |value: &Value| -> Result<Decimal, AppError> {
        let text = match value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => text.clone(),
            _ => return Err(wrong()),
        };
        text.parse()
            .or_else(|_| Decimal::from_scientific(&text))
            .map_err(|_| wrong())
    };
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Bool(yes) => Given::Truth(*yes),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let names = list.iter().filter_map(Value::as_str).map(str::to_owned);
            Given::Names(names.collect())
        }
        Value::Array(list) => Given::Numbers(list.iter().map(decimal).collect::<Result<_, _>>()?),
        Value::Object(parts) => {
            let parts = parts.iter().map(|(id, mark)| Ok((id.clone(), decimal(mark)?)));
            Given::Parts(parts.collect::<Result<BTreeMap<_, _>, AppError>>()?)
        }
        one => Given::Number(decimal(one)?),
    }))
}

/// A refusal of a card, in words.
pub fn refused(locale: &Locale, card: &Card, fault: &InputFault) -> AppError {
    match fault {
        InputFault::Unknown { name, known } => {
            let known = locale.list(known);
            AppError::said("score.unknown_input", &[("name", name), ("known", &known)])
        }
        InputFault::WrongKind(name) => AppError::said("score.wrong_kind", &[("name", name)]),
        InputFault::Negative(name) => AppError::said("score.negative", &[("name", name)]),
        InputFault::NotWhole(name) => AppError::said("score.not_whole", &[("name", name)]),
        InputFault::OutOfRange { name, given, min, max } => {
            let args: [(&'static str, &dyn std::fmt::Display); 4] =
                [("name", name), ("given", given), ("min", min), ("max", max)];
            AppError::said("score.out_of_range", &args)
        }
        InputFault::NotValidOn(day) => {
            let name = card.name_in(locale.lang() == taizhang_core::definition::Lang::En);
            let until = card.valid_to.map_or("—".to_owned(), |until| until.0.to_string());
            let args: [(&'static str, &dyn std::fmt::Display); 4] = [
                ("card", &name),
                ("from", &card.valid_from.0),
                ("until", &until),
                ("day", day),
            ];
            AppError::said("score.not_valid", &args)
        }
    }
}

/// The day that a card judges as on, and whether its validity has passed: the day asked for, or else today, or
/// else the card's last day.
pub fn judged_on(card: &Card, asked: Option<Day>, today: Day) -> (Day, bool) {
    match (asked, card.valid_to) {
        (Some(day), _) => (day, false),
        (None, Some(last)) => (last.0, last.0 < today),
        (None, None) => (today.max(card.valid_from.0), false),
    }
}

/// A decimal as a JSON number, or as text where JSON's own numbers would not be exact.
fn exact(value: Decimal) -> Value {
    let text = value.normalize().to_string();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

/// An outcome in the shape that other programs rely on.
pub fn to_json(outcome: &Outcome, expired: bool) -> Value {
    let mut answer = Map::new();
    let stars = outcome.held.as_ref();
    for mark in outcome.marks.iter().filter(|_| stars.is_none()) {
        answer.insert(mark.id.clone(), mark.score.map_or(Value::Null, exact));
        if let Some(chosen) = &mark.chosen {
            answer.insert(format!("{}_chosen", mark.id), json!(chosen));
        }
    }
    match stars {
        Some(held) => {
            answer.insert("held".to_owned(), json!(held));
            answer.insert("stars".to_owned(), json!(held.len()));
        }
        None => _ = answer.insert("total".to_owned(), outcome.total.map_or(Value::Null, exact)),
    }
    let said = [
        ("level", &outcome.level),
        ("by", &outcome.by),
        ("reason", &outcome.reason),
    ];
    if let Some(pass) = outcome.pass {
        answer.insert("pass".to_owned(), json!(pass));
    }
    for (key, text) in said {
        if let Some(text) = text {
            answer.insert(key.to_owned(), json!(text));
        }
    }
    if expired {
        answer.insert("expired".to_owned(), json!(true));
    }
    Value::Object(answer)
}

/// An outcome in sentences: every gate, every mark with its reason, the verdict.
pub fn explained(locale: &Locale, outcome: &Outcome) -> Vec<String> {
    let mut lines = Vec::new();
    for gate in &outcome.gates {
        let key = match gate.holds {
            Some(true) => "score.gate_holds",
            Some(false) => "score.gate_fails",
            None => "score.gate_unknown",
        };
        let value = gate.value.as_ref().map_or(String::new(), |why| looked_at(locale, why));
        lines.push(locale.fill(key, &[("gate", &gate.name), ("value", &value)]));
    }
    lines.extend(outcome.marks.iter().map(|mark| mark_line(locale, mark)));
    for adjusted in outcome.adjusted.iter().filter(|adjusted| !adjusted.count.is_zero()) {
        let args: [(&str, &dyn std::fmt::Display); 4] = [
            ("name", &adjusted.name),
            ("count", &adjusted.count.normalize()),
            ("each", &adjusted.each.normalize()),
            ("score", &adjusted.score.normalize()),
        ];
        lines.push(locale.say("score.adjusted", &args));
    }
    if let Some(total) = outcome.total {
        lines.push(locale.say("score.total", &[("total", &total.normalize())]));
    }
    if let Some(held) = &outcome.held {
        lines.push(locale.say("score.stars", &[("count", &held.len())]));
    }
    if let Some(level) = &outcome.level {
        lines.push(locale.fill("score.level", &[("level", level)]));
    }
    let name = |id: &str| {
        let gates = outcome.gates.iter().map(|gate| (&gate.id, &gate.name));
        let marks = outcome.marks.iter().map(|mark| (&mark.id, &mark.name));
        let found = gates.chain(marks).find(|(other, _)| *other == id);
        match (found, id) {
            (Some((_, name)), _) => name.clone(),
            (None, "total") => locale.text("score.by_total").to_owned(),
            (None, id) => id.to_owned(),
        }
    };
    match (outcome.pass, &outcome.by, &outcome.reason) {
        (Some(true), Some(by), _) if by == "score" => lines.push(locale.text("score.passes").to_owned()),
        (Some(true), Some(by), _) => lines.push(locale.fill("score.passes_directly", &[("by", by)])),
        (Some(false), _, Some(why)) => lines.push(locale.fill("score.fails", &[("why", &name(why))])),
        _ => {}
    }
    if let Some(until) = outcome.valid_until {
        lines.push(locale.say("score.valid_until", &[("day", &until)]));
    }
    lines
}

fn mark_line(locale: &Locale, mark: &Mark) -> String {
    let shown = |value: Option<Decimal>| value.map_or("—".to_owned(), |value| value.normalize().to_string());
    let (score, full) = (shown(mark.score), shown(mark.full));
    let args = [
        ("name", mark.name.as_str()),
        ("score", &score),
        ("full", &full),
        ("why", &reason(locale, &mark.why)),
    ];
    locale.fill("score.mark", &args)
}

/// What a gate looked at.
fn looked_at(locale: &Locale, why: &Why) -> String {
    match why {
        Why::Band {
            value: (of, Some(by)), ..
        } => share(*of, *by),
        Why::Band { value: (one, None), .. } => one.normalize().to_string(),
        other => reason(locale, other),
    }
}

/// A share as its parts and its percentage, rounded for print alone.
fn share(of: Decimal, by: Decimal) -> String {
    let percent = (of * Decimal::ONE_HUNDRED / by).round_dp(2).normalize();
    format!("{} ÷ {} = {percent}%", of.normalize(), by.normalize())
}

/// Why a mark is what it is.
fn reason(locale: &Locale, why: &Why) -> String {
    match why {
        Why::Band { value, bound, .. } => {
            let (seen, bound) = match (value.1, bound) {
                (Some(by), bound) => {
                    let bound = bound.map(|bound| format!("{}%", (bound * Decimal::ONE_HUNDRED).normalize()));
                    (share(value.0, by), bound)
                }
                (None, bound) => (
                    value.0.normalize().to_string(),
                    bound.map(|bound| bound.normalize().to_string()),
                ),
            };
            match bound {
                Some(bound) => locale.fill("score.why.band", &[("value", &seen), ("bound", &bound)]),
                None => locale.fill("score.why.last_band", &[("value", &seen)]),
            }
        }
        Why::Share { of, by } => share(*of, *by),
        Why::Given(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|(id, mark)| format!("{id} {}", mark.normalize()))
                .collect();
            match parts.is_empty() {
                true => locale.text("score.why.given").to_owned(),
                false => locale.list(&parts),
            }
        }
        Why::Weighted { mean, weight } => {
            let args: [(&str, &dyn std::fmt::Display); 2] =
                [("mean", &mean.normalize()), ("weight", &weight.normalize())];
            locale.say("score.why.weighted", &args)
        }
        Why::Decided(true) => locale.text("score.why.yes").to_owned(),
        Why::Decided(false) => locale.text("score.why.no").to_owned(),
        Why::Vetoed(by) => locale.fill("score.why.vetoed", &[("by", &locale.list(by))]),
        Why::NotGiven(names) => locale.fill("score.why.not_given", &[("names", &locale.list(names))]),
        Why::NoDenominator(name) => locale.fill("score.why.no_denominator", &[("name", name)]),
    }
}
