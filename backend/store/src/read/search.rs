//! (reads of the search pages)
