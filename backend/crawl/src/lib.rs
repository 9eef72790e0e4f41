//! Compares what GitHub has with what the store has, and closes the difference.
