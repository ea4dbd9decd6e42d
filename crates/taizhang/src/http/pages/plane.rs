//! Parts of pages: points on a plain plane, by latitude and longitude. No tiles and no outside service;
//! what is beside what can be seen all the same.

use maud::{Markup, html};

const WIDTH: i64 = 1000;
const HEIGHT: i64 = 640;
const EDGE: i64 = 40;
/// Of more points than this only the one that is spoken of is named; the others say so when pointed at.
const NAMED: usize = 40;

/// One point: where it leads, what it is called, and where it is, in millionths of a degree.
pub(super) struct Place {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) lat: i64,
    pub(super) lon: i64,
    /// Whether it is the one that the page is about.
    pub(super) here: bool,
}

/// The drawing.
pub(super) fn plane(label: &str, places: &[Place]) -> Markup {
    let (lats, lons) = (
        places.iter().map(|place| place.lat),
        places.iter().map(|place| place.lon),
    );
    let (south, north) = (lats.clone().min().unwrap_or(0), lats.max().unwrap_or(0));
    let (west, east) = (lons.clone().min().unwrap_or(0), lons.max().unwrap_or(0));
    // One scale for both ways, so that what lies apart looks apart; a point alone stands in the middle.
    let span = ((east - west) * (HEIGHT - 2 * EDGE))
        .max((north - south) * (WIDTH - 2 * EDGE))
        .max(1);
    let x = |lon: i64| EDGE + (lon - west) * (WIDTH - 2 * EDGE) * (HEIGHT - 2 * EDGE) / span;
    let y = |lat: i64| HEIGHT - EDGE - (lat - south) * (WIDTH - 2 * EDGE) * (HEIGHT - 2 * EDGE) / span;
    html! {
        svg.plane viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(label) {
            @for no in 0..=10 {
                line.grid x1=(no * WIDTH / 10) x2=(no * WIDTH / 10) y1="0" y2=(HEIGHT) {}
                line.grid y1=(no * HEIGHT / 10) y2=(no * HEIGHT / 10) x1="0" x2=(WIDTH) {}
            }
            text.tick x="8" y="20" { "N ↑" }
            @for place in places {
                a href=(place.address) aria-label=(place.title) {
                    circle.here[place.here] cx=(x(place.lon)) cy=(y(place.lat)) r=(if place.here { 9 } else { 6 }) {
                        title { (place.title) }
                    }
                    @if place.here || places.len() <= NAMED {
                        text x=(x(place.lon) + 9) y=(y(place.lat) + 4) { (place.title) }
                    }
                }
            }
        }
    }
}
