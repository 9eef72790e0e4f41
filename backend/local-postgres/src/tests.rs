//! The cluster on a real machine: used, refused, killed.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::cluster::OWNER;
use crate::{Cluster, ClusterError, Settings, wire};

/// Tells a copy of this very test program to be the process that is killed.
const VICTIM: &str = "DRYDOCK_TEST_VICTIM";

/// A folder that any account may enter, in which a cluster may be made.
fn place() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = place.path().join("postgres");
    (place, folder)
}

async fn start(folder: &Path) -> Result<Cluster, ClusterError> {
    Cluster::start(&Settings::new(folder.to_owned())).await
}

async fn sql(cluster: &Cluster, command: &str) -> Result<(), wire::Refusal> {
    wire::run(&cluster.socket(), OWNER, "postgres", command).await.unwrap()
}

/// Fails unless every number up to `last` is there.
async fn check_numbers(cluster: &Cluster, last: u64) {
    let check = format!(
        "DO $$ BEGIN
             IF (SELECT count(*) FROM number WHERE value <= {last}) <> {last} THEN
                 RAISE EXCEPTION 'lost some of {last}';
             END IF;
         END $$"
    );
    assert_eq!(sql(cluster, &check).await, Ok(()));
}

/// Not a test of its own: what the tests below start as another process, to kill it. It
/// runs a cluster and says each number whose commit was acknowledged.
#[tokio::test]
async fn victim() {
    let Some(folder) = std::env::var_os(VICTIM) else { return };
    let cluster = start(Path::new(&folder)).await.unwrap();
    println!("server {}", cluster.pid());
    sql(&cluster, "CREATE TABLE IF NOT EXISTS number (value bigint PRIMARY KEY)").await.unwrap();
    loop {
        let next = "INSERT INTO number SELECT coalesce(max(value), 0) + 1 FROM number";
        sql(&cluster, next).await.unwrap();
        println!("number");
    }
}

fn start_victim(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::victim", "--nocapture"])
        .env(VICTIM, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Which process a round kills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kill {
    Drydock,
    Server,
    Both,
}

/// Lets a victim commit `commits` times, kills, and gives how many it acknowledged.
fn kill_amid_commits(folder: &Path, kill: Kill, commits: u64) -> u64 {
    let mut victim = start_victim(folder);
    let mut said = BufReader::new(victim.stdout.take().unwrap()).lines().map_while(Result::ok);
    let server = said.find_map(|it| it.strip_prefix("server ")?.parse().ok()).unwrap();
    let server = Pid::from_raw(server).unwrap();
    let mut acknowledged = 0;
    for line in said {
        acknowledged += u64::from(line == "number");
        if acknowledged == commits {
            if kill != Kill::Drydock {
                kill_process(server, Signal::KILL).unwrap();
            }
            if kill != Kill::Server {
                victim.kill().unwrap();
            }
        }
    }
    victim.wait().unwrap();
    acknowledged
}

#[tokio::test]
async fn whatever_is_killed_no_acknowledged_commit_is_lost() {
    let (_place, folder) = place();
    let mut acknowledged = 0;
    for round in 0..2 {
        for kill in [Kill::Drydock, Kill::Server, Kill::Both] {
            acknowledged += kill_amid_commits(&folder, kill, 20 + 7 * round);
            let cluster = start(&folder).await.unwrap();
            assert_eq!(cluster.is_adopted(), kill == Kill::Drydock, "{kill:?}");
            check_numbers(&cluster, acknowledged).await;
            cluster.stop().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_first_start_that_is_killed_does_no_harm() {
    let (_place, folder) = place();
    for moment in [20, 150, 300, 500, 700] {
        let mut victim = start_victim(&folder);
        tokio::time::sleep(Duration::from_millis(moment)).await;
        victim.kill().unwrap();
        victim.wait().unwrap();
    }
    let cluster = start(&folder).await.unwrap();
    cluster.ensure_database("drydock").await.unwrap();
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_was_stopped_comes_back_with_its_data() {
    let (_place, folder) = place();
    let cluster = start(&folder).await.unwrap();
    cluster.ensure_database("dry\"dock").await.unwrap();
    cluster.ensure_database("dry\"dock").await.unwrap();
    sql(&cluster, "CREATE TABLE kept ()").await.unwrap();
    cluster.stop().await.unwrap();
    let cluster = start(&folder).await.unwrap();
    let again = sql(&cluster, "CREATE TABLE kept ()").await.unwrap_err();
    assert_eq!(again.message, "relation \"kept\" already exists");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_that_is_dropped_is_adopted() {
    let (_place, folder) = place();
    let first = start(&folder).await.unwrap();
    let pid = first.pid();
    drop(first);
    let second = start(&folder).await.unwrap();
    assert_eq!((second.pid(), second.is_adopted()), (pid, true));
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_is_used_by_one_process_at_a_time() {
    let (_place, folder) = place();
    let cluster = start(&folder).await.unwrap();
    let refused = start(&folder).await.unwrap_err();
    let ClusterError::InUse(used) = refused else { panic!("{refused}") };
    assert_eq!(Cluster::url_in_use(&used, "x"), cluster.url("x"), "it can be joined all the same");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_folder_with_something_else_in_it_is_left_alone() {
    let (_place, folder) = place();
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("thesis.txt"), "years of work").unwrap();
    let refused = start(&folder).await.unwrap_err();
    assert!(refused.to_string().contains("holds `thesis.txt`, which is not ours"), "{refused}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[tokio::test]
async fn a_cluster_of_a_version_that_is_not_here_is_left_alone() {
    let (_place, folder) = place();
    std::fs::create_dir_all(folder.join("cluster")).unwrap();
    std::fs::write(folder.join("cluster/PG_VERSION"), "99\n").unwrap();
    let refused = start(&folder).await.unwrap_err();
    assert!(refused.to_string().contains("was made by Postgres 99"), "{refused}");
}

#[tokio::test]
async fn a_folder_that_the_server_cannot_reach_is_refused_with_its_account() {
    let (place, folder) = place();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
    let refused = start(&folder).await.unwrap_err();
    assert!(refused.to_string().contains("cannot be used by the account"), "{refused}");
}

#[tokio::test]
async fn a_long_path_gets_a_short_socket() {
    let (place, _) = place();
    let folder = place.path().join("a".repeat(60)).join("b".repeat(60));
    let cluster = start(&folder).await.unwrap();
    assert!(cluster.socket().starts_with("/tmp"), "{}", cluster.socket().display());
    assert_eq!(sql(&cluster, "SELECT 1").await, Ok(()));
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_refused_command_says_why() {
    let (_place, folder) = place();
    let cluster = start(&folder).await.unwrap();
    let refused = cluster.ensure_database(&"x".repeat(3000)).await;
    let nothing = sql(&cluster, "SELECT nothing").await.unwrap_err();
    cluster.stop().await.unwrap();
    // Postgres cuts long names.
    assert!(refused.is_ok());
    assert_eq!(nothing.code, "42703");
}
