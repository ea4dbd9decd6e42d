//! A district behind the server's routes, with people who may sign in.

use super::district::District;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use taizhang::cli::init::{add_actor, add_position};
use taizhang::http::{Options, Site, router};
use tower::ServiceExt;

const PASSWORD: &str = "a long password";

pub(crate) struct Server {
    router: Router,
    tokens: BTreeMap<String, String>,
}

impl Server {
    pub(crate) fn new(district: &District) -> Server {
        let site = Site {
            app: district.app.clone(),
            options: Options::default(),
        };
        Server {
            router: router::router(site),
            tokens: BTreeMap::new(),
        }
    }

    /// Somebody with a post, signed in.
    pub(crate) async fn hire(&mut self, district: &District, login: &str, unit: &str, role: &str) {
        let app = &district.app;
        let program = app.program_scope().expect("a scope");
        let actor = add_actor(app, &program, login, login).expect(login);
        add_position(app, &program, actor, unit, role, role).expect(role);
        app.set_password(actor, login, PASSWORD).expect("a password");
        self.sign_in(login).await;
    }

    pub(crate) async fn sign_in(&mut self, login: &str) {
        let body = json!({ "user": login, "password": PASSWORD }).to_string();
        let kind = [("content-type", "application/json")];
        let (status, said) = self.call("POST", "/api/v1/session", "", &kind, body).await;
        assert_eq!(status, StatusCode::OK, "{said}");
        let said: Value = serde_json::from_str(&said).expect("JSON");
        let token = said["token"].as_str().expect("a token").to_owned();
        self.tokens.insert(login.to_owned(), token);
    }

    /// An answer to somebody; `""` is anybody.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        login: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> (StatusCode, String) {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = Request::builder().method(method).uri(path).header("host", "book.test");
        if let Some(token) = self.tokens.get(login) {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    pub(crate) async fn get(&self, path: &str, login: &str) -> String {
        self.call("GET", path, login, &[], String::new()).await.1
    }

    pub(crate) async fn form(&self, path: &str, login: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> = fields
            .iter()
            .map(|(name, text)| format!("{name}={}", escaped(text)))
            .collect();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.call("POST", path, login, &kind, body.join("&")).await
    }
}
