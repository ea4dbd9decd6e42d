//! The whole of 2024, day by day: every reminder, draft, time-out, light and message that should come does, and none
//! comes twice. The days are those of the notice of 2023-10-25, counted by hand.

use super::book::{Year, day, told};
use super::letters::Letters;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use taizhang::app::desks::{Then, Whose};
use taizhang::app::notice::{Festival, Notice, with_notice};
use taizhang::message::Carriers;
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;

const HOUR: i64 = 3_600_000_000;

struct Course {
    year: Year,
    records: BTreeMap<&'static str, RecordNo>,
}

impl Course {
    fn open(&mut self, name: &'static str, register: &str, set: &[(&str, &str)]) {
        let record = self.year.open(register, set);
        self.records.insert(name, record);
    }

    fn make(&self, name: &str, register: &str, move_id: &str, set: &[(&str, &str)]) {
        self.year.make(register, self.records[name], move_id, set);
    }

    fn task(&mut self, name: &'static str, deadline: &str) {
        let assigned = self.year.app.today().to_string();
        let set = [
            ("number", name),
            ("name", name),
            ("unit", "XH-08"),
            ("assigned_on", assigned.as_str()),
            ("deadline", deadline),
        ];
        self.open(name, "task", &set);
    }

    fn licence(&mut self, name: &'static str) {
        let set = [
            ("number", name),
            ("firm", "样例微剧公司"),
            ("kind", "营业执照"),
            ("town", "410402100"),
            ("applied_on", "2024-03-01"),
            ("accepted_on", "2024-03-01"),
            ("granted_on", "2024-03-01"),
            ("begin_by", "2024-06-28"),
        ];
        self.open(name, "licence_case", &set);
        self.make(name, "licence_case", "accept", &[]);
        self.make(name, "licence_case", "grant", &[]);
    }

    fn name(&self, record: RecordNo) -> &'static str {
        let found = self.records.iter().find(|(_, no)| **no == record);
        found.map_or("?", |(name, _)| *name)
    }

    /// What people do on a day.
    fn day(&mut self, today: &str) {
        match today {
            "2024-02-01" => {
                let set = [
                    ("name", "电池包"),
                    ("town", "410402100"),
                    ("listed_on", "2024-02-01"),
                    ("track", "企业备案"),
                ];
                self.open("project", "project", &set);
                self.make("project", "project", "prepare", &[]);
                let set = [
                    ("number", "X-1"),
                    ("town", "410402100"),
                    ("first", "是"),
                    ("registered_on", "2024-02-01"),
                    ("accepted_on", "2024-02-01"),
                ];
                self.open("petition", "petition", &set);
                self.make("petition", "petition", "accept", &[]);
            }
            "2024-02-05" => {
                let rows = self.year.rows("procedure");
                let code = rows.iter().find(|row| told(row, "matter") == "code");
                let code = code.map(|row| told(row, "id").parse().expect("a number"));
                self.records.insert("code", code.expect("opened by the template"));
                self.make("code", "procedure", "submit", &[]);
            }
            "2024-03-01" => {
                self.task("late", "2024-05-31");
                self.task("in time", "2024-09-30");
                self.task("a little late", "2024-09-30");
                self.task("put off", "2024-08-30");
                self.licence("unused");
                self.licence("begun");
            }
            "2024-03-04" => {
                for name in ["late", "in time", "a little late", "put off"] {
                    self.make(name, "task", "accept", &[]);
                }
            }
            "2024-03-05" => self.make("code", "procedure", "finish", &[("lapses_on", "2024-06-14")]),
            "2024-04-20" => self.make("petition", "petition", "answer", &[("answered_on", "2024-04-20")]),
            "2024-04-22" => {
                for (name, above, unit) in [("water", "区属", "XH-08"), ("power", "企业", "")] {
                    let project = format!("#{}", self.records["project"]);
                    let set = [
                        ("number", name),
                        ("project", project.as_str()),
                        ("factor", "用水"),
                        ("matter", name),
                        ("above", above),
                        ("unit", unit),
                        ("raised_on", "2024-04-22"),
                    ];
                    self.open(name, "coordination", &set);
                }
            }
            "2024-05-10" => self.make("begun", "licence_case", "begin", &[("began_on", "2024-05-10")]),
            "2024-05-20" => {
                let set = [("answer", "接通临时用水"), ("answered_on", "2024-05-20")];
                self.make("water", "coordination", "answer", &set);
                self.make("power", "coordination", "answer", &set);
            }
            "2024-07-01" => {
                let set = [
                    ("number", "Y-1"),
                    ("matter", "疏散通道堵塞"),
                    ("town", "410402100"),
                    ("grade", "一般"),
                    ("found_on", "2024-07-01"),
                    ("measures", "清理"),
                    ("deadline", "2024-07-15"),
                ];
                self.open("hazard", "hazard", &set);
                self.make("hazard", "hazard", "assign", &[]);
            }
            "2024-08-01" => self.make("hazard", "hazard", "report", &[]),
            "2024-08-02" => self.make("hazard", "hazard", "close", &[("closed_on", "2024-08-02")]),
            "2024-08-26" => {
                let set = [("extended_to", "2024-11-29"), ("extension", "区长办公会同意")];
                self.make("put off", "task", "extend", &set);
            }
            "2024-09-20" => self.make("in time", "task", "submit", &[]),
            "2024-10-10" => self.make("a little late", "task", "submit", &[]),
            "2024-11-21" => self.make("put off", "task", "submit", &[]),
            "2024-12-02" => {
                for name in ["in time", "a little late", "put off"] {
                    self.make(name, "task", "close", &[("done_on", "2024-12-02")]);
                }
            }
            _ => {}
        }
    }

    /// What lies on the desk of the unit that the tasks are of, by record and limit.
    fn lights(&self, unit: RecordNo, as_of: Option<Day>) -> BTreeMap<(RecordNo, String), &'static str> {
        let program = self.year.app.program_scope().expect("a scope");
        let then = Then { as_of, known_at: None };
        let desk = self.year.app.desk_of(&program, Whose::Unit(unit), then);
        let views = desk.expect("a desk").duties.into_iter();
        views
            .map(|view| ((view.record, view.limit.0.clone()), view.light))
            .collect()
    }

    fn unit(&self, code: &str) -> RecordNo {
        let app = &self.year.app;
        let asking = app.asking().expect("asking");
        let tree = asking.tree(app.today(), asking.reading.n());
        asking.unit(&tree, Some(code)).expect("a unit")
    }

    fn turn(&self, hour: i64) {
        // Midnight of the clock is eight in the morning here.
        self.year.clock.asked.store((hour - 8) * HOUR, Ordering::Relaxed);
    }
}

