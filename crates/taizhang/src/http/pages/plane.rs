//! Parts of pages: places on a plane of our own, by latitude and longitude. No tiles and no outside
//! service; points that would cover each other are one mark with their number, which leads closer.

use crate::locale::Locale;
use maud::{Markup, html};
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::id::RecordNo;

const WIDTH: i64 = 1000;
const HEIGHT: i64 = 620;
const EDGE: i64 = 40;
/// Points nearer to each other than this, in the drawing's own units, are one mark.
const NEAR: i64 = 46;
/// So many names at most stand beside their points.
const NAMED: usize = 60;
/// The room of a name: of a letter, and from line to line.
const LETTER: i64 = 13;
const LINE: i64 = 17;
/// Right of this a name stands before its point.
const RIGHT: i64 = 700;
/// Cosines of every fifth degree of latitude, in thousandths: a degree of longitude is that much shorter.
const SHORTER: [i64; 19] = [
    1000, 996, 985, 966, 940, 906, 866, 819, 766, 707, 643, 574, 500, 423, 342, 259, 174, 87, 20,
];
/// No closer than this, in millionths of a degree for the whole width: about a hundred metres.
const CLOSEST: i64 = 900;
/// Metres of a millionth of a degree of latitude, in thousandths.
const MILLIMETRES: i64 = 111;

/// A record at a place, in millionths of a degree.
#[derive(Clone)]
pub(super) struct Point {
    pub(super) record: RecordNo,
    pub(super) title: String,
    pub(super) lat: i64,
    pub(super) lon: i64,
}

/// A part of the plane: south, west, north, east.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section(i64, i64, i64, i64);

impl Section {
    /// As an address says it.
    pub(super) fn read(text: &str) -> Option<Section> {
        let parts: Vec<i64> = text.split(',').map_while(|part| part.parse().ok()).collect();
        let within = |degree: &i64| degree.abs() <= 180_000_000;
        match parts[..] {
            [south, west, north, east] if parts.iter().all(within) => Some(Section(south, west, north, east)),
            _ => None,
        }
    }

    fn around<'a>(points: impl Iterator<Item = &'a Point> + Clone) -> Section {
        let (lats, lons) = (points.clone().map(|point| point.lat), points.map(|point| point.lon));
        let low = |of: Option<i64>| of.unwrap_or(0);
        Section(
            low(lats.clone().min()),
            low(lons.clone().min()),
            low(lats.max()),
            low(lons.max()),
        )
    }

    fn words(self) -> String {
        format!("{},{},{},{}", self.0, self.1, self.2, self.3)
    }

    pub(super) fn holds(self, point: &Point) -> bool {
        (self.0..=self.2).contains(&point.lat) && (self.1..=self.3).contains(&point.lon)
    }
}

/// A place that leads somewhere of its own: where, what it is called, and where it is, in millionths of a degree.
pub(super) struct Place {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) lat: i64,
    pub(super) lon: i64,
    /// Whether it is the one that the page is about.
    pub(super) here: bool,
}

/// A few places, each with a mark and a name of its own: the surroundings of one, or what is offered.
pub(super) fn plane(label: &str, places: &[Place]) -> Markup {
    let (lats, lons) = (
        places.iter().map(|place| place.lat),
        places.iter().map(|place| place.lon),
    );
    let low = |of: Option<i64>| of.unwrap_or(0);
    let scale = Scale::of(Section(
        low(lats.clone().min()),
        low(lons.clone().min()),
        low(lats.max()),
        low(lons.max()),
    ));
    html! {
        svg.plane viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(label) {
            (ground(&scale))
            @for place in places { (placed(place, &scale, places.len() <= NAMED)) }
        }
    }
}

fn placed(place: &Place, scale: &Scale, named: bool) -> Markup {
    let (x, y) = (scale.x(place.lon), scale.y(place.lat));
    let left = x > RIGHT;
    html! {
        a href=(place.address) aria-label=(place.title) {
            circle.here[place.here] cx=(x) cy=(y) r=(if place.here { 9 } else { 7 }) { title { (place.title) } }
            @if place.here || named {
                text x=(if left { x - 12 } else { x + 12 }) y=(y + 5) text-anchor=[left.then_some("end")] { (place.title) }
            }
        }
    }
}

