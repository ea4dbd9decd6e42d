//! Room: a checked file as a body that is pulled piece by piece. No thread waits for a slow reader,
//! and a file that turns out to be another one ends the connection before its last piece.

use crate::app::App;
use crate::app::evidence::{Checked, EvidenceFault};
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::task::{JoinHandle, spawn_blocking};

/// A file on its way to a reader.
pub(super) struct Pulled {
    app: Arc<App>,
    hash: [u8; 32],
    left: u64,
    state: State,
}

enum State {
    /// A piece that was read already, and the rest.
    Held(Bytes, Checked),
    Waiting(Checked),
    Reading(JoinHandle<(Checked, Result<Option<Bytes>, EvidenceFault>)>),
    Ended,
}

impl Pulled {
    /// The first piece and the rest of a file.
    pub(super) fn new(app: Arc<App>, hash: [u8; 32], first: Option<Bytes>, rest: Checked) -> Pulled {
        let held = first.as_ref().map_or(0, Bytes::len) as u64;
        Pulled {
            app,
            hash,
            left: held + rest.left(),
            state: match first {
                Some(first) => State::Held(first, rest),
                None => State::Ended,
            },
        }
    }

    fn give(&mut self, piece: Bytes) -> Poll<Option<Result<Frame<Bytes>, EvidenceFault>>> {
        self.left = self.left.saturating_sub(piece.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn fail(&self, fault: EvidenceFault) -> Poll<Option<Result<Frame<Bytes>, EvidenceFault>>> {
        // The answer has begun, so there is nobody to tell but the log.
        drop(self.app.broken_file(&self.hash, &fault));
        Poll::Ready(Some(Err(fault)))
    }
}

impl Body for Pulled {
    type Data = Bytes;
    type Error = EvidenceFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, EvidenceFault>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Held(piece, rest) => {
                    self.state = State::Waiting(rest);
                    return self.give(piece);
                }
                State::Waiting(mut file) => {
                    // It may wait for a disk or another machine, so it has a thread of its own meanwhile.
                    self.state = State::Reading(spawn_blocking(move || {
                        let piece = file.next_piece();
                        (file, piece)
                    }));
                }
                State::Reading(mut reading) => {
                    let Poll::Ready(read) = Pin::new(&mut reading).poll(context) else {
                        self.state = State::Reading(reading);
                        return Poll::Pending;
                    };
                    return match read {
                        Ok((file, Ok(Some(piece)))) => {
                            self.state = State::Waiting(file);
                            self.give(piece)
                        }
                        Ok((_, Ok(None))) => Poll::Ready(None),
                        Ok((_, Err(fault))) => self.fail(fault),
                        Err(error) => self.fail(EvidenceFault::Local(error.to_string())),
                    };
                }
                State::Ended => return Poll::Ready(None),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
