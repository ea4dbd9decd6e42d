//! Files of evidence from upload to download, on every store: what is kept, what is refused, who may
//! see it, and what happens when a store fails in the middle.

use crate::book::{Book, Said};
use crate::fake::{Answer, Fake};
use crate::shelf::Shelf;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::task::{Context, Poll};
use taizhang::app::evidence::{Credentials, EVIDENCE_BYTES, FileState, PIECE, each_file};
use taizhang::keys::hex;
use taizhang_store::cells::unhex;
use tower::ServiceExt;

/// A body that comes in pieces and does not say how long it is.
struct Pieces(VecDeque<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(hyper::body::Frame::data(piece))))
    }
}

fn pieces(content: &[u8]) -> Body {
    let pieces = content.chunks(50_000).map(Bytes::copy_from_slice);
    Body::new(Pieces(pieces.collect()))
}

/// A file that looks like a pdf.
fn pdf(size: usize) -> Vec<u8> {
    let mut file: Vec<u8> = (0..size).map(|at| (at * 7 % 253) as u8).collect();
    file[..5].copy_from_slice(b"%PDF-");
    file
}

async fn upload(book: &Book, token: &str, name: &str, body: Body) -> Said {
    let path = format!("/api/v1/evidence?name={name}");
    book.call("POST", &path, token, &[], body).await
}

async fn kept(book: &Book, token: &str, name: &str, content: &[u8]) -> String {
    let said = upload(book, token, name, pieces(content)).await;
    assert_eq!(said.status, StatusCode::CREATED, "{}", said.text);
    said.json()["hash"].as_str().expect("a hash").to_owned()
}

/// An answer whose body may break off.
async fn fetch(book: &Book, token: &str, hash: &str) -> (StatusCode, HeaderMap, Result<Bytes, String>) {
    let request = Request::get(format!("/api/v1/evidence/{hash}"))
        .header("host", "book.test")
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .expect("a request");
    let answer = book.router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(|error| error.to_string());
    (parts.status, parts.headers, body)
}

fn rows(book: &Book) -> usize {
    let mut reading = book.app.reading().expect("read");
    let rows = reading
        .conn()
        .expect("a connection")
        .query("SELECT hash FROM evidence", &[]);
    rows.expect("rows").len()
}

async fn note(book: &Book, token: &str, record: i64, hash: &str) -> Said {
    let body = json!({ "occurred_on": "2024-03-06", "reason": "见附件", "evidence": [hash] });
    let path = format!("/api/v1/records/{record}/notes");
    book.send("POST", &path, token, &[], body).await
}

#[tokio::test]
async fn a_file_comes_back_as_it_went_and_is_kept_once() {
    for shelf in Shelf::all() {
        let book = Book::keeping(Some(shelf.evidence()));
        let (clerk, upper) = (book.sign_in("clerk").await, book.sign_in("upper").await);
        let content = pdf(3_000_001);
        let hash = kept(&book, &clerk, "a.pdf", &content).await;
        assert_eq!(
            kept(&book, &clerk, "again.pdf", &content).await,
            hash,
            "{}",
            shelf.about
        );
        assert_eq!((rows(&book), shelf.unfinished()), (1, 0), "{}", shelf.about);
        let (status, headers, body) = fetch(&book, &clerk, &hash).await;
        assert_eq!(
            (status, body),
            (StatusCode::OK, Ok(content.clone().into())),
            "{}",
            shelf.about
        );
        assert_eq!(headers[header::CONTENT_LENGTH], "3000001");
        assert_eq!(headers[header::CONTENT_TYPE], "application/pdf");
        assert_eq!(
            headers[header::CONTENT_DISPOSITION],
            "attachment; filename*=UTF-8''a.pdf"
        );
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "default-src 'none'; sandbox");
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        // Somebody else who has the same file learns nothing of how others called it.
        assert_eq!(fetch(&book, &upper, &hash).await.0, StatusCode::NOT_FOUND);
        assert_eq!(kept(&book, &upper, "mine.pdf", &content).await, hash);
        let (_, headers, body) = fetch(&book, &upper, &hash).await;
        assert_eq!(
            headers[header::CONTENT_DISPOSITION],
            "attachment; filename*=UTF-8''mine.pdf"
        );
        assert_eq!(body, Ok(content.into()), "{}", shelf.about);
        assert_eq!(rows(&book), 2, "{}", shelf.about);
    }
}

