//! What pages show, held against a recount that knows nothing of them.

mod doors;
pub(crate) mod half;
mod hidden;
mod matrix;
mod recount;
mod world;

mod numbers;
mod sight;
