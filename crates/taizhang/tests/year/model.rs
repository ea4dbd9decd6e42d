//! A little model of limits, written from the law and not from the program: it walks from day to day with its finger
//! on a calendar. It shares no code with what it is held against; slow, and obviously right.

use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::Day;

/// A day's working days by the notices that have come.
#[derive(Default)]
pub(super) struct Paper {
    off: BTreeSet<Day>,
    work: BTreeSet<Day>,
    years: BTreeSet<i32>,
}

impl Paper {
    /// A calendar of the lines of the State Council's days that are of these years.
    pub(super) fn of(lines: &str, years: impl Fn(i32) -> bool) -> Paper {
        let mut paper = Paper::default();
        for line in lines.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let (day, year) = (cells[0].parse().expect("a day"), cells[3].parse().expect("a year"));
            if !years(year) {
                continue;
            }
            paper.years.insert(year);
            match cells[2] {
                "off" => paper.off.insert(day),
                _ => paper.work.insert(day),
            };
        }
        paper
    }

    pub(super) fn works(&self, day: Day) -> bool {
        // 1970-01-01 was a Thursday.
        let weekend = matches!((day.0 + 3).rem_euclid(7), 5 | 6);
        self.work.contains(&day) || (!weekend && !self.off.contains(&day))
    }

    fn knows(&self, day: Day) -> bool {
        self.years.contains(&day.year())
    }

    pub(super) fn after(&self, from: Day, days: u32) -> Day {
        let (mut at, mut left) = (from, days);
        while left > 0 {
            at = at.next();
            left -= u32::from(self.works(at));
        }
        at
    }

    /// The first day on which no more than so many working days are left.
    fn before(&self, due: Day, days: u32) -> Day {
        let (mut at, mut left) = (due, days);
        loop {
            let works = u32::from(self.works(at));
            if works > left {
                return at;
            }
            left -= works;
            at = at.plus(-1);
        }
    }
}

/// How long a limit is.
enum Length {
    Working(u32),
    WorkingIn(String),
    Days(u32),
    Months(u32),
    Until(String),
}

/// A limit as the pack's file says it.
pub(super) struct Rule {
    pub(super) register: String,
    pub(super) id: String,
    stages: Vec<String>,
    paused: Vec<String>,
    when: Option<String>,
    length: Length,
    extension: Option<String>,
    roll: bool,
    lit: bool,
    yellow: u32,
    /// Light rules with their first and last day.
    lights: Vec<(Day, Day, u32)>,
    /// Where the program moves the record on the day after the last.
    pub(super) timeout: Option<String>,
    /// Steps: id, working days from the last day, whether somebody must issue it.
    ladder: Vec<(String, i64, bool)>,
    /// Whether it lies on the desk of a role instead of the unit.
    pub(super) role: bool,
    /// The field with the unit on whose desk it lies.
    pub(super) unit: Option<String>,
}