/// What lies under the marks: the net, which way is north, and how far it is.
fn ground(scale: &Scale) -> Markup {
    let (length, metres) = scale.rule();
    html! {
        @for no in 1..10 { line.grid x1=(no * WIDTH / 10) x2=(no * WIDTH / 10) y1="0" y2=(HEIGHT) {} }
        @for no in 1..6 { line.grid y1=(no * HEIGHT / 6) y2=(no * HEIGHT / 6) x1="0" x2=(WIDTH) {} }
        text.tick x="14" y="26" { "N ↑" }
        path.rule d={ "M14 " (HEIGHT - 22) "v8h" (length) "v-8" } {}
        text.tick x="22" y=(HEIGHT - 22) { @if metres >= 1000 { (metres / 1000) " km" } @else { (metres) " m" } }
    }
}

/// From places to the drawing: one scale for both ways, so that what lies apart looks apart.
struct Scale {
    south: i64,
    west: i64,
    shorter: i64,
    /// Millionths of a degree of latitude for a thousand units of the drawing.
    per_thousand: i64,
    left: i64,
    top: i64,
}

/// Where a record's page is, and where a part of the plane is seen closer.
pub(super) struct Ways<'a> {
    pub(super) record: &'a dyn Fn(RecordNo) -> String,
    pub(super) closer: &'a dyn Fn(&str) -> String,
}

/// The drawing of all points.
pub(super) fn drawn(locale: &Locale, label: &str, points: &[Point], ways: &Ways<'_>) -> Markup {
    let scale = Scale::of(Section::around(points.iter()));
    let marks = marks(points, &scale);
    let named = named(&marks, &scale);
    html! {
        svg.plane viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(label) {
            (ground(&scale))
            @for mark in &marks { (shown(locale, mark, &scale, ways, named.contains(&mark[0].record))) }
        }
    }
}

fn shown(locale: &Locale, mark: &[&Point], scale: &Scale, ways: &Ways<'_>, named: bool) -> Markup {
    let first = mark[0];
    let count = mark.len() as i64;
    let x = mark.iter().map(|point| scale.x(point.lon)).sum::<i64>() / count;
    let y = mark.iter().map(|point| scale.y(point.lat)).sum::<i64>() / count;
    if count == 1 {
        // A name that would run over the edge stands on the other side of its point.
        let left = x > RIGHT;
        return html! {
            a href=((ways.record)(first.record)) aria-label=(first.title) {
                circle cx=(x) cy=(y) r="7" { title { (first.title) } }
                @if named { text x=(if left { x - 12 } else { x + 12 }) y=(y + 5) text-anchor=[left.then_some("end")] { (first.title) } }
            }
        };
    }
    let section = Section::around(mark.iter().copied());
    let said = locale.say("page.list.cluster", &[("title", &first.title), ("count", &count)]);
    html! {
        a.cluster href=((ways.closer)(&section.words())) aria-label=(said) {
            circle cx=(x) cy=(y) r=((14 + count.min(40) / 3)) { title { (said) } }
            text.count x=(x) y=(y + 6) text-anchor="middle" { (count) }
        }
    }
}

/// The points whose names can stand beside them without running into a mark or another name; the names of
/// all stand in the table, and under the pointer.
fn named(marks: &[Vec<&Point>], scale: &Scale) -> BTreeSet<RecordNo> {
    let place = |point: &Point| (scale.x(point.lon), scale.y(point.lat));
    let mut taken: Vec<(i64, i64, i64)> = Vec::new();
    for mark in marks {
        let (x, y) = place(mark[0]);
        taken.push((x - 9, x + 9, y));
    }
    let mut named = BTreeSet::new();
    for point in marks
        .iter()
        .filter(|mark| mark.len() == 1)
        .map(|mark| mark[0])
        .take(NAMED)
    {
        let (x, y) = place(point);
        let long = point.title.chars().count() as i64 * LETTER;
        let (from, to) = if x > RIGHT {
            (x - 12 - long, x - 12)
        } else {
            (x + 12, x + 12 + long)
        };
        let free = |(left, right, at): &(i64, i64, i64)| *right < from || *left > to || (at - y).abs() > LINE;
        if taken.iter().all(free) {
            taken.push((from, to, y));
            named.insert(point.record);
        }
    }
    named
}

