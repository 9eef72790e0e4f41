//! Makes a change in the sample organization noticed by cargo.

fn main() {
    println!("cargo:rerun-if-changed=sample");
    println!("cargo:rerun-if-changed=src/graphql/schema.graphql");
}
