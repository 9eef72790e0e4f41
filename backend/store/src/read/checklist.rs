//! (reads of the checklist pages)
