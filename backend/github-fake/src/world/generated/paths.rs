//! Where generated repositories keep their container files.

use super::super::dice::Dice;

const NAMES: [&str; 4] = ["Dockerfile", "Dockerfile", "Dockerfile.dev", "Containerfile"];
const TOPS: [&str; 6] = ["services", "apps", "deploy", "cmd", "components", "build"];
const INNER: [&str; 8] =
    ["api", "billing", "docker", "frontend", "gateway", "images", "jobs", "search"];

/// A path with so many components, the last being the file's name. The number keeps
/// paths of one repository apart.
pub(in super::super) fn container_file(depth: u64, number: u64, dice: &mut Dice) -> String {
    let name = match (depth, number) {
        (1, 0) => "Dockerfile".to_owned(),
        (1, _) => format!("part-{number}.Dockerfile"),
        _ => dice.word(&NAMES).to_owned(),
    };
    let mut path = String::new();
    for level in 1..depth {
        let part = match level {
            1 => dice.word(&TOPS).to_owned(),
            2 => format!("{}-{number}", dice.word(&INNER)),
            _ => dice.word(&INNER).to_owned(),
        };
        path.push_str(&part);
        path.push('/');
    }
    if depth == 2 {
        path.insert_str(path.len() - 1, &format!("-{number}"));
    }
    path + &name
}
