//! The list as it is on the screen, as a workbook: the same columns, order and filter (`as`: csv or json).

use super::List;
use crate::http::answer::Oops;
use crate::http::request::encoded;
use crate::http::stand::Stand;
use crate::http::uploaded::{XLSX, download};
use crate::http::visit::Visit;
use axum::extract::Path;
use axum::response::Response;

pub(in crate::http) async fn export(visit: Visit, Path(register): Path<String>) -> Result<Response, Oops> {
    let stand = visit.stand.clone();
    let made = visit.run(move |app, scope| {
        let list = List::of(app, scope, &stand, &register)?;
        let columns: Vec<_> = list.columns.iter().map(|field| field.no).collect();
        let ending = stand.fields().one_of("as", &["xlsx", "csv", "json"])?;
        crate::export::listed(app, scope, &list.ask, &columns, ending.unwrap_or("xlsx"))
    });
    let (name, file) = made.await?;
    let kind = match name.rsplit('.').next() {
        Some("csv") => "text/csv; charset=utf-8",
        Some("json") => "application/json",
        _ => XLSX,
    };
    Ok(download(&name, kind, file))
}

/// What a list's address asks for, for the address of its export.
pub(super) fn query(stand: &Stand) -> String {
    let pairs = stand.fields().0.iter().filter(|(name, _)| name != "page");
    let pairs: Vec<(&str, &str)> = pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    encoded(&pairs)
}
