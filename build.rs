//! Tells cargo to build again when a file of the embedded theme changes, which `include_dir!` alone would not notice.

fn main() {
    println!("cargo::rerun-if-changed=themes");
}