/// The limits of a register's file that count days.
pub(super) fn rules(register: &str, text: &str) -> Vec<Rule> {
    let file: toml::Table = text.parse().expect("TOML");
    let own = file.get("unit").and_then(|unit| unit.as_str());
    let list = |table: &toml::Value, key: &str| -> Vec<toml::Value> {
        let list = table.get(key).and_then(|list| list.as_array());
        list.cloned().unwrap_or_default()
    };
    let whole = toml::Value::Table(file.clone());
    let moves = list(&whole, "move");
    let mut rules = Vec::new();
    for limit in list(&whole, "limit") {
        let text = |key: &str| limit.get(key).and_then(|text| text.as_str()).map(str::to_owned);
        let number = |key: &str| limit.get(key).and_then(|n| n.as_integer()).map(|n| n as u32);
        let flag = |key: &str| limit.get(key).and_then(|flag| flag.as_bool()).unwrap_or(false);
        let words = |key: &str| -> Vec<String> {
            let words = list(&limit, key).into_iter();
            words.map(|word| word.as_str().expect("a stage").to_owned()).collect()
        };
        if limit.get("working_hours").is_some() {
            continue;
        }
        let length = None
            .or(number("working_days").map(Length::Working))
            .or(number("days").map(Length::Days))
            .or(number("months").map(Length::Months))
            .or(text("working_days_in").map(Length::WorkingIn))
            .or(text("until").map(Length::Until));
        let ladder = list(&limit, "ladder").into_iter().map(|step| {
            let at = |key: &str| step.get(key).and_then(|n| n.as_integer());
            let days = at("after").unwrap_or_else(|| -at("before").expect("before or after"));
            let id = step["id"].as_str().expect("an id").to_owned();
            (
                id,
                days,
                step.get("drafted").and_then(|flag| flag.as_bool()) == Some(true),
            )
        });
        let lights = list(&limit, "lights").into_iter().map(|rule| {
            let day = |key: &str| {
                rule.get(key)
                    .map(|day| day.as_str().expect("text").parse().expect("a day"))
            };
            let yellow = rule["yellow"].as_integer().expect("a number") as u32;
            (day("from").unwrap_or(Day::MIN), day("to").unwrap_or(Day::MAX), yellow)
        });
        let timeout = text("timeout").map(|name| {
            let made = moves.iter().find(|made| made["id"].as_str() == Some(&name));
            made.expect("a move")["to"].as_str().expect("a stage").to_owned()
        });
        rules.push(Rule {
            register: register.to_owned(),
            id: text("id").expect("an id"),
            stages: words("stages"),
            paused: words("paused"),
            when: text("when"),
            length: length.expect("a length"),
            extension: text("extension"),
            roll: flag("roll"),
            lit: !flag("unlit"),
            yellow: number("yellow").unwrap_or(0),
            lights: lights.collect(),
            timeout,
            ladder: ladder.collect(),
            role: text("role").is_some(),
            unit: text("unit").or(own.map(str::to_owned)),
        });
    }
    rules
}

/// What is known of a record on a day: its stage under `stage`, and its fields as text.
pub(super) type Known = BTreeMap<String, String>;

/// A duty that runs at the end of all that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) due: Day,
    pub(super) provisional: bool,
}

struct Course {
    started: Day,
    /// Days on which it stood still: after the first, up to the second.
    stops: Vec<(Day, Option<Day>)>,
    length: Option<u32>,
    until: Option<Day>,
}

impl Rule {
    /// What runs of this limit over a record, given what became known of it in the order of its days.
    pub(super) fn running(&self, paper: &Paper, said: &[(Day, Known)]) -> Option<Running> {
        let mut open: Option<Course> = None;
        for (day, known) in said {
            let stage = known.get("stage").map_or("", String::as_str);
            let runs = self.stages.iter().any(|own| own == stage);
            let stands = self.paused.iter().any(|own| own == stage);
            match open.as_mut() {
                None if runs && self.applies(known) => {
                    let mut course = Course {
                        started: *day,
                        stops: Vec::new(),
                        length: None,
                        until: None,
                    };
                    self.measure(&mut course, known);
                    open = Some(course);
                }
                None => {}
                Some(course) if runs || stands => {
                    // What is late already stays so: an extension that comes too late changes nothing.
                    let late = self.last_day(paper, course).is_some_and(|last| last.due < *day);
                    if !late {
                        self.measure(course, known);
                    }
                    match course.stops.last_mut() {
                        Some((_, until @ None)) if runs => *until = Some(*day),
                        Some((_, None)) => {}
                        _ if stands => course.stops.push((*day, None)),
                        _ => {}
                    }
                }
                Some(_) => open = None,
            }
        }
        open.and_then(|course| self.last_day(paper, &course))
    }

    fn measure(&self, course: &mut Course, known: &Known) {
        let number = |field: &str| -> Option<u32> { known.get(field).map(|text| text.parse().expect("a number")) };
        let date = |field: &String| -> Option<Day> { known.get(field).map(|text| text.parse().expect("a day")) };
        course.until = None;
        let more = || self.extension.as_deref().and_then(number).unwrap_or(0);
        course.length = match &self.length {
            Length::Working(days) | Length::Days(days) => Some(days + more()),
            Length::Months(months) => Some(*months),
            Length::WorkingIn(field) => number(field).map(|days| days + more()),
            Length::Until(field) => {
                course.until = self.extension.as_ref().and_then(date).or(date(field));
                None
            }
        };
    }

