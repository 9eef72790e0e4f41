//! (reads of the repository pages)
