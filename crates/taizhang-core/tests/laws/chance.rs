//! Room: repeatable chance. A seed is a whole run; every failure names its seed.

/// A generator (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `from` up to and including `to`.
    pub(crate) fn within(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % (to - from + 1).max(1) as u64) as i64
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: i64) -> bool {
        self.within(0, 99) < percent
    }

    /// One of these; there must be one.
    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.within(0, of.len() as i64 - 1) as usize].clone()
    }
}

/// Whether this is a soak (`cargo xtask soak`), and of which size.
fn soak() -> Option<Soak> {
    match std::env::var("TAIZHANG_SOAK").as_deref() {
        Ok("quick") => Some(Soak { histories: 200 }),
        Ok("0") | Err(_) => None,
        Ok(_) => Some(Soak { histories: 2_000 }),
    }
}

/// How many histories a soak plays; all of them are long ones.
struct Soak {
    histories: u64,
}

/// Commands in a history: more in a soak, whose books grow larger, and in those that found something in one.
pub(crate) fn length(seed: u64) -> usize {
    if soak().is_some() || found_once().any(|found| found == (seed, true)) {
        500
    } else {
        220
    }
}

/// The seeds of a run: `TAIZHANG_SEED` alone, or `TAIZHANG_ROUNDS` of them from 1, or `default`; in a soak
/// many more, from `TAIZHANG_SEED` on.
pub(crate) fn seeds(default: u64) -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("TAIZHANG_SEED");
    if let Some(soak) = soak() {
        let first = first.unwrap_or(1);
        return (first..first + number("TAIZHANG_ROUNDS").unwrap_or(soak.histories)).collect();
    }
    match first {
        Some(seed) => vec![seed],
        None => {
            let last = number("TAIZHANG_ROUNDS").unwrap_or(default);
            let beyond = found_once().map(|(seed, _)| seed).filter(|seed| *seed > last);
            (1..=last).chain(beyond).collect()
        }
    }
}

/// Seeds that found something once, those that found it in a soak with `soak` behind them.
fn found_once() -> impl Iterator<Item = (u64, bool)> {
    let lines = include_str!("../../../../tests/regressions/histories.txt").lines();
    lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let seed = words.next()?.parse().expect("a line begins with a seed");
        Some((seed, words.next() == Some("soak")))
    })
}

/// Runs one seed and names it if it fails.
pub(crate) fn named<T>(seed: u64, run: impl FnOnce() -> T) -> T {
    struct Name(u64);
    impl Drop for Name {
        fn drop(&mut self) {
            if std::thread::panicking() {
                // A soak's histories are longer: what was found late in one is not in its beginning.
                let soak =
                    std::env::var("TAIZHANG_SOAK").map_or(String::new(), |size| format!("TAIZHANG_SOAK={size} "));
                eprintln!("run again with {soak}TAIZHANG_SEED={}", self.0);
            }
        }
    }
    let _name = Name(seed);
    run()
}
