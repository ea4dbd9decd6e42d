//! Room: an answer on its way from the writer's thread to the one that asked and sleeps.

use std::sync::{Arc, OnceLock};
use std::thread::Thread;
use std::time::Duration;

/// How often somebody who waits looks whether the writer is still there.
const LOST: Duration = Duration::from_secs(1);

/// Where an answer is put for a thread that sleeps until then. A channel would spin first, for longer than a commit of
/// a full group takes to begin, and the cores are needed by those who still decide.
pub(crate) struct Told<T>(Arc<OnceLock<T>>);

impl<T> Default for Told<T> {
    fn default() -> Told<T> {
        Told(Arc::default())
    }
}

impl<T> Clone for Told<T> {
    fn clone(&self) -> Told<T> {
        Told(self.0.clone())
    }
}

impl<T> Told<T> {
    /// Tells the asker, on another thread.
    pub(crate) fn tell(self, answer: T, asker: &Thread) {
        // The asker may have gone; what was written stays written.
        let _ = self.0.set(answer);
        drop(self);
        asker.unpark();
    }

    /// Sleeps until it is told; none if whoever was to tell is gone.
    pub(crate) fn wait(self) -> Option<T> {
        let mut told = self.0;
        loop {
            match Arc::try_unwrap(told) {
                // The only one left: the answer is there, or whoever was to give it is gone.
                Ok(told) => return told.into_inner(),
                Err(shared) => {
                    told = shared;
                    std::thread::park_timeout(LOST);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_wakes_the_asker_and_nobody_waits_for_one_that_is_gone() {
        for is_told in [true, false] {
            let (told, asker) = (Told::default(), std::thread::current());
            let answer = told.clone();
            let other = std::thread::spawn(move || match is_told {
                true => answer.tell(7, &asker),
                false => drop(answer),
            });
            assert_eq!(told.wait(), is_told.then_some(7));
            other.join().expect("no panic");
        }
    }
}
