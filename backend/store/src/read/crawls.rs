//! (reads of the crawls pages)
