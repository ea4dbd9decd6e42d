//! Cases from the first day to the last, in the district's own pack: everybody signs with their own name and
//! rights, a clock passes day by day with the round run on each, and what the figures say is counted by hand.

mod area;
mod city;
#[path = "../desk/district.rs"]
mod district;
mod firm;
mod household;
mod lead;
mod permit;
mod task;
mod training_base;
