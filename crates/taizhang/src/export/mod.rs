//! Room: what leaves the book as a file.
