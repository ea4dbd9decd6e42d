//! Parts: points on a plane, by latitude and longitude. No tiles and no outside service; what is beside what
//! can be seen all the same.

use maud::{Markup, html};

const WIDTH: i64 = 1000;
const HEIGHT: i64 = 640;
const EDGE: i64 = 40;

/// One point.
pub(super) struct Point {
    pub(super) address: String,
    pub(super) title: String,
    pub(super) lat: i64,
    pub(super) lon: i64,
}

/// The points on one scale for both ways, so that what lies apart looks apart; a point alone stands in the middle.
pub(super) fn plane(name: &str, points: &[Point]) -> Markup {
    let (lats, lons) = (
        points.iter().map(|point| point.lat),
        points.iter().map(|point| point.lon),
    );
    let (south, north) = (lats.clone().min().unwrap_or(0), lats.max().unwrap_or(0));
    let (west, east) = (lons.clone().min().unwrap_or(0), lons.max().unwrap_or(0));
    let span = ((east - west) * (HEIGHT - 2 * EDGE))
        .max((north - south) * (WIDTH - 2 * EDGE))
        .max(1);
    let x = |lon: i64| EDGE + (lon - west) * (WIDTH - 2 * EDGE) * (HEIGHT - 2 * EDGE) / span;
    let y = |lat: i64| HEIGHT - EDGE - (lat - south) * (WIDTH - 2 * EDGE) * (HEIGHT - 2 * EDGE) / span;
    html! {
        svg.plane viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(name) {
            @for no in 0..=10 {
                line.grid x1=(no * WIDTH / 10) x2=(no * WIDTH / 10) y1="0" y2=(HEIGHT) {}
                line.grid y1=(no * HEIGHT / 10) y2=(no * HEIGHT / 10) x1="0" x2=(WIDTH) {}
            }
            text.tick x="8" y="20" { "N ↑" }
            @for point in points {
                a href=(point.address) {
                    circle cx=(x(point.lon)) cy=(y(point.lat)) r="6" { title { (point.title) } }
                    text x=(x(point.lon) + 9) y=(y(point.lat) + 4) { (point.title) }
                }
            }
        }
    }
}
