//! A lead from the first visit to landing.

use crate::city::City;

#[test]
fn a_lead_from_the_first_visit_to_landing() {
    let city = City::founded("2024-03-04");
    let desk = city.desk("zhangce.investment");
    let lead = |number: &str, name: &str| {
        desk.open(
            "lead",
            &[
                ("number", number),
                ("name", name),
                ("unit", "区商务局"),
                ("found_on", "2024-03-04"),
                ("intended", "3"),
            ],
        )
    };
    let (kept, forgotten) = (lead("ZS-1", "样例·储能装备项目"), lead("ZS-2", "样例·没人对接的项目"));
    city.until("2024-03-12");
    desk.make("lead", kept, "visit", &[("visited_on", "2024-03-12")]);
    // Ten working days after 4 March end on 18 March: the other one is late from the 19th.
    city.until("2024-03-19");
    assert_eq!(city.on("lead.late", "2024-03-18"), "0");
    assert_eq!(city.on("lead.late", "2024-03-19"), "1");
    desk.make("lead", forgotten, "lapse", &[("lapsed_on", "2024-03-19")]);
    assert_eq!(city.on("lead.late", "2024-03-20"), "0");
    city.until("2024-04-15");
    desk.make(
        "lead",
        kept,
        "frame",
        &[("framework_on", "2024-04-15"), ("framework", "2.5")],
    );
    let (code, _) = desk
        .may_make("lead", kept, "land", &[("landed_on", "2024-04-15")])
        .expect_err("a framework is no contract");
    assert_eq!(code, "out_of_turn");
    city.until("2024-05-20");
    let (code, _) = desk
        .may_make("lead", kept, "sign", &[("contract_on", "2024-05-20")])
        .expect_err("a contract has a sum");
    assert_eq!(code, "move_needs");
    desk.make(
        "lead",
        kept,
        "sign",
        &[("contract_on", "2024-05-20"), ("contract", "2.2")],
    );
    assert_eq!(city.between("lead.landed_share", "2024-01-01", "2024-06-30"), "0");
    city.until("2024-06-24");
    desk.make("lead", kept, "land", &[("landed_on", "2024-06-24")]);
    let half_year = ("2024-01-01", "2024-06-30");
    let said = |account: &str| city.between(account, half_year.0, half_year.1);
    assert_eq!(said("lead.found"), "2");
    assert_eq!(
        said("lead.contract_money"),
        "220000000",
        "the contract, not the intention and not the framework"
    );
    assert_eq!(said("lead.landed_share"), "100");
    city.proven();
}
