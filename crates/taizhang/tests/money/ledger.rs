//! A book of the sample district in which vouchers and loans can be written at once, and how the tests speak to it.

use std::path::Path;
use std::sync::Arc;
use taizhang::app::book::read_pack;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::instruments::BySchemes;
use taizhang::app::scope::Scope;
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
    pub(crate) app: Arc<App>,
    _folder: tempfile::TempDir,
}

pub(crate) type Told = Result<RecordNo, (String, String)>;

/// Whatever a test writes: every amount of it, computed again from the book of then, is the one that is kept.
impl Drop for Ledger {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let bad = taizhang_store::verify::amounts_at(self.app.store().place(), &BySchemes);
            assert_eq!(bad.expect("computed"), None);
        }
    }
}

impl Ledger {
    /// With a plan that lets five million yuan be issued, and a fund of 200,000 yuan at one bank.
    pub(crate) fn new() -> Ledger {
        let book = Ledger::by(files());
        book.furnish();
        book
    }

    /// By another pack; nothing is written yet.
    pub(crate) fn by(files: Files) -> Ledger {
        let folder = tempfile::tempdir().expect("a folder");
        let place = format!("sqlite:{}", folder.path().join("book.db").display());
        let place: Place = place.parse().expect("a place");
        let app = App::create(&place, Ledger::options()).expect("made");
        let book = Ledger {
            app: Arc::new(app),
            _folder: folder,
        };
        book.apply(files);
        book
    }

    /// At a place of its own, furnished.
    pub(crate) fn at(place: &Place, options: Options) -> Ledger {
        let book = Ledger {
            app: Arc::new(App::create(place, options).expect("made")),
            _folder: tempfile::tempdir().expect("a folder"),
        };
        book.apply(files());
        book.furnish();
        book
    }

    pub(crate) fn options() -> Options {
        Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: Arc::new(SystemClock::standing_at("2027-06-30".parse().expect("a day"))),
        }
    }

    fn furnish(&self) {
        self.plan("甲项目", "500");
        let deposit = [
            ("number", "JZ1"),
            ("unit", "区人力资源和社会保障局"),
            ("bank", "甲银行"),
            ("paid_in_on", "2023-01-10"),
            ("amount", "20"),
        ];
        self.open("loan_fund", "2023-01-10", &deposit).expect("deposited");
    }

    /// What a project may issue, in ten thousand yuan.
    pub(crate) fn plan(&self, levy: &str, ceiling: &str) {
        let plan = [
            ("levy", levy),
            ("unit", "区住房和城乡建设局"),
            ("ceiling", ceiling),
            ("document", "样例〔2024〕9号"),
            ("approved_on", "2023-01-10"),
        ];
        self.open("voucher_plan", "2023-01-10", &plan).expect("planned");
    }

    /// Somebody who works for the district in a role.
    pub(crate) fn hired(&self, login: &str, role: &str) -> Scope {
        let actor = self.open("actor", "2020-01-01", &[("login", login), ("name", login)]);
        let who = format!("#{}", actor.expect("hired"));
        let post = [
            ("actor", who.as_str()),
            ("unit", "410402"),
            ("role", role),
            ("from", "2020-01-01"),
        ];
        self.open("position", "2020-01-01", &post).expect("placed");
        self.app.scope(login).expect("a scope")
    }

    /// A flat of a developer and a project that are admitted.
    pub(crate) fn offered(&self, set: &[(&str, &str)]) -> RecordNo {
        let step = |register: &str, record, name: &str, set: &[(&str, &str)]| {
            let wish = DraftWish::Move(name.to_owned());
            self.write(register, Some(record), wish, "2024-01-20", set).expect(name)
        };
        let developer = [("name", "甲房企"), ("town", "焦店镇"), ("applied_on", "2024-01-08")];
        let developer = self.open("developer", "2024-01-08", &developer).expect("applied");
        step("developer", developer, "review", &[("credit", "无不良记录")]);
        step(
            "developer",
            developer,
            "admit",
            &[("committed_on", "2024-01-20"), ("agreement", "协议1")],
        );
        let project = [
            ("name", "甲项目"),
            ("developer", "甲房企"),
            ("town", "焦店镇"),
            ("filed_on", "2024-01-20"),
            ("presale", "预售1"),
            ("escrow", "监管1"),
        ];
        let project = self.open("housing_project", "2024-01-20", &project).expect("filed");
        step("housing_project", project, "list", &[]);
        let day = set.iter().find(|(field, _)| *field == "listed_on").expect("a day").1;
        self.open("flat", day, &[&[("project", "甲项目")], set].concat())
            .expect("listed")
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
