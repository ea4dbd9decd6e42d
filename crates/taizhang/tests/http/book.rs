//! A small book behind the server's routes, and how the tests speak to it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use taizhang::app::book::read_pack;
use taizhang::app::evidence::Evidence;
use taizhang::app::execute::Draft;
use taizhang::app::{App, Options};
use taizhang::clock::{SystemClock, day_of};
use taizhang::http::{Options as Serving, Site, router};
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_core::id::RecordNo;
use taizhang_store::Place;
use taizhang_store::writer::Clock;
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "a long password";

/// A book of wells; today is 2024-06-30. `clerk` works for the county, `upper` for one village; `keeper`
/// may also correct and release.
pub(crate) struct Book {
    pub(crate) app: Arc<App>,
    pub(crate) router: Router,
    pub(crate) folder: tempfile::TempDir,
}

/// The machine's clock, so many microseconds ahead.
struct Ahead(SystemClock, i64);

impl Clock for Ahead {
    fn now(&self) -> i64 {
        self.0.now() + self.1
    }

    fn steady(&self) -> i64 {
        self.0.steady()
    }

    fn today(&self) -> Day {
        day_of(self.now())
    }
}

/// An answer.
pub(crate) struct Said {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

impl Book {
    pub(crate) fn new() -> Book {
        Book::keeping(None)
    }

    /// One whose pages speak a language.
    pub(crate) fn speaking(lang: Lang) -> Book {
        Book::made(None, lang, false)
    }

    /// One that keeps its evidence somewhere else than beside it.
    pub(crate) fn keeping(evidence: Option<Evidence>) -> Book {
        Book::made(evidence, Lang::Zh, false)
    }

    /// One to practise in.
    pub(crate) fn practising() -> Book {
        Book::made(None, Lang::Zh, true)
    }

    /// One whose pack somebody changed first.
    pub(crate) fn changed(change: &dyn Fn(&mut BTreeMap<String, String>)) -> Book {
        Book::made_with(None, Lang::Zh, false, change)
    }

    fn made(evidence: Option<Evidence>, lang: Lang, practice: bool) -> Book {
        Book::made_with(evidence, lang, practice, &|_| {})
    }

