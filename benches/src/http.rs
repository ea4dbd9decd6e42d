//! The least server: a token is compared, JSON becomes a row, one writer commits whatever waits.

use crate::table::{Chain, FIELDS};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{patch, post};
use axum::{Json, Router};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::oneshot;

/// How many requests share one transaction at most, as in the product.
const GROUP: usize = 256;

enum Work {
    Create(Vec<Sql>),
    Status(i64, String),
}

type Job = (Work, oneshot::Sender<Option<i64>>);

pub fn serve(connection: Connection, address: &str) {
    let (jobs, waiting) = sync_channel(1024);
    std::thread::spawn(move || write(&connection, &waiting));
    let app = Router::new()
        .route("/r", post(create))
        .route("/r/{id}", patch(update))
        .with_state(jobs);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .build();
    runtime.expect("threads").block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await.expect("a free address");
        println!("url=http://{}/", listener.local_addr().expect("an address"));
        axum::serve(listener, app).await.expect("served");
    });
}

fn write(connection: &Connection, waiting: &Receiver<Job>) {
    let mut chain = Chain::default();
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < GROUP {
            match waiting.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        connection.execute_batch("BEGIN IMMEDIATE").expect("begun");
        let done: Vec<_> = group
            .into_iter()
            .map(|(work, answer)| {
                let record = match work {
                    Work::Create(row) => Some(chain.create(connection, row)),
                    Work::Status(record, status) => chain.set_status(connection, record, &status).then_some(record),
                };
                (answer, record)
            })
            .collect();
        connection.execute_batch("COMMIT").expect("committed");
        for (answer, record) in done {
            // Whoever asked may have gone.
            let _ = answer.send(record);
        }
    }
}

type Answer = (StatusCode, Json<Value>);

async fn create(State(jobs): State<SyncSender<Job>>, headers: HeaderMap, Json(body): Json<Value>) -> Answer {
    let row = FIELDS.iter().map(|field| sql(&body["set"][*field])).collect();
    run(&jobs, &headers, Work::Create(row)).await
}

async fn update(
    State(jobs): State<SyncSender<Job>>,
    headers: HeaderMap,
    Path(record): Path<i64>,
    Json(body): Json<Value>,
) -> Answer {
    let status = body["set"]["status"].as_str().unwrap_or_default().to_owned();
    run(&jobs, &headers, Work::Status(record, status)).await
}

async fn run(jobs: &SyncSender<Job>, headers: &HeaderMap, work: Work) -> Answer {
    if headers.get("authorization").is_none_or(|value| value != "Bearer floor") {
        return (StatusCode::UNAUTHORIZED, Json(json!({})));
    }
    let (answer, done) = oneshot::channel();
    jobs.send((work, answer)).expect("a writer");
    match done.await.expect("an answer") {
        Some(record) => (StatusCode::CREATED, Json(json!({ "id": record }))),
        None => (StatusCode::NOT_FOUND, Json(json!({}))),
    }
}

fn sql(value: &Value) -> Sql {
    match value {
        Value::String(text) => Sql::Text(text.clone()),
        Value::Number(number) => number.as_i64().map_or(Sql::Null, Sql::Integer),
        _ => Sql::Null,
    }
}
