//! Archives: GitHub's API leads to another host, which takes no token of anyone.

use std::io;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, Header};

use super::Call;
use crate::answer::Answer;
use crate::git::{Commit, Mode};
use crate::server::Shared;
use crate::world::{Found, Snapshot, World};

/// Below this the files are that the other host serves.
pub(crate) const FOLDER: &str = "_codeload";

/// Leads to a repository's archive at a commit, on this server by another name.
pub(super) fn lead(shared: &Shared, repository: &Snapshot<'_>, reference: &str) -> Answer {
    let Some(commit) = repository.revision(reference) else { return Answer::not_found() };
    let (owner, name) = (&repository.repository.owner, &repository.repository.name);
    let host = format!("http://localhost:{}", shared.address.port());
    let url = format!("{host}/{FOLDER}/{owner}/{name}/{}", commit.oid);
    Answer::typed(302, "text/html; charset=utf-8", Vec::new().into()).with("location", url)
}

/// The archive itself. A token that comes along has gone to a host that must not see it.
pub(super) fn serve(
    call: &Call<'_>,
    world: &World,
    (owner, name): (&str, &str),
    sha: &str,
) -> Answer {
    if call.credential.is_some() {
        return Answer::error(400, "This host must not be told a token");
    }
    let Some(Found::Here(repository)) = world.find(owner, name) else {
        return Answer::not_found();
    };
    let repository = repository.at(world.now());
    let Some(commit) = repository.revision(sha) else { return Answer::not_found() };
    match packed(&repository, commit, &format!("{name}-{sha}")) {
        Ok(bytes) => Answer::typed(200, "application/x-gzip", bytes.into()),
        Err(_) => Answer::error(500, "The archive could not be made"),
    }
}

/// The files of a commit below one top folder, as a `.tar.gz`.
fn packed(repository: &Snapshot<'_>, commit: &Commit, top: &str) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for file in repository.recursive(commit.tree) {
        let is_file = matches!(file.mode, Mode::File | Mode::Executable);
        let bytes = repository.blob(file.oid).and_then(|it| it.bytes.as_deref());
        let Some(bytes) = bytes.filter(|_| is_file) else { continue };
        let mut header = Header::new_gnu();
        header.set_size(u64::try_from(bytes.len()).unwrap_or_default());
        header.set_mode(0o644);
        header.set_mtime(u64::try_from(commit.at.timestamp()).unwrap_or_default());
        archive.append_data(&mut header, format!("{top}/{}", file.path), bytes)?;
    }
    archive.into_inner()?.finish()
}
