//! Room: how often an attack is repeated, and by which seed. Few times by default; `cargo xtask soak` sets
//! `TAIZHANG_SOAK`, and `TAIZHANG_SEED` repeats what a red run printed.

/// So many in every build, so many where a build server attacks an optimised program (`soak --quick`), so many in a soak.
pub(crate) fn sized(each_build: usize, quick: usize, long: usize) -> usize {
    match std::env::var("TAIZHANG_SOAK").as_deref() {
        Ok("quick") => quick,
        Ok("0") | Err(_) => each_build,
        Ok(_) => long,
    }
}

/// The same where few are enough for a build server too.
pub(crate) fn rounds(few: usize, long: usize) -> usize {
    sized(few, few, long)
}

/// The seed of this run.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("TAIZHANG_SEED").ok();
    given.map_or(20_240_630, |text| text.parse().expect("a number in TAIZHANG_SEED"))
}

/// A small generator, so that a run can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    /// One for each purpose, all from one seed.
    pub(crate) fn new(seed: u64, purpose: u64) -> Dice {
        let mut dice = Dice(seed ^ purpose.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        dice.below(2);
        dice
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        // SplitMix64: every bit of the answer depends on every bit of the state.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}
