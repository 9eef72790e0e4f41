//! Turns `static/` into constants: each file under a name that holds its SHA-256,
//! so that a browser may keep it for ever and still gets the new one at once.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

const FOLDER: &str = "../../static";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed=../../templates");
    let folder = PathBuf::from(required("CARGO_MANIFEST_DIR")?).join(FOLDER);
    let mut paths =
        fs::read_dir(folder)?.map(|it| Ok(it?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    let mut constants = String::new();
    let mut list = String::from("pub(crate) static FILES: &[StaticFile] = &[\n");
    for path in &paths {
        let constant = declare(path, &mut constants)?;
        list.push_str("    ");
        list.push_str(&constant);
        list.push_str(",\n");
    }
    list.push_str("];\n");
    let target = PathBuf::from(required("OUT_DIR")?).join("static_files.rs");
    fs::write(target, constants + &list)
}

fn required(variable: &str) -> io::Result<String> {
    env::var(variable).map_err(|_| io::Error::other(format!("{variable} is not set")))
}

/// Writes the constant of one file and returns its name.
fn declare(path: &Path, constants: &mut String) -> io::Result<String> {
    let bytes = fs::canonicalize(path).and_then(fs::read)?;
    let stem = path.file_stem().and_then(|it| it.to_str()).ok_or(io::ErrorKind::InvalidInput)?;
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let content_type = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return Err(io::Error::other(format!("no content type for {}", path.display()))),
    };
    let mut hash = String::new();
    for byte in Sha256::digest(&bytes).iter().take(8) {
        let _ = write!(hash, "{byte:02x}");
    }
    let constant = format!("{}_{}", stem, extension).to_uppercase();
    let absolute = fs::canonicalize(path)?;
    let _ = writeln!(
        constants,
        "/// `static/{stem}.{extension}`.\n\
         pub(crate) const {constant}: StaticFile = StaticFile {{\n\
         \x20   path: \"/static/{stem}-{hash}.{extension}\",\n\
         \x20   etag: \"\\\"{hash}\\\"\",\n\
         \x20   content_type: \"{content_type}\",\n\
         \x20   bytes: include_bytes!({absolute:?}),\n}};"
    );
    Ok(constant)
}
