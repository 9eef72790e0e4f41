// Starts the programs that the journeys walk through, each in a folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');
const started = [];

/** What must never stand in anything that Drydock prints. */
export const secrets = new Set();

export async function freePort() {
  const probe = createServer();
  await new Promise((ready) => probe.listen(0, '127.0.0.1', ready));
  const { port } = probe.address();
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** Starts a program and keeps its output for the message when something fails. */
function start(program, args, environment) {
  const child = spawn(program, args, { env: { PATH: process.env.PATH, ...environment } });
  const run = { child, output: '' };
  child.stdout.on('data', (text) => (run.output += text));
  child.stderr.on('data', (text) => (run.output += text));
  child.on('error', (error) => (run.output += error));
  started.push(run);
  return run;
}

async function until(condition, what, run, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const value = await condition();
    if (value) return value;
    if (run.child.exitCode !== null) break;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`${what}\n${run.output}`);
}

/** A data folder that the account running Postgres can reach, removed at the end. */
export function dataFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'drydock-e2e-'));
  chmodSync(folder, 0o755);
  started.push({ folder });
  return folder;
}

/** Starts `drydock ARGS` and answers its address once it is ready. The environment may depend
    on that. */
export async function drydock(args, environment = {}, data = dataFolder(), port = undefined) {
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const given = typeof environment === 'function' ? environment(`http://${address}`) : environment;
  const run = start(join(built, 'drydock'), [...args, '--data', data, '--listen', address], given);
  run.isDrydock = true;
  const ready = () => fetch(`http://${address}/readyz`).then((it) => it.ok, () => false);
  await until(ready, `drydock ${args.join(' ')} did not get ready`, run);
  return { url: `http://${address}`, run };
}

/** Starts the stand-in GitHub and answers its addresses and token. */
export async function standIn(args = []) {
  const run = start(join(built, 'examples', 'stand-in'), args, {});
  const line = () => run.output.split('\n').find((it) => it.startsWith('{'));
  const github = JSON.parse(await until(line, 'the stand-in GitHub did not start', run));
  secrets.add(github.token);
  return { ...github, run };
}

/** Makes a local account, as the operator does on the command line. */
export function addAccount(data, name, password, role = 'operator', environment = {}) {
  secrets.add(password);
  const args = ['user', 'add', name, '--role', role, '--password-stdin', '--data', data];
  execFileSync(join(built, 'drydock'), args, { env: { PATH: process.env.PATH, ...environment }, input: `${password}\n` });
}

/** Starts a real provider of OpenID Connect that sends people back to an address. */
export async function oidcProvider(client, redirect) {
  const script = fileURLToPath(new URL('oidc-provider.mjs', import.meta.url));
  const run = start(process.execPath, [script, String(await freePort()), client.id, client.secret, redirect], {});
  const line = () => run.output.split('\n').find((it) => it.startsWith('{'));
  secrets.add(client.secret);
  return { ...JSON.parse(await until(line, 'the provider did not start', run)), run };
}

/** Has something ended with the programs. */
export function onEnd(end) {
  started.push({ end });
}

/** Ends a program and waits until it has. */
export async function stop({ child }) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  await Promise.race([
    new Promise((ended) => child.once('exit', ended)),
    new Promise((later) => setTimeout(later, 15000)),
  ]);
}

/** Ends everything that was started and removes its folders. Whatever Drydock has printed by
    then must hold no secret. */
export async function stopAll() {
  await Promise.all(started.filter((it) => it.child).map(stop));
  const leaks = started.filter((it) => it.isDrydock && [...secrets].some((secret) => it.output.includes(secret)));
  for (const { end } of started.filter((it) => it.end)) end();
  for (const { folder } of started.filter((it) => it.folder)) {
    rmSync(folder, { recursive: true, force: true });
  }
  if (leaks.length > 0) throw new Error(`${leaks.length} of the servers printed a secret`);
}

// Nothing stays behind when a person has enough of waiting.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => stopAll().finally(() => process.exit(1)));
}
