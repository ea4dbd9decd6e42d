//! The process that reads what strangers wrote, and the addresses that it may take: the program's own allocator is in it.

use std::path::Path;
use taizhang_sheet::{Limits, ReadOptions, open};

/// A number of bytes out of a table of the system's: `VmSize:  5 kB`, `Max address space  5  5  bytes`.
#[cfg(target_os = "linux")]
fn told(process: &Path, table: &str, line: &str) -> Option<u64> {
    let text = std::fs::read_to_string(process.join(table)).ok()?;
    let line = text.lines().find_map(|each| each.strip_prefix(line))?;
    let number: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(if line.ends_with("kB") { number * 1024 } else { number })
}

/// A child of ours that reads a sheet and is bound already.
#[cfg(target_os = "linux")]
fn bound_child(most: u64) -> Option<std::path::PathBuf> {
    let own = format!("PPid:\t{}\n", std::process::id());
    let all = std::fs::read_dir("/proc").expect("the system's processes").flatten();
    all.map(|each| each.path()).find(|process| {
        let read = |table: &str| std::fs::read_to_string(process.join(table)).unwrap_or_default();
        read("status").contains(&own)
            && read("cmdline").contains("__read-sheet")
            && told(process, "limits", "Max address space") == Some(most)
    })
}

/// It needs addresses of its own and the file's; where it has more than its bound from the beginning, whatever it asks for
/// later is refused, or not, as the system has placed it.
#[test]
#[cfg(target_os = "linux")]
fn whoever_reads_a_sheet_begins_well_below_its_bound() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.csv");
    let rows: String = (0..200_000).map(|at| format!("{at},样例第{at}条\n")).collect();
    std::fs::write(&file, format!("Number,Text\n{rows}")).expect("written");
    let options = ReadOptions {
        program: Some(env!("CARGO_BIN_EXE_taizhang").into()),
        ..ReadOptions::default()
    };
    // Nobody takes the rows, so it stands still amid them.
    let stream = open(&file, &options).expect("opened");
    let most = Limits::default().memory_bytes_max;
    let waited = (0..200).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        bound_child(most)
    });
    let process = waited.expect("a bound child");
    let taken = told(&process, "status", "VmSize:").expect("it lives");
    assert!(taken < most / 2, "{} MiB of {}", taken >> 20, most >> 20);
    drop(stream);
}
