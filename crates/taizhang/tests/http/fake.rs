//! An object store that misbehaves as it is told: speaks HTTP, checks no signature, keeps nothing.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// What it does about a request.
pub(crate) enum Answer {
    /// Reads all of it and answers with a status, a header of its own, and a body.
    Say(u16, &'static [u8]),
    /// Says that the object is there with so many bytes, or is not.
    Size(Option<usize>),
    /// Reads a bit of the body and hangs up.
    HangUp,
    /// Promises so many bytes and hangs up after these.
    Break(usize, &'static [u8]),
}

type Script = dyn Fn(&str, usize) -> Answer + Send + Sync;

/// A running one. Ends with the test's process.
pub(crate) struct Fake {
    pub(crate) endpoint: String,
    asked: Arc<Mutex<Vec<String>>>,
    _thread: JoinHandle<()>,
}

impl Fake {
    /// `script` gets the method and how many requests with it came before.
    pub(crate) fn start(script: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, script): (_, Arc<Script>) = (asked.clone(), Arc::new(script));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, script) = (log.clone(), script.clone());
                std::thread::spawn(move || converse(stream, &log, &*script));
            }
        });
        Fake {
            endpoint,
            asked,
            _thread: thread,
        }
    }

    /// The heads of all requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("a log").clone()
    }
}

fn converse(stream: TcpStream, log: &Mutex<Vec<String>>, script: &Script) {
    let mut from = BufReader::new(stream.try_clone().expect("the other half"));
    let mut to = stream;
    while let Some(head) = head(&mut from) {
        let method = head.split(' ').next().unwrap_or_default().to_owned();
        let before = {
            let mut log = log.lock().expect("a log");
            let before = log.iter().filter(|earlier| earlier.starts_with(&method)).count();
            log.push(head.clone());
            before
        };
        let length = header(&head, "content-length")
            .and_then(|text| text.parse().ok())
            .unwrap_or(0);
        let answer = script(&method, before);
        if matches!(answer, Answer::HangUp) {
            let _ = from.read(&mut [0; 1024]);
            return;
        }
        let mut body = vec![0; length];
        if from.read_exact(&mut body).is_err() {
            return;
        }
        if !answered(&mut to, answer) {
            return;
        }
    }
}

fn answered(to: &mut TcpStream, answer: Answer) -> bool {
    let (status, length, body) = match answer {
        Answer::Say(status, body) => (status, body.len(), body),
        Answer::Size(Some(size)) => (200, size, &b""[..]),
        Answer::Size(None) => (404, 0, &b""[..]),
        Answer::Break(length, body) => (200, length, body),
        Answer::HangUp => return false,
    };
    let head = format!("HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\n\r\n");
    to.write_all(head.as_bytes()).is_ok() && to.write_all(body).is_ok() && !matches!(answer, Answer::Break(..))
}

fn head(from: &mut impl BufRead) -> Option<String> {
    let mut head = String::new();
    loop {
        let start = head.len();
        if from.read_line(&mut head).ok()? == 0 {
            return None;
        }
        if head[start..].trim().is_empty() {
            return Some(head);
        }
    }
}

/// A header of a request's head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
