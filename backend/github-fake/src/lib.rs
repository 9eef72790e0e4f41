//! A stand-in GitHub over HTTP for tests, benchmarks and the sample organization.
