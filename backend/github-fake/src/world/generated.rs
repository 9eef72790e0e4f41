//! Organizations of any size whose repositories have the shapes of real ones, made from
//! a seed: as many entries, container files as deep, as many archived.

mod dockerfiles;
mod padding;
mod paths;

use chrono::{DateTime, Duration, Utc};

use super::World;
use super::changes::NewRepository;
use super::dice::Dice;
use super::objects::Objects;
use super::push::Push;
use super::repository::{Facts, Visibility};
use crate::error::FakeError;
pub(super) use dockerfiles::dockerfile;
use padding::Padding;
pub(super) use paths::container_file;

const SUBJECTS: [&str; 12] = [
    "billing",
    "catalog",
    "checkout",
    "delivery",
    "fraud",
    "identity",
    "inventory",
    "loyalty",
    "media",
    "pricing",
    "search",
    "shipping",
];
const KINDS: [&str; 8] =
    ["api", "worker", "portal", "gateway", "tools", "library", "pipeline", "site"];
const LANGUAGES: [&str; 8] =
    ["Go", "Python", "TypeScript", "Java", "Rust", "C#", "Ruby", "Dockerfile"];
const AUTHORS: [&str; 5] = ["Mara Lind", "Robin Doe", "Ada Park", "Noor Aziz", "Teo Brandt"];

/// How many texts are remembered to be used again.
const REMEMBERED: usize = 500;

/// What the repositories of a generated organization are like. Shares are in one of
/// 1,000 repositories, or of 1,000 container files where those are meant.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The organization's login.
    pub login: String,
    /// The moment the world is at.
    pub now: DateTime<Utc>,
    /// Entries of a repository at the quantiles 0, 0.5, 0.9 and 1.
    pub entries: [u32; 4],
    /// Repositories whose container files are all within the depth 1, 2, 3, 4 and 5.
    pub depths: [u64; 5],
    /// Repositories with at most 0, 1, 2, 3 and 8 container files; the rest has up to 20.
    pub container_files: [u64; 5],
    /// Container files whose text another one has too.
    pub duplicates: u64,
    /// Repositories with a symbolic link to a container file.
    pub symlinks: u64,
    /// Repositories with the same content as another.
    pub forks: u64,
    /// Archived repositories.
    pub archived: u64,
    /// Templates.
    pub templates: u64,
    /// Repositories without a commit.
    pub empty: u64,
    /// Private repositories.
    pub private: u64,
    /// Internal repositories.
    pub internal: u64,
    /// Repositories whose container files were changed after the first commit.
    pub changed: u64,
}

impl Default for Shape {
    /// The shape of 244 real repositories, the largest ones left out.
    fn default() -> Self {
        Self {
            login: "acme".to_owned(),
            now: DateTime::from_timestamp(1_795_435_200, 0).unwrap_or_default(),
            entries: [8, 190, 1_350, 1_500],
            depths: [330, 550, 730, 860, 910],
            container_files: [250, 600, 770, 860, 980],
            duplicates: 150,
            symlinks: 13,
            forks: 50,
            archived: 80,
            templates: 20,
            empty: 10,
            private: 550,
            internal: 150,
            changed: 200,
        }
    }
}

impl World {
    /// An organization of so many repositories of a shape. The same seed makes the same.
    ///
    /// # Errors
    /// The shape's login is one that GitHub would not accept.
    pub fn generated(shape: &Shape, repositories: usize, seed: u64) -> Result<Self, FakeError> {
        let mut world = Self::new(shape.now);
        world.add_organization(&shape.login)?;
        let padding = Padding::new(&mut Dice::new(seed));
        let mut generator = Generator { shape, padding, names: Vec::new(), texts: Vec::new() };
        for number in (0..).take(repositories) {
            generator.add(&mut world, number, Dice::for_each(seed, number))?;
        }
        Ok(world)
    }
}

struct Generator<'s> {
    shape: &'s Shape,
    padding: Padding,
    /// The full names of repositories with content, to be forked.
    names: Vec<String>,
    /// Container files, to be used again.
    texts: Vec<String>,
}

