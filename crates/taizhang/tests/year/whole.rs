//! The whole of 2024 over the sample book, told day by day, while nobody knows yet what days 2025 has: every light,
//! reminder, escalation, draft, time-out and morning message is as a little model of its own says, and none comes twice.

use super::book::{Year, day, told};
use super::letters::Letters;
use super::model::{Known, Paper, Rule, Running, rules};
use super::sample::{Retelling, Said, packs, sample};
use crate::district::founded_of;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;
use taizhang::app::book::read_pack;
use taizhang::app::duties::light;
use taizhang::app::execute::DraftWish;
use taizhang::app::notice::{Festival, Notice, with_notice};
use taizhang::message::Carriers;
use taizhang_core::calendar::Moment;
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;
use taizhang_core::pack::Files;

/// The day on which the State Council said what days 2025 has.
const ANNOUNCED: &str = "2024-11-12";

/// The unit whose head gets the morning message, and who that is.
const UNIT: &str = "XH-08";
const HEAD: &str = "fuze.fagai";

/// The pack as it was in the year: only what had been announced by its beginning.
fn pack_of_the_year() -> Files {
    let mut files = read_pack(&packs().join("xinhua")).expect("read");
    for (name, column) in [("days", 3), ("notices", 0), ("restatements", 5)] {
        let path = format!("calendar/{name}.csv");
        let text = std::fs::read_to_string(packs().join("base").join(&path)).expect("read");
        let year = |line: &&str| line.split(',').nth(column).is_some_and(|year| *year <= *"2024");
        let mut lines: Vec<&str> = text.lines().take(1).collect();
        lines.extend(text.lines().skip(1).filter(year));
        files.insert(path, lines.join("\n") + "\n");
    }
    files
}

/// The notice on 2025, as its readers type it in.
fn notice() -> Notice {
    let festival = |name: &str, from: &str, to: &str, work: &[&str]| Festival {
        name: name.to_owned(),
        from: day(from),
        to: day(to),
        work: work.iter().map(|text| day(text)).collect(),
    };
    Notice {
        year: 2025,
        announced_on: day(ANNOUNCED),
        address: "https://www.gov.cn/zhengce/zhengceku/202411/content_6986383.htm".to_owned(),
        festivals: vec![
            festival("元旦", "2025-01-01", "2025-01-01", &[]),
            festival("春节", "2025-01-28", "2025-02-04", &["2025-01-26", "2025-02-08"]),
            festival("清明节", "2025-04-04", "2025-04-06", &[]),
            festival("劳动节", "2025-05-01", "2025-05-05", &["2025-04-27"]),
            festival("端午节", "2025-05-31", "2025-06-02", &[]),
            festival(
                "国庆节、中秋节",
                "2025-10-01",
                "2025-10-08",
                &["2025-09-28", "2025-10-11"],
            ),
        ],
    }
}

/// What the model knows of a record.
#[derive(Default)]
struct Record {
    register: String,
    /// What was said of it, by day, in the order in which it was said.
    said: Vec<(Day, Known)>,
    /// How much was said of it until now.
    count: usize,
    /// The limits that run over it, by their place among the rules, and the unit on whose desk each lies; none while
    /// that must be found out anew.
    running: Option<Vec<(usize, Running, Option<String>)>>,
}

/// Everything that ought to happen.
struct Model {
    paper: Paper,
    rules: Vec<Rule>,
    records: BTreeMap<RecordNo, Record>,
    /// Which steps were come to: with the last days that were spoken of, and how much had been said by then.
    steps: BTreeMap<(RecordNo, String, String), (BTreeSet<Day>, usize)>,
    fired: Vec<String>,
    /// Drafts that wait for somebody to issue them, by the day they were made.
    drafts: Vec<Day>,
    timeouts: Vec<String>,
    lines: String,
    /// The unit whose desk is looked at, by its number.
    desk: String,
}

