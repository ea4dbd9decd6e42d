//! An area from its readiness to its first works.

use crate::city::City;

#[test]
fn an_area_from_readiness_to_its_first_works() {
    let city = City::founded("2024-01-10");
    let desk = city.desk("zhangce.project");
    let area = desk.open(
        "area",
        &[
            ("name", "样例·产教融合片区"),
            ("kind", "产教融合片区"),
            ("town", "湛河北路街道"),
            ("planned_on", "2024-01"),
            ("land", "320"),
        ],
    );
    assert_eq!(city.on("area.readiness_share", "2024-01-31"), "0");
    let ready = [
        ("2024-02-20", "plan_ready_on", "25"),
        ("2024-04-10", "land_ready_on", "50"),
        ("2024-05-15", "road_ready_on", "75"),
        ("2024-06-12", "utility_ready_on", "100"),
    ];
    for (on, what, share) in ready {
        city.until(on);
        desk.amend("area", area, &[(what, on)]);
        assert_eq!(city.on("area.readiness_share", on), share, "{what}");
    }
    let first = [
        ("area", "样例·产教融合片区"),
        ("name", "样例·实训楼"),
        ("kind", "公共服务"),
        ("joined_on", "2024-06-12"),
        ("investment", "4000"),
    ];
    let first = desk.open("area_member", &first);
    let (code, _) = desk
        .may_make("area", area, "start", &[("started_on", "2024-06-12")])
        .expect_err("nobody said that it is ready");
    assert_eq!(code, "out_of_turn");
    desk.make("area", area, "ready", &[]);
    city.until("2024-07-08");
    desk.make("area", area, "start", &[("started_on", "2024-07-08")]);
    desk.amend("area_member", first, &[("landed_on", "2024-07-08"), ("done", "300")]);
    assert_eq!(city.on("area.members", "2024-06-11"), "0");
    assert_eq!(city.on("area.members", "2024-06-30"), "1");
    assert_eq!(city.on("area.own_done", "2024-06-30"), "not_reported");
    assert_eq!(city.on("area.own_done", "2024-07-08"), "3000000");
    // It leaves the area: what it was on the days before stays, and no later day counts it.
    city.until("2024-09-02");
    desk.amend("area_member", first, &[("left_on", "2024-09-01")]);
    assert_eq!(city.on("area.investment", "2024-08-31"), "40000000");
    assert_eq!(city.on("area.members", "2024-09-02"), "0");
    city.proven();
}
