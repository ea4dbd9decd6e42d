//! Room: serving the book over HTTP — pages and the API. No SQL, no arithmetic.
