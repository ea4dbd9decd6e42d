//! I13: issuing, admitting the dwelling, approving and paying are four people's; no one holds two of them on one voucher.

use crate::invariants::found;
use crate::ledger::Ledger;
use std::collections::BTreeSet;
use taizhang::app::execute::DraftWish;
use taizhang::app::scope::Scope;
use taizhang::error::AppError;
use taizhang_core::id::RecordNo;

/// Who does what, in the order of the work.
const DUTIES: [&str; 5] = ["issue", "admit", "ask", "approve", "pay"];

struct Office<'a> {
    book: &'a Ledger,
    people: Vec<Scope>,
}

impl Office<'_> {
    /// Somebody does a step; what is refused is told by its code and sentence.
    fn act(
        &self,
        who: usize,
        register: &str,
        record: Option<RecordNo>,
        name: &str,
        set: &[(&str, &str)],
    ) -> Result<RecordNo, (String, String)> {
        let wish = match record {
            None => DraftWish::Open,
            Some(_) => DraftWish::Move(name.to_owned()),
        };
        let draft = Ledger::draft(register, record, wish, "2024-03-05", set);
        match self.book.app.execute(&self.people[who], &[draft], None) {
            Ok(receipt) => Ok(receipt.records[0]),
            Err(AppError::Refused(lines)) => Err((lines[0].code.clone(), lines[0].message.clone())),
            Err(other) => panic!("{other}"),
        }
    }

    /// A whole case, each duty by the person that stands at its place; the first refusal ends it.
    fn case(&self, no: usize, by: [usize; 5]) -> Result<(), (String, String)> {
        let named = |what: &str| format!("{what}{no}");
        let (voucher, flat, contract) = (named("FP"), named("FY"), named("HT"));
        let set = [
            ("number", voucher.as_str()),
            ("town", "焦店镇"),
            ("levy", "甲项目"),
            ("principal", "100000"),
            ("issued_on", "2024-03-01"),
        ];
        self.act(by[0], "voucher", None, "", &set)?;
        let set = [
            ("number", flat.as_str()),
            ("project", "甲项目"),
            ("estate", "甲"),
            ("town", "焦店镇"),
            ("filed_price", "500000"),
            ("price", "480000"),
            ("listed_on", "2024-03-01"),
        ];
        self.act(by[1], "flat", None, "", &set)?;
        let set = [
            ("contract", contract.as_str()),
            ("voucher", voucher.as_str()),
            ("flat", flat.as_str()),
            ("used", "50000"),
            ("total", "480000"),
            ("filed_on", "2024-03-02"),
            ("account", "监管1"),
        ];
        self.act(by[2], "voucher_use", None, "", &set)?;
        let payment = named("FK");
        let set = [
            ("number", payment.as_str()),
            ("purchase", contract.as_str()),
            ("occasion", "filing"),
            ("payee", "监管1"),
            ("asked_on", "2024-03-05"),
        ];
        let payment = self.act(by[2], "voucher_payment", None, "", &set)?;
        self.act(by[3], "voucher_payment", Some(payment), "approve", &[])?;
        self.act(
            by[4],
            "voucher_payment",
            Some(payment),
            "pay",
            &[("paid_on", "2024-03-05")],
        )?;
        Ok(())
    }
}

#[test]
fn nobody_holds_two_of_the_duties_on_one_voucher() {
    let book = Ledger::new();
    book.offered(&[
        ("number", "FY"),
        ("estate", "甲"),
        ("town", "焦店镇"),
        ("listed_on", "2024-02-01"),
    ]);
    let people = DUTIES.iter().map(|login| book.hired(login, "desk_city")).collect();
    let office = Office { book: &book, people };
    office.case(0, [0, 1, 2, 3, 4]).expect("five people");
    let paid = book.balances(&["voucher.payable", "voucher.cash"]);
    // Whoever asks may have issued or listed: asking decides nothing. All that decides is kept apart.
    let apart = [(0, 3), (1, 3), (2, 3), (0, 4), (1, 4), (2, 4), (3, 4)];
    for (at, (one, other)) in apart.into_iter().enumerate() {
        let mut by = [0, 1, 2, 3, 4];
        by[other] = by[one];
        let what = format!("{} by whoever did {}", DUTIES[other], DUTIES[one]);
        let (code, said) = office.case(at + 1, by).expect_err(&what);
        assert_eq!(code, "not_apart", "{what}: {said}");
        assert!(said.contains("职责要分离"), "{what}: {said}");
    }
    let (owed, cash) = (paid[0] - 7 * 5_000_000, paid[1]);
    assert_eq!(
        book.balances(&["voucher.payable", "voucher.cash"]),
        [owed, cash],
        "nothing was paid"
    );
    assert_eq!(found(&book), BTreeSet::new());
}
