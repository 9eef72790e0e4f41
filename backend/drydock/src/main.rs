//! Wiring only: arguments, settings, start and stop.

fn main() {}
