//! The disk fills and is cleared again (promise 15), the clock jumps (promise 16), there are no more descriptors, or no
//! more memory: the server goes on reading, says what it cannot do, and recovers by itself.

use crate::clerks::{Found, REPAIRS, Wished, repair, send};
use crate::client::Client;
use crate::server::{Server, Site, ask_session};
use crate::shim::Shim;
use std::path::Path;
use std::process::Command;

const HOUR: i64 = 3_600_000_000;

/// Sets the program's clock off, in place, since the program has the file mapped.
fn set(clock: &Path, micros: i64) {
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(clock);
    std::os::unix::fs::FileExt::write_all_at(&file.expect("opened"), &micros.to_le_bytes(), 0).expect("written");
}

fn opens(client: &mut Client, matter: &str) -> (u16, serde_json::Value) {
    let said = client.post(REPAIRS, matter, &repair(matter)).expect("answered");
    (said.status, said.json())
}

fn reads(client: &mut Client, about: &str) {
    for path in [
        "/healthz",
        "/api/v1/registers/repair/records",
        "/api/v1/figures/repair.late",
        "/",
    ] {
        assert_eq!(client.get(path).expect("answered").status, 200, "{about}: {path}");
    }
}

#[test]
fn a_full_disk_makes_the_book_read_only_until_there_is_room_again() {
    let site = Site::new();
    let full = site.folder.path().with_extension("full");
    let clock = site.folder.path().with_extension("time");
    set(&clock, 0);
    let shim = Shim {
        full: Some(full.clone()),
        clock: Some(clock.clone()),
        ..Shim::default()
    };
    let mut server = site.serve(Some(&shim));
    let mut client = server.clerk();
    let mut wishes = Vec::new();
    for at in 0..3 {
        let mut wish = Wished::of(&format!("before-{at}"), repair("before"));
        send(&mut client, &mut wish).expect("answered");
        wishes.push(wish);
        std::fs::write(&full, "").expect("written");
        for _ in 0..5 {
            let mut wish = Wished::of(&format!("full-{at}"), repair("full"));
            let said = client.post(REPAIRS, &wish.key, &wish.body).expect("answered");
            assert_eq!(said.status, 507, "{}", said.json());
            assert_eq!(said.json()["code"], "read_only");
            assert!(
                said.json()["detail"]
                    .as_str()
                    .is_some_and(|detail| detail.contains("磁盘已满"))
            );
            wish.said = None;
            wishes.push(wish);
        }
        std::thread::scope(|scope| {
            for clerk in 0..8 {
                let (mut client, key) = (server.clerk(), format!("crowd-{at}-{clerk}"));
                // Those who share a transaction are all told what is wrong with it.
                scope.spawn(move || assert_eq!(opens(&mut client, &key).0, 507));
            }
        });
        let kind = [("content-type", "application/pdf")];
        let said = client
            .send("POST", "/api/v1/evidence?name=a.pdf", &kind, b"%PDF-1.7 a")
            .expect("answered");
        assert_eq!(said.status, 507, "evidence too: {}", said.json());
        reads(&mut client, "while the disk is full");
        // And a quarter of an hour later, when it should be noted that the session was used.
        set(&clock, HOUR / 4 * (at + 1));
        reads(&mut client, "and stays so for a while");
        std::fs::remove_file(&full).expect("removed");
        let (status, said) = opens(&mut client, &format!("after-{at}"));
        assert_eq!(status, 201, "{said}");
    }
    assert!(server.lives());
    server.kill();
    let found = Found::of(&site);
    assert!(found.lost(&wishes).is_empty());
    assert_eq!(found.opened.len(), 6, "nothing of what was refused");
    assert!(site.verdict().ok);
}

#[test]
fn a_wrong_clock_never_reorders_and_a_jump_ahead_stops_writing() {
    let site = Site::new();
    let clock = site.folder.path().with_extension("clock");
    let set = |micros: i64| set(&clock, micros);
    set(0);
    let shim = Shim {
        clock: Some(clock.clone()),
        ..Shim::default()
    };
    let mut server = site.serve(Some(&shim));
    let mut client = server.clerk();
    let steps: [(i64, u16); 8] = [
        (0, 201),
        (-72 * HOUR, 201),
        (-71 * HOUR, 201),
        (0, 422),
        (-72 * HOUR, 201),
        (-49 * HOUR, 201),
        (-26 * HOUR, 201),
        (-3 * HOUR, 201),
    ];
    for (at, (micros, expected)) in steps.into_iter().enumerate() {
        set(micros);
        let (status, said) = opens(&mut client, &format!("step {at}"));
        assert_eq!(status, expected, "step {at}, {micros} µs: {said}");
        if status == 422 {
            assert_eq!(said["code"], "clock_jumped");
        }
        assert_eq!(client.get("/healthz").expect("answered").status, 200, "step {at}");
    }
    // Sessions have ended by then, and nobody signs in to begin one that lasts for a year.
    set(400 * 24 * HOUR);
    assert_eq!(opens(&mut client, "in a year").0, 401);
    let refused = ask_session(&server);
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (503, Some("clock_jumped"))
    );
    set(0);
    assert_eq!(opens(&mut client, "right again").0, 201, "and comes back by itself");
    assert!(server.lives());
    server.kill();
    let instants: Vec<i64> = Found::of(&site).entries.iter().map(|entry| entry.recorded_at).collect();
    assert!(instants.is_sorted_by(|one, other| one < other), "{instants:?}");
    assert!(site.verdict().ok);
}

