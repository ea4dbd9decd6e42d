//! Room: what is measured, and how it is said. CPU time is user and system time of a whole process and
//! of its children that ended; wall time stands beside it and is never judged.

use crate::error::AppError;
use serde_json::{Value, json};
use std::time::Instant;

/// Lines of the table.
#[derive(Default)]
pub(super) struct Gauge {
    lines: Vec<Line>,
    only: Vec<String>,
    /// The first process of the database server, if the book is in one.
    database: Option<u64>,
}

struct Line {
    id: &'static str,
    name: String,
    count: usize,
    cpu_us: u64,
    wall_us: u64,
    more: Vec<(&'static str, String)>,
}

impl Gauge {
    /// A table of some works; of all if none is named.
    pub(super) fn new(only: &[String]) -> Gauge {
        Gauge {
            only: only.to_vec(),
            ..Gauge::default()
        }
    }

    /// Counts the database server too, of which one process is known.
    pub(super) fn beside(&mut self, process: i64) {
        self.database = Some(parent(&process.to_string())).filter(|parent| *parent > 1);
    }

    /// User and system time of the database server and of all its processes, those that ended among them, microseconds.
    /// Other servers on this machine are others' business.
    pub(super) fn database_us(&self) -> u64 {
        let Some(server) = self.database else { return 0 };
        let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let processes = processes.map(|found| found.file_name().to_string_lossy().into_owned());
        let own = processes.filter(|process| parent(process) == server);
        own.chain([server.to_string()]).map(|process| cpu_us(&process)).sum()
    }

    /// Whether a work is wanted.
    pub(super) fn wants(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == id)
    }

    /// Measures this process at a work, if it is wanted.
    pub(super) fn own(
        &mut self,
        id: &'static str,
        name: &str,
        count: usize,
        work: impl FnOnce() -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        match self.wants(id) {
            true => self.measured(id, name, count, work),
            false => Ok(()),
        }
    }

    /// The same for a part of a work that is wanted.
    pub(super) fn measured(
        &mut self,
        id: &'static str,
        name: &str,
        count: usize,
        work: impl FnOnce() -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let (cpu, wall) = (own_us(), Instant::now());
        work()?;
        self.add(
            id,
            name,
            count,
            (own_us() - cpu, wall.elapsed().as_micros() as u64),
            Vec::new(),
        );
        Ok(())
    }

    /// Takes in what was measured elsewhere: CPU and wall time in microseconds.
    pub(super) fn add(
        &mut self,
        id: &'static str,
        name: &str,
        count: usize,
        (cpu_us, wall_us): (u64, u64),
        more: Vec<(&'static str, String)>,
    ) {
        let line = Line {
            id,
            name: name.to_owned(),
            count,
            cpu_us,
            wall_us,
            more,
        };
        eprintln!("{}", line.markdown());
        self.lines.push(line);
    }

    /// The CPU time of one operation, microseconds; none if it was not measured.
    pub(super) fn each_us(&self, id: &str) -> Option<u64> {
        let line = self.lines.iter().find(|line| line.id == id)?;
        Some(line.cpu_us / line.count.max(1) as u64)
    }

    /// The table in markdown.
    pub(super) fn markdown(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(Line::markdown).collect();
        format!(
            "| work | operations | CPU-ms each | wall-ms each | |\n|---|---|---|---|---|\n{}",
            lines.join("\n")
        )
    }

    /// The same for programs.
    pub(super) fn json(&self) -> Value {
        let line = |line: &Line| {
            let more: serde_json::Map<String, Value> = line
                .more
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect();
            json!({
                "id": line.id, "work": line.name, "operations": line.count,
                "cpu_us_each": line.cpu_us / line.count.max(1) as u64,
                "wall_us_each": line.wall_us / line.count.max(1) as u64, "more": more,
            })
        };
        json!(self.lines.iter().map(line).collect::<Vec<_>>())
    }
}

impl Line {
    fn markdown(&self) -> String {
        let each = |us: u64| {
            let each = us / self.count.max(1) as u64;
            format!("{}.{:03}", each / 1000, each % 1000)
        };
        let more: Vec<String> = self
            .more
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        let (cpu, wall) = (each(self.cpu_us), each(self.wall_us));
        format!(
            "| {} | {} | {cpu} | {wall} | {} |",
            self.name,
            self.count,
            more.join(", ")
        )
    }
}

/// User and system time of a process and of its children that ended, microseconds; 0 where the system does
/// not say. The system counts in hundredths of a second, so a work must last a while.
pub(super) fn cpu_us(process: &str) -> u64 {
    hundredths(process).iter().sum::<u64>() * 10_000
}

/// The same of this process, fine enough for a few milliseconds of its own; its children count in hundredths.
fn own_us() -> u64 {
    let own = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    let own = own.tv_sec as u64 * 1_000_000 + own.tv_nsec as u64 / 1_000;
    let children: u64 = hundredths("self").iter().skip(2).sum();
    own + children * 10_000
}

/// A process's own user and system time and those of its ended children, in hundredths of a second.
fn hundredths(process: &str) -> Vec<u64> {
    let stat = stat(process);
    let fields = stat.get(11..15).unwrap_or_default().iter();
    fields.filter_map(|field| field.parse().ok()).collect()
}

/// The process that started another one; 0 if the system does not say.
fn parent(process: &str) -> u64 {
    let stat = stat(process);
    stat.get(1).and_then(|field| field.parse().ok()).unwrap_or(0)
}

/// What the system says of a process behind its name, which may hold anything.
fn stat(process: &str) -> Vec<String> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after.split_whitespace().map(str::to_owned).collect()
}

/// What the living threads of this process that have a name have run, microseconds.
pub(super) fn thread_us(name: &str) -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let run = |task: std::fs::DirEntry| {
        let named = std::fs::read_to_string(task.path().join("comm")).ok()?;
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        let run = text.split_whitespace().next()?.parse::<u64>().ok()?;
        (named.trim() == name).then_some(run / 1_000)
    };
    tasks.filter_map(run).sum()
}

/// What the living threads of a process have run, nanoseconds; 0 where the system does not say. Fine enough
/// for one page.
pub(super) fn cpu_ns(process: &str) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    let run = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    tasks.map_or(0, |tasks| tasks.flatten().filter_map(run).sum())
}

/// A line of a process's status or memory account, in kB.
pub(super) fn memory_kb(process: &str, file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// Kilobytes as megabytes.
pub(super) fn mb(kb: u64) -> String {
    format!("{} MB", kb / 1024)
}
