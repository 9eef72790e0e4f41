//! Folders that can be taken from one stage to another whole.

/// Folders that are the image's own: nothing is taken over from directly within.
const NOT_WHOLE: [&str; 11] =
    ["/bin", "/sbin", "/lib", "/lib64", "/etc", "/dev", "/proc", "/sys", "/root", "/run", "/tmp"];

/// Whether a folder holds nothing but what the file puts there.
pub(super) fn is_whole(path: &str) -> bool {
    const SHARED: [&str; 14] = [
        "/usr",
        "/usr/local",
        "/usr/lib",
        "/usr/bin",
        "/usr/share",
        "/usr/src",
        "/opt",
        "/var",
        "/home",
        "/srv/",
        "/mnt",
        "/media",
        "/go",
        "/usr/local/bin",
    ];
    let is_below = |it: &str| path == it || path.starts_with(&format!("{it}/"));
    path.starts_with('/')
        && path.len() > 1
        && !path.contains("..")
        && !path.contains(' ')
        && !NOT_WHOLE.iter().any(|it| is_below(it))
        && !SHARED.contains(&path)
        && !["/usr/lib", "/usr/share", "/usr/local/lib", "/usr/bin", "/var/lib"]
            .iter()
            .any(|it| is_below(it))
}

/// Where a program may be put by its full name.
pub(super) fn is_program(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |it| it.0);
    matches!(folder, "" | "/usr/local/bin" | "/usr/bin" | "/bin") || is_whole(folder)
}
