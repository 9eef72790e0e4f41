//! An organization whose every word is out to break a page, a query or an export:
//! markup, quotes, formulas, right-to-left marks, control characters, endless lines.
//!
//! GitHub lets logins and names of repositories hold letters, digits and a few signs
//! only; whatever else people write is here in every shape.

use super::World;
use super::changes::NewRepository;
use super::push::Push;
use super::repository::Facts;
use crate::error::FakeError;

const SCRIPT: &str = "<script>alert('x')</script>";
const IMAGE: &str = "\"><img src=x onerror=alert(1)>";
const FORMULA: &str = "=HYPERLINK(\"http://127.0.0.1/\";A1)";
const QUERY: &str = "'; DROP TABLE repository; --%_\\";
/// Turns what follows around, and never turns back.
const TURNED: &str = "\u{202e}elifrekcoD\u{2066}";
const CONTROL: &str = "\u{1b}[31m\u{7}\u{8}\u{7f}\u{85}\u{2028}";
const LONG_LINE: usize = 10_000;

impl World {
    /// Adds an organization of that login in which everything is hostile text.
    ///
    /// # Errors
    /// The login is one that GitHub would not accept, or it is taken.
    pub fn add_hostile(&mut self, login: &str) -> Result<(), FakeError> {
        self.add_organization(login)?;
        for (number, text) in texts().iter().enumerate() {
            let name = match number {
                0 => "a".repeat(100),
                1 => "-".to_owned(),
                _ => format!("--{number}.._"),
            };
            let mut new = NewRepository::named(login, &name)?.facts(Facts {
                description: Some(text.clone()),
                language: Some(text.clone()),
                topics: vec![format!("team-{text}"), text.clone()],
                properties: [("squad".to_owned(), text.chars().take(75).collect())].into(),
                ..Facts::default()
            });
            // A branch's name holds no space, colon, tilde or control character.
            new.default_branch = text.chars().filter(|it| is_of_a_branch(*it)).take(200).collect();
            self.create(new)?;
            let full_name = format!("{login}/{name}");
            for push in pushes(text) {
                self.push(&full_name, push)?;
            }
        }
        Ok(())
    }
}

fn texts() -> [String; 7] {
    let wide = "\u{fdfd}".repeat(200);
    [SCRIPT, IMAGE, FORMULA, QUERY, TURNED, CONTROL, &wide].map(str::to_owned)
}

fn is_of_a_branch(it: char) -> bool {
    !it.is_whitespace() && !it.is_control() && !"~^:?*[\\".contains(it)
}

/// Two commits, so that there is something that changed, too.
fn pushes(text: &str) -> [Push; 2] {
    let name = text.replace('/', "\u{2215}");
    let folder: String = name.chars().take(60).collect();
    let endless = "x".repeat(LONG_LINE);
    let before = format!(
        "# syntax={text}\nFROM {text}\nFROM node:20 AS {text}\nRUN apt-get install -y {text} {endless}\n\
         LABEL a={text}\nUSER {text}\nEXPOSE 80 {text}\nCOPY --chown={text} {text} /{text}\n\
         CMD {text} {endless}\n"
    );
    let after = format!(
        "FROM dhi.io/node:20-dev AS build\nRUN npm ci {text}\nFROM dhi.io/node:20\n# {text} {endless}\n\
         COPY --from=build --chown=65532 /{text} /{text}\nEXPOSE 8080\nCMD [\"node\", \"{text}\"]\n"
    );
    let long_path = format!("{}/Dockerfile", vec!["long-".repeat(40); 15].join("/"));
    let first = Push::new(&format!("{text}\n\n{endless}"))
        .by(text)
        .file("Dockerfile", &before)
        .file(&format!("Dockerfile.{folder}"), &before)
        .file(&format!("{folder}/Dockerfile"), &before)
        .file(&long_path, &format!("FROM {endless}\nRUN {endless}\n"))
        .file("template/Dockerfile", &format!("FROM {{{{ {text} }}}}\n{text}\n"))
        .file("words/Dockerfile", text)
        .file("CODEOWNERS", &format!("* @{text}\n/{folder}/ @org/{text}\n{endless} @{endless}\n"))
        .file(".drydock.yml", &format!("waivers:\n  - {text}: [{text}\n{endless}: \"{text}\n"));
    [first, Push::new(text).by(text).file("Dockerfile", &after)]
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    #[test]
    fn the_hostile_organization_has_a_default_branch_with_files_in_each_repository() {
        let mut world = World::new(Utc::now());
        world.add_hostile("hostile").unwrap();
        let login = "hostile".parse().unwrap();
        let files: Vec<usize> = world
            .repositories_of(&login)
            .map(|it| it.recursive(it.head().unwrap().tree).len())
            .collect();
        assert_eq!(files.len(), texts().len());
        assert!(files.iter().all(|it| *it > 8), "{files:?}");
    }
}