/// A light: the record, the register and limit, its last day, whether that is provisional, the colour.
type Light = (RecordNo, String, Day, bool, &'static str);

impl Model {
    fn new(files: &Files, desk: RecordNo) -> Model {
        let mut all = Vec::new();
        for (path, text) in files {
            let register = path
                .strip_prefix("registers/")
                .and_then(|name| name.strip_suffix(".toml"));
            all.extend(register.map(|register| rules(register, text)).into_iter().flatten());
        }
        let lines = std::fs::read_to_string(packs().join("base/calendar/days.csv")).expect("read");
        Model {
            paper: Paper::of(&lines, |year| year <= 2024),
            rules: all,
            records: BTreeMap::new(),
            steps: BTreeMap::new(),
            fired: Vec::new(),
            drafts: Vec::new(),
            timeouts: Vec::new(),
            lines,
            desk: desk.to_string(),
        }
    }

    fn hear(&mut self, said: &Said) {
        let record = self.records.entry(said.record).or_default();
        record.register.clone_from(&said.register);
        record.count += 1;
        record.running = None;
        let mut known: Known = said.set.iter().cloned().collect();
        known.extend(said.days.iter().cloned());
        known.extend(said.stage.clone().map(|stage| ("stage".to_owned(), stage)));
        record.said.push((said.day, known));
        // Of one day what was said later counts; the sort keeps the order of equal days.
        record.said.sort_by_key(|(day, _)| *day);
    }

    /// What was so at the end of each day on which something was said.
    fn evenings(record: &Record) -> Vec<(Day, Known)> {
        let mut evenings: Vec<(Day, Known)> = Vec::new();
        for (day, said) in &record.said {
            let mut known = evenings.last().map(|(_, known)| known.clone()).unwrap_or_default();
            known.extend(said.clone());
            match evenings.last_mut() {
                Some((last, there)) if last == day => *there = known,
                _ => evenings.push((*day, known)),
            }
        }
        evenings
    }

    /// Another calendar: every last day is found anew.
    fn announced(&mut self) {
        self.paper = Paper::of(&self.lines, |year| year <= 2025);
        self.records.values_mut().for_each(|record| record.running = None);
    }

    /// Finds out which limits run over a record.
    fn look(&mut self, number: RecordNo) {
        let record = &self.records[&number];
        if record.running.is_some() {
            return;
        }
        let evenings = Model::evenings(record);
        let last = &evenings.last().expect("it was opened").1;
        let mut found = Vec::new();
        for (at, rule) in self.rules.iter().enumerate() {
            if rule.register != record.register {
                continue;
            }
            if let Some(running) = rule.running(&self.paper, &evenings) {
                let unit = rule.unit.as_ref().and_then(|field| last.get(field)).cloned();
                found.push((at, running, unit));
            }
        }
        self.records.get_mut(&number).expect("a record").running = Some(found);
    }

    /// Makes the round of a day; the lights that it leaves, and those on the desk of the unit.
    fn round(&mut self, today: Day) -> (Vec<Light>, Vec<&'static str>) {
        let (mut lights, mut desk) = (Vec::new(), Vec::new());
        let numbers: Vec<RecordNo> = self.records.keys().copied().collect();
        for number in numbers {
            self.look(number);
            self.time_out(number, today);
            let record = &self.records[&number];
            let mut coming = Vec::new();
            for (at, running, unit) in record.running.iter().flatten() {
                let rule = &self.rules[*at];
                let colour = rule.light(&self.paper, running.due, today);
                let name = format!("{}/{}", rule.register, rule.id);
                lights.push((number, name, running.due, running.provisional, colour));
                if !rule.role && unit.as_deref() == Some(self.desk.as_str()) {
                    desk.push(colour);
                }
                if let Some((step, drafted)) = rule.step(&self.paper, running.due, today) {
                    coming.push((rule.id.clone(), step.to_owned(), drafted, running.due));
                }
            }
            let (register, count) = (record.register.clone(), record.count);
            for (limit, step, drafted, due) in coming {
                let key = (number, limit.clone(), step.clone());
                let spoken = self.steps.entry(key).or_default();
                let moved_by_calendar = !spoken.0.is_empty() && spoken.1 == count;
                if spoken.0.contains(&due) || moved_by_calendar {
                    continue;
                }
                spoken.0.insert(due);
                spoken.1 = count;
                let stage = if drafted { "drafted" } else { "sent" };
                let line = format!("{today} {register}/{number}/{limit}/{due}/{step} {stage}");
                self.fired.push(line);
                self.drafts.extend(drafted.then_some(today));
            }
        }
        for made in &self.drafts {
            let due = self.paper.after(*made, 5);
            let colour = match today.cmp(&due) {
                std::cmp::Ordering::Greater => "red",
                std::cmp::Ordering::Equal => "yellow",
                std::cmp::Ordering::Less => "green",
            };
            lights.push((0, "reminder/decide".to_owned(), due, false, colour));
        }
        (lights, desk)
    }

    /// A limit that ran out moves its record, by nobody's hand.
    fn time_out(&mut self, number: RecordNo, today: Day) {
        let record = &self.records[&number];
        let over = record.running.iter().flatten().find_map(|(at, running, _)| {
            let stage = self.rules[*at].timeout.clone()?;
            (running.due < today).then(|| (stage, running.due.next()))
        });
        let Some((stage, on)) = over else { return };
        self.timeouts.push(format!("{today} {}/{number}", record.register));
        let register = record.register.clone();
        self.hear(&Said::told(&register, number, on, DraftWish::Note, &stage));
        self.look(number);
    }
}

/// The lights of all limits that count days, as the program has them.
fn lights(book: &Retelling, there: &BTreeMap<RecordNo, RecordNo>, rules: &[Rule]) -> Vec<Light> {
    let app = &book.year.app;
    let definition = app.definition().expect("a definition");
    let mut reading = app.reading().expect("a reading");
    let at = Moment {
        day: app.today(),
        minute: 0,
    };
    let mut found = Vec::new();
    for rule in rules {
        let register = definition.register_named(&rule.register).expect("a register");
        let limit = register
            .limits
            .iter()
            .find(|limit| limit.id == rule.id)
            .expect("a limit");
        let conn = reading.conn().expect("a connection");
        let rows = taizhang_store::duty::due_between(conn, register, limit, Day::MIN, Day::MAX);
        for row in rows.expect("duties") {
            let due = row.duty.due.expect("a last day");
            let record = there.get(&row.record).copied().unwrap_or(0);
            let name = format!("{}/{}", rule.register, rule.id);
            found.push((record, name, due, row.duty.provisional, light(&row.duty, at)));
        }
    }
    found
}

/// Limits that run into the year that nobody knows yet.
fn into_the_next_year(unit: RecordNo, town: RecordNo) -> Vec<Said> {
    let (unit, town) = (unit.to_string(), town.to_string());
    let task = |record: RecordNo, number: &str, deadline: &str| {
        let opened = Said::told("task", record, day("2024-11-01"), DraftWish::Open, "assigned");
        let set = [
            ("number", number),
            ("name", number),
            ("unit", unit.as_str()),
            ("assigned_on", "2024-11-01"),
            ("deadline", deadline),
        ];
        opened.with(&set)
    };
    let accepted = |record| {
        Said::told(
            "task",
            record,
            day("2024-11-04"),
            DraftWish::Move("accept".to_owned()),
            "doing",
        )
    };
    let petition = Said::told("petition", -3, day("2024-11-06"), DraftWish::Open, "registered").with(&[
        ("number", "跨年信访"),
        ("town", town.as_str()),
        ("first", "是"),
        ("registered_on", "2024-11-06"),
        ("accepted_on", "2024-11-06"),
    ]);
    let handled = Said::told(
        "petition",
        -3,
        day("2024-11-06"),
        DraftWish::Move("accept".to_owned()),
        "accepted",
    );
    vec![
        // A Sunday on which people will work, and the first day of the Spring Festival.
        task(-1, "跨年一", "2025-01-26"),
        task(-2, "跨年二", "2025-01-28"),
        accepted(-1),
        accepted(-2),
        petition,
        handled,
    ]
}

#[test]
fn the_sample_book_lives_through_the_year_as_a_little_model_says() {
    let files = pack_of_the_year();
    let said = sample(&files, day("2024-12-31"));
    assert!(said.len() > 3_000, "{} things happen in the sample", said.len());
    let first = day("2023-12-31");
    let (app, clock, folder) = founded_of(first, files.clone());
    let mut book = Retelling::new(Year { app, clock, folder }, said);
    let [unit, town] = [UNIT, "410402100"].map(|code| {
        let asking = book.year.app.asking().expect("asking");
        let tree = asking.tree(book.year.app.today(), asking.reading.n());
        asking.unit(&tree, Some(code)).expect("a unit")
    });
    into_the_next_year(unit, town)
        .into_iter()
        .for_each(|said| book.add(said));
    // The messages of one head say as much as those of all; theirs take long.
    for row in book.year.rows("actor") {
        let record = row["id"].parse().expect("a number");
        if told(&row, "login") != HEAD {
            book.year
                .write("actor", Some(record), DraftWish::Amend, &[("disabled", "yes")]);
        }
    }
    let letters = Letters::default();
    let ways = Carriers {
        ways: vec![Box::new(letters.clone())],
        site: None,
    };
    let mut model = Model::new(&files, unit);
    let (mut timeouts, mut expected_mornings, mut provisional) = (0, Vec::new(), Vec::new());
    let mut colours: BTreeMap<&str, usize> = BTreeMap::new();
    let mut differs: Vec<String> = Vec::new();
    while book.year.app.today() <= day("2025-02-07") {
        let today = book.year.app.today();
        if today == day(ANNOUNCED) {
            let app = &book.year.app;
            let files = with_notice(app.pack_files().expect("files"), &notice()).expect("the next year");
            let plan = app.plan_pack(files).expect("planned");
            let program = app.program_scope().expect("a scope");
            let applied = app.apply_pack(&program, plan, None, None).expect("applied");
            applied.expect("another calendar");
            model.announced();
        }
        book.tell().iter().for_each(|said| model.hear(said));
        let done = book.year.app.round().expect("a round");
        assert_eq!(done.refused, 0, "{today}");
        timeouts += done.timeouts;
        if done != taizhang::app::round::Rounded::default() {
            let again = book.year.app.round().expect("a round");
            assert_eq!(
                again,
                taizhang::app::round::Rounded::default(),
                "{today}: a second round"
            );
        }
        let (mut expected, desk) = model.round(today);
        let there = book.here.iter().map(|(there, here)| (*here, *there)).collect();
        let mut shown = lights(&book, &there, &model.rules);
        expected.sort();
        shown.sort();
        if shown != expected {
            let only = |these: &[Light], those: &[Light]| -> Vec<Light> {
                these
                    .iter()
                    .filter(|light| !those.contains(light))
                    .take(12)
                    .cloned()
                    .collect()
            };
            differs.push(format!("{today} shown {:?}", only(&shown, &expected)));
            differs.push(format!("{today} model {:?}", only(&expected, &shown)));
        }
        assert!(differs.len() < 8, "{}\nrefused {:#?}", differs.join("\n"), book.refused);
        for light in &shown {
            *colours.entry(light.4).or_default() += 1;
        }
        let later = |light: &&Light| light.0 < 0 && light.2 > day("2024-12-31");
        let flags = |light: &Light| (light.0, light.2.to_string(), light.3);
        if [day("2024-11-11"), day(ANNOUNCED)].contains(&today) {
            provisional.push(shown.iter().filter(later).map(flags).collect::<Vec<_>>());
        }
        // Nine in the morning: the clock's midnight is eight o'clock here.
        book.year.clock.asked.fetch_max(3_600_000_000, Ordering::Relaxed);
        book.year.app.digest(&ways).expect("a digest");
        let pressing = desk.iter().any(|colour| ["red", "yellow"].contains(colour));
        expected_mornings.extend((pressing && model.paper.works(today)).then_some(today));
        book.year.clock.asked.store(0, Ordering::Relaxed);
        book.year.clock.day.fetch_add(1, Ordering::Relaxed);
    }
    assert!(differs.is_empty(), "{}", differs.join("\n"));
    assert!(book.refused.is_empty(), "{:#?}", book.refused);
    assert_eq!(timeouts, model.timeouts.len(), "{:?}", model.timeouts);
    let there: BTreeMap<RecordNo, RecordNo> = book.here.iter().map(|(there, here)| (*here, *there)).collect();
    let rows = book.year.rows("reminder");
    let line = |row: &BTreeMap<String, String>| {
        let record: RecordNo = told(row, "record").parse().expect("a number");
        let about = told(row, "about").replacen(&format!("/{record}/"), &format!("/{}/", there[&record]), 1);
        format!("{} {about} {}", told(row, "made_on"), told(row, "stage"))
    };
    let mut fired: Vec<String> = rows.iter().map(line).collect();
    fired.sort();
    model.fired.sort();
    assert!(fired.len() < 1_000, "all of them were listed");
    for (fired, expected) in fired.iter().zip(&model.fired) {
        assert_eq!(fired, expected);
    }
    assert_eq!(fired.len(), model.fired.len());
    let letters = letters.0.lock().expect("letters");
    let mornings: Vec<Day> = letters.iter().map(|(_, day)| *day).collect();
    assert_eq!(mornings, expected_mornings);
    // The model alone could be wrong in the same way: what a reader can count by hand.
    let flags = |due: [&str; 3], provisional: bool| {
        let due = due.map(str::to_owned);
        let rows = [-3, -2, -1].into_iter().zip(due);
        rows.map(|(record, due)| (record, due, provisional)).collect::<Vec<_>>()
    };
    let said = flags(["2025-01-06", "2025-01-28", "2025-01-27"], true);
    assert_eq!(provisional[0], said, "said to be provisional");
    let said = flags(["2025-01-06", "2025-02-05", "2025-01-26"], false);
    assert_eq!(provisional[1], said, "restated by the notice");
    println!(
        "{} reminders, {} time-outs, {} mornings, lights {colours:?}",
        fired.len(),
        timeouts,
        expected_mornings.len()
    );
    assert!(fired.len() > 100 && ["red", "yellow", "green"].iter().all(|colour| colours[colour] > 100));
}
