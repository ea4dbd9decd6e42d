//! Moves: their order, what they wait for, who may take them back.

use super::desk::Desk;

/// A project in preparation with a permit for each step given.
fn project(desk: &mut Desk, steps: &[&str]) -> Vec<i64> {
    let project = desk.open("project", "2024-01-02", &[("name", "A"), ("kind", "public")]);
    desk.make(project, "prepare", "2024-01-03").unwrap();
    let link = project.to_string();
    let permits = steps
        .iter()
        .map(|step| desk.open("permit", "2024-01-03", &[("project", &link), ("step", step)]));
    permits.collect()
}

fn done(desk: &mut Desk, permit: i64, accepted: &str, posted: &str, finished: &str) {
    desk.make(permit, "accept", accepted).unwrap();
    desk.make(permit, "post", posted).unwrap();
    desk.make(permit, "finish", finished).unwrap();
}

#[test]
fn items_wait_for_those_before_them() {
    let mut desk = Desk::new();
    let permits = project(&mut desk, &["code", "land", "build"]);
    let [code, land, build] = permits[..] else {
        unreachable!()
    };
    assert_eq!(
        desk.make(land, "accept", "2024-02-01").unwrap_err(),
        "not_yet Accept code 2024-02-01"
    );
    done(&mut desk, code, "2024-01-04", "2024-01-05", "2024-02-01");
    // A date before its predecessor's is out of order too, though the predecessor is closed by now.
    assert_eq!(
        desk.make(land, "accept", "2024-01-31").unwrap_err(),
        "not_yet Accept code 2024-01-31"
    );
    desk.make(land, "accept", "2024-02-01").unwrap();
    // `plan` was not opened for this project, so `build` waits for nothing; `code` was only usual.
    desk.make(build, "accept", "2024-02-01").unwrap();
}

#[test]
fn one_of_several_is_enough_where_the_template_says_so() {
    let mut desk = Desk::new();
    let permits = project(&mut desk, &["code", "plan"]);
    assert_eq!(
        desk.make(permits[1], "accept", "2024-02-20").unwrap_err(),
        "not_yet Accept code 2024-02-20"
    );
    done(&mut desk, permits[0], "2024-01-04", "2024-01-05", "2024-02-01");
    desk.make(permits[1], "accept", "2024-02-20").unwrap();
}

#[test]
fn a_guard_asks_for_the_stage_above() {
    let mut desk = Desk::new();
    let project = desk.open("project", "2024-01-02", &[("kind", "firm")]);
    let permit = desk.open(
        "permit",
        "2024-01-02",
        &[("project", &project.to_string()), ("step", "code")],
    );
    assert_eq!(desk.make(permit, "accept", "2024-01-05").unwrap_err(), "guarded Accept");
    desk.make(project, "prepare", "2024-01-05").unwrap();
    desk.make(permit, "accept", "2024-01-05").unwrap();
}

#[test]
fn a_notice_hangs_for_its_whole_time() {
    let mut desk = Desk::new();
    let permit = project(&mut desk, &["code"])[0];
    desk.make(permit, "accept", "2024-03-01").unwrap();
    desk.make(permit, "post", "2024-03-04").unwrap();
    assert_eq!(
        desk.make(permit, "finish", "2024-03-11").unwrap_err(),
        "too_early Finish 2024-03-12"
    );
    // A signature in between is no new notice.
    desk.actor = 7;
    desk.make_to(permit, "sign", "2024-03-06", None, &[("signed", "yes")])
        .unwrap();
    desk.make(permit, "finish", "2024-03-12").unwrap();
}

#[test]
fn a_return_ends_where_the_mover_chooses() {
    for (to, ends) in [
        (None, Ok("accepted")),
        (Some("waiting"), Ok("waiting")),
        (Some("done"), Err(())),
    ] {
        let mut desk = Desk::new();
        let permit = project(&mut desk, &["code"])[0];
        desk.make(permit, "accept", "2024-03-01").unwrap();
        desk.make(permit, "post", "2024-03-04").unwrap();
        let made = desk.make_to(permit, "reject", "2024-03-05", to, &[]);
        match ends {
            Ok(stage) => {
                made.unwrap();
                assert_eq!(desk.stage(permit), stage);
            }
            Err(()) => assert!(made.unwrap_err().starts_with("out_of_turn")),
        }
    }
}

#[test]
fn a_signature_is_given_by_its_move_and_by_whoever_may() {
    let mut desk = Desk::new();
    let permit = project(&mut desk, &["code"])[0];
    desk.make(permit, "accept", "2024-03-01").unwrap();
    desk.make(permit, "post", "2024-03-04").unwrap();
    assert_eq!(
        desk.amend(permit, "2024-03-05", &[("signed", "yes")]).unwrap_err(),
        "by_move"
    );
    let signed = desk.make_to(permit, "sign", "2024-03-05", None, &[("signed", "yes")]);
    assert_eq!(signed.unwrap_err(), "not_permitted");
    desk.actor = 7;
    desk.make_to(permit, "sign", "2024-03-05", None, &[("signed", "yes")])
        .unwrap();
}

