//! Who keeps the records of one unit writes for no other one: not for the one beside it, nor for those below.

use super::district::{District, told};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::scope::Scope;
use taizhang::cli::init::{add_actor, add_position};

#[test]
fn a_right_in_the_own_unit_is_none_beside_it_or_below_it() {
    let district = District::new();
    let app = &district.app;
    let program = app.program_scope().expect("a scope");
    for (login, role) in [("town", "clerk"), ("head", "unit_head")] {
        let actor = add_actor(app, &program, login, login).expect(login);
        add_position(app, &program, actor, "410402100", role, role).expect(role);
    }
    let (clerk, head) = (app.scope("town").expect("clerk"), app.scope("head").expect("head"));
    let jobs = |town: &str| {
        let set = [
            ("town", town),
            ("month", "2024-06"),
            ("reported_on", "2024-08-01"),
            ("new_jobs", "10"),
        ];
        district.draft("employment", "2024-08-01", &set)
    };
    let write = |scope: &Scope, draft: &Draft| app.execute(scope, std::slice::from_ref(draft), None);
    for other in ["光明路街道", "焦店村村民委员会"] {
        for scope in [&clerk, &head] {
            let said = told(&district, write(scope, &jobs(other)));
            assert!(said.contains("无权"), "{} writes for {other}: {said}", scope.login);
        }
    }
    let done = write(&clerk, &jobs("焦店镇")).expect("the own unit");
    let correct = Draft {
        record: Some(done.records[0]),
        wish: DraftWish::Correct {
            target: done.first,
            withdraw: false,
            day: None,
        },
        reason: "样例·数错".to_owned(),
        ..district.draft("employment", "2024-08-01", &[("new_jobs", "11")])
    };
    let said = told(&district, write(&clerk, &correct));
    assert!(said.contains("无权"), "a clerk corrects: {said}");
    write(&head, &correct).expect("the head may");
    let elsewhere = district.write(jobs("光明路街道")).expect("by the program");
    let beside = Draft {
        record: Some(elsewhere),
        wish: DraftWish::Correct {
            target: elsewhere,
            withdraw: false,
            day: None,
        },
        ..correct
    };
    let said = told(&district, write(&head, &beside));
    assert!(said.contains("无权"), "the head corrects beside: {said}");
}

#[test]
fn whoever_reads_the_open_pages_does_nothing() {
    let district = District::new();
    let anybody = district.app.public_scope().expect("a scope");
    let set = [
        ("town", "焦店镇"),
        ("month", "2024-06"),
        ("reported_on", "2024-08-01"),
        ("new_jobs", "10"),
    ];
    let jobs = district.draft("employment", "2024-08-01", &set);
    let said = told(&district, district.app.execute(&anybody, &[jobs], None));
    assert!(said.contains("无权"), "{said}");
}
