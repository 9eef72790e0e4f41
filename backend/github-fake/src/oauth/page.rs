//! The page that asks a person whether an app may know them.

use std::fmt::Write as _;

use super::{OauthApp, PAGE, Said};

pub(super) const HTML: &str = "text/html; charset=utf-8";

/// What goes from the page's address into its form.
const KEPT: [&str; 6] =
    ["client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method"];

/// GitHub knows who looks at it; here everyone chooses who they are. A person that the app
/// suggested is chosen already.
pub(super) fn asking(app: &OauthApp, said: &Said, people: &[String]) -> String {
    let mut fields = String::new();
    for name in KEPT {
        if let Some(value) = said.get(name) {
            let value = escaped(value);
            let _ = writeln!(fields, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
        }
    }
    let suggested = said.get("login").or(people.first());
    let mut choices = String::new();
    for person in people {
        let chosen = if Some(person) == suggested { " selected" } else { "" };
        let _ = writeln!(choices, "<option{chosen}>{}</option>", escaped(person));
    }
    let id = escaped(&app.client_id);
    format!(
        "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><title>Authorize {id}</title></head>
<body><main>
<h1>Authorize {id}</h1>
<form method=\"post\" action=\"{PAGE}\">
{fields}<p><label>Signed in as <select name=\"person\">
{choices}</select></label></p>
<p><button name=\"answer\" value=\"approve\">Authorize</button>
<button name=\"answer\" value=\"deny\">Cancel</button></p>
</form>
</main></body>
</html>
"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
