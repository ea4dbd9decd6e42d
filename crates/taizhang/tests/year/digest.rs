//! The morning message: to a real SMTP server and a real hook on this machine; on working days in the hours of
//! the pack, once, and with the same key where it had to be sent again.

use super::book::{Year, day, told};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use taizhang::message::{Carrier, Carriers, Message};

const HOUR: i64 = 3_600_000_000;

/// A server that keeps what it was given.
fn sink(serve: fn(TcpStream) -> Option<String>) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let keeper = kept.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let taken = serve(stream);
            keeper.lock().expect("kept").extend(taken);
        }
    });
    (port, kept)
}

/// As much of SMTP as one letter needs.
fn smtp(stream: TcpStream) -> Option<String> {
    let mut out = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).lines();
    out.write_all(b"220 sink\r\n").ok()?;
    let mut letter = None;
    while let Some(Ok(line)) = lines.next() {
        let verb = line.split_whitespace().next().unwrap_or_default().to_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "DATA" => {
                out.write_all(b"354 go on\r\n").ok()?;
                let text: Vec<String> = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".")
                    .collect();
                letter = Some(text.join("\n"));
                b"250 taken\r\n"
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n").ok()?;
                break;
            }
            _ => b"250 ok\r\n",
        };
        out.write_all(answer).ok()?;
    }
    letter
}

/// One request of HTTP, head and body.
fn http(stream: TcpStream) -> Option<String> {
    let mut out = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head += &line;
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let answer = r#"{"errcode":0}"#;
    write!(
        out,
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{answer}",
        answer.len()
    )
    .ok()?;
    Some(format!("{head}\n{}", String::from_utf8(body).ok()?))
}

fn hire(year: &Year, login: &str, unit: &str, role: &str, mail: Option<&str>) {
    let mut set = vec![("login", login), ("name", "样例·经办人")];
    set.extend(mail.map(|mail| ("mail", mail)));
    let actor = format!("#{}", year.open("actor", &set));
    let post = [
        ("actor", actor.as_str()),
        ("unit", unit),
        ("role", role),
        ("from", "2024-01-01"),
    ];
    year.open("position", &post);
}

fn task(year: &Year, number: &str, deadline: &str) {
    let assigned = year.app.today().to_string();
    let set = [
        ("number", number),
        ("name", number),
        ("unit", "XH-08"),
        ("assigned_on", assigned.as_str()),
        ("deadline", deadline),
    ];
    let task = year.open("task", &set);
    year.make("task", task, "accept", &[]);
}

/// Turns the clock to a day and an hour of it.
fn turn(year: &Year, to: &str, hour: i64) {
    year.clock.day.store(day(to).0, Ordering::Relaxed);
    // Midnight of the clock is eight in the morning here.
    year.clock.asked.store((hour - 8) * HOUR, Ordering::Relaxed);
}

fn settings(year: &Year, text: &str) -> std::path::PathBuf {
    let file = year.folder.path().join("messages.toml");
    std::fs::write(&file, text).expect("written");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("closed");
    file
}

