//! Room: the schemes of the book's own definition, as the decisions ask them. What a record is given becomes a
//! case, what a scheme answers becomes items; nothing is computed here.

use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::definition::{Definition, SchemeFile};
use taizhang_core::instrument::{Data, Datum, Instruments};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::value::print_scaled;
use taizhang_schemes::exact::Fen;
use taizhang_schemes::instrument::{Answer, Answers, Desk, answer, answers};
use taizhang_schemes::library::Library;
use taizhang_schemes::node::Node;
use taizhang_schemes::refusal::Refusal as SchemeRefusal;

/// The arithmetic of `taizhang-schemes`.
pub struct BySchemes;

impl Instruments for BySchemes {
    fn answer(&self, definition: &Definition, uses: &str, case: &Data) -> Result<Data, Refusal> {
        let library = library(definition).map_err(|refusal| told(&refusal))?;
        let desk = Desk {
            library: &library,
            calendar: &definition.calendar,
        };
        let case = case.iter().map(|(key, item)| (key.clone(), node(item)));
        let answered = answer(desk, uses, &Node::Table(case.collect()));
        answered.map(items).map_err(|refusal| told(&refusal))
    }
}

/// The first field of a register that asks its instrument for something that it does not answer.
pub fn unanswered(definition: &Definition) -> Option<(String, String)> {
    let registers = definition.registers.iter();
    let all = registers.flat_map(|register| register.instruments.iter().map(move |one| (register, one)));
    let mut wrong = all.filter_map(|(register, one)| {
        let asks = one.fills.iter().find(|(_, key)| !answers(&one.uses, key))?;
        Some((
            format!("{}.{}", register.id, one.id),
            format!("{}: {}", one.uses, asks.1),
        ))
    });
    wrong.next()
}

/// A scheme's refusal as the book's: its own code, clause and document stand among the arguments.
fn told(refusal: &SchemeRefusal) -> Refusal {
    let told = Refusal::new(Code::ByScheme)
        .with("scheme_code", refusal.code.key())
        .with("scheme_clause", refusal.code.clause())
        .with("scheme_document", &refusal.document)
        .with("place", &refusal.place);
    let args = refusal.args.iter();
    args.fold(told, |told, (name, value)| told.with(name, value))
}

fn node(item: &Datum) -> Node {
    match item {
        Datum::Text(text) => Node::Text(text.clone()),
        Datum::Flag(flag) => Node::Flag(*flag),
        Datum::Amount(fen) => Node::Text(Fen(*fen).to_string()),
        Datum::Rate(rate) => Node::Text(print_scaled(*rate, 8)),
        Datum::Day(day) => Node::Text(day.to_string()),
        Datum::Count(count) => Node::Text(count.to_string()),
        Datum::Course(course) => {
            let step = |(on, fen): &(taizhang_core::day::Day, i64)| {
                Node::Table(vec![
                    ("on".to_owned(), Node::Text(on.to_string())),
                    ("amount".to_owned(), Node::Text(Fen(*fen).to_string())),
                ])
            };
            Node::List(course.iter().map(step).collect())
        }
    }
}

fn items(answers: Answers) -> Data {
    let item = |answer| match answer {
        Answer::Amount(fen) => Datum::Amount(fen.0),
        Answer::Rate(rate) => Datum::Rate(rate.0),
        Answer::Day(day) => Datum::Day(day),
        Answer::Count(count) => Datum::Count(count),
        Answer::Text(text) => Datum::Text(text),
    };
    answers
        .into_iter()
        .map(|(key, answer)| (key.to_owned(), item(answer)))
        .collect()
}

/// The library read last, beside the files that it was read from.
type Read = (Vec<SchemeFile>, Arc<Library>);

/// The schemes of a definition. Reading them takes longer than using them, so the last ones are kept.
fn library(definition: &Definition) -> Result<Arc<Library>, SchemeRefusal> {
    static LAST: Mutex<Option<Read>> = Mutex::new(None);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((files, library)) = last.as_ref()
        && *files == definition.schemes
    {
        return Ok(library.clone());
    }
    let paths: Vec<(String, &str)> = definition
        .schemes
        .iter()
        .map(|file| (format!("schemes/{}.toml", file.id), file.text.as_str()))
        .collect();
    let read = Library::read(paths.iter().map(|(path, text)| (path.as_str(), *text)))?;
    let library = Arc::new(read);
    *last = Some((definition.schemes.clone(), library.clone()));
    Ok(library)
}
