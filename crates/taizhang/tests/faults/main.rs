//! The program attacked from outside, as its user runs it: killed, cut off from power, lied to by the
//! disk and the clock. `docs/faults.md` says which promise each attack tests, and how large it is.

#![cfg(target_os = "linux")]

mod acts;
mod calls;
mod clerks;
mod client;
mod disk;
mod files;
mod flips;
mod fuzz;
mod kill;
mod power;
mod replay;
mod server;
mod shim;
mod size;
mod workbooks;
