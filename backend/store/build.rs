//! Makes a new migration noticed by cargo.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