#[test]
fn a_move_is_taken_back_until_somebody_else_acts() {
    let mut desk = Desk::new();
    let permit = project(&mut desk, &["code"])[0];
    let accepted = desk.make(permit, "accept", "2024-03-01").unwrap();
    desk.actor = 6;
    assert_eq!(desk.take_back(permit, accepted).unwrap_err(), "not_permitted");
    desk.actor = 5;
    desk.take_back(permit, accepted).unwrap();
    assert_eq!(desk.stage(permit), "waiting");
    let accepted = desk.make(permit, "accept", "2024-03-01").unwrap();
    desk.actor = 6;
    desk.make(permit, "ask", "2024-03-02").unwrap();
    desk.actor = 5;
    assert_eq!(
        desk.take_back(permit, accepted).unwrap_err(),
        "out_of_turn 8 2024-03-02 Ask Waiting; not_permitted"
    );
}

#[test]
fn all_sign_or_one_signs() {
    let mut desk = Desk::new();
    let permit = project(&mut desk, &["code"])[0];
    desk.make(permit, "accept", "2024-03-01").unwrap();
    // Nobody was asked yet: that is no agreement of all.
    assert!(
        desk.make(permit, "jointly", "2024-03-02")
            .unwrap_err()
            .starts_with("awaits Jointly")
    );
    let link = permit.to_string();
    let opinions: Vec<i64> = (0..2)
        .map(|_| desk.open("opinion", "2024-03-02", &[("permit", &link)]))
        .collect();
    desk.make(opinions[0], "agree", "2024-03-04").unwrap();
    let waits = desk.make(permit, "jointly", "2024-03-04").unwrap_err();
    assert_eq!(waits, "awaits Jointly Opinion Agreed 1 2");
    // A signer added later is waited for too.
    desk.make(opinions[1], "agree", "2024-03-05").unwrap();
    let added = desk.open("opinion", "2024-03-05", &[("permit", &link)]);
    assert_eq!(
        desk.make(permit, "jointly", "2024-03-05").unwrap_err(),
        "awaits Jointly Opinion Agreed 2 3"
    );
    // One signature is enough where any will do, though not before it was given.
    assert!(
        desk.make(permit, "by_one", "2024-03-03")
            .unwrap_err()
            .starts_with("awaits By one")
    );
    desk.make(added, "agree", "2024-03-06").unwrap();
    desk.make(permit, "jointly", "2024-03-06").unwrap();
}

#[test]
fn nobody_makes_the_move_of_a_limit_that_ran_out() {
    let mut desk = Desk::new();
    let permit = project(&mut desk, &["code"])[0];
    assert_eq!(desk.make(permit, "lapse", "2024-03-01").unwrap_err(), "not_permitted");
    desk.actor = 0;
    desk.make(permit, "lapse", "2024-03-01").unwrap();
    assert_eq!(desk.stage(permit), "deemed");
}

#[test]
fn a_signature_is_its_signers_own() {
    let mut desk = Desk::new();
    let permits = project(&mut desk, &["code"]);
    let code = permits[0];
    desk.make(code, "accept", "2024-02-01").unwrap();
    desk.make(code, "post", "2024-02-02").unwrap();
    // Nobody is named yet, so nobody can sign; then only the one who is.
    assert_eq!(
        desk.make(code, "receipt", "2024-02-05").unwrap_err(),
        "not_the_signer Receipt"
    );
    let signer = desk.open("project", "2024-01-02", &[]);
    desk.amend(code, "2024-02-05", &[("signer", &signer.to_string())])
        .unwrap();
    assert_eq!(
        desk.make(code, "receipt", "2024-02-05").unwrap_err(),
        "not_the_signer Receipt"
    );
    desk.actor = signer;
    desk.make(code, "receipt", "2024-02-05").unwrap();
}

#[test]
fn whoever_did_one_step_may_not_do_another_that_is_kept_apart() {
    let apart = r#"id = "post", name = "Post", apart = ["open", "accept", "project.prepare"],"#;
    let mut desk = Desk::with(&[(r#"id = "post", name = "Post","#, apart)]);
    let project = desk.open("project", "2024-01-02", &[]);
    desk.actor = 6;
    desk.make(project, "prepare", "2024-01-03").unwrap();
    desk.actor = 5;
    let set = [("project", project.to_string())];
    let set: Vec<(&str, &str)> = set.iter().map(|(id, text)| (*id, text.as_str())).collect();
    let permit = desk.open("permit", "2024-01-03", &[&set[..], &[("step", "code")]].concat());
    desk.actor = 8;
    desk.make(permit, "accept", "2024-01-04").unwrap();
    for (actor, may) in [(5, false), (8, false), (6, false), (9, true)] {
        desk.actor = actor;
        let made = desk.make(permit, "post", "2024-01-05");
        assert_eq!(made.is_ok(), may, "{actor}");
        if !may {
            assert!(made.unwrap_err().starts_with("not_apart"));
        }
    }
}