impl Generator<'_> {
    fn add(&mut self, world: &mut World, number: u64, mut dice: Dice) -> Result<(), FakeError> {
        let dice = &mut dice;
        let name = format!("{}-{}-{number}", dice.word(&SUBJECTS), dice.word(&KINDS));
        let full_name = format!("{}/{name}", self.shape.login);
        let mut new = NewRepository::named(&self.shape.login, &name)?.facts(self.facts(dice));
        let age = Duration::seconds(seconds(dice, 3 * 365));
        new.created_at = Some(world.now() - age);
        let origin = dice.happens(self.shape.forks).then(|| dice.pick(&self.names)).flatten();
        if let Some(origin) = origin {
            new.facts.fork = true;
            return fork(world, new, origin, &full_name);
        }
        world.create(new)?;
        if dice.happens(self.shape.empty) {
            return Ok(());
        }
        world.repository_mut(&full_name)?.objects = Objects::sharing(&self.padding.pool);
        let first = world.now() - age + Duration::minutes(5);
        let push = self.first_push(&name, dice).at(first);
        let paths: Vec<String> = push.changes.iter().map(|(path, _)| path.clone()).collect();
        world.push(&full_name, push)?;
        if let (true, Some(path)) = (dice.happens(self.shape.changed), dice.pick(&paths)) {
            let later = first + (world.now() - first) / (2 + i32::from(dice.happens(500)));
            let push = Push::new("Update the image").by(dice.word(&AUTHORS)).at(later);
            world.push(&full_name, push.file(path, &dockerfile(&name, dice)))?;
        }
        self.names.push(full_name);
        Ok(())
    }

    fn facts(&self, dice: &mut Dice) -> Facts {
        let seen_by = dice.below(1_000);
        let visibility = match seen_by {
            it if it < self.shape.private => Visibility::Private,
            it if it < self.shape.private + self.shape.internal => Visibility::Internal,
            _ => Visibility::Public,
        };
        Facts {
            description: dice.happens(600).then(|| format!("The {}", dice.word(&SUBJECTS))),
            visibility,
            language: dice.happens(900).then(|| dice.word(&LANGUAGES).to_owned()),
            topics: (0..dice.below(3)).map(|_| format!("team-{}", dice.word(&SUBJECTS))).collect(),
            archived: dice.happens(self.shape.archived),
            template: dice.happens(self.shape.templates),
            ..Facts::default()
        }
    }

    /// The first commit: the padding and the container files.
    fn first_push(&mut self, name: &str, dice: &mut Dice) -> Push {
        let mut push = Push::new("Import").by(dice.word(&AUTHORS));
        push.onto = self.padding.root(self.entries(dice), dice);
        let count = self.container_files(dice);
        let deepest = 1 + quantile(&self.shape.depths, dice);
        for number in 0..count {
            let depth = if number == 0 { deepest } else { 1 + dice.below(deepest) };
            let path = container_file(depth, number, dice);
            push = push.file(&path, &self.text(name, dice));
            if number == 0 && dice.happens(self.shape.symlinks) {
                push = push.symlink("docker/Dockerfile", &format!("../{path}"));
            }
        }
        push
    }

    fn text(&mut self, name: &str, dice: &mut Dice) -> String {
        if dice.happens(self.shape.duplicates)
            && let Some(text) = dice.pick(&self.texts)
        {
            return text.clone();
        }
        let text = dockerfile(name, dice);
        if self.texts.len() < REMEMBERED {
            self.texts.push(text.clone());
        }
        text
    }

    fn container_files(&self, dice: &mut Dice) -> u64 {
        match quantile(&self.shape.container_files, dice) {
            few @ 0..=3 => few,
            4 => 4 + dice.below(5),
            _ => 9 + dice.below(12),
        }
    }

    /// A number of entries, the quantiles of the shape joined on a logarithmic scale.
    fn entries(&self, dice: &mut Dice) -> usize {
        let [least, median, large, most] = self.shape.entries.map(f64::from);
        let (from, to, part) = match dice.below(1_000) {
            it @ 0..500 => (least, median, per_mille(it) * 2.0),
            it @ 500..900 => (median, large, (per_mille(it) - 0.5) / 0.4),
            it => (large, most, (per_mille(it) - 0.9) / 0.1),
        };
        let entries = from * (to / from).powf(part);
        // The quantiles are small whole numbers, and so is what lies between them.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "see above")]
        let entries = entries as usize;
        entries
    }
}

/// How many of the growing shares lie below a throw.
fn quantile(shares: &[u64], dice: &mut Dice) -> u64 {
    let thrown = dice.below(1_000);
    (0..).zip(shares).take_while(|(_, share)| **share <= thrown).count() as u64
}

fn per_mille(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or_default()) / 1_000.0
}

/// A number of seconds within so many days, a minute at least and more often few.
fn seconds(dice: &mut Dice, days: u64) -> i64 {
    let end = 1 + dice.below(days * 86_400);
    i64::try_from(600 + dice.below(end)).unwrap_or_default()
}

fn fork(
    world: &mut World,
    new: NewRepository,
    origin: &str,
    full_name: &str,
) -> Result<(), FakeError> {
    let origin = world.repository_mut(origin)?.clone();
    world.create(new)?;
    let fork = world.repository_mut(full_name)?;
    fork.created_at = fork.created_at.min(origin.created_at);
    fork.default_branch = origin.default_branch;
    fork.objects = origin.objects;
    fork.branches = origin.branches;
    fork.pushes = origin.pushes;
    Ok(())
}
