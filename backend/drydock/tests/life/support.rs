//! A stand-in GitHub, a database of its own, and processes of the real program.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::{DateTime, Utc};
use github_fake::{Fake, NewRepository, Options, Push, World};
use store::testing::TestStore;
use store::{JobKind, NewJob, NewOrganization, OrganizationId, PRIORITY_PERSON, Trigger};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

pub(crate) type Failure = Box<dyn std::error::Error>;
pub(crate) type Test = Result<(), Failure>;

/// Everything one test needs.
pub(crate) struct Place {
    pub(crate) fake: Fake,
    pub(crate) store: TestStore,
    pub(crate) organization: OrganizationId,
    folder: tempfile::TempDir,
}

/// A process of the program, which is killed when it is dropped.
pub(crate) struct Process(Child);

impl Process {
    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) -> Test {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Place {
    /// A place where the organization `acme` is followed.
    pub(crate) async fn new(world: World) -> Result<Self, Failure> {
        let options = Options { has_rate_limits: false, ..Options::default() };
        let mut place = Self::with(Fake::start(world, options).await?).await?;
        let new = NewOrganization { login: "acme".parse()?, is_sample: false };
        place.organization = place.store.add_organization(&new, Utc::now()).await?;
        Ok(place)
    }

    /// A place where nobody is followed yet.
    pub(crate) async fn with(fake: Fake) -> Result<Self, Failure> {
        let (store, folder) = (store::testing::store().await, tempfile::tempdir()?);
        Ok(Self { fake, store, organization: OrganizationId(0), folder })
    }

    /// Waits until an organization is followed.
    pub(crate) async fn follow(&mut self, login: &str) -> Test {
        for _ in 0..400 {
            if let Some(found) = self.store.organization(&login.parse()?).await? {
                self.organization = found.id;
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("{login} is not followed within 20 seconds").into())
    }

    /// Starts the program.
    pub(crate) fn start(
        &self,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Result<Process, Failure> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drydock"));
        command
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("DRYDOCK_DATA", self.folder.path())
            .env("DATABASE_URL", self.store.url())
            .env("GITHUB_API_URL", self.fake.api_url())
            .env("GITHUB_TOKEN", self.fake.token())
            .env("DRYDOCK_LOG", "warn")
            .env("DRYDOCK_HISTORY_SHARE", "0")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        test_logs::keep_log_of(&mut command);
        Ok(Process(command.spawn()?))
    }

    /// Starts the dashboard, and waits until it answers.
    pub(crate) async fn serve(
        &self,
        environment: &[(&str, &str)],
    ) -> Result<(Process, String), Failure> {
        let address = free_address()?;
        let mut environment = environment.to_vec();
        environment.push(("DRYDOCK_LISTEN", &address));
        let process = self.start(&["serve"], &environment)?;
        for _ in 0..400 {
            if let Ok(200) = status(&address, "GET /healthz HTTP/1.1\r\n", b"").await {
                return Ok((process, address));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("the dashboard did not answer within 20 seconds".into())
    }

    /// Asks for a crawl, as "crawl now" does.
    pub(crate) async fn ask_for(&self, kind: JobKind) -> Test {
        let (organization, run_at) = (self.organization, Utc::now());
        let (trigger, priority) = (Trigger::Person, PRIORITY_PERSON);
        let job = NewJob { kind, organization, trigger, priority, run_at };
        self.store.enqueue(&job, run_at).await?;
        Ok(())
    }

    /// How many jobs of a kind are in a state.
    pub(crate) async fn jobs(&self, kind: JobKind, state: &str) -> Result<i64, Failure> {
        let query = "SELECT count(*) FROM job WHERE kind = $1 AND state = $2";
        let count = sqlx::query_scalar(query).bind(kind.slug()).bind(state);
        Ok(count.fetch_one(self.store.pool()).await?)
    }

    /// Waits until no job of a kind is queued or running; an error after a minute.
    pub(crate) async fn wait_for(&self, kind: JobKind) -> Test {
        for _ in 0..1_200 {
            let (queued, running) =
                (self.jobs(kind, "queued").await?, self.jobs(kind, "running").await?);
            if queued + running == 0 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("a {} did not end within a minute", kind.slug()).into())
    }
}

/// Where a process may listen.
pub(crate) fn free_address() -> Result<String, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

/// Sends a request, and gives the status of the answer.
pub(crate) async fn status(address: &str, head: &str, body: &[u8]) -> Result<u16, Failure> {
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let length = body.len();
    let head =
        format!("{head}Host: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let status = answer.split(' ').nth(1).ok_or("no status")?;
    Ok(status.parse()?)
}

/// What somebody wrote into each of their Dockerfiles, of which no log may tell.
const WRITTEN_DOWN: &str = "a-password-in-a-dockerfile";

/// An organization of so many repositories with three Dockerfiles each, all different.
pub(crate) fn world(repositories: usize) -> Result<World, Failure> {
    test_logs::secret(WRITTEN_DOWN);
    let now: DateTime<Utc> = "2026-11-01T12:00:00Z".parse()?;
    let mut world = World::new(now);
    world.add_organization("acme")?;
    for index in 0..repositories {
        let name = format!("shop-{index}");
        world.create(NewRepository::named("acme", &name)?)?;
        let mut push = Push::new("Begin").file("src/main.rs", "fn main() {}\n");
        for (place, path) in
            ["Dockerfile", "worker/Dockerfile", "a/b/c/Dockerfile"].iter().enumerate()
        {
            let text = format!(
                "FROM alpine:3.{place}\nRUN add --password {WRITTEN_DOWN}\nCMD [\"/{name}\"]\n"
            );
            push = push.file(path, &text);
        }
        world.push(&format!("acme/{name}"), push)?;
    }
    Ok(world)
}