#[test]
fn a_year_of_days_fires_what_it_should_and_nothing_twice() {
    let mut course = Course {
        year: Year::new(),
        records: BTreeMap::new(),
    };
    let actor = course.year.open("actor", &[("login", "li"), ("name", "样例·负责人")]);
    let actor = format!("#{actor}");
    let post = [
        ("actor", actor.as_str()),
        ("unit", "XH-08"),
        ("role", "unit_head"),
        ("from", "2024-01-01"),
    ];
    course.year.open("position", &post);
    let letters = Letters::default();
    let ways = Carriers {
        ways: vec![Box::new(letters.clone())],
        site: None,
    };
    let unit = course.unit("XH-08");
    let (mut timeouts, mut spoken, mut kept) = (Vec::new(), Vec::new(), Vec::new());
    let mut lights: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let (mut sent, mut drafted) = (0, 0);
    while course.year.app.today() <= day("2024-12-31") {
        let today = course.year.app.today();
        course.turn(7);
        course.day(&today.to_string());
        for _ in 0..2 {
            let done = course.year.app.round().expect("a round");
            if done.timeouts > 0 {
                timeouts.push(format!("{today} {}", done.timeouts));
            }
            (sent, drafted) = (sent + done.sent, drafted + done.drafted);
            assert_eq!(done.refused, 0, "{today}");
        }
        // Quiet at seven and at nine in the evening; at nine and at ten it speaks, once.
        let li = course.year.app.scope("li").expect("a scope");
        let own = course.year.app.duties(&li).expect("duties");
        let pressing = own.iter().any(|view| ["red", "yellow"].contains(&view.light));
        let said: Vec<usize> = [7, 9, 10, 21]
            .map(|hour| {
                course.turn(hour);
                course.year.app.digest(&ways).expect("a digest").sent
            })
            .into();
        if said[1] == 1 {
            spoken.push(today);
        }
        assert!(said[0] + said[2] + said[3] == 0 && said[1] <= 1, "{today} {said:?}");
        let works = course.year.app.definition().expect("a definition");
        let works = works.calendar.latest().is_working_day(today).working;
        assert_eq!(said[1] == 1, pressing && works, "{today}");
        let shown = course.lights(unit, None);
        for ((record, limit), light) in &shown {
            if ["finish", "answer"].contains(&limit.as_str()) {
                let line = lights.entry(course.name(*record)).or_default();
                if line.last().is_none_or(|last| !last.ends_with(light)) {
                    line.push(format!("{today} {light}"));
                }
            }
        }
        if today.0 % 16 == 0 {
            kept.push((today, shown));
        }
        course.year.clock.day.fetch_add(1, Ordering::Relaxed);
    }
    let rows = course.year.rows("reminder");
    let mut fired: Vec<String> = rows
        .iter()
        .map(|row| {
            let name = course.name(told(row, "record").parse().expect("a number"));
            format!(
                "{} {name} {} {}",
                told(row, "made_on"),
                told(row, "rung"),
                told(row, "stage")
            )
        })
        .collect();
    fired.sort();
    // The make-up Sundays of 7 and 28 April and 29 September, the make-up Saturdays of 11 May and 12 October are working
    // days; Qingming, Labour Day, the Dragon Boat Monday and the week of National Day are none.
    let expected = [
        "2024-03-18 petition remind sent",
        "2024-04-02 petition press sent",
        "2024-04-09 petition supervise drafted",
        "2024-04-26 water remind sent",
        "2024-04-30 code remind sent",
        "2024-04-30 water press sent",
        "2024-05-09 water notify drafted",
        "2024-05-15 water talk drafted",
        "2024-05-24 late remind sent",
        "2024-05-30 unused remind sent",
        "2024-06-03 late press sent",
        "2024-06-07 late supervise drafted",
        "2024-06-17 late notify drafted",
        "2024-06-24 late talk drafted",
        "2024-07-10 hazard remind sent",
        "2024-07-16 hazard press sent",
        "2024-07-18 hazard supervise drafted",
        "2024-07-24 hazard notify drafted",
        "2024-08-23 put off remind sent",
        "2024-09-24 a little late remind sent",
        "2024-10-08 a little late press sent",
    ];
    assert_eq!(
        fired, expected,
        "nobody is reminded for an organ that is not the district's"
    );
    assert_eq!((sent, drafted), (13, 8));
    // Nobody accepted the code within five working days: it is deemed accepted after the make-up Sunday of February.
    // What it gave was not used by 14 June, nor one of the licences by the 28th.
    assert_eq!(timeouts, ["2024-02-19 1", "2024-06-15 1", "2024-06-29 1"]);
    let stage = |register: &str, name: &str| {
        let rows = course.year.rows(register);
        let record = course.records[name].to_string();
        rows.iter()
            .find(|row| told(row, "id") == record)
            .map(|row| told(row, "stage").to_owned())
    };
    assert_eq!(stage("procedure", "code").as_deref(), Some("lapsed"));
    assert_eq!(stage("licence_case", "unused").as_deref(), Some("lapsed"));
    assert_eq!(stage("licence_case", "begun").as_deref(), Some("working"));
    assert_eq!(
        lights["late"],
        ["2024-03-01 green", "2024-05-24 yellow", "2024-06-01 red"]
    );
    assert_eq!(
        lights["put off"],
        ["2024-03-01 green", "2024-08-23 yellow", "2024-08-26 green"]
    );
    assert_eq!(
        lights["water"],
        ["2024-04-22 green", "2024-04-26 yellow", "2024-04-30 red"]
    );
    let letters = letters.0.lock().expect("letters");
    assert_eq!(letters.len(), spoken.len());
    assert!(
        spoken.contains(&day("2024-05-11")),
        "a make-up Saturday is a morning like others"
    );
    for rest in ["2024-05-01", "2024-06-08", "2024-06-10", "2024-10-01"] {
        assert!(!spoken.contains(&day(rest)), "{rest}");
    }
    for (then, shown) in kept {
        assert_eq!(course.lights(unit, Some(then)), shown, "as it was at the end of {then}");
    }
}

