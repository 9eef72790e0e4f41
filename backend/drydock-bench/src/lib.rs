//! Fills a database with an organization of any size, and measures the pages over it.

pub mod arguments;
pub mod compare;
pub mod kinds;
pub mod load;
pub mod seed;
pub mod table;
mod world;
