//! Room: many who write at once, over HTTP — threads of this process against a server that is another,
//! so that its CPU time is its own. Each has one connection and waits for every answer.

use super::gauge::cpu_us;
use crate::error::AppError;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// A server as a child; it ends with this value.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    /// How long it took to answer its first page, microseconds.
    pub(super) first_page_us: u64,
}

impl Server {
    /// Starts a program that prints `url=…`, and waits for the answer to `first`.
    pub(super) fn start(command: &mut Command, first: &str) -> Result<Server, AppError> {
        let began = Instant::now();
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(fault)?;
        let out = child.stdout.take().ok_or_else(|| fault("no output"))?;
        let mut lines = BufReader::new(out).lines();
        let url = lines.find_map(|line| line.ok()?.strip_prefix("url=http://").map(str::to_owned));
        let url = url.ok_or_else(|| fault("the server did not say where it listens"))?;
        let address = url.trim_end_matches('/').parse().map_err(fault)?;
        let mut server = Server {
            child,
            address,
            first_page_us: 0,
        };
        let request = format!("GET {first} HTTP/1.1\r\nHost: bench\r\n\r\n");
        Line::open(address)?.ask(request.as_bytes())?;
        server.first_page_us = began.elapsed().as_micros() as u64;
        Ok(server)
    }

    /// Its process.
    pub(super) fn process(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing depends on how it ends; the measurement is over.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a run cost the server, and how long people waited.
pub(super) struct Run {
    pub(super) cpu_us: u64,
    pub(super) wall_us: u64,
    pub(super) p50_us: u64,
    pub(super) p99_us: u64,
}

/// Sends all requests over so many connections; each must be answered with 2xx.
pub(super) fn run(server: &Server, connections: usize, requests: &[Vec<u8>]) -> Result<Run, AppError> {
    let next = AtomicUsize::new(0);
    let (cpu, wall) = (cpu_us(&server.process()), Instant::now());
    let waits: Result<Vec<Vec<u64>>, AppError> = std::thread::scope(|threads| {
        let workers: Vec<_> = (0..connections)
            .map(|_| {
                threads.spawn(|| {
                    let (mut line, mut waits) = (Line::open(server.address)?, Vec::new());
                    while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let began = Instant::now();
                        let (status, body) = line.ask(request)?;
                        if !(200..300).contains(&status) {
                            return Err(fault(format!("{status} {body}")));
                        }
                        waits.push(began.elapsed().as_micros() as u64);
                    }
                    Ok(waits)
                })
            })
            .collect();
        let ended = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| fault("a thread ended early"))?);
        ended.collect()
    });
    let mut waits: Vec<u64> = waits?.into_iter().flatten().collect();
    waits.sort_unstable();
    let at = |share: usize| {
        waits
            .get(waits.len().saturating_sub(1) * share / 100)
            .copied()
            .unwrap_or(0)
    };
    Ok(Run {
        cpu_us: cpu_us(&server.process()) - cpu,
        wall_us: wall.elapsed().as_micros() as u64,
        p50_us: at(50),
        p99_us: at(99),
    })
}

/// One request with a body of JSON.
pub(super) fn request(method: &str, path: &str, token: &str, key: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A page, as a browser asks for it.
pub(super) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nAccept-Encoding: gzip\r\n\r\n")
        .into_bytes()
}

/// One connection.
pub(super) struct Line {
    stream: BufReader<TcpStream>,
}

/// What came back: the status, and the body as it was sent.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Line {
    /// Opens a connection.
    pub(super) fn open(address: SocketAddr) -> Result<Line, AppError> {
        let stream = TcpStream::connect(address).map_err(fault)?;
        stream.set_nodelay(true).map_err(fault)?;
        Ok(Line {
            stream: BufReader::new(stream),
        })
    }

    /// The status and the body of the answer.
    fn ask(&mut self, request: &[u8]) -> Result<(u16, String), AppError> {
        let answer = self.send(request)?;
        Ok((answer.status, String::from_utf8_lossy(&answer.body).into_owned()))
    }

    /// Sends a request and reads its answer.
    pub(super) fn send(&mut self, request: &[u8]) -> Result<Answer, AppError> {
        self.stream.get_mut().write_all(request).map_err(fault)?;
        let head = self.line()?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| fault(format!("no answer: {head}")))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(fault)?;
            }
            chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        let mut body = Vec::new();
        if !chunked {
            self.part(length, &mut body)?;
            return Ok(Answer { status, body });
        }
        loop {
            let size = usize::from_str_radix(&self.line()?, 16).map_err(fault)?;
            self.part(size, &mut body)?;
            self.line()?;
            if size == 0 {
                return Ok(Answer { status, body });
            }
        }
    }

    fn line(&mut self) -> Result<String, AppError> {
        let mut text = String::new();
        self.stream.read_line(&mut text).map_err(fault)?;
        Ok(text.trim_end().to_owned())
    }

    fn part(&mut self, length: usize, body: &mut Vec<u8>) -> Result<(), AppError> {
        let from = body.len();
        body.resize(from + length, 0);
        self.stream.read_exact(&mut body[from..]).map_err(fault)
    }
}

fn fault(error: impl ToString) -> AppError {
    AppError::Fault(error.to_string())
}