/// Points that would cover each other, together; every point is in one of them.
fn marks<'a>(points: &'a [Point], scale: &Scale) -> Vec<Vec<&'a Point>> {
    let mut cells: BTreeMap<(i64, i64), Vec<&Point>> = BTreeMap::new();
    for point in points {
        let cell = (scale.y(point.lat) / NEAR, scale.x(point.lon) / NEAR);
        cells.entry(cell).or_default().push(point);
    }
    cells.into_values().collect()
}

impl Scale {
    fn of(Section(south, west, north, east): Section) -> Scale {
        let at = usize::try_from((south + north).abs() / 2 / 5_000_000).unwrap_or(0);
        let shorter = SHORTER[at.min(SHORTER.len() - 1)];
        let (wide, high) = ((east - west) * shorter / 1000, north - south);
        let per_thousand = (wide * 1000 / (WIDTH - 2 * EDGE))
            .max(high * 1000 / (HEIGHT - 2 * EDGE))
            .max(CLOSEST);
        // What is narrower than the drawing stands in its middle.
        let left = (WIDTH - wide * 1000 / per_thousand) / 2;
        let top = (HEIGHT - high * 1000 / per_thousand) / 2;
        Scale {
            south,
            west,
            shorter,
            per_thousand,
            left,
            top,
        }
    }

    fn x(&self, lon: i64) -> i64 {
        self.left + (lon - self.west) * self.shorter / self.per_thousand
    }

    fn y(&self, lat: i64) -> i64 {
        HEIGHT - self.top - (lat - self.south) * 1000 / self.per_thousand
    }

    /// A round length of the ground: in units of the drawing, and in metres.
    fn rule(&self) -> (i64, i64) {
        let metres_of = |units: i64| units * self.per_thousand / 1000 * MILLIMETRES / 1000;
        let (mut round, mut steps) = (1, [2, 5, 10].iter().cycle());
        let (mut base, most) = (1, metres_of(240));
        while let Some(step) = steps.next().filter(|step| base * **step <= most) {
            round = base * step;
            if *step == 10 {
                base *= 10;
            }
        }
        (round * 240 / most.max(1), round)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(of: &[(i64, i64)]) -> Vec<Point> {
        let point = |(no, (lat, lon)): (usize, &(i64, i64))| Point {
            record: no as i64,
            title: no.to_string(),
            lat: *lat,
            lon: *lon,
        };
        of.iter().enumerate().map(point).collect()
    }

    #[test]
    fn what_is_near_is_one_mark_and_comes_apart_when_seen_closer() {
        let all = points(&[
            (33_700_000, 113_200_000),
            (33_700_400, 113_200_400),
            (33_800_000, 113_400_000),
        ]);
        let far = Scale::of(Section::around(all.iter()));
        assert_eq!(marks(&all, &far).iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
        let near = Scale::of(Section::around(all[..2].iter()));
        assert_eq!(marks(&all[..2], &near).len(), 2);
    }

    #[test]
    fn points_keep_within_the_edges_and_a_point_alone_stands_in_the_middle() {
        let all = points(&[(33_700_000, 113_200_000), (33_800_000, 113_400_000)]);
        let scale = Scale::of(Section::around(all.iter()));
        for point in &all {
            let (x, y) = (scale.x(point.lon), scale.y(point.lat));
            assert!(
                (EDGE - 1..=WIDTH - EDGE + 1).contains(&x) && (EDGE - 1..=HEIGHT - EDGE + 1).contains(&y),
                "{x} {y}"
            );
        }
        let alone = Scale::of(Section::around(all[..1].iter()));
        assert_eq!((alone.x(113_200_000), alone.y(33_700_000)), (WIDTH / 2, HEIGHT / 2));
    }

    #[test]
    fn a_section_is_read_back_as_it_was_said() {
        let section = Section(1, -2, 3, 4);
        assert_eq!(Section::read(&section.words()), Some(section));
        for wrong in ["", "1,2,3", "1,2,3,x", "1,2,3,999999999999"] {
            assert_eq!(Section::read(wrong), None, "{wrong}");
        }
    }
}
