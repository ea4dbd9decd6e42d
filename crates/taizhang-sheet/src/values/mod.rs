//! Room: x.
