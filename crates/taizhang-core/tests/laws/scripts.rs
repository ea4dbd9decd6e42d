//! Room: the scripts of `tests/tables`, run on the book in memory.

use crate::memory::{Clerk, Memory};
use crate::table::{Deed, Figure, Question, SCRIPTS, World, run};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::Definition;
use taizhang_core::id::EntryNo;
use taizhang_core::refusal::Code;

#[test]
fn scripts_run_as_they_say() {
    for (path, least, script) in SCRIPTS {
        let mut fresh = || -> Box<dyn World> { Box::new(Memory::new(Day(20_634))) };
        let rows = run(path, script, &mut fresh);
        assert!(rows >= least, "{path} has {rows} rows, fewer than {least}");
    }
}

/// A table that cannot fail tests nothing: each of these rows must be found wrong.
#[test]
fn a_wrong_row_is_found() {
    let opening = "case x\nopen P1 project code=1 unit=A level=city total=5 on 2026-03-02\n";
    let rows = [
        "level project.total = 6",
        "level project.total = 5 of 2/0/0",
        "level project.total unit=B = 5",
        "level project.total as_of=2026-03-01 = 5",
        "movement project.opened from=2026-03-03 to=2026-03-09 = 1",
        "note P1 refused record_void",
        "move P1 finish",
        "move P1 finish refused guarded",
        "amend P1 colour=red",
        "note P2",
        "sing P1",
    ];
    for row in rows {
        let script = format!("{opening}{row}\n");
        let mut fresh = || -> Box<dyn World> { Box::new(Memory::new(Day(20_634))) };
        let ran = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run("x", &script, &mut fresh)));
        assert!(ran.is_err(), "{row}");
    }
}

impl World for Memory {
    fn definition(&mut self) -> Arc<Definition> {
        Memory::definition(self)
    }

    fn submit(&mut self, deed: &Deed) -> Result<EntryNo, Vec<Code>> {
        match deed {
            Deed::Write {
                command,
                may_restate,
                today,
            } => {
                self.today = *today;
                let decided = Memory::submit(
                    self,
                    command,
                    &Clerk {
                        may_restate: *may_restate,
                    },
                );
                decided
                    .map(|(n, _)| n)
                    .map_err(|refusals| refusals.iter().map(|refusal| refusal.code).collect())
            }
            Deed::Close(through) => Ok(self.close(*through)),
            Deed::Reopen(through) => Ok(self.reopen(*through)),
            Deed::Pack {
                which,
                from,
                may_restate,
            } => self.apply(*which, *from, *may_restate),
        }
    }

    fn balance(&mut self, question: &Question) -> Figure {
        self.figure(question)
    }

    fn check(&mut self) {
        self.check_derived();
    }
}
