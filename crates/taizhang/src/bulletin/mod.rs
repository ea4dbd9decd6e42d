//! Room: bulletins — templates with live figures.
