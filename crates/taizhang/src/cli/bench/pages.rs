//! Room: pages as people open them — what each kind costs the server and how much it sends, and how long two
//! hundred people wait who read nine times for each time they write.

use super::client::{Line, Server, get, request};
use super::gauge::{Gauge, cpu_ns, cpu_us};
use super::rows::{FIELDS, row};
use crate::error::AppError;
use std::time::{Duration, Instant};

/// How often each kind of page is opened.
const TIMES: usize = 100;
/// No kind takes longer than this, however slow its page is.
const LONGEST: Duration = Duration::from_secs(20);
/// How many people work at once, for how long, and how long each looks at a page, in milliseconds.
const PEOPLE: usize = 200;
const WORKING: Duration = Duration::from_secs(60);
const LOOKING: (usize, usize) = (2_000, 8_000);

/// The book that pages are opened in.
#[derive(Clone, Copy)]
pub(super) struct Opened<'a> {
    pub(super) server: &'a Server,
    pub(super) token: &'a str,
    /// The number of its first record, and how many there are.
    pub(super) records: (i64, usize),
    pub(super) days: usize,
}

/// One kind of page: its name, and its address for one of many times.
type Kind = (&'static str, fn(&Opened<'_>, usize) -> String);

const KINDS: [Kind; 12] = [
    ("today", |_, _| "/".to_owned()),
    ("registers", |_, _| "/registers".to_owned()),
    ("list", |_, at| format!("/registers/project?unit=U{:03}", 1 + at % 200)),
    ("list, whole district, largest first", |_, _| {
        "/registers/project?sort=-total".to_owned()
    }),
    ("list, from a late record on", |book, at| {
        format!("/registers/project?sort=-total&page=900&after={}", book.record(at))
    }),
    ("list, two groups of conditions", |_, at| {
        format!(
            "/registers/project?f1=status&op1=eq&v1=done&f2=total&op2=gt&v2={}&f3=jobs&op3=lt&v3=20&g3=2",
            800_000_000 + at
        )
    }),
    ("list, added up by status", |_, at| {
        format!("/registers/project?show=groups&group=status&unit=U{:03}", 1 + at % 200)
    }),
    ("record", |book, at| format!("/records/{}", book.record(at))),
    ("form", |book, at| format!("/records/{}/edit", book.record(at))),
    ("figure, opened", |_, at| {
        format!("/figures/project.total?as_of=2024-06-{:02}", 1 + at % 30)
    }),
    ("figure of one unit", |_, at| {
        format!("/figures/project.count?as_of=2024-06-30&unit=U{:03}", 1 + at % 200)
    }),
    ("search", |_, at| format!("/search?q=%E9%A1%B9%E7%9B%AE{at}%E5%8F%B7")),
];

impl Opened<'_> {
    /// One of the records, in no order.
    fn record(&self, at: usize) -> i64 {
        self.records.0 + (at * 7_919 % self.records.1.max(1)) as i64
    }

    /// The request for a page, as a browser sends it.
    fn page(&self, (_, address): &Kind, at: usize) -> Vec<u8> {
        get(&address(self, at), self.token)
    }
}

/// Opens every kind of page again and again, one after another.
pub(super) fn kinds(book: &Opened<'_>, gauge: &mut Gauge) -> Result<(), AppError> {
    let process = book.server.process();
    let ms = |ns: u64| format!("{}.{} ms", ns / 1_000_000, ns / 100_000 % 10);
    let share = |costs: &[u64], share: usize| ms(costs[(costs.len() - 1) * share / 100]);
    let (mut all, mut waited) = (Vec::new(), 0);
    for kind in &KINDS {
        let mut line = Line::open(book.server.address)?;
        let began = Instant::now();
        let first = once(book, &mut line, kind, 0)?.0;
        let (mut costs, mut bytes) = (Vec::new(), 0);
        for at in 1..=TIMES {
            let (cost, sent) = once(book, &mut line, kind, at)?;
            costs.push(cost);
            bytes = bytes.max(sent);
            if began.elapsed() > LONGEST {
                break;
            }
        }
        costs.sort_unstable();
        let total: u64 = costs.iter().sum();
        let more = vec![
            ("p50", share(&costs, 50)),
            ("p99", share(&costs, 99)),
            ("first", ms(first)),
            ("sent", format!("{} kB", bytes.div_ceil(1024))),
        ];
        let took = (total / 1000, began.elapsed().as_micros() as u64);
        gauge.add("pages", &format!("page: {}", kind.0), costs.len(), took, more);
        waited += took.1;
        all.extend(costs);
    }
    all.sort_unstable();
    let took = (all.iter().sum::<u64>() / 1000, waited);
    let more = vec![("p50", share(&all, 50)), ("p99", share(&all, 99))];
    gauge.add("pages", "all pages, each kind as often", all.len(), took, more);
    eprintln!("the server of the pages: {} ms in all", cpu_us(&process) / 1000);
    Ok(())
}

