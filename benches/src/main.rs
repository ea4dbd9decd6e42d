//! The floors: the least that the same work can cost, without anything that makes it a product. No
//! definition, no rights, no rules, no timeline; but the same SQLite, the same hash, WAL and
//! synchronous=FULL, a full version of the row and a chained entry for every write.
//!
//!     floors http DB ADDRESS     a server: POST /r creates, PATCH /r/{id} sets the status
//!     floors bulk DB FILE.csv    reads nothing but lines, inserts them in one transaction
//!
//! And what asks them and other products alike (`peers/`):
//!
//!     floors load ADDRESS PLAN CLIENTS SECONDS once|again [HEADER…]
//!
//! They print `url=…`, `cpu_ms=…` and JSON on stdout; nothing here is ever part of the program.

mod http;
mod load;
mod table;

use rusqlite::Connection;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["http", database, address] => http::serve(open(database), address),
        ["bulk", database, file] => bulk(open(database), file),
        ["load", address, plan, clients, seconds, how, ref headers @ ..] => {
            ask([address, plan, clients, seconds, how], headers)
        }
        _ => {
            eprintln!(
                "floors http DB ADDRESS | floors bulk DB FILE.csv | floors load ADDRESS PLAN CLIENTS SECONDS once|again [HEADER…]"
            );
            std::process::exit(2);
        }
    }
}

fn ask([address, plan, clients, seconds, how]: [&str; 5], headers: &[&str]) {
    let address = address.parse().expect("an address");
    let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
    let text = std::fs::read_to_string(plan).expect("a plan");
    let load = load::Load {
        address,
        clients: clients.parse().expect("how many clients"),
        seconds: seconds.parse().expect("how many seconds"),
        again: how == "again",
        requests: load::plan(&text, address, &headers),
    };
    println!("{}", load::run(&load).expect("answered"));
}

fn open(path: &str) -> Connection {
    let connection = Connection::open(path).expect("a database");
    let settings =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824";
    connection.execute_batch(settings).expect("settings");
    table::create(&connection);
    connection
}

/// Values split at commas, which the file has nowhere else.
fn bulk(connection: Connection, file: &str) {
    let text = std::fs::read_to_string(file).expect("a file");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let (cpu, wall) = (cpu_ms(), Instant::now());
    connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
    let mut chain = table::Chain::default();
    for row in &rows {
        chain.create(&connection, row.iter().map(|text| (*text).to_owned().into()).collect());
    }
    connection.execute_batch("COMMIT").expect("committed");
    println!(
        "rows={} cpu_ms={} wall_ms={}",
        rows.len(),
        cpu_ms() - cpu,
        wall.elapsed().as_millis()
    );
}

/// User and system time of this process, milliseconds.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok());
    ticks.sum::<u64>() * 10
}