#[test]
fn a_second_notice_moves_last_days_and_reminds_nobody_again() {
    let mut course = Course {
        year: Year::from(day("2024-05-20")),
        records: BTreeMap::new(),
    };
    course.task("moved", "2024-05-31");
    course.make("moved", "task", "accept", &[]);
    let letters = Letters::default();
    let ways = Carriers {
        ways: vec![Box::new(letters.clone())],
        site: None,
    };
    let actor = format!(
        "#{}",
        course.year.open("actor", &[("login", "li"), ("name", "样例·负责人")])
    );
    let post = [
        ("actor", actor.as_str()),
        ("unit", "XH-08"),
        ("role", "unit_head"),
        ("from", "2024-01-01"),
    ];
    course.year.open("position", &post);
    while course.year.app.today() <= day("2024-06-12") {
        let today = course.year.app.today();
        course.turn(9);
        if today == day("2024-05-27") {
            let notice = Notice {
                year: 2024,
                announced_on: today,
                address: "https://example.test/notice".to_owned(),
                festivals: vec![Festival {
                    name: "样例假日".to_owned(),
                    from: day("2024-05-31"),
                    to: day("2024-06-02"),
                    work: Vec::new(),
                }],
            };
            let app = &course.year.app;
            let files = with_notice(app.pack_files().expect("files"), &notice).expect("restated");
            let plan = app.plan_pack(files).expect("planned");
            let program = app.program_scope().expect("a scope");
            app.apply_pack(&program, plan, None, None)
                .expect("applied")
                .expect("another calendar");
        }
        for _ in 0..2 {
            course.year.app.round().expect("a round");
            course.year.app.digest(&ways).expect("a digest");
        }
        course.year.clock.day.fetch_add(1, Ordering::Relaxed);
    }
    let rows = course.year.rows("reminder");
    let mut fired: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", told(row, "made_on"), told(row, "rung"), told(row, "due")))
        .collect();
    fired.sort();
    let expected = [
        "2024-05-24 remind 2024-05-31",
        "2024-06-04 press 2024-06-03",
        "2024-06-11 supervise 2024-06-03",
    ];
    assert_eq!(fired, expected, "reminded once, pressed from the new last day on");
    let letters = letters.0.lock().expect("letters");
    let mut days: Vec<Day> = letters.iter().map(|(_, day)| *day).collect();
    days.dedup();
    assert_eq!(days.len(), letters.len(), "one message for each person and day");
}
