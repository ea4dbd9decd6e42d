//! Signing in: codes and sessions end, wrong passwords lock, and an account that is disabled opens nothing.

use super::district::{District, told};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::cli::init::add_actor;

const PASSWORD: &str = "a long password";
const HOUR: i64 = 60;

#[test]
fn codes_end_and_weak_passwords_are_refused() {
    let (district, clock) = District::on("2024-08-28");
    let (app, actor) = with_ann(&district);
    let code = app.activation_code(actor).expect("a code");
    for weak in ["too short", "ann has a long password"] {
        let said = told(&district, app.activate("ann", &code, weak));
        assert!(said.contains("密码至少 10 个字符"), "{weak}: {said}");
    }
    clock.ahead(7 * 24 * HOUR + 1);
    assert!(told(&district, app.activate("ann", &code, PASSWORD)).contains("已过期"));
    let code = app.activation_code(actor).expect("another code");
    clock.ahead(7 * 24 * HOUR - 1);
    app.activate("ann", &code, PASSWORD).expect("in time");
    assert!(app.activate("ann", &code, PASSWORD).is_err(), "a code is used once");
}

#[test]
fn five_wrong_passwords_lock_an_account_for_half_an_hour() {
    let (district, clock) = District::on("2024-08-28");
    let (app, actor) = with_ann(&district);
    app.set_password(actor, "ann", PASSWORD).expect("set");
    let wrong = |times: usize| {
        for _ in 0..times {
            assert!(told(&district, app.sign_in("ann", "another password")).contains("密码不对"));
        }
    };
    wrong(4);
    app.sign_in("ann", PASSWORD).expect("four are forgotten");
    wrong(5);
    assert!(told(&district, app.sign_in("ann", PASSWORD)).contains("已锁定 30 分钟"));
    clock.ahead(29);
    assert!(app.sign_in("ann", PASSWORD).is_err(), "still locked");
    clock.ahead(2);
    app.sign_in("ann", PASSWORD).expect("open again");
}

#[test]
fn a_session_ends_when_it_is_idle_and_after_twelve_hours_at_the_latest() {
    let (district, clock) = District::on("2024-08-28");
    let (app, actor) = with_ann(&district);
    let lives = |token: &str| matches!(app.session_scope(token), Ok(Some(_)));
    let (idle, _) = app.new_session(actor, "staff").expect("a session");
    clock.ahead(29);
    assert!(lives(&idle), "it is used in time");
    clock.ahead(31);
    assert!(!lives(&idle), "it stood idle");
    let (busy, _) = app.new_session(actor, "staff").expect("a session");
    for _ in 0..35 {
        clock.ahead(20);
        assert!(lives(&busy), "it is used all the time");
    }
    clock.ahead(21);
    assert!(!lives(&busy), "twelve hours are over");
    let (program, _) = app.new_token(actor, 1).expect("a token");
    clock.ahead(23 * HOUR);
    assert!(lives(&program), "a program may rest");
    clock.ahead(HOUR + 1);
    assert!(!lives(&program), "its day is over");
}

#[test]
fn a_disabled_account_opens_nothing_and_what_it_had_open_is_shut() {
    let (district, _clock) = District::on("2024-08-28");
    let (app, actor) = with_ann(&district);
    app.set_password(actor, "ann", PASSWORD).expect("set");
    let (token, _) = app.sign_in("ann", PASSWORD).expect("signed in");
    assert!(matches!(app.session_scope(&token), Ok(Some(_))));
    let disable = Draft {
        record: Some(actor),
        wish: DraftWish::Amend,
        ..district.draft("actor", "2024-08-28", &[("disabled", "yes")])
    };
    district.write(disable).expect("disabled");
    assert!(told(&district, app.sign_in("ann", PASSWORD)).contains("密码不对"));
    assert!(
        !matches!(app.session_scope(&token), Ok(Some(_))),
        "the open session too"
    );
}

/// The book with an account, and the account.
fn with_ann(district: &District) -> (&taizhang::app::App, i64) {
    let app = &*district.app;
    let program = app.program_scope().expect("a scope");
    (app, add_actor(app, &program, "ann", "安").expect("an account"))
}
