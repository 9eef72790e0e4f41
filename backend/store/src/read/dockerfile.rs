//! (reads of the dockerfile pages)
