//! Room: no unit comes to stand below itself, on any day (law 4). Looks at the unit's own climb only,
//! by the timelines of the units above; never at the whole tree.

use super::{Book, Desk};
use crate::day::Day;
use crate::id::RecordNo;
use crate::refusal::{Code, Refusal};
use crate::timeline::Timeline;
use crate::unit::{UNIT_REGISTER, UnitFields, UnitHistory};
use std::collections::BTreeSet;

impl Desk<'_> {
    /// The first day on which the command makes its unit stand below itself. A circle that stood on that
    /// day before is no reason: the command does not introduce it, and may be about to mend it.
    pub(super) fn circle<B: Book>(
        &self,
        book: &mut B,
        before: &Timeline,
        after: &Timeline,
    ) -> Result<Option<Refusal>, B::Error> {
        let fields = UnitFields::of(self.register).filter(|_| self.register.id == UNIT_REGISTER);
        // No unit stands below one that is not opened yet.
        let (Some(fields), Some(unit)) = (fields, self.command.record) else {
            return Ok(None);
        };
        let mut was = self.units_above(book, unit, fields, after)?;
        let mut is = was.clone();
        was.add(before);
        is.add(after);
        let days: BTreeSet<Day> = was.days().union(&is.days()).copied().collect();
        let circle = |units: &UnitHistory, day: Day| units.on(day, fields).is_below_itself(unit);
        let first = days.into_iter().find(|day| circle(&is, *day) && !circle(&was, *day));
        Ok(first.map(|day| {
            let tree = is.on(day, fields);
            let name = tree.get(unit).map_or(String::new(), |node| node.name.clone());
            let named = self.command.fields.iter().map(|(field, _)| *field);
            let field = named.into_iter().find(|field| fields.leads_up(*field));
            let refusal = field.map_or(Refusal::new(Code::UnitCircle), |field| {
                Refusal::at(Code::UnitCircle, field)
            });
            refusal.with("unit", name).with("day", day)
        }))
    }

    /// All units that may stand above one on any day, by what it will say, without itself.
    fn units_above<B: Book>(
        &self,
        book: &mut B,
        unit: RecordNo,
        fields: UnitFields,
        after: &Timeline,
    ) -> Result<UnitHistory, B::Error> {
        let mut history = UnitHistory::default();
        let mut seen = BTreeSet::from([unit]);
        let mut left = fields.above(after);
        while let Some(next) = left.pop_first() {
            if !seen.insert(next) {
                continue;
            }
            let timeline = Timeline::of(&book.entries(next)?);
            if timeline.register == self.register.no {
                left.extend(fields.above(&timeline));
                history.add(&timeline);
            }
        }
        Ok(history)
    }
}
