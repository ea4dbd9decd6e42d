//! Room: the laws over random histories. The kernel decides, the model has its own opinion, and they
//! must agree on every command, every posting, every balance.

use crate::chance::{length, named, seeds};
use crate::run::{Run, Tally};

#[test]
fn kernel_and_model_agree_on_random_histories() {
    let mut seen = Tally::new();
    let seeds = seeds(12);
    for seed in &seeds {
        named(*seed, || Run::new(*seed).play(length(*seed)).seen)
            .into_iter()
            .for_each(|(what, times)| *seen.entry(what).or_default() += times);
    }
    println!("{seen:#?}");
    if seeds.len() >= 12 {
        for what in MUST_BE_SEEN {
            assert!(seen.contains_key(what), "no history came across {what}: {seen:#?}");
        }
    }
}

/// What a dozen histories must come across, or they test less than they seem to.
const MUST_BE_SEEN: &[&str] = &[
    "after_today",
    "already_withdrawn",
    "before_opening",
    "below_floor",
    "check_failed",
    "closed_period",
    "corrected_since",
    "evidence_needed",
    "guarded",
    "inherited",
    "key_taken",
    "living_children",
    "move_needs",
    "no_such_link",
    "nothing_changes",
    "out_of_turn",
    "parent_fixed",
    "parent_void",
    "reason_needed",
    "record_void",
    "required",
    "stage_needs",
    "stale",
    "unit_circle",
    "withdraw_opening",
    "accepted amend",
    "accepted correct",
    "accepted move",
    "accepted open",
    "accepted void",
    "accepted withdrawal",
    "accepted withdrawal of a void",
    "accepted with a shortfall",
    "accepted for a family",
    "accepted pack",
    "figure",
    "refused pack",
    "refused for a record below",
    "project.late",
    "project.late_done",
    "project.unsettled",
    "project.started_total",
    "project.last_pause",
    "month.invested",
    "item.qty",
];
