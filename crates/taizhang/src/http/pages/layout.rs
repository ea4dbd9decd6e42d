//! Page: the sheet that all pages are written on — head, ways, foot.

use crate::app::App;
use crate::app::scope::Scope;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// The ways in the head: key, address, label.
const WAYS: [(&str, &str, &str); 5] = [
    ("home", "/", "今日"),
    ("registers", "/registers", "台账"),
    ("figures", "/figures", "数字"),
    ("bulletins", "/bulletins", "通报"),
    ("journal", "/journal", "流水"),
];

/// A page for somebody; `at` says which way leads here.
pub(super) fn page(app: &App, scope: &Scope, at: &str, title: &str, body: Markup) -> Markup {
    let book = app
        .definition()
        .map(|definition| definition.name.clone())
        .unwrap_or_default();
    let post = scope.positions.first();
    sheet(
        title,
        html! {
            header.head {
                a.brand href="/" { span.seal { "台账" } span.book { (book) } }
                nav.ways aria-label="主导航" {
                    @for (key, address, label) in WAYS {
                        a href=(address) aria-current=[(key == at).then_some("page")] { (label) }
                    }
                }
                div.me {
                    span { (scope.name) @if let Some(post) = post { small { (post.title) } } }
                    form method="post" action="/logout" { button.plain type="submit" { "退出" } }
                }
            }
            main { (body) }
            footer.foot { "今日 " (app.today()) }
        },
    )
}

/// A page for nobody in particular.
pub(super) fn bare(title: &str, body: Markup) -> Markup {
    sheet(title, html! { main.bare { (body) } })
}

/// A page that says why there is no other one.
pub(in crate::http) fn failure(status: StatusCode, detail: &str) -> Markup {
    let title = match status {
        StatusCode::NOT_FOUND => "没有找到",
        StatusCode::UNAUTHORIZED => "请先登录",
        StatusCode::PAYLOAD_TOO_LARGE => "内容过大",
        status if status.is_server_error() => "出了故障",
        _ => "没有办成",
    };
    let detail = if detail.is_empty() {
        "请稍后再试；如仍不行，请告诉管理员。"
    } else {
        detail
    };
    bare(
        title,
        html! {
            h1 { (title) }
            p.refused { (detail) }
            p { a href="/" { "回到今日" } }
        },
    )
}

/// The answer to an address that leads nowhere.
pub(in crate::http) async fn missing() -> Response {
    let detail = "没有这个页面，请核对地址。";
    (StatusCode::NOT_FOUND, failure(StatusCode::NOT_FOUND, detail)).into_response()
}

fn sheet(title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · 台账" }
                link rel="stylesheet" href="/assets/taizhang.css";
                link rel="icon" href="/assets/seal.svg";
            }
            body { (body) }
        }
    }
}
