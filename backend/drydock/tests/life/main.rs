//! The real program beside the stand-in GitHub: killed, started again, several at once.

mod killed;
mod mutations;
mod support;
