//! Room: the steps of a levy (筹资筹劳) in a book: what a labourer and a village were asked for in a calendar year,
//! over all works, against the caps of the rule in force.

use super::{Answer, Answers, Desk, day, fen};
use crate::contribution::{self, Rule};
use crate::node::Reader;
use crate::refusal::Refusal;
use crate::version;

pub(super) const LABOUR: &[&str] = &["days", "document"];
pub(super) const MONEY: &[&str] = &["sum", "document"];

/// Labour of one labourer: days here and before in the year, at most the cap.
pub(super) fn labour(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let rule = rule(desk, reader)?;
    let (days, before) = (fen(reader, "days")?, reader.fen("before")?.unwrap_or_default());
    reader.done()?;
    contribution::labour(rule.caps, before, days).map_err(|refusal| refusal.by(&rule.head.doc_no))?;
    Ok(vec![
        ("days", Answer::Amount(before + days)),
        ("document", Answer::Text(rule.head.doc_no.clone())),
    ])
}

/// Money of a village: here and before in the year, at most the cap a head times its heads.
pub(super) fn money(desk: Desk<'_>, reader: &mut Reader<'_>) -> Result<Answers, Refusal> {
    let rule = rule(desk, reader)?;
    let (amount, before) = (fen(reader, "amount")?, reader.fen("before")?.unwrap_or_default());
    let heads = reader.count("heads", 0, 1_000_000)?.unwrap_or(0);
    reader.done()?;
    contribution::money(rule.caps, heads, before, amount).map_err(|refusal| refusal.by(&rule.head.doc_no))?;
    Ok(vec![
        ("sum", Answer::Amount(before + amount)),
        ("document", Answer::Text(rule.head.doc_no.clone())),
    ])
}

fn rule<'a>(desk: Desk<'a>, reader: &mut Reader<'_>) -> Result<&'a Rule, Refusal> {
    let on = day(reader, "on")?;
    let named = reader.text("levy")?.unwrap_or("levy");
    version::find(&desk.library.levies, named, on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::Fen;
    use crate::library::Library;
    use crate::node::Node;
    use crate::refusal::Code;
    use taizhang_core::calendar::Calendar;

    #[test]
    fn labour_of_the_year_is_counted_over_all_works_and_no_rule_levies_nothing() {
        let rules = "[[levy]]\nid = \"l\"\nscheme = \"levy\"\ndoc_no = \"样例1号\"\nvalid_from = 2024-01-01\n\
                     labour_days_per_labourer = \"10\"\nmoney_per_head = \"20\"\n";
        let library = Library::read([("schemes/levy.toml", rules)].into_iter()).unwrap();
        let calendar = Calendar::default();
        let desk = Desk {
            library: &library,
            calendar: &calendar,
        };
        let labour = |on: &str, before: &str, days: &str| {
            let case = format!("on = {on}\nbefore = \"{before}\"\ndays = \"{days}\"\n");
            super::super::answer(desk, "levy.labour", &Node::of_toml(&case).unwrap()).map_err(|no| no.code)
        };
        let sum = |found: Result<Answers, Code>| found.map(|answers| answers[0].1.clone());
        assert_eq!(sum(labour("2024-03-01", "0", "10")), Ok(Answer::Amount(Fen(1_000))));
        assert_eq!(sum(labour("2024-03-01", "7.5", "2.5")), Ok(Answer::Amount(Fen(1_000))));
        assert_eq!(sum(labour("2024-03-01", "7.5", "3")), Err(Code::AboveLevyCap));
        assert_eq!(sum(labour("2023-12-31", "0", "1")), Err(Code::NotInForce));
        let case = "on = 2024-03-01\nbefore = \"100\"\namount = \"1900.01\"\nheads = 100\n";
        let money = super::super::answer(desk, "levy.money", &Node::of_toml(case).unwrap());
        assert_eq!(money.map_err(|no| no.code), Err(Code::AboveLevyCap));
    }
}