/// What a page cost the server in nanoseconds, and how many bytes it sent.
fn once(book: &Opened<'_>, line: &mut Line, kind: &Kind, at: usize) -> Result<(u64, usize), AppError> {
    let process = book.server.process();
    let before = cpu_ns(&process);
    let answer = line.send(&book.page(kind, at))?;
    let cost = cpu_ns(&process).saturating_sub(before);
    match answer.status {
        200 => Ok((cost, answer.body.len())),
        status => Err(AppError::Fault(format!("page {}: {status}", kind.0))),
    }
}

/// Two hundred people at once, each with pauses; how long they wait.
pub(super) fn people(book: &Opened<'_>, gauge: &mut Gauge) -> Result<(), AppError> {
    let (cpu, began) = (cpu_us(&book.server.process()), Instant::now());
    let waits: Result<Vec<Vec<u64>>, AppError> = std::thread::scope(|threads| {
        let workers: Vec<_> = (0..PEOPLE)
            .map(|who| threads.spawn(move || person(book, who, began)))
            .collect();
        let ended = workers.into_iter().map(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(AppError::Fault("a thread ended early".to_owned())))
        });
        ended.collect()
    });
    let mut waits: Vec<u64> = waits?.into_iter().flatten().collect();
    waits.sort_unstable();
    let at = |share: usize| {
        let us = waits[(waits.len() - 1) * share / 100];
        format!("{}.{} ms", us / 1000, us / 100 % 10)
    };
    let took = (cpu_us(&book.server.process()) - cpu, began.elapsed().as_micros() as u64);
    let more = vec![("waits p50", at(50)), ("p90", at(90)), ("p99", at(99))];
    gauge.add("people", "200 people, read 9 : write 1", waits.len(), took, more);
    Ok(())
}

/// One of them: looks at a page for a while, asks for the next, writes each tenth time.
fn person(book: &Opened<'_>, who: usize, began: Instant) -> Result<Vec<u64>, AppError> {
    let (mut line, mut waits) = (Line::open(book.server.address)?, Vec::new());
    let pause = |at: usize| LOOKING.0 + (who * 7_919 + at * 104_729) % (LOOKING.1 - LOOKING.0);
    std::thread::sleep(Duration::from_millis(pause(0) as u64 / 2));
    for at in 1.. {
        if began.elapsed() > WORKING {
            break;
        }
        let asked = match (who + at) % 10 {
            0 => create(book, who * 1000 + at),
            _ => book.page(&KINDS[(who * 5 + at * 7) % KINDS.len()], who * 31 + at),
        };
        let sent = Instant::now();
        let answer = line.send(&asked)?;
        if !(200..300).contains(&answer.status) {
            return Err(AppError::Fault(format!("{}", answer.status)));
        }
        waits.push(sent.elapsed().as_micros() as u64);
        std::thread::sleep(Duration::from_millis(pause(at) as u64));
    }
    Ok(waits)
}

fn create(book: &Opened<'_>, at: usize) -> Vec<u8> {
    let values = row(900_000_000 + at, book.days).into_iter().map(Into::into);
    let set: serde_json::Map<String, serde_json::Value> =
        FIELDS.iter().map(|field| (*field).to_owned()).zip(values).collect();
    let body = serde_json::json!({ "set": set }).to_string();
    let path = "/api/v1/registers/project/records";
    request("POST", path, book.token, &format!("people{at}"), &body)
}
