//! The real program beside the stand-in GitHub: killed, started again, several at once.

mod app;
mod killed;
mod mutations;
mod support;