#[test]
fn one_message_for_each_person_goes_out_once_on_working_mornings() {
    let year = Year::new();
    hire(&year, "li", "XH-08", "unit_head", Some("li@example.gov.cn"));
    hire(&year, "idle", "410402100", "unit_head", Some("idle@example.gov.cn"));
    turn(&year, "2024-05-06", 9);
    task(&year, "R-1", "2024-05-10");
    task(&year, "R-2", "2024-05-08");
    task(&year, "R-3", "2024-12-31");
    let ((smtp_port, letters), (http_port, calls)) = (sink(smtp), sink(http));
    let hook = |path: &str| format!("[[hook]]\nurl = \"http://127.0.0.1:{http_port}/{path}\"\nname = \"{path}\"\n");
    let mail = format!("[smtp]\nurl = \"smtp://127.0.0.1:{smtp_port}\"\nfrom = \"台账 <taizhang@example.gov.cn>\"\n");
    let (gateway, robot) = (hook("gateway"), hook("robot"));
    let text = format!(
        "site = \"https://tz.example.gov.cn/\"\n{mail}{gateway}secret = \"s3cret\"\n{robot}shape = \"wecom\"\n"
    );
    let file = settings(&year, &text);
    let ways = Carriers::read(&file).expect("read");
    let sent = |at: &str, hour: i64| {
        turn(&year, at, hour);
        let done = year.app.digest(&ways).expect("a digest");
        assert_eq!(done.failed, 0, "{at}");
        (done.sent, done.quiet)
    };
    assert_eq!(sent("2024-05-09", 7), (0, true), "before the hours of the pack");
    assert_eq!(
        sent("2024-05-09", 9),
        (3, false),
        "one person has something, by three ways"
    );
    assert_eq!(sent("2024-05-09", 10), (0, false), "nothing twice");
    assert_eq!(sent("2024-05-11", 9), (3, false), "a make-up Saturday is a working day");
    assert_eq!(sent("2024-05-12", 9), (0, true), "a Sunday is none");
    assert_eq!(sent("2024-05-13", 22), (0, true), "after hours");

    let letters = letters.lock().expect("letters");
    assert_eq!(letters.len(), 2);
    let first = &letters[0];
    assert!(
        first.contains("To: ") && first.contains("<li@example.gov.cn>"),
        "{first}"
    );
    assert!(first.contains("X-Taizhang-Key: digest/2024-05-09/li/mail"), "{first}");
    let marks: std::collections::BTreeSet<&str> = letters
        .iter()
        .filter_map(|letter| letter.lines().find(|line| line.starts_with("Message-ID:")))
        .collect();
    assert_eq!(marks.len(), 2, "each day its own");

    let calls = calls.lock().expect("calls");
    assert_eq!(calls.len(), 4);
    let (head, body) = calls[0]
        .split_once("\n\n")
        .or(calls[0].rsplit_once("\n"))
        .expect("a body");
    let header = |name: &str| {
        let line = head
            .lines()
            .find(|line| line.to_lowercase().starts_with(&format!("{name}:")))
            .expect("a header");
        line.split_once(':').expect("a header").1.trim().to_owned()
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(b"s3cret").expect("a key");
    mac.update(format!("{}.{body}", header("x-taizhang-timestamp")).as_bytes());
    let proof: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(header("x-taizhang-signature"), format!("sha256={proof}"));
    let said: serde_json::Value = serde_json::from_str(body).expect("json");
    assert_eq!(
        (said["key"].as_str(), said["to"]["login"].as_str()),
        (Some("digest/2024-05-09/li/gateway"), Some("li"))
    );
    assert_eq!(
        (said["counts"]["red"].as_i64(), said["counts"]["yellow"].as_i64()),
        (Some(1), Some(1))
    );
    let text = said["text"].as_str().expect("a text");
    assert!(
        text.contains("R-2") && text.contains("R-1") && !text.contains("R-3"),
        "{text}"
    );
    assert!(text.contains("https://tz.example.gov.cn/duties"), "{text}");
    assert!(calls[1].contains("\"msgtype\":\"markdown\""), "{}", calls[1]);

    let rows = year.rows("message");
    assert_eq!(rows.len(), 6);
    assert!(
        rows.iter()
            .all(|row| told(row, "stage") == "sent" && told(row, "tries") == "1"),
        "{rows:?}"
    );
}

/// A way that takes a message and is cut off before it can say so, as often as it is told.
#[derive(Clone)]
struct CutOff {
    taken: Arc<Mutex<Vec<String>>>,
    cuts: usize,
}

impl Carrier for CutOff {
    fn name(&self) -> &str {
        "mail"
    }

    fn needs_address(&self) -> bool {
        true
    }

    fn carry(&self, message: &Message) -> Result<(), String> {
        // A lock that somebody was killed with still holds a list.
        self.taken.clear_poison();
        let mut taken = self.taken.lock().expect("taken");
        taken.push(message.key.clone());
        assert!(taken.len() > self.cuts, "the program is killed here");
        Ok(())
    }
}

#[test]
fn what_was_sent_and_not_put_down_goes_out_again_under_the_same_key() {
    let year = Year::new();
    hire(&year, "li", "XH-08", "unit_head", Some("li@example.gov.cn"));
    turn(&year, "2024-05-06", 9);
    task(&year, "R-1", "2024-05-08");
    let way = CutOff {
        taken: Arc::default(),
        cuts: 1,
    };
    let ways = || Carriers {
        ways: vec![Box::new(way.clone())],
        site: None,
    };
    turn(&year, "2024-05-09", 9);
    let killed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| year.app.digest(&ways())));
    assert!(killed.is_err(), "killed between sending and putting it down");
    let row = || year.rows("message").remove(0);
    assert_eq!((told(&row(), "stage"), told(&row(), "tries")), ("prepared", "1"));
    assert_eq!(
        year.app.digest(&ways()).expect("a digest").sent,
        0,
        "another server may still be at it"
    );
    year.clock.asked.fetch_add(HOUR, Ordering::Relaxed);
    assert_eq!(year.app.digest(&ways()).expect("a digest").sent, 1);
    assert_eq!(year.app.digest(&ways()).expect("a digest").sent, 0);
    let key = "digest/2024-05-09/li/mail".to_owned();
    assert_eq!(*way.taken.lock().expect("taken"), [key.clone(), key]);
    assert_eq!((told(&row(), "stage"), told(&row(), "tries")), ("sent", "2"));
}

