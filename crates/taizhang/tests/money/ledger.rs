//! A book of the sample district in which vouchers and loans can be written at once, and how the tests speak to it.

use std::path::Path;
use std::sync::Arc;
use taizhang::app::book::read_pack;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::error::AppError;
use taizhang_core::decide::brief;
use taizhang_core::definition::Lang;
use taizhang_core::id::RecordNo;
use taizhang_core::pack::Files;
use taizhang_store::Place;
use taizhang_store::figure::Span;

pub(crate) struct Ledger {
    pub(crate) app: App,
    _folder: tempfile::TempDir,
}

pub(crate) type Told = Result<RecordNo, (String, String)>;

impl Ledger {
    /// With a plan that lets five million yuan be issued, and a fund of 200,000 yuan at one bank.
    pub(crate) fn new() -> Ledger {
        let book = Ledger::by(files());
        let plan = [
            ("levy", "甲项目"),
            ("unit", "区住房和城乡建设局"),
            ("ceiling", "500"),
            ("document", "样例〔2024〕9号"),
            ("approved_on", "2023-01-10"),
        ];
        book.open("voucher_plan", "2023-01-10", &plan).expect("planned");
        let deposit = [
            ("number", "JZ1"),
            ("unit", "区人力资源和社会保障局"),
            ("bank", "甲银行"),
            ("paid_in_on", "2023-01-10"),
            ("amount", "20"),
        ];
        book.open("loan_fund", "2023-01-10", &deposit).expect("deposited");
        book
    }

    /// By another pack; nothing is written yet.
    pub(crate) fn by(files: Files) -> Ledger {
        let folder = tempfile::tempdir().expect("a folder");
        let place = format!("sqlite:{}", folder.path().join("book.db").display());
        let place: Place = place.parse().expect("a place");
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: Arc::new(SystemClock::standing_at("2027-06-30".parse().expect("a day"))),
        };
        let app = App::create(&place, options).expect("made");
        let book = Ledger { app, _folder: folder };
        book.apply(files);
        book
    }

    /// Makes a pack the book's.
    pub(crate) fn apply(&self, files: Files) {
        let plan = self
            .app
            .plan_pack(files)
            .unwrap_or_else(|error| panic!("{}", self.app.locale().error(&error)));
        let scope = self.app.program_scope().expect("a scope");
        self.app.apply_pack(&scope, plan, None, None).expect("applied");
    }

    pub(crate) fn draft(
        register: &str,
        record: Option<RecordNo>,
        wish: DraftWish,
        on: &str,
        set: &[(&str, &str)],
    ) -> Draft {
        let set = set
            .iter()
            .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()));
        Draft {
            register: register.to_owned(),
            record,
            wish,
            set: set.collect(),
            occurred_on: Some(on.parse().expect("a day")),
            reason: "更正".to_owned(),
            ..Draft::default()
        }
    }

    pub(crate) fn write(
        &self,
        register: &str,
        record: Option<RecordNo>,
        wish: DraftWish,
        on: &str,
        set: &[(&str, &str)],
    ) -> Told {
        let draft = Ledger::draft(register, record, wish, on, set);
        let scope = self.app.program_scope().expect("a scope");
        match self.app.execute(&scope, &[draft], None) {
            Ok(receipt) => Ok(receipt.records[0]),
            Err(AppError::Refused(lines)) => Err((lines[0].code.clone(), lines[0].message.clone())),
            Err(other) => panic!("{other}"),
        }
    }

    pub(crate) fn open(&self, register: &str, on: &str, set: &[(&str, &str)]) -> Told {
        self.write(register, None, DraftWish::Open, on, set)
    }

    pub(crate) fn amend(&self, register: &str, record: RecordNo, on: &str, set: &[(&str, &str)]) -> Told {
        self.write(register, Some(record), DraftWish::Amend, on, set)
    }

    /// What a record says of some fields, as the API does.
    pub(crate) fn says(&self, register: &str, record: RecordNo, fields: &[&str]) -> Vec<String> {
        let scope = self.app.program_scope().expect("a scope");
        let view = self.app.record(&scope, record).expect("the record");
        assert_eq!(view.register.id, register);
        let text = |id: &&str| {
            let field = view.register.field_named(id).expect("a field");
            view.row.state.cell(field.no).map_or(String::new(), brief)
        };
        fields.iter().map(text).collect()
    }

    /// Balances of accounts in fen, on the last day there is.
    pub(crate) fn balances(&self, accounts: &[&str]) -> Vec<i64> {
        let mut reading = self.app.reading().expect("a reading");
        let rules = reading.caches.rules.clone();
        let definition = &rules.latest().expect("a pack").definition;
        let head = reading.n();
        let day = "2027-06-30".parse().expect("a day");
        let of = |id: &&str| {
            let account = definition.account_named(id).expect("an account").no;
            let cells = reading.cells(account, Span::AsOf(day), head).expect("sums");
            cells.values().map(|sum| sum.amount).sum()
        };
        accounts.iter().map(of).collect()
    }

    pub(crate) fn voucher(&self, number: &str, principal: &str, on: &str) -> RecordNo {
        let set = [
            ("number", number),
            ("town", "焦店镇"),
            ("levy", "甲项目"),
            ("principal", principal),
            ("issued_on", on),
        ];
        self.open("voucher", on, &set).expect("issued")
    }
}

/// The files of the sample district's pack.
pub(crate) fn files() -> Files {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua");
    read_pack(&pack).expect("read")
}
