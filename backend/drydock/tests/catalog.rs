//! `drydock catalog`, the real program on a database of its own.

#![expect(clippy::unwrap_used, reason = "a test stops at once")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use flate2::{Compression, write::GzEncoder};
use github_fake::{Facts, Fake, NewRepository, Options, Push, Visibility, World};
use store::testing::TestStore;

const REPOSITORY: &str = "mirrors/catalog";

/// A stand-in with `acme/shop`, whose base image is not listed at first, and a mirror of
/// the catalogue; a database, and a folder for files.
struct Place {
    fake: Fake,
    store: TestStore,
    folder: tempfile::TempDir,
}

fn definition(tag: &str) -> String {
    format!(
        "variant: runtime\ntags: ['{tag}']\naccounts: {{root: true, run-as: nonroot, \
         users: [{{name: nonroot, uid: 65532}}]}}\n"
    )
}

/// 300 images, and those of a test.
fn files(extra: &[(&str, &str)]) -> Vec<(String, String)> {
    let many = (0..300).map(|it| format!("other-{it}")).map(|it| (it, "1".to_owned()));
    let extra = extra.iter().map(|(name, tag)| ((*name).to_owned(), (*tag).to_owned()));
    let all = many.chain(extra);
    all.map(|(name, tag)| (format!("image/{name}/debian-13/{tag}.yaml"), definition(&tag)))
        .collect()
}

/// An archive as GitHub makes it; its newest file is of 2026-08-17.
fn archive(files: &[(String, String)], day: u64) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(1_787_000_000 + day * 86_400);
        builder.append_data(&mut header, format!("catalog-1/{path}"), text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

impl Place {
    async fn new() -> Self {
        let mut world = World::new(chrono::Utc::now());
        for owner in ["acme", "mirrors"] {
            world.add_organization(owner).unwrap();
        }
        world.create(NewRepository::named("acme", "shop").unwrap()).unwrap();
        let shop = "FROM dhi.io/fresh:1\nCMD [\"/app\"]\n";
        world.push("acme/shop", Push::new("x").file("Dockerfile", shop)).unwrap();
        let facts = Facts { visibility: Visibility::Public, ..Facts::default() };
        world.create(NewRepository::named("mirrors", "catalog").unwrap().facts(facts)).unwrap();
        let begun = files(&[]).into_iter();
        let push = begun.fold(Push::new("x"), |push, (path, text)| push.file(&path, &text));
        world.push(REPOSITORY, push).unwrap();
        let fake = Fake::start(world, Options::default()).await.unwrap();
        Self { fake, store: store::testing::store().await, folder: tempfile::tempdir().unwrap() }
    }

    fn drydock(&self, arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_drydock"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DRYDOCK_DATA", self.folder.path().join("data"))
            .env("DATABASE_URL", self.store.url())
            .env("GITHUB_API_URL", self.fake.api_url())
            .env("GITHUB_TOKEN", self.fake.token())
            .env("DRYDOCK_CATALOG_REPOSITORY", REPOSITORY)
            .env("DRYDOCK_LOG", "warn")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdin.take().unwrap().write_all(input));
        let output = child.wait_with_output().unwrap();
        test_logs::keep_output(&output);
        output
    }

    fn says(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.drydock(arguments, input);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn refuses(&self, arguments: &[&str], input: &[u8]) -> String {
        let output = self.drydock(arguments, input);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(!text.contains("panicked") && !text.contains("backtrace"), "{text}");
        text
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.folder.path().join(name), bytes).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_says_what_would_change_and_then_changes_just_that() {
    let place = Place::new().await;
    place.says(&["crawl", "acme"], b"");
    place.write("one.tar.gz", &archive(&files(&[]), 0));
    place.write("two.tar.gz", &archive(&files(&[("fresh", "1")]), 1));
    let first = place.says(&["catalog", "import", "one.tar.gz"], b"");
    assert!(
        first.starts_with("The catalogue of 2026-08-17: 300 images with 300 live tags"),
        "{first}"
    );
    drop(place.fake.take_account());
    let tried = place.says(&["catalog", "import", "--dry-run", "two.tar.gz"], b"");
    assert!(tried.contains("New images: 1 (fresh)"), "{tried}");
    assert!(tried.contains("acme: 4 verdicts would change."), "{tried}");
    assert!(tried.contains("1  Base image: verify to met"), "{tried}");
    assert!(tried.ends_with("Nothing was written.\n"), "{tried}");
    let shown = place.says(&["catalog", "show"], b"");
    assert!(
        shown.contains("The catalogue of 2026-08-17") && shown.contains("one.tar.gz"),
        "{shown}"
    );
    let taken = place.says(&["catalog", "import", "two.tar.gz"], b"");
    assert!(taken.ends_with("4 verdicts changed by it.\n"), "{taken}");
    let again = place.says(&["catalog", "import", "two.tar.gz"], b"");
    assert_eq!(again, "This catalogue, of 2026-08-18, is the one in use: nothing changes.\n");
    let older = place.refuses(&["catalog", "import", "one.tar.gz"], b"");
    assert!(older.contains("the one in use stays as it is"), "{older}");
    assert!(older.contains("is of 2026-08-17, the present one of 2026-08-18"), "{older}");
    assert_eq!(place.fake.account().rest.len(), 0, "GitHub is not asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_comes_on_standard_input_and_a_folder_is_taken_too() {
    let place = Place::new().await;
    let said = place.says(&["catalog", "import", "-"], &archive(&files(&[]), 0));
    assert!(said.contains("300 images"), "{said}");
    let shown = place.says(&["catalog", "show"], b"");
    assert!(shown.contains("standard input"), "{shown}");
    for (path, text) in files(&[("fresh", "1")]) {
        let path = place.folder.path().join("clone").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let said = place.says(&["catalog", "import", "clone"], b"");
    assert!(said.contains("New images: 1 (fresh)"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_catalogue_is_refused_in_one_sentence_and_nothing_changes() {
    let place = Place::new().await;
    place.write("text.tar.gz", b"no archive");
    place.write("piece.tar.gz", &archive(&files(&[])[..3], 0));
    for (file, says) in [
        ("no.tar.gz", "no.tar.gz could not be opened"),
        ("text.tar.gz", "text.tar.gz holds no catalogue; download the .tar.gz"),
        ("piece.tar.gz", "the one in use stays as it is"),
    ] {
        let said = place.refuses(&["catalog", "import", file], b"");
        assert!(said.contains(says), "{file}: {said}");
    }
    assert!(!Path::new(&place.folder.path().join("data")).exists(), "nothing may be written");
    let shown = place.says(&["catalog", "show"], b"");
    assert!(shown.contains("The facts hold that come with the program"), "{shown}");
    assert!(shown.contains("mirrors/catalog was not looked at yet"), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_says_what_it_brought_and_that_nothing_changed() {
    let place = Place::new().await;
    place.says(&["crawl", "acme"], b"");
    place.says(&["catalog", "refresh"], b"");
    let fresh = Push::new("x").file("image/fresh/debian-13/1.yaml", &definition("1"));
    place.fake.world(|world| world.push(REPOSITORY, fresh)).unwrap();
    let said = place.says(&["catalog", "refresh"], b"");
    assert!(said.contains("New tags: 1 (fresh:1)"), "{said}");
    assert!(said.ends_with("4 verdicts changed by it.\n"), "{said}");
    assert_eq!(place.says(&["catalog", "refresh"], b""), "The catalogue has not changed.\n");
    let off = place.refuses(&["--catalog-repository", "off", "catalog", "refresh"], b"");
    assert!(off.contains("drydock catalog import"), "{off}");
}
