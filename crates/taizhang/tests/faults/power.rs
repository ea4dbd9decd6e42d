//! Power cuts (promises 1, 2 and 4): every write of a serving program is recorded, and the disk is rebuilt
//! as it may be after a cut at any moment. What was acknowledged before it is there, with its evidence.

use crate::acts::ACTS;
use crate::clerks::{Found, Wished, repair, send};
use crate::client::Client;
use crate::replay::{Change, Disk, read};
use crate::server::Site;
use crate::shim::Shim;
use crate::size::{Dice, rounds, seed, sized};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use taizhang::keys::hex;
use taizhang_core::journal::Entry;

/// What was recorded of one server's life.
struct Recording {
    start: Disk,
    changes: Vec<(u64, Change)>,
    wished: Vec<Wished>,
    wal: u64,
    _site: Site,
}

impl Recording {
    /// Whether it syncs a file that is neither the book nor its log.
    fn syncs_evidence(&self, change: &Change) -> bool {
        matches!(change, Change::Sync { file } if *file != self.wal && !self.start.has(*file))
    }
}

/// Clerks write for a while, one of them with evidence; then the server is killed.
fn record(clerks: usize, lasting: Duration) -> Recording {
    let site = Site::new();
    let log = tempfile::NamedTempFile::new().expect("a file");
    let shim = Shim {
        log: Some(log.path().to_owned()),
        ..Shim::default()
    };
    let start = Disk::of(site.folder.path());
    let mut server = site.serve(Some(&shim));
    let stop = AtomicBool::new(false);
    let length = || std::fs::metadata(log.path()).map_or(0, |found| found.len());
    let wished = std::thread::scope(|scope| {
        let (address, stop, length) = (server.address, &stop, &length);
        let writing = scope.spawn(move || crate::clerks::write(address, 0, clerks, stop, length));
        let bringing = scope.spawn(move || bring(address, stop, length));
        std::thread::sleep(lasting);
        stop.store(true, Ordering::Relaxed);
        let mut wished = writing.join().expect("no panic");
        wished.extend(bringing.join().expect("no panic"));
        wished
    });
    let wal = std::fs::metadata(site.book().with_extension("db-wal"));
    let wal = std::os::unix::fs::MetadataExt::ino(&wal.expect("a log beside the book"));
    server.kill();
    Recording {
        start,
        changes: read(&std::fs::read(log.path()).expect("read")),
        wished,
        wal,
        _site: site,
    }
}

/// Brings a file, then opens a repair that names it, again and again.
fn bring(server: std::net::SocketAddr, stop: &AtomicBool, length: &dyn Fn() -> u64) -> Vec<Wished> {
    let mut client = Client::connect(server, &Site::token()).expect("connected");
    let mut wished = Vec::new();
    for at in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("evidence-{at}");
        let file = format!("%PDF-1.7 {}", key.repeat(200));
        let kind = [("content-type", "application/pdf")];
        let kept = client.send("POST", "/api/v1/evidence?name=a.pdf", &kind, file.as_bytes());
        let kept = kept.expect("answered").json();
        let mut body = repair(&key);
        body["evidence"] = json!([kept["hash"]]);
        let mut wish = Wished::of(&key, body);
        send(&mut client, &mut wish).expect("answered");
        wish.heard_at = length();
        wished.push(wish);
    }
    wished
}

/// A site rebuilt after a cut.
fn rebuilt(disk: &Disk, dice: &mut Dice) -> Site {
    // In memory where there is such a folder: hundreds of disks are written.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    let site = Site {
        folder: folder.expect("a folder"),
    };
    disk.cut(dice, site.folder.path());
    site
}

