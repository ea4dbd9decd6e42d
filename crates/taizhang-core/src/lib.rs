//! The pure core of Taizhang: no I/O, no clock, no SQL, no HTML, no text that a user reads.
pub mod day;
pub mod value;
