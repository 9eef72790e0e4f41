// Sends every example of GitHub's webhooks, signed, to a running Drydock, and others that
// it must refuse. The examples are those of the package @octokit/webhooks-examples.

import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { createRequire } from 'node:module';

import { drydock, stopAll } from '../servers.mjs';

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples');
const SECRET = "It's a Secret to Everybody";
const OLD_SECRET = 'the one before';
const STALE_SECRET = 'the one before that';
const MEGABYTE = 1_000_000;
/** The events that lead to something; counted apart. */
const MATTER = ['push', 'repository', 'installation', 'installation_repositories', 'organization'];

const signed = (body, secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

async function send(url, event, body, changes = {}) {
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/contract',
    'x-github-event': event,
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signed(body, SECRET),
    'content-length': Buffer.byteLength(body),
    // The body follows once it is asked for: a refusal of its length comes before it.
    expect: '100-continue',
    ...changes,
  };
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null));
  const asked = request(`${url}/webhooks/github`, { method: 'POST', headers: sent });
  asked.on('continue', () => asked.end(body));
  const [answer] = await once(asked, 'response');
  answer.resume();
  await once(answer, 'end');
  asked.destroy();
  return answer.statusCode;
}

/** [what it is, event, body, changed headers, expected status] */
function refusals() {
  const [{ name, examples: [first] }] = examples;
  const body = JSON.stringify(first);
  const forged = [];
  for (const { name: event, examples: [example] } of examples) {
    const text = JSON.stringify(example);
    forged.push(['forged', event, text, { 'x-hub-signature-256': signed(`${text} `, SECRET) }, 401]);
    forged.push(['stale secret', event, text, { 'x-hub-signature-256': signed(text, STALE_SECRET) }, 401]);
    forged.push(['unsigned', event, text, { 'x-hub-signature-256': null }, 401]);
  }
  const huge = Buffer.alloc(26 * MEGABYTE, ' ');
  return [
    ...forged,
    ['oversized', name, huge, {}, 413],
    ['without an id', name, body, { 'x-github-delivery': null }, 400],
    ['without an event', name, body, { 'x-github-event': null }, 400],
    ['no JSON', 'push', '{', {}, 400],
    ['of another site', name, body, { 'sec-fetch-site': 'cross-site' }, 403],
  ];
}

/** [what it is, event, body, changed headers, expected status] */
function acceptances() {
  const all = [];
  for (const { name, examples: ofEvent } of examples) {
    for (const example of ofEvent) {
      const body = JSON.stringify(example);
      all.push([MATTER.includes(name) ? name : 'other events', name, body, {}, 202]);
      const form = new URLSearchParams({ payload: body }).toString();
      const type = 'application/x-www-form-urlencoded';
      const old = { 'content-type': type, 'x-hub-signature-256': signed(form, OLD_SECRET) };
      all.push(['as a form with the old secret', name, form, old, 202]);
    }
  }
  return all;
}

export async function checkWebhooks() {
  const violations = [];
  const counts = {};
  try {
    const { url } = await drydock(['serve'], {
      GITHUB_WEBHOOK_SECRET: SECRET,
      GITHUB_WEBHOOK_SECRET_OLD: OLD_SECRET,
    });
    for (const [what, event, body, changes, expected] of [...acceptances(), ...refusals()]) {
      const status = await send(url, event, body, changes);
      const outcome = `${what} → ${status}`;
      counts[outcome] = (counts[outcome] ?? 0) + 1;
      if (status !== expected) violations.push(`webhook ${event}, ${what}: ${status}, not ${expected}`);
    }
    const closed = await drydock(['serve']);
    const status = await send(closed.url, 'ping', '{}');
    if (status !== 404) violations.push(`webhook without a secret: ${status}, not 404`);
  } finally {
    await stopAll();
  }
  for (const [outcome, count] of Object.entries(counts)) console.log(`webhooks: ${count} ${outcome}`);
  return { checks: Object.values(counts).reduce((sum, count) => sum + count, 1), violations };
}
