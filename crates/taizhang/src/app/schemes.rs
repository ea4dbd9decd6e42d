//! Room: schemes of money of the packs, and cases computed by them. What an instrument says is computed in
//! `taizhang-schemes`; here its refusals get their words, with the clause that each rests on.

use super::book::{base_files, compile};
use crate::error::{AppError, RefusedLine};
use crate::locale::Locale;
use serde_json::{Map, Value, json};
use std::fmt::Display;
use taizhang_core::definition::Definition;
use taizhang_core::pack::{Files, IdMap};
use taizhang_schemes::library::Library;
use taizhang_schemes::node::{Node, Reader};
use taizhang_schemes::refusal::Refusal;
use taizhang_schemes::{loan, version, voucher};

/// Every version of every scheme of a definition.
pub fn of_definition(definition: &Definition, locale: &Locale) -> Result<Library, AppError> {
    let files = definition.schemes.iter();
    let files: Vec<(String, &str)> = files
        .map(|file| (format!("schemes/{}.toml", file.id), file.text.as_str()))
        .collect();
    let files = files.iter().map(|(path, text)| (path.as_str(), *text));
    Library::read(files).map_err(|refusal| refused(locale, &refusal))
}

/// Those of a pack's folder, or of the national base pack alone.
pub fn of_pack(files: Option<&Files>, locale: &Locale) -> Result<Library, AppError> {
    if let Some(files) = files {
        return of_definition(&compile(files, &IdMap::default(), locale.lang())?.definition, locale);
    }
    let base = base_files();
    let texts = base.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Library::read(texts).map_err(|refusal| refused(locale, &refusal))
}

/// One voucher's case, with the scheme that it names or gives.
pub fn voucher(library: &Library, calendar: &Definition, case: &Value) -> Result<Value, Refusal> {
    let node = node(case);
    let mut reader = Reader::new(&node, "")?;
    let named = reader.node("scheme");
    let mut own = None;
    let named = match named {
        None => "voucher",
        Some(Node::Text(name)) => name.as_str(),
        Some(inline) => {
            own = Some(voucher::Scheme::read(inline, "scheme")?);
            ""
        }
    };
    let case = voucher::Case::read(&mut reader)?;
    let scheme = match &own {
        Some(own) => {
            // What was written beside the case is judged as the version that it says it is.
            version::find(std::slice::from_ref(own), &own.head.id, case.issued_on)?
        }
        None => version::find(&library.vouchers, named, case.issued_on)?,
    };
    let quote = voucher::run(scheme, &case, &calendar.calendar)?;
    Ok(voucher_json(&scheme.head.id, &quote))
}

/// One loan's case.
pub fn loan(library: &Library, case: &Value) -> Result<Value, Refusal> {
    let case = loan::Case::read(&node(case))?;
    let regime = loan::choose(&library.loans, &case)?;
    Ok(loan_json(&loan::run(regime, &case)?))
}

fn voucher_json(scheme: &str, quote: &voucher::Quote) -> Value {
    let uses = quote.uses.iter().map(|bought| {
        json!({
            "on": bought.on.to_string(), "amount": text(&bought.amount), "tier": bought.tier, "reward": text(&bought.reward),
            "contract": bought.contract, "month": bought.month, "rate": text(&bought.rate),
            "interest": text(&bought.interest), "cancelled_on": optional(bought.cancelled_on),
        })
    });
    let developer = quote.developer.iter().map(|payment| {
        json!({
            "on": optional(payment.on), "amount": text(&payment.amount), "event": payment.occasion,
            "due": optional(payment.due), "interest": text(&payment.interest),
        })
    });
    let postings = quote.postings.iter().map(|line| {
        json!({"on": line.on.to_string(), "debit": line.debit, "credit": line.credit, "amount": text(&line.amount)})
    });
    json!({
        "scheme": scheme, "face": text(&quote.face), "embedded": text(&quote.embedded), "valid_until": quote.valid_until.to_string(),
        "uses": uses.collect::<Vec<_>>(), "moved_out": text(&quote.moved_out), "balance": text(&quote.balance),
        "deducted": text(&quote.deducted), "cash": text(&quote.cash), "interest": text(&quote.interest),
        "holder_total": text(&quote.holder_total), "developer": developer.collect::<Vec<_>>(),
        "cost_total": text(&quote.cost_total), "postings": postings.collect::<Vec<_>>(),
    })
}

