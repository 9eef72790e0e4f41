// The installations that pages are looked at in, each started when first asked for.
import { join } from 'node:path';
import { sql } from './database.mjs';
import { members } from './members.mjs';
import { decide, inDays, post } from './people.mjs';
import { proxy } from './proxy.mjs';
import { dataFolder, drydock, standIn } from './servers.mjs';

/** The stand-in's organizations that `several` has, and why. */
const SEVERAL = ['hostile', 'contract', 'vacant'];

const kinds = {
  /** The sample organization `acme` with half a year of history, and people in it. */
  demo: async () => {
    const data = dataFolder();
    const server = await drydock(['demo'], {}, data);
    await campaigns(server.url);
    await post(`${server.url}/orgs/acme/views`, { page: 'repositories', name: 'Ports of payments', query: 'item=ports&verdict=left&team=payments' });
    await decisions(server.url, data);
    return { ...server, data: join(data, 'demo') };
  },

  /** The same as `demo`, but people sign in (members.mjs). */
  members: async () => members(await world('demo')),

  /** Nobody has named an organization yet. */
  fresh: () => drydock(['serve']),

  /** Organizations side by side: hostile text, refused repositories, none at all. */
  several: async () => {
    const github = await standIn();
    const server = await drydock(['serve'], reaching(github));
    for (const login of SEVERAL) await add(server.url, login, github.token);
    for (let id = 1; id <= SEVERAL.length; id += 1) await crawled(server.url, id);
    await hostilePeople(server.url);
    await post(`${server.url}/orgs/hostile/crawl`, {});
    await crawled(server.url, SEVERAL.length + 1);
    return server;
  },

  /** A first crawl that has listed and read a part, and does not get on. */
  running: async () => {
    const github = await standIn(['--generated', '200']);
    const [api, graphql] = await Promise.all([
      stalling(github.api, Number.POSITIVE_INFINITY),
      stalling(github.graphql, 3),
    ]);
    const server = await drydock(['serve'], reaching({ api, graphql }));
    await add(server.url, 'acme', github.token);
    await listed(server.url);
    return server;
  },

  /** What is known is a month old. */
  outdated: async () => {
    const data = dataFolder();
    const github = await standIn();
    const server = await drydock(['serve'], reaching(github), data);
    await add(server.url, 'contract', github.token);
    await crawled(server.url, 1);
    sql(data, "UPDATE organization SET crawled_at = crawled_at - interval '30 days'");
    return server;
  },
};

const started = new Map();

/** One of the installations, ready. */
export function world(name) {
  if (!started.has(name)) started.set(name, kinds[name]());
  return started.get(name);
}

function reaching({ api, graphql }) {
  return { GITHUB_API_URL: api, GITHUB_GRAPHQL_URL: graphql };
}

/** The Dockerfile about which everything was decided that can be. */
export const DECIDED = 'acme/event-lake Dockerfile';

/** A decision of each kind; one waived until a day, one whose lines changed since. */
async function decisions(url, data) {
  await decide(url, DECIDED, [
    { item: 'non-root-user', kind: 'verified', reason: 'The entry script drops to 65532 before it opens the socket.' },
    { item: 'multi-stage-build', kind: 'waived', reason: 'The vendor ships one layer only.', until: inDays(60) },
    { item: 'no-shell', kind: 'waived', reason: 'Needed until the probe is a binary.' },
  ]);
  sql(join(data, 'demo'), "UPDATE decision SET ended_at = now(), end_reason = 'evidence-changed' WHERE item = 'no-shell'", 'drydock_demo');
  await decide(url, DECIDED, [{ item: 'base-image', kind: 'disputed', reason: 'This is our mirror of a hardened image.' }]);
}

/** Of each course one, and one that has ended. */
async function campaigns(url) {
  const all = [
    { name: 'Payments without root', filter: 'team=payments', items: 'non-root-user', target: inDays(21), owner: 'Robin Doe' },
    { name: 'Go services', filter: 'language=Go', target: inDays(1500) },
    { name: 'Everything by tomorrow', filter: '', target: inDays(1) },
    { name: 'Ports of the platform', filter: 'team=platform', items: 'ports', target: inDays(90), owner: 'Kim Lee' },
  ];
  for (const campaign of all) await post(`${url}/orgs/acme/campaigns`, campaign);
  await post(`${url}/orgs/acme/campaigns/${all.length}/end`, {});
}

/** Texts that break careless pages, wherever a person may write one. */
export const HOSTILE = [
  "<script>alert('x')</script>",
  '"><img src=x onerror=alert(1)>',
  '=HYPERLINK("http://127.0.0.1/";A1)',
  '\u202eelifrekcoD\u2066',
  '\u001b[31m\u0007 \u0085',
  'x'.repeat(2000),
];

/** What may be said to a form full of such text: taken, or refused with a sentence. */
const TAKEN_OR_REFUSED = [303, 400, 422];

/** Every field that a person can write in, with every such text. */
async function hostilePeople(url) {
  const org = `${url}/orgs/hostile`;
  const short = HOSTILE.map((it) => it.slice(0, 75));
  const rules = short.map((it, place) => `${place}* = ${it}`).join('\n');
  await post(`${org}/settings/teams`, { property: 'squad', rules }, TAKEN_OR_REFUSED);
  for (const text of HOSTILE) {
    await post(`${org}/campaigns`, { name: text, owner: text, filter: `q=${encodeURIComponent(text.slice(0, 100))}`, target: inDays(30) }, TAKEN_OR_REFUSED);
    await post(`${org}/views`, { page: 'repositories', name: text.slice(0, 80), query: `q=${encodeURIComponent(text.slice(0, 100))}` }, TAKEN_OR_REFUSED);
  }
  const said = HOSTILE.map((text, place) => ({ item: ITEMS[place], kind: 'disputed', reason: text, by: text.slice(0, 100) }));
  await decide(url, `hostile/${'a'.repeat(100)} template/Dockerfile`, said, TAKEN_OR_REFUSED);
}

const ITEMS = ['base-image', 'package-management', 'non-root-user', 'multi-stage-build', 'tls-certificates', 'ports'];

/** Asks for an organization's first crawl, as the form does. */
async function add(url, organization, token) {
  const body = new URLSearchParams({ organization, token });
  const answer = await fetch(`${url}/welcome`, { method: 'POST', body, redirect: 'manual' });
  if (answer.status !== 303) throw new Error(`${organization} was not added: ${answer.status}`);
}

/** Waits for the end of a crawl. */
async function crawled(url, id, seconds = 90) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const answer = await fetch(`${url}/crawls/${id}`);
    if (answer.ok && !(await answer.text()).includes('data-live')) return;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`crawl ${id} did not end in ${seconds} s`);
}

/** Waits until a first crawl has listed some repositories. */
async function listed(url, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const { total } = await (await fetch(`${url}/orgs/acme/repositories.json?state=all`)).json();
    if (total > 0) return;
    await new Promise((later) => setTimeout(later, 200));
  }
  throw new Error(`nothing was listed in ${seconds} s`);
}

/** A way to `target` that lets so many requests through and keeps the others waiting. */
function stalling(target, passing) {
  let left = passing;
  return proxy(target, (headers) => (left-- > 0 ? headers : undefined));
}