#[tokio::test]
async fn what_is_too_large_or_of_another_sort_is_refused_and_leaves_nothing() {
    for shelf in Shelf::all() {
        let book = Book::keeping(Some(shelf.evidence()));
        let clerk = book.sign_in("clerk").await;
        let too_much = pdf(EVIDENCE_BYTES as usize + 1);
        let cases = [
            ("a.pdf", pieces(&too_much), StatusCode::PAYLOAD_TOO_LARGE, "50 MB"),
            ("a.pdf", Body::from(too_much), StatusCode::PAYLOAD_TOO_LARGE, "50 MB"),
            ("a.pdf", Body::empty(), StatusCode::UNPROCESSABLE_ENTITY, "文件是空的"),
            (
                "a.pdf",
                Body::from("<script>"),
                StatusCode::UNPROCESSABLE_ENTITY,
                "不接受这种文件",
            ),
            (
                "a.txt",
                Body::from("MZ\0\0"),
                StatusCode::UNPROCESSABLE_ENTITY,
                "不接受这种文件",
            ),
            (
                "a.jar",
                Body::from("PK\x03\x04"),
                StatusCode::UNPROCESSABLE_ENTITY,
                "不接受这种文件",
            ),
        ];
        for (name, body, status, words) in cases {
            let said = upload(&book, &clerk, name, body).await;
            assert_eq!(said.status, status, "{} {words}: {}", shelf.about, said.text);
            assert!(
                said.json()["detail"].as_str().expect("words").contains(words),
                "{}",
                said.text
            );
        }
        assert_eq!((rows(&book), shelf.unfinished()), (0, 0), "{}", shelf.about);
    }
}

#[tokio::test]
async fn a_file_as_large_as_may_be_is_kept() {
    let book = Book::new();
    let clerk = book.sign_in("clerk").await;
    let content = pdf(EVIDENCE_BYTES as usize);
    let hash = kept(&book, &clerk, "a.pdf", &content).await;
    assert_eq!(
        fetch(&book, &clerk, &hash).await.2.map(|body| body.len()),
        Ok(content.len())
    );
}

#[tokio::test]
async fn a_hostile_name_is_only_a_name() {
    let book = Book::new();
    let clerk = book.sign_in("clerk").await;
    let cases = [
        ("..%2F..%2Fetc%2Fpasswd", "passwd.pdf"),
        ("C%3A%5Ctemp%5Ca.pdf", "a.pdf"),
        ("a%0d%0aset-cookie%3Ax.pdf", "aset-cookie_x.pdf"),
        ("a.hta", "a.hta.pdf"),
        ("a%22%3B%20filename%3D%22b.exe", "a_%3B%20filename%3D_b.exe.pdf"),
        ("annex%E2%80%AEfdp.exe", "annexfdp.exe.pdf"),
        ("%E4%BD%90%E8%AF%81.pdf", "%E4%BD%90%E8%AF%81.pdf"),
    ];
    for (at, (name, expected)) in cases.into_iter().enumerate() {
        let hash = kept(&book, &clerk, name, &pdf(100 + at)).await;
        let (_, headers, _) = fetch(&book, &clerk, &hash).await;
        let shown = headers[header::CONTENT_DISPOSITION].to_str().expect("a header");
        assert_eq!(shown, format!("attachment; filename*=UTF-8''{expected}"), "{name}");
        assert!(!headers.contains_key(header::SET_COOKIE), "{name}");
    }
}

