//! Many who ask at once, and wait for every answer before they ask again. The same for every product, so that
//! what differs is the product: one thread and one kept connection for each, requests from one list in order.
//!
//! A plan has one request a line: method, path, key, body, with a tab between; the key (`Idempotency-Key`) and the
//! body may be empty. Only this machine is ever asked.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What is sent, how often, and to whom.
pub struct Load {
    pub address: SocketAddr,
    pub clients: usize,
    pub seconds: f64,
    /// Begin again at the end of the plan instead of ending there.
    pub again: bool,
    pub requests: Vec<Vec<u8>>,
}

/// What one client met.
#[derive(Default)]
struct Met {
    waits_us: Vec<u64>,
    refused: usize,
    first_refusal: Option<String>,
}

/// The requests of a plan as bytes; `headers` go with each.
pub fn plan(text: &str, address: SocketAddr, headers: &[String]) -> Vec<Vec<u8>> {
    let common: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let one = |line: &str| {
        let mut parts = line.splitn(4, '\t');
        let mut next = || parts.next().unwrap_or_default();
        let (method, path, key, body) = (next(), next(), next(), next());
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n{common}");
        if !key.is_empty() {
            request.push_str(&format!("Idempotency-Key: {key}\r\n"));
        }
        if method != "GET" {
            request.push_str(&format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            ));
        }
        format!("{request}\r\n{body}").into_bytes()
    };
    text.lines().map(one).collect()
}

/// Sends, and says in one line of JSON what came of it.
pub fn run(load: &Load) -> Result<String> {
    if !load.address.ip().is_loopback() || load.requests.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "a plan, and an address of this machine",
        ));
    }
    let (next, began) = (AtomicUsize::new(0), Instant::now());
    let until = began + Duration::from_secs_f64(load.seconds);
    let met: Result<Vec<Met>> = std::thread::scope(|threads| {
        let clients: Vec<_> = (0..load.clients)
            .map(|_| threads.spawn(|| client(load, &next, until)))
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("no panic"))
            .collect()
    });
    let seconds = began.elapsed().as_secs_f64();
    let mut all = Met::default();
    for one in met? {
        all.waits_us.extend(one.waits_us);
        all.refused += one.refused;
        all.first_refusal = all.first_refusal.or(one.first_refusal);
    }
    all.waits_us.sort_unstable();
    let at = |share: f64| all.waits_us[((all.waits_us.len() - 1) as f64 * share) as usize] as f64 / 1000.0;
    let answered = all.waits_us.len();
    Ok(serde_json::json!({
        "answered": answered, "refused": all.refused, "first_refusal": all.first_refusal,
        "a_second": answered as f64 / seconds, "p50_ms": at(0.5), "p99_ms": at(0.99),
    })
    .to_string())
}

fn client(load: &Load, next: &AtomicUsize, until: Instant) -> Result<Met> {
    let (mut line, mut met) = (Line::open(load.address)?, Met::default());
    while Instant::now() < until {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(request) = load
            .requests
            .get(if load.again { at % load.requests.len() } else { at })
        else {
            break;
        };
        let began = Instant::now();
        let answer = line.ask(request)?;
        met.waits_us.push(began.elapsed().as_micros() as u64);
        if !(200..300).contains(&answer.status) {
            met.refused += 1;
            met.first_refusal
                .get_or_insert_with(|| format!("{} {}", answer.status, answer.start));
        }
        if answer.closes {
            line = Line::open(load.address)?;
        }
    }
    Ok(met)
}

struct Answer {
    status: u16,
    /// The first letters of the body, to say what was wrong.
    start: String,
    closes: bool,
}

/// A connection that is kept.
struct Line {
    out: TcpStream,
    back: BufReader<TcpStream>,
}

impl Line {
    fn open(address: SocketAddr) -> Result<Line> {
        let out = TcpStream::connect(address)?;
        out.set_nodelay(true)?;
        let back = BufReader::with_capacity(1 << 16, out.try_clone()?);
        Ok(Line { out, back })
    }

    fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.out.write_all(request)?;
        let first = self.text()?;
        let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| Error::new(ErrorKind::InvalidData, first))?;
        let (mut length, mut is_chunked, mut closes) = (0, false, false);
        loop {
            let header = self.text()?.to_ascii_lowercase();
            match header.split_once(':').map(|(name, value)| (name, value.trim())) {
                Some(("content-length", value)) => length = value.parse().unwrap_or(0),
                Some(("transfer-encoding", value)) => is_chunked = value.contains("chunked"),
                Some(("connection", value)) => closes = value.contains("close"),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = Vec::new();
        match is_chunked {
            true => while self.chunk(&mut body)? {},
            false => self.take(length, &mut body)?,
        }
        let start = String::from_utf8_lossy(&body).chars().take(300).collect();
        Ok(Answer { status, start, closes })
    }

    /// Adds the next chunk; `false` after the last.
    fn chunk(&mut self, body: &mut Vec<u8>) -> Result<bool> {
        let size = self.text()?;
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
        let size = size.map_err(|error| Error::new(ErrorKind::InvalidData, error))?;
        self.take(size, body)?;
        self.text()?;
        Ok(size > 0)
    }

    fn take(&mut self, length: usize, body: &mut Vec<u8>) -> Result<()> {
        let from = body.len();
        body.resize(from + length, 0);
        self.back.read_exact(&mut body[from..])
    }

    fn text(&mut self) -> Result<String> {
        let mut line = String::new();
        match self.back.read_line(&mut line)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }
}
