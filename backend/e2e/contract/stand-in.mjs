// Starts the stand-in GitHub as an own process and asks it.

import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const example = (crate, name) => ['run', '--quiet', '--locked', '-p', crate, '--example', name];

/** What an example program of a crate prints. */
export function runExample(crate, name) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  return execFileSync('cargo', example(crate, name), { cwd: root, encoding: 'utf8', stdio });
}

/** Builds and starts the stand-in; resolves once it listens. */
export async function startStandIn() {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const child = spawn('cargo', example('github-fake', 'stand-in'), { cwd: root, stdio });
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

/** A GET with the headers of a decent client, unless told otherwise. */
export async function get(standIn, url, headers = {}) {
  const all = {
    'user-agent': 'drydock-contract',
    authorization: `Bearer ${standIn.token}`,
    'x-github-api-version': '2022-11-28',
    ...headers,
  };
  const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  return fetch(url, { headers: sent, redirect: 'manual' });
}