    fn made_with(
        evidence: Option<Evidence>,
        lang: Lang,
        practice: bool,
        change: &dyn Fn(&mut BTreeMap<String, String>),
    ) -> Book {
        let folder = tempfile::tempdir().expect("a folder");
        let place: Place = format!("sqlite:{}", folder.path().join("book.db").display())
            .parse()
            .expect("a place");
        let options = Options {
            keys: None,
            evidence,
            lang,
            clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().expect("a day"))),
        };
        let app = Arc::new(App::create(&place, options).expect("made"));
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let mut files = read_pack(&pack).expect("read");
        if let Some(text) = files.get_mut("pack.toml") {
            // One more role, for those who may take things back.
            let keeper = r#"role = [{ id = "keeper", name = "Keeper",
                may = ["read:book", "write:book", "correct:book", "import:book", "release:book"] }, "#;
            *text = text.replacen("role = [", keeper, 1);
            if practice {
                text.insert_str(0, "practice = true\n");
            }
        }
        if let Some(text) = files.get_mut("registers/well.toml") {
            let photo = r#"field = [{ id = "photo", name = "Photograph", type = "evidence" }, "#;
            *text = text.replacen("field = [", photo, 1);
            text.push_str("\ninquiry = { name = \"Where is my well\", fields = [\"number\", \"village\"] }\n");
            text.push_str(
                "\nview = [{ id = \"offer\", name = \"Wells in service\", columns = [\"number\", \"kind\", \"photo\"], \
                 public = [\"working\"] },\n\
                 { id = \"inside\", name = \"All wells\", columns = [\"number\"] }]\n\
                 section = [{ id = \"what\", name = \"What it is\", show = \"fields\", fields = [\"kind\", \"photo\"] },\n\
                 { id = \"course\", name = \"Its course\", show = \"stages\" },\n\
                 { id = \"repairs\", name = \"Its repairs\", show = \"rows\", register = \"repair\", \
                 fields = [\"matter\", \"cost\", \"stage\"] }]\n",
            );
        }
        let text = "+++\nname = \"Monthly\"\nperiod = \"month\"\nscheduled = true\napproval = true\n\
                    +++\nThis month {{ f(\"well.working\") }}.\n";
        files.insert("bulletins/monthly.md".to_owned(), text.to_owned());
        change(&mut files);
        let plan = app.plan_pack(files).expect("planned");
        app.apply_pack(&app.program_scope().expect("a scope"), plan, None, None)
            .expect("applied");
        let site = Site {
            app: app.clone(),
            options: Serving::default(),
        };
        let book = Book {
            app,
            router: router::router(site),
            folder,
        };
        book.hire("clerk", "1", "clerk");
        book.hire("upper", "1.1", "clerk");
        book.hire("keeper", "1", "keeper");
        book.hire("second", "1", "keeper");
        book.hire("it", "1", "administrator");
        book
    }

    /// The same book, opened once more after so many days.
    pub(crate) fn later(self, days: i64) -> Book {
        let Book { app, router, folder } = self;
        drop((app, router));
        let place: Place = format!("sqlite:{}", folder.path().join("book.db").display())
            .parse()
            .expect("a place");
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: Arc::new(Ahead(SystemClock::new(), days * 24 * 3_600_000_000)),
        };
        let app = Arc::new(App::open(&place, options).expect("opened"));
        let site = Site {
            app: app.clone(),
            options: Serving::default(),
        };
        Book {
            app,
            router: router::router(site),
            folder,
        }
    }

    pub(crate) fn hire(&self, login: &str, unit: &str, role: &str) {
        let actor = self.write("actor", &[("login", login), ("name", login)]);
        let actor_text = format!("#{actor}");
        let post = [
            ("actor", actor_text.as_str()),
            ("unit", unit),
            ("role", role),
            ("from", "2020-01-01"),
        ];
        self.write("position", &post);
        self.app.set_password(actor, login, PASSWORD).expect("a password");
    }

    fn write(&self, register: &str, set: &[(&str, &str)]) -> RecordNo {
        let draft = Draft {
            register: register.to_owned(),
            set: set
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect(),
            occurred_on: Some("2020-01-01".parse().expect("a day")),
            ..Draft::default()
        };
        let scope = self.app.program_scope().expect("a scope");
        self.app.execute(&scope, &[draft], None).expect("written").records[0]
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Said {
        let mut request = Request::builder()
            .method(Method::from_bytes(method.as_bytes()).expect("a method"))
            .uri(path)
            .header("host", "book.test");
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self
            .router
            .clone()
            .oneshot(request.body(body).expect("a request"))
            .await
            .expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Said {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Said {
        self.call("GET", path, token, &[], Body::empty()).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        token: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Said {
        let mut headers = headers.to_vec();
        headers.push(("content-type", "application/json"));
        self.call(method, path, token, &headers, Body::from(body.to_string()))
            .await
    }

    pub(crate) async fn sign_in(&self, user: &str) -> String {
        let body = json!({ "user": user, "password": PASSWORD });
        let said = self.send("POST", "/api/v1/session", "", &[], body).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        said.json()["token"].as_str().expect("a token").to_owned()
    }

    /// A well that is in use, by the API: its record.
    pub(crate) async fn well(&self, token: &str, number: &str, village: &str) -> i64 {
        let body =
            json!({ "occurred_on": "2024-03-01", "set": { "number": number, "village": village, "kind": "dug" } });
        let said = self
            .send("POST", "/api/v1/registers/well/records", token, &[], body)
            .await;
        assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
        let record = said.json()["id"].as_i64().expect("a record");
        let body = json!({ "occurred_on": "2024-03-05" });
        let said = self
            .send(
                "POST",
                &format!("/api/v1/records/{record}/moves/start"),
                token,
                &[],
                body,
            )
            .await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.text);
        record
    }

    pub(crate) async fn figure(&self, token: &str, query: &str) -> Value {
        self.get(&format!("/api/v1/figures/well.working?{query}"), token)
            .await
            .json()
    }
}
