//! What a record above hands down is settled too: it stands in the locked period of the record below.

use super::district::District;
use taizhang::app::execute::{Draft, DraftWish};

#[test]
fn what_a_record_above_hands_down_into_a_locked_period_is_refused() {
    let (district, _clock) = District::on("2024-08-28");
    let set = [
        ("name", "样例·项目"),
        ("town", "焦店镇"),
        ("listed_on", "2024-05-10"),
        ("investment", "2"),
    ];
    let project = district.open("project", "2024-05-10", &set);
    let above = format!("#{project}");
    let progress = [
        ("project", above.as_str()),
        ("month", "2024-06"),
        ("done", "100"),
        ("reported_on", "2024-07-03"),
    ];
    district.open("progress", "2024-07-03", &progress);
    let lock = [
        ("register", "progress"),
        ("unit", "焦店镇"),
        ("from", "2024-06-01"),
        ("to", "2024-06-30"),
        ("reason", "六月进度已签署上报"),
    ];
    district.open("period_lock", "2024-08-02", &lock);
    let amend = |field: &str, text: &str| Draft {
        record: Some(project),
        wish: DraftWish::Amend,
        ..district.draft("project", "2024-08-05", &[(field, text)])
    };
    district.write(amend("investment", "3")).expect("nothing below says it");
    let said = district.refused(amend("town", "光明路街道"));
    assert!(
        said.contains("已经锁定") && said.contains("六月进度已签署上报"),
        "June's progress would be of another town: {said}"
    );
}