    fn last_day(&self, paper: &Paper, course: &Course) -> Option<Running> {
        let (mut due, mut provisional) = (course.started, false);
        if let Some(until) = course.until {
            due = until;
        } else {
            let works = matches!(self.length, Length::Working(_) | Length::WorkingIn(_));
            let mut left = course.length?;
            if let Length::Months(months) = self.length {
                left = later(course.started, months).0.abs_diff(course.started.0);
            }
            while left > 0 {
                due = due.next();
                let stood = course
                    .stops
                    .iter()
                    .find(|(after, until)| *after < due && until.is_none_or(|until| due <= until));
                match stood {
                    Some((_, None)) => return None,
                    Some(_) => {}
                    None => {
                        provisional |= works && !paper.knows(due);
                        left -= u32::from(!works || paper.works(due));
                    }
                }
            }
        }
        if self.roll {
            while !paper.works(due) {
                provisional |= !paper.knows(due);
                due = due.next();
            }
            provisional |= !paper.knows(due);
        }
        Some(Running { due, provisional })
    }

    /// Conditions, word for word as the pack has them.
    fn applies(&self, known: &Known) -> bool {
        let is = |field: &str| known.get(field).map(String::as_str);
        match self.when.as_deref() {
            None => true,
            Some(r#"above == null || above == "区属""#) => matches!(is("above"), None | Some("区属")),
            Some(r#"above != null && above != "区属""#) => !matches!(is("above"), None | Some("区属")),
            Some(r#"promised_on != null && (above == null || above == "区属")"#) => {
                is("promised_on").is_some() && matches!(is("above"), None | Some("区属"))
            }
            Some(r#"promised_on != null && above != null && above != "区属""#) => {
                is("promised_on").is_some() && !matches!(is("above"), None | Some("区属"))
            }
            Some("handler != null") => is("handler").is_some(),
            Some("papers_until != null") => is("papers_until").is_some(),
            Some("hard != null") => is("hard").is_some(),
            Some(r#"kind == null || kind == "其他""#) => matches!(is("kind"), None | Some("其他")),
            Some(other) => panic!("teach the model this condition: {other}"),
        }
    }

    pub(super) fn light(&self, paper: &Paper, due: Day, today: Day) -> &'static str {
        match () {
            () if !self.lit => "none",
            () if due < today => "red",
            () if self.yellow_by(paper, due, today) => "yellow",
            () => "green",
        }
    }

    /// Whether on this day, or on one before it, no more days were left than the rule of that day says.
    fn yellow_by(&self, paper: &Paper, due: Day, today: Day) -> bool {
        if self.lights.is_empty() {
            return paper.before(due, self.yellow) <= today;
        }
        (0..400).map(|back| today.plus(-back)).any(|day| {
            let named = self.lights.iter().find(|(from, to, _)| *from <= day && day <= *to);
            paper.before(due, named.map_or(self.yellow, |(.., days)| *days)) <= day
        })
    }

    /// The last step of the ladder whose day has come.
    pub(super) fn step(&self, paper: &Paper, due: Day, today: Day) -> Option<(&str, bool)> {
        let come = self.ladder.iter().filter(|(_, days, _)| {
            let at = match u32::try_from(*days) {
                Ok(after) => paper.after(due, after),
                Err(_) => paper.before(due, days.unsigned_abs() as u32),
            };
            at <= today
        });
        let last = come.max_by_key(|(_, days, _)| *days)?;
        Some((last.0.as_str(), last.2))
    }
}

/// So many months later, or the last day of a shorter month.
fn later(from: Day, months: u32) -> Day {
    let text = from.to_string();
    let mut cells = text.split('-').map(|cell| cell.parse::<u32>().expect("a number"));
    let (year, month, day) = (cells.next(), cells.next(), cells.next());
    let (year, month, day) = (year.expect("y"), month.expect("m"), day.expect("d"));
    let at = month - 1 + months;
    let (year, month) = (year + at / 12, at % 12 + 1);
    let exact = (1..=day).rev();
    let mut found = exact.filter_map(|day| format!("{year:04}-{month:02}-{day:02}").parse().ok());
    found.next().expect("a month has days")
}