/// Cuts the power at random moments; gives what each cut lost, acknowledged repairs and files of evidence.
fn cuts(
    recording: &Recording,
    count: usize,
    dice: &mut Dice,
    checked: usize,
    happens: &dyn Fn(&Change) -> bool,
) -> Vec<(usize, usize)> {
    let mut moments: Vec<usize> = (0..count).map(|_| dice.below(recording.changes.len())).collect();
    moments.sort_unstable();
    let (mut disk, mut done, mut lost) = (recording.start.clone(), 0, Vec::new());
    for (at, moment) in moments.into_iter().enumerate() {
        while done < moment {
            let change = &recording.changes[done].1;
            if happens(change) {
                disk.take(change);
            }
            done += 1;
        }
        let position = if moment == 0 {
            0
        } else {
            recording.changes[moment - 1].0
        };
        let site = rebuilt(&disk, dice);
        let found = Found::of(&site);
        let told = recording.wished.iter().filter(|wish| wish.heard_at <= position);
        lost.push((found.lost(told).len(), without_file(&site, &found.entries)));
        if checked > 0 && at % checked == 0 {
            let verdict = site.verdict();
            assert!(verdict.ok, "cut {at} at {moment}: {:?}", verdict.first_bad);
        }
    }
    lost
}

/// How many entries name a file that is not there as it was hashed.
fn without_file(site: &Site, entries: &[Entry]) -> usize {
    let folder = site.book().with_extension("evidence");
    let whole = |hash: &[u8; 32]| {
        let name = hex(hash);
        let path: PathBuf = folder.join(&name[..2]).join(&name);
        std::fs::read(path).is_ok_and(|bytes| Sha256::digest(bytes).as_slice() == hash)
    };
    entries
        .iter()
        .flat_map(|entry| &entry.evidence)
        .filter(|hash| !whole(hash))
        .count()
}

#[test]
fn what_was_acknowledged_survives_a_power_cut_with_its_evidence() {
    let seed = seed();
    let mut dice = Dice::new(seed, 3);
    let recordings = rounds(2, 20);
    for at in 0..recordings {
        let recording = record(4, Duration::from_millis(600));
        let told = recording.wished.iter().filter(|wish| wish.said.is_some()).count();
        let about = format!(
            "TAIZHANG_SEED={seed}, recording {at}, {} writes, {told} told",
            recording.changes.len()
        );
        assert!(told > 20, "{about}");
        let lost = cuts(&recording, sized(40, 250, 500), &mut dice, 4, &|_| true);
        assert!(lost.iter().all(|lost| *lost == (0, 0)), "{about}: {lost:?}");

        // The control: synchronous=NORMAL does not sync its log before it answers.
        let normal = |change: &Change| !matches!(change, Change::Sync { file } if *file == recording.wal);
        let lost = cuts(&recording, 15, &mut dice, 0, &normal);
        let losing = lost.iter().filter(|lost| lost.0 > 0).count();
        assert!(
            losing > 7,
            "{about}: only {losing} of 15 cuts lost anything with synchronous=NORMAL"
        );

        // And one for files: as if evidence were not synced before its entry.
        let unsynced = |change: &Change| !matches!(change, Change::SyncFolder) && !recording.syncs_evidence(change);
        let lost = cuts(&recording, 15, &mut dice, 0, &unsynced);
        let losing = lost.iter().filter(|lost| lost.1 > 0).count();
        assert!(
            losing > 7,
            "{about}: only {losing} of 15 cuts lost evidence that was not synced"
        );
    }
}

#[test]
fn an_act_is_whole_or_was_never_there_after_a_power_cut() {
    let seed = seed();
    let mut dice = Dice::new(seed, 6);
    for act in ACTS {
        let recorded = act.recorded();
        let count = rounds(12, 2_000);
        let mut moments: Vec<usize> = (0..count).map(|_| dice.below(recorded.changes.len() + 1)).collect();
        moments.push(recorded.changes.len());
        moments.sort_unstable();
        let (mut disk, mut done) = (recorded.start.clone(), 0);
        for moment in moments {
            recorded.changes[done..moment]
                .iter()
                .for_each(|(_, change)| disk.take(change));
            done = moment;
            let about = format!(
                "TAIZHANG_SEED={seed}: {} cut at {moment} of {}",
                act.name,
                recorded.changes.len()
            );
            let head = act.sound(&rebuilt(&disk, &mut dice), &about);
            let whole = [recorded.before, recorded.after].contains(&head);
            assert!(
                whole,
                "{about}: {head} is neither {} nor {}",
                recorded.before, recorded.after
            );
            assert!(
                moment < recorded.changes.len() || head == recorded.after,
                "{about}: it was done"
            );
        }
    }
}