struct Deaf;

impl Carrier for Deaf {
    fn name(&self) -> &str {
        "mail"
    }

    fn needs_address(&self) -> bool {
        true
    }

    fn carry(&self, _: &Message) -> Result<(), String> {
        Err("connection failed".to_owned())
    }
}

#[test]
fn a_way_that_takes_nothing_is_tried_three_times_and_the_next_day_says_what_is_so_then() {
    let year = Year::new();
    hire(&year, "li", "XH-08", "unit_head", Some("li@example.gov.cn"));
    turn(&year, "2024-05-06", 9);
    task(&year, "R-1", "2024-05-08");
    let ways = Carriers {
        ways: vec![Box::new(Deaf)],
        site: None,
    };
    turn(&year, "2024-05-09", 9);
    for _ in 0..5 {
        year.app.digest(&ways).expect("a digest");
        year.clock.asked.fetch_add(HOUR, Ordering::Relaxed);
    }
    let rows = year.rows("message");
    assert_eq!(
        (rows.len(), told(&rows[0], "stage"), told(&rows[0], "tries")),
        (1, "given_up", "3")
    );
    assert_eq!(told(&rows[0], "fault"), "connection failed");
    turn(&year, "2024-05-10", 9);
    year.app.digest(&ways).expect("a digest");
    turn(&year, "2024-05-13", 9);
    year.app.digest(&ways).expect("a digest");
    let stages: Vec<String> = year
        .rows("message")
        .iter()
        .map(|row| told(row, "stage").to_owned())
        .collect();
    assert_eq!(
        stages,
        ["given_up", "given_up", "prepared"],
        "what did not go out on its day never does"
    );
}

#[test]
fn settings_that_others_can_read_or_that_say_nonsense_are_refused() {
    let year = Year::new();
    let file = settings(&year, "[smtp]\nurl = \"smtp://127.0.0.1\"\nfrom = \"a@example.cn\"\n");
    assert!(Carriers::read(&file).is_ok());
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("opened");
    assert!(Carriers::read(&file).is_err(), "there are passwords in it");
    for bad in [
        "[smtp]\nurl = \"smtp://127.0.0.1\"\nfrom = \"nobody\"\n",
        "[smtp]\nurl = \"ftp://user:geheim@127.0.0.1\"\nfrom = \"a@example.cn\"\n",
        "[[hook]]\nname = \"a\"\nurl = \"http://elsewhere.example/\"\nsecret = \"s\"\n",
        "[[hook]]\nname = \"a\"\nurl = \"https://e.example/\"\n",
        "[[hook]]\nname = \"a\"\nurl = \"https://e.example/\"\nshape = \"pigeon\"\n",
        "[other]\n",
    ] {
        let Err(fault) = Carriers::read(&settings(&year, bad)) else {
            panic!("{bad} was taken");
        };
        let text = year.app.locale().error(&fault);
        assert!(!text.contains("geheim") && text.contains("messages.toml"), "{text}");
    }
}
