//! Room: the description of the API for programs that make clients of it.

use super::Answer;
use axum::Json;
use serde_json::{Map, Value, json};

/// Routes with their parameters, made from the router's own list, so that none is missing.
pub(in crate::http) async fn document() -> Answer {
    let mut paths: Map<String, Value> = Map::new();
    for route in crate::http::router::routes() {
        if !route.path.starts_with("/api/") && route.path != "/healthz" {
            continue;
        }
        let security = if route.open {
            json!([])
        } else {
            json!([{ "bearer": [] }])
        };
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = json!({
            "operationId": operation(route.method, route.path),
            "parameters": parameters(route.path),
            "security": security,
            "responses": { "default": { "$ref": "#/components/responses/problem" } },
        });
    }
    Ok(Json(json!({
        "openapi": "3.1.0",
        "info": { "title": "Taizhang", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
            "responses": { "problem": {
                "description": "RFC 9457",
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } },
            } },
            "schemas": { "problem": problem() },
        },
    })))
}

fn operation(method: &str, path: &str) -> String {
    let parts = path
        .split(['/', '.'])
        .filter(|part| !matches!(*part, "" | "api" | "v1"));
    let words: Vec<&str> = parts.map(|part| part.trim_matches(['{', '}'])).collect();
    format!("{}_{}", method.to_lowercase(), words.join("_"))
}

fn parameters(path: &str) -> Value {
    let named = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    named
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect()
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    json!({
        "type": "object",
        "properties": {
            "type": text, "status": { "type": "integer" }, "code": text, "title": text, "detail": text,
            "errors": { "type": "array", "items": { "type": "object", "properties": {
                "sheet": maybe, "row": { "type": ["integer", "null"] }, "column": maybe, "field": maybe,
                "value": maybe, "code": text, "message": text, "hint": maybe,
            } } },
        },
    })
}
