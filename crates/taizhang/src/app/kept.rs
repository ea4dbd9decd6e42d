//! Room: answers that are kept until the head moves. Whoever asks says of which moment; an answer of another one is
//! never given. They hold nothing that depends on who asks: rights are judged after them.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_store::Moment;

/// Answers to one kind of question, all of one moment.
pub(super) struct Kept<K, V> {
    shelf: Mutex<Shelf<K, V>>,
    /// How much is kept at most, in whatever the answers are weighed by.
    most: usize,
}

struct Shelf<K, V> {
    moment: Option<Moment>,
    weight: usize,
    answers: HashMap<K, Arc<V>>,
}

impl<K: Eq + Hash, V> Kept<K, V> {
    /// Nothing yet.
    pub(super) fn new(most: usize) -> Kept<K, V> {
        let shelf = Shelf {
            moment: None,
            weight: 0,
            answers: HashMap::new(),
        };
        Kept {
            shelf: Mutex::new(shelf),
            most,
        }
    }

    /// The answer to a question at a moment, if it is kept.
    pub(super) fn get(&self, moment: Moment, asked: &K) -> Option<Arc<V>> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let same = shelf.moment == Some(moment);
        shelf.answers.get(asked).filter(|_| same).cloned()
    }

    /// Keeps an answer; those of earlier moments go, and all of them where they grow too many. An answer of an earlier
    /// moment than those that are there is let go.
    pub(super) fn put(&self, moment: Moment, asked: K, answer: Arc<V>, weight: usize) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let same = shelf.moment == Some(moment);
        if !same && shelf.moment.is_some_and(|kept| !moment.is_after(&kept)) {
            return;
        }
        if !same || shelf.weight + weight > self.most {
            shelf.moment = Some(moment);
            shelf.weight = 0;
            shelf.answers.clear();
        }
        shelf.weight += weight;
        shelf.answers.insert(asked, answer);
    }
}