/// More connections than there are descriptors: whoever has one is answered, and the rest later.
#[test]
fn a_server_without_descriptors_answers_again_when_there_are_some() {
    let site = Site::new();
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 48; exec \"$0\" \"$@\""]);
    let plain = site.command(None);
    limited.arg(plain.get_program()).args(plain.get_args());
    let mut server = Server::start(limited);
    let mut before = server.clerk();
    assert_eq!(opens(&mut before, "before").0, 201);
    let crowd: Vec<_> = (0..120).map(|_| std::net::TcpStream::connect(server.address)).collect();
    assert!(crowd.iter().filter(|stream| stream.is_ok()).count() > 60);
    assert!(server.lives());
    drop(crowd);
    let mut later = server.clerk();
    assert_eq!(opens(&mut later, "after").0, 201);
    reads(&mut later, "after the crowd");
    server.kill();
    assert_eq!(Found::of(&site).opened.len(), 2);
    assert!(site.verdict().ok);
}

/// A server with half a gigabyte of address space, of which the program and its allocators take most before the first
/// request, and `uploads` large files at once.
fn cramped(site: &Site, uploads: &str) -> Server {
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -v 524288; exec \"$0\" \"$@\""]);
    let plain = site.command(None);
    limited.arg(plain.get_program()).args(plain.get_args());
    Server::start_with(limited, &["--uploads", uploads])
}

/// What sixteen people are told who send eight megabytes each at the same moment; nothing if the line broke.
fn crowd(server: &Server, round: usize) -> Vec<Option<(u16, Option<String>)>> {
    let file = |clerk: usize| [format!("%PDF-1.7 {round} {clerk} ").into_bytes(), vec![b'x'; 8_000_000]].concat();
    let send = |clerk: usize| {
        let mut client = Client::connect(server.address, &Site::token()).ok()?;
        let kind = [("content-type", "application/pdf")];
        let said = client
            .send("POST", "/api/v1/evidence?name=a.pdf", &kind, &file(clerk))
            .ok()?;
        Some((said.status, said.retry_after))
    };
    std::thread::scope(|scope| {
        let clerks: Vec<_> = (0..16).map(|clerk| scope.spawn(move || send(clerk))).collect();
        clerks.into_iter().map(|clerk| clerk.join().expect("asked")).collect()
    })
}

#[test]
fn a_server_that_is_short_of_memory_answers_a_crowd_of_large_files_and_lives() {
    let site = Site::new();
    let mut server = cramped(&site, "3");
    let mut client = server.clerk();
    assert_eq!(opens(&mut client, "before").0, 201);
    for round in 0..3 {
        for said in crowd(&server, round) {
            let (status, later) = said.expect("an answer");
            assert!(
                status == 201 || (status, later.is_some()) == (503, true),
                "{status}, {later:?}"
            );
        }
        assert!(server.lives());
        assert_eq!(client.get("/healthz").expect("answered").status, 200);
    }
    server.kill();
    assert_eq!(Found::of(&site).opened.len(), 1);
    assert!(site.verdict().ok);
}

/// Somebody who begins to send a large file and does not go on.
fn dawdler(server: &Server) -> std::net::TcpStream {
    let mut stream = std::net::TcpStream::connect(server.address).expect("connected");
    let head = format!(
        "POST /api/v1/evidence?name=a.pdf HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/pdf\r\ncontent-length: 8000000\r\n\r\n%PDF-1.7",
        Site::token()
    );
    std::io::Write::write_all(&mut stream, head.as_bytes()).expect("sent");
    stream
}

#[test]
fn large_files_take_turns_and_whoever_gets_none_is_told_when_to_come_again() {
    let site = Site::new();
    let server = Server::start_with(site.command(None), &["--uploads", "2"]);
    let dawdlers = [dawdler(&server), dawdler(&server)];
    let mut client = server.clerk();
    let kind = [("content-type", "application/pdf")];
    let file = [b"%PDF-1.7 ".as_slice(), &[b'x'; 1_000_000]].concat();
    let large = |client: &mut Client| client.send("POST", "/api/v1/evidence?name=b.pdf", &kind, &file);
    // While they are there, what is small goes on at once.
    let began = std::time::Instant::now();
    assert_eq!(opens(&mut client, "small").0, 201);
    assert!(began.elapsed().as_secs() < 5, "what is small waits for nobody");
    let said = large(&mut client).expect("answered");
    assert_eq!((said.status, said.json()["code"].as_str()), (503, Some("no_room")));
    assert_eq!(said.retry_after.as_deref(), Some("5"));
    // The control: with a place it is taken.
    drop(dawdlers);
    assert_eq!(large(&mut server.clerk()).expect("answered").status, 201);
}
