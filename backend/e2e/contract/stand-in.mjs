// Starts the stand-in GitHub as an own process and asks it.

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const built = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** Builds the examples with the features that the tests have, and names one of them. */
function example(name) {
  const build = ['build', '--quiet', '--locked', '--workspace', '--examples'];
  execFileSync('cargo', build, { cwd: root, stdio: 'inherit' });
  return join(built, 'debug', 'examples', name);
}

/** What an example program prints. */
export function runExample(name) {
  return execFileSync(example(name), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Builds and starts the stand-in; resolves once it listens. */
export async function startStandIn() {
  const child = spawn(example('stand-in'), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)));
  });
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout });
  const first = new Promise((resolve) => lines.once('line', resolve));
  const { api, graphql, enterprise, token } = JSON.parse(await Promise.race([first, ended]));
  return { api, graphql, enterprise, token, stop: () => child.kill('SIGINT') };
}

/** A request with the headers of a decent client, unless told otherwise. */
export async function get(standIn, url, headers = {}, method = 'GET') {
  const all = {
    'user-agent': 'drydock-contract',
    authorization: `Bearer ${standIn.token}`,
    'x-github-api-version': '2022-11-28',
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return fetch(url, { method, headers: sent, redirect: 'manual' });
}