#[tokio::test]
async fn a_hash_is_no_right_to_see_a_file() {
    let book = Book::new();
    let (clerk, upper) = (book.sign_in("clerk").await, book.sign_in("upper").await);
    let (own, other) = (
        book.well(&clerk, "W-1", "1.1").await,
        book.well(&clerk, "W-2", "1.2").await,
    );
    let hash = kept(&book, &clerk, "a.pdf", &pdf(100)).await;
    assert_eq!(note(&book, &clerk, other, &hash).await.status, StatusCode::OK);
    assert_eq!(fetch(&book, &upper, &hash).await.0, StatusCode::NOT_FOUND);
    let head = book.app.reading().expect("read").n();
    let said = note(&book, &upper, own, &hash).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", said.text);
    assert!(said.text.contains("无权查看"), "{}", said.text);
    let said = note(&book, &clerk, own, &"ab".repeat(32)).await;
    assert_eq!(
        said.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody brought it: {}",
        said.text
    );
    assert_eq!(book.app.reading().expect("read").n(), head, "nothing was written");
    assert_eq!(note(&book, &clerk, own, &hash).await.status, StatusCode::OK);
    assert_eq!(
        fetch(&book, &upper, &hash).await.0,
        StatusCode::OK,
        "named in a record of theirs"
    );
    assert_eq!(note(&book, &upper, own, &hash).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_file_that_was_changed_in_its_store_is_not_handed_out() {
    for shelf in Shelf::all() {
        let book = Book::keeping(Some(shelf.evidence()));
        let clerk = book.sign_in("clerk").await;
        let content = pdf(PIECE * 3);
        let hash = kept(&book, &clerk, "a.pdf", &content).await;
        let mut flipped = content.clone();
        flipped[PIECE] ^= 1;
        shelf.harm(&hash, Some(&flipped));
        let (status, headers, body) = fetch(&book, &clerk, &hash).await;
        assert_eq!(status, StatusCode::OK, "{}: what comes first was right", shelf.about);
        assert_eq!(
            headers[header::CONTENT_LENGTH],
            content.len().to_string(),
            "so a reader knows what lacks"
        );
        assert!(body.is_err(), "{}: the end never came", shelf.about);
        let small = pdf(900);
        let name = kept(&book, &clerk, "b.pdf", &small).await;
        for (about, harm) in [
            ("other content", Some(&pdf(900).split_off(1)[..])),
            ("cut", Some(&small[..800])),
            ("longer", Some(&content[..901])),
            ("gone", None),
        ] {
            shelf.harm(&name, harm);
            let (status, _, body) = fetch(&book, &clerk, &name).await;
            let said = String::from_utf8_lossy(&body.expect("an answer")).into_owned();
            assert_eq!(
                status,
                StatusCode::INTERNAL_SERVER_ERROR,
                "{} {about}: {said}",
                shelf.about
            );
            assert!(said.contains("备份"), "{} {about}: {said}", shelf.about);
        }
        assert_eq!(
            kept(&book, &clerk, "b.pdf", &small).await,
            name,
            "{}: brought anew",
            shelf.about
        );
        assert_eq!(fetch(&book, &clerk, &name).await.2, Ok(small.into()), "{}", shelf.about);
    }
}

fn somebody() -> Credentials {
    Credentials {
        access_key: "somebody".to_owned(),
        secret_key: "a secret that nobody prints".to_owned(),
        session_token: None,
    }
}

#[tokio::test]
async fn a_store_that_fails_in_the_middle_costs_nothing_but_the_upload() {
    let cases: [(&str, Fake, &str); 6] = [
        (
            "hangs up while the file comes",
            Fake::start(|method, _| match method {
                "HEAD" => Answer::Size(None),
                _ => Answer::HangUp,
            }),
            "连不上",
        ),
        ("hangs up at once", Fake::start(|_, _| Answer::HangUp), "连不上"),
        (
            "is overloaded",
            Fake::start(|method, _| match method {
                "HEAD" => Answer::Size(None),
                _ => Answer::Say(503, b"<Error><Code>SlowDown</Code></Error>"),
            }),
            "连不上",
        ),
        (
            "has no such bucket",
            Fake::start(|_, _| Answer::Say(404, b"<Error><Code>NoSuchBucket</Code></Error>")),
            "连不上",
        ),
        ("lets nobody in", Fake::start(|_, _| Answer::Say(403, b"")), "拒绝"),
        (
            "takes it and has it not",
            Fake::start(|method, _| match method {
                "HEAD" => Answer::Size(None),
                _ => Answer::Say(200, b""),
            }),
            "连不上",
        ),
    ];
    // Each waits for its store; together they wait no longer than one.
    let waiting = cases.map(|(about, fake, words)| {
        tokio::spawn(async move {
            let shelf = Shelf::hasty(&fake.endpoint, "book", somebody());
            let book = Book::keeping(Some(shelf.evidence()));
            let clerk = book.sign_in("clerk").await;
            let said = upload(&book, &clerk, "a.pdf", pieces(&pdf(4_000_000))).await;
            assert_eq!(said.status, StatusCode::SERVICE_UNAVAILABLE, "{about}: {}", said.text);
            let told = said.text.contains(words) && !said.text.contains("secret");
            assert!(told, "{about}: {}", said.text);
            assert_eq!((rows(&book), shelf.unfinished()), (0, 0), "{about}");
            assert!(!fake.asked().is_empty(), "{about}");
        })
    });
    for case in waiting {
        case.await.expect("the case holds");
    }
    let shelf = Shelf::hasty("http://127.0.0.1:1", "book", somebody());
    let book = Book::keeping(Some(shelf.evidence()));
    let clerk = book.sign_in("clerk").await;
    let said = upload(&book, &clerk, "a.pdf", pieces(&pdf(100))).await;
    assert_eq!(
        (said.status, rows(&book)),
        (StatusCode::SERVICE_UNAVAILABLE, 0),
        "{}",
        said.text
    );
}

#[tokio::test]
async fn a_store_that_breaks_off_in_the_middle_breaks_the_download_off() {
    static FILE: [u8; PIECE + 50] = [b'%'; PIECE + 50];
    let fake = Fake::start(|method, before| match (method, before) {
        ("HEAD", 0) => Answer::Size(None),
        ("HEAD", _) => Answer::Size(Some(2 * PIECE)),
        ("PUT", _) => Answer::Say(200, b""),
        _ => Answer::Break(2 * PIECE, &FILE),
    });
    let shelf = Shelf::hasty(&fake.endpoint, "book", somebody());
    let book = Book::keeping(Some(shelf.evidence()));
    let clerk = book.sign_in("clerk").await;
    let hash = kept(&book, &clerk, "a.pdf", &pdf(2 * PIECE)).await;
    let (status, _, body) = fetch(&book, &clerk, &hash).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.is_err());
}

#[tokio::test]
async fn an_object_that_is_there_is_left_alone() {
    let content = pdf(5000);
    let there = Fake::start(|_, _| Answer::Size(Some(5000)));
    let raced = Fake::start(|method, before| match (method, before) {
        ("HEAD", 0) => Answer::Size(None),
        ("HEAD", _) => Answer::Size(Some(5000)),
        _ => Answer::Say(412, b"<Error><Code>PreconditionFailed</Code></Error>"),
    });
    let unconditional = Fake::start(|method, before| match (method, before) {
        ("HEAD", 0) => Answer::Size(None),
        ("HEAD", _) => Answer::Size(Some(5000)),
        ("PUT", 0) => Answer::Say(501, b"<Error><Code>NotImplemented</Code></Error>"),
        _ => Answer::Say(200, b""),
    });
    for (about, fake, expected) in [
        ("there", &there, "HEAD"),
        ("raced", &raced, "HEAD PUT HEAD"),
        ("knows no conditions", &unconditional, "HEAD PUT PUT HEAD"),
    ] {
        let shelf = Shelf::s3(&fake.endpoint, "book", somebody());
        let book = Book::keeping(Some(shelf.evidence()));
        let clerk = book.sign_in("clerk").await;
        let hash = kept(&book, &clerk, "a.pdf", &content).await;
        let asked = fake.asked();
        let methods: Vec<&str> = asked.iter().filter_map(|head| head.split(' ').next()).collect();
        assert_eq!(methods.join(" "), expected, "{about}");
        for head in &asked {
            let path = head.split(' ').nth(1).expect("a path");
            assert!(
                path.starts_with("/book/t") && path.ends_with(&format!("/{}/{hash}", &hash[..2])),
                "{path}"
            );
            assert!(!head.contains("secret"), "{about}");
        }
        if let Some(put) = asked.iter().find(|head| head.starts_with("PUT")) {
            assert_eq!(crate::fake::header(put, "if-none-match"), Some("*"), "{about}");
            // What is signed is the content itself, so the store would refuse any other.
            assert_eq!(
                crate::fake::header(put, "x-amz-content-sha256"),
                Some(hash.as_str()),
                "{about}"
            );
            assert_eq!(crate::fake::header(put, "content-length"), Some("5000"), "{about}");
        }
    }
    let other = Fake::start(|_, _| Answer::Size(Some(4999)));
    let shelf = Shelf::s3(&other.endpoint, "book", somebody());
    let book = Book::keeping(Some(shelf.evidence()));
    let clerk = book.sign_in("clerk").await;
    let said = upload(&book, &clerk, "a.pdf", pieces(&content)).await;
    assert_eq!(
        said.status,
        StatusCode::INTERNAL_SERVER_ERROR,
        "an object of another size: {}",
        said.text
    );
    assert_eq!((rows(&book), other.asked().len()), (0, 1));
}

#[tokio::test]
async fn wrong_secrets_are_refused_and_right_ones_are_written_nowhere() {
    let Some(real) = Shelf::real() else { return };
    let endpoint = std::env::var("TAIZHANG_TEST_S3").expect("an endpoint");
    let wrong = Shelf::s3(&endpoint, "evidence", somebody());
    let book = Book::keeping(Some(wrong.evidence()));
    let clerk = book.sign_in("clerk").await;
    let said = upload(&book, &clerk, "a.pdf", pieces(&pdf(100))).await;
    assert_eq!(
        (said.status, rows(&book)),
        (StatusCode::SERVICE_UNAVAILABLE, 0),
        "{}",
        said.text
    );
    assert!(said.text.contains("拒绝"), "{}", said.text);

    let book = Book::keeping(Some(real.evidence()));
    let clerk = book.sign_in("clerk").await;
    let hash = kept(&book, &clerk, "a.pdf", &pdf(100)).await;
    assert!(unhex(&hash).is_some());
    let secret = std::env::var("AWS_SECRET_ACCESS_KEY").expect("a secret");
    let mut seen = 0;
    for file in std::fs::read_dir(book.folder.path()).expect("a folder").flatten() {
        let bytes = std::fs::read(file.path()).expect("a file");
        seen += bytes.len();
        let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "{}", file.path().display());
    }
    assert!(seen > 10_000, "the book was looked at");
}

