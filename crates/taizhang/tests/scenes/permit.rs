//! What an agent runs errands for beside the plain way: accepted with papers missing, on a commitment that is checked
//! later, a correction told once, an evaluation that takes its own time; and the load of each agent.

use crate::city::{City, Desk};
use taizhang_core::id::RecordNo;

fn case(desk: &Desk<'_>, project: &str, matter: &str, handler: &str, promised: &str) -> RecordNo {
    let set = [
        ("project", project),
        ("matter", matter),
        ("entrusted_on", "2024-03-04"),
        ("promised_days", promised),
        ("handler", handler),
    ];
    desk.open("agent_case", &set)
}

/// The last day of a limit of a record, and its light, as its handler sees it.
fn clock(city: &City, record: RecordNo, limit: &str) -> Option<(Option<String>, &'static str)> {
    let duties = city.app.duties(&city.desk("daiban.jiaodian").scope).expect("duties");
    let mut of = duties
        .into_iter()
        .filter(|view| view.record == record && view.limit.0 == limit);
    of.next()
        .map(|view| (view.duty.due.map(|day| day.to_string()), view.light))
}

#[test]
fn permits_with_missing_papers_on_commitment_and_with_stops() {
    let city = City::founded("2024-03-04");
    let desk = city.desk("zhangce.project");
    let agent = city.desk("daiban.jiaodian");
    let set = [
        ("name", "样例·电池包"),
        ("town", "410402100"),
        ("listed_on", "2024-03-04"),
    ];
    let project = format!("#{}", desk.open("project", &set));
    let me = format!("#{}", agent.scope.actor);
    let [lacking, committed, stopped] =
        ["备案", "环评", "施工许可"].map(|matter| case(&agent, &project, matter, &me, "5"));
    let at = |record, limit| clock(&city, record, limit);
    assert_eq!(at(lacking, "tell"), Some((Some("2024-03-11".to_owned()), "green")));

    // Missing papers: which, and until when, must stand there; the clock of the papers outlives the permit.
    let (code, _) = agent
        .may_make(
            "agent_case",
            lacking,
            "accept_missing",
            &[("accepted_on", "2024-03-04")],
        )
        .expect_err("what is missing?");
    assert_eq!(code, "move_needs");
    let missing = [
        ("accepted_on", "2024-03-04"),
        ("missing", "土地证"),
        ("papers_until", "2024-03-16"),
    ];
    agent.make("agent_case", lacking, "accept_missing", &missing);
    agent.make("agent_case", lacking, "finish", &[("finished_on", "2024-03-04")]);
    // The sixteenth is a Saturday.
    assert_eq!(at(lacking, "papers"), Some((Some("2024-03-18".to_owned()), "green")));

    // On commitment: done at once, checked later; untrue, and it begins anew.
    agent
        .may_make("agent_case", committed, "commit", &[("finished_on", "2024-03-04")])
        .expect_err("until when is it checked?");
    let promise = [("finished_on", "2024-03-04"), ("check_until", "2024-04-01")];
    agent.make("agent_case", committed, "commit", &promise);
    assert_eq!(at(committed, "check"), Some((Some("2024-04-01".to_owned()), "green")));
    agent.make("agent_case", committed, "break", &[]);
    assert_eq!(agent.stage(committed), "collecting");
    assert_eq!(at(committed, "check"), None);

    // Statutory and promised limit side by side; both stand still over a correction and an evaluation.
    agent.make("agent_case", stopped, "tell", &[]);
    agent.make("agent_case", stopped, "accept", &[("accepted_on", "2024-03-04")]);
    assert_eq!(at(stopped, "permit"), Some((Some("2024-04-01".to_owned()), "green")));
    assert_eq!(at(stopped, "promise"), Some((Some("2024-03-11".to_owned()), "green")));
    city.until("2024-03-06");
    agent
        .may_make("agent_case", stopped, "ask", &[])
        .expect_err("what is missing is told once");
    agent.make("agent_case", stopped, "ask", &[("missing", "图纸")]);
    assert_eq!(at(stopped, "promise"), Some((None, "none")));
    city.until("2024-03-13");
    agent.make("agent_case", stopped, "resume", &[]);
    assert_eq!(at(stopped, "promise"), Some((Some("2024-03-18".to_owned()), "green")));
    // Qingming is off from the fourth to the sixth, and the Sunday after it works.
    assert_eq!(at(stopped, "permit"), Some((Some("2024-04-09".to_owned()), "green")));

    // Who has how much in hand.
    let question = taizhang::app::ask::FigureQuestion {
        account: "agent_case.load".to_owned(),
        unit: None,
        span: taizhang::app::ask::Span::AsOf(city.app.today()),
        known_at: None,
    };
    let by = taizhang::app::ask::By::Dimension("handler".to_owned());
    let mut asking = city.app.asking().expect("a reading");
    let rows = asking.rows(&question, &by).expect("rows");
    let load = rows
        .iter()
        .find(|row| row.label == "daiban.jiaodian")
        .and_then(|row| row.value.clone());
    assert_eq!(
        load.as_deref(),
        Some("2"),
        "{:?}",
        rows.iter().map(|row| &row.label).collect::<Vec<_>>()
    );
    drop(asking);

    // The papers came too late: a figure until they are there.
    city.until("2024-03-20");
    assert_eq!(city.on("agent_case.missing_late", "2024-03-18"), "0");
    assert_eq!(city.on("agent_case.missing_late", "2024-03-20"), "1");
    assert_eq!(at(lacking, "papers").map(|(_, light)| light), Some("red"));
    let early = [("supplied_on", "2024-03-01")];
    agent
        .may_make("agent_case", lacking, "supply", &early)
        .expect_err("before it was accepted");
    agent.make("agent_case", lacking, "supply", &[("supplied_on", "2024-03-20")]);
    assert_eq!(at(lacking, "papers"), None);
    assert_eq!(city.on("agent_case.missing_late", "2024-03-20"), "0");
    agent.make(
        "agent_case",
        lacking,
        "rate",
        &[("rating", "满意"), ("rated_on", "2024-03-20")],
    );
    city.proven();
}