fn loan_json(quote: &loan::Quote) -> Value {
    let shares = |amounts: &[taizhang_schemes::exact::Fen]| {
        let levels = quote.levels.iter().cloned();
        let pairs = levels.zip(amounts.iter().map(|amount| Value::String(text(amount))));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    let periods = quote.periods.iter().map(|period| {
        json!({
            "from": period.from.to_string(), "to": period.to.to_string(), "days": period.days,
            "interest": text(&period.interest), "subsidy": text(&period.subsidy), "borrower": text(&period.borrower),
            "shares": shares(&period.shares),
        })
    });
    let totals = quote.totals();
    json!({
        "regime": quote.regime,
        "periods": periods.collect::<Vec<_>>(),
        "totals": {
            "days": totals.days, "interest": text(&totals.interest), "subsidy": text(&totals.subsidy),
            "borrower": text(&totals.borrower), "shares": shares(&totals.shares), "outstanding": text(&quote.outstanding),
        },
    })
}

fn text(value: &dyn Display) -> String {
    value.to_string()
}

fn optional(day: Option<taizhang_core::day::Day>) -> Value {
    day.map_or(Value::Null, |day| Value::String(day.to_string()))
}

/// JSON as a case. Numbers are the digits they were written with.
fn node(value: &Value) -> Node {
    match value {
        Value::Null => Node::Nothing,
        Value::Bool(flag) => Node::Flag(*flag),
        Value::Number(number) => Node::Text(number.to_string()),
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(list) => Node::List(list.iter().map(node).collect()),
        Value::Object(table) => Node::Table(table.iter().map(|(name, value)| (name.clone(), node(value))).collect()),
    }
}

/// A refusal in words: where, what, and by which clause of which document.
pub fn refused(locale: &Locale, refusal: &Refusal) -> AppError {
    AppError::Refused(vec![line(locale, refusal)])
}

/// The same as one line.
pub fn line(locale: &Locale, refusal: &Refusal) -> RefusedLine {
    let args = refusal.args.iter();
    let args: Vec<(&str, &str)> = args.map(|(name, value)| (*name, value.as_str())).collect();
    let what = locale.fill(&format!("scheme.refusal.{}", refusal.code.key()), &args);
    let clause = locale
        .text(&format!("scheme.clause.{}", refusal.code.clause()))
        .to_owned();
    let sentence = match (refusal.place.as_str(), refusal.document.as_str()) {
        ("", "") => locale.say("scheme.said", &[("what", &what), ("clause", &clause)]),
        ("", document) => locale.say(
            "scheme.said_by",
            &[("what", &what), ("clause", &clause), ("document", &document)],
        ),
        (place, "") => locale.say(
            "scheme.said_at",
            &[("place", &place), ("what", &what), ("clause", &clause)],
        ),
        (place, document) => {
            let args: [(&str, &dyn Display); 4] = [
                ("place", &place),
                ("what", &what),
                ("clause", &clause),
                ("document", &document),
            ];
            locale.say("scheme.said_at_by", &args)
        }
    };
    RefusedLine {
        code: refusal.code.key().to_owned(),
        message: sentence,
        field: (!refusal.place.is_empty()).then(|| refusal.place.clone()),
        ..RefusedLine::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taizhang_core::definition::Lang;
    use taizhang_schemes::refusal::Code;

    /// The worked cases of docs/schemes.md: a case, and what it comes to.
    #[test]
    fn the_worked_cases_of_the_docs_come_out() {
        let locale = Locale::new(Lang::Zh);
        let library = of_pack(None, &locale).unwrap_or_else(|error| panic!("{error}"));
        let docs = include_str!("../../../../docs/schemes.md");
        let blocks: Vec<(&str, Value)> = docs
            .split("```json ")
            .skip(1)
            .filter_map(|block| block.split_once("```")?.0.split_once('\n'))
            .map(|(kind, text)| (kind, serde_json::from_str(text).expect(kind)))
            .collect();
        assert_eq!(blocks.len(), 4);
        for pair in blocks.chunks(2) {
            let answer = match pair[0].0 {
                "voucher" => voucher(&library, &Definition::default(), &pair[0].1),
                _ => loan(&library, &pair[0].1),
            };
            assert_eq!(answer.expect(pair[0].0), pair[1].1);
        }
    }

    #[test]
    fn every_refusal_and_every_clause_has_words() {
        let locale = Locale::new(Lang::Zh);
        for code in Code::ALL {
            for key in [
                format!("scheme.refusal.{}", code.key()),
                format!("scheme.clause.{}", code.clause()),
            ] {
                assert_ne!(locale.text(&key), key, "add {key} to locale/");
            }
            // Where something was found wrong, the words name what.
            let said = line(&locale, &Refusal::at(*code, "a.b").by("D"));
            assert!(
                said.message.contains("a.b") && said.message.contains('D'),
                "{}",
                said.message
            );
        }
    }
}