#[tokio::test]
async fn every_file_is_looked_at_and_the_wrong_ones_are_named_with_their_entry() {
    for shelf in Shelf::all() {
        let book = Book::keeping(Some(shelf.evidence()));
        let clerk = book.sign_in("clerk").await;
        let record = book.well(&clerk, "W-1", "1.1").await;
        let mut kept_files = Vec::new();
        for size in [100, 200, 300, 400] {
            kept_files.push(kept(&book, &clerk, "a.pdf", &pdf(size)).await);
        }
        let [whole, gone, changed, unnamed] = kept_files.try_into().expect("four files");
        let mut entries = Vec::new();
        for hash in [&whole, &gone, &changed] {
            let said = note(&book, &clerk, record, hash).await;
            entries.push(said.json()["entry"].as_i64());
        }
        shelf.harm(&gone, None);
        let mut other = pdf(300);
        other[9] ^= 1;
        shelf.harm(&changed, Some(&other));
        let mut found = BTreeMap::new();
        let app = &book.app;
        each_file(
            app.store(),
            app.evidence(),
            app.locale(),
            &mut |_| Ok(None),
            &mut |file| {
                found.insert(hex(&file.hash), (file.state.clone(), file.entry));
                Ok(())
            },
        )
        .expect("looked at");
        let expected = BTreeMap::from([
            (whole, (FileState::Whole, entries[0])),
            (gone, (FileState::Missing, entries[1])),
            (changed, (FileState::Damaged, entries[2])),
            (unnamed, (FileState::Whole, None)),
        ]);
        assert_eq!(found, expected, "{}", shelf.about);
    }
}