#[test]
fn three_certificates_and_one_number_side_by_side() {
    let city = City::founded("2024-03-04");
    let desk = city.desk("zhangce.innovation");
    let kinds = ["营业执照", "广播电视节目制作经营许可证", "网络文化经营许可证", "备案号"];
    let number = |kind: &str| format!("样例-{kind}");
    let records = kinds.map(|kind| {
        let number = number(kind);
        let set = [
            ("number", number.as_str()),
            ("firm", "样例微剧公司"),
            ("kind", kind),
            ("town", "410402100"),
            ("applied_on", "2024-03-04"),
        ];
        let record = desk.open("licence_case", &set);
        desk.make("licence_case", record, "accept", &[("accepted_on", "2024-03-04")]);
        record
    });
    // One waits for papers of the applicant: those days do not count.
    city.until("2024-03-06");
    desk.make("licence_case", records[1], "ask", &[]);
    city.until("2024-03-12");
    desk.make("licence_case", records[1], "resume", &[]);
    city.until("2024-03-19");
    for record in [records[0], records[2]] {
        let granted = [
            ("granted_on", "2024-03-14"),
            ("licence_no", "样例"),
            ("begin_by", "2024-03-29"),
        ];
        desk.make("licence_case", record, "grant", &granted);
    }
    // Ten working days from the fourth end on the eighteenth; four days stood still.
    assert_eq!(city.on("licence.late", "2024-03-18"), "0");
    assert_eq!(
        city.on("licence.late", "2024-03-19"),
        "1",
        "the number alone, not the one that was corrected"
    );
    let compared = [("compared", "12"), ("used", "8")];
    let (code, said) = desk
        .may_make(
            "licence_case",
            records[3],
            "grant",
            &[&[("granted_on", "2024-03-19")], &compared[..]].concat(),
        )
        .expect_err("compared with what?");
    assert!(said.contains("没有依据就不能比"), "{code}: {said}");
    desk.make("licence_case", records[3], "grant", &[("granted_on", "2024-03-19")]);
    desk.make("licence_case", records[0], "begin", &[("began_on", "2024-03-19")]);
    assert_eq!(city.between("licence.granted", "2024-01-01", "2024-12-31"), "3");
    // (10 + 10 + 15) natural days over three.
    assert_eq!(city.between("licence.days", "2024-01-01", "2024-12-31"), "35");
    let passed = city.until("2024-04-02");
    assert_eq!(passed.timeouts, 1, "who began keeps theirs, who did not loses it");
    assert_eq!(desk.stage(records[0]), "working");
    assert_eq!(desk.stage(records[2]), "lapsed");
    assert_eq!(city.on("licence.lapsed", "2024-03-30"), "1");
    city.proven();
}
