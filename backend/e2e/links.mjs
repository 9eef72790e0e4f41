// Every link of the sample's pages leads somewhere, and every address that the web crate
// routes is a page of pages.mjs or said not to be one.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertNone } from './findings.mjs';
import { kinds } from './pages.mjs';
import { root } from './servers.mjs';
import { walk } from './walk.mjs';
import { world } from './worlds.mjs';

/** Addresses that answer with something else than a page. */
const noPages = ['/healthz', '/readyz', '/metrics', '/static/{file}', '/crawls/{id}/events', '/repos/{owner}/{name}/patch/{*path}', '/sign-in/{method}'];
/** What is no page by its kind: exports, pictures, feeds, the API. */
const otherKinds = /\.(csv|json|svg|atom|xml)$|^\/api\/(?!docs)|^\/badge\//;

/** Each combination of filters is a page: those of one kind that are walked. */
const MOST_OF_A_KIND = 3;

/** The lists that numbers lead to. */
const lists = /^\/orgs\/acme\/(repositories|dockerfiles|images|changes|teams)$/;

let walking;

/** Everything that links of the sample lead to. */
function walked(url) {
  const seen = new Map();
  walking ??= walk(url, ['/', '/search?q=node', '/search'], (link) => {
    const { pathname, searchParams } = new URL(link, url);
    const kind = `${pathname.split('/').slice(1, 4)} ${[...searchParams.keys()]}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return seen.get(kind) <= MOST_OF_A_KIND;
  });
  return walking;
}

test('every link of every page leads to a page that is there, and to the place on it', async () => {
  const { url } = await world('demo');
  const pages = await walked(url);
  const found = [];
  for (const [path, page] of pages) {
    if (page.status >= 400) found.push([page.from, `${path} answers ${page.status}`]);
    for (const link of page.links) {
      const [target, fragment] = link.split('#');
      const there = target === '' ? page : pages.get(target);
      if (fragment && there?.ids && !there.ids.has(decodeURIComponent(fragment))) {
        found.push([path, `${link.slice(0, 120)} leads to no place on its page`]);
      }
    }
  }
  console.log(`${pages.size} addresses walked`);
  assert.ok(pages.size > 200);
  assertNone(found);
});

test('every number leads to exactly that many rows', async () => {
  const { url } = await world('demo');
  const wrong = [];
  const leading = new Map();
  for (const [path, page] of await walked(url)) {
    for (const it of page.numbers) {
      if (lists.test(it.link.split('?')[0])) leading.set(`${it.count} ${it.link}`, { ...it, path });
    }
  }
  const waiting = [...leading.values()];
  const work = async () => {
    for (let it = waiting.shift(); it; it = waiting.shift()) {
      const rows = await rowsAt(url, it.link);
      if (rows !== it.count) wrong.push([it.path, `“${it.words}” leads to ${rows} rows: ${it.link}`]);
    }
  };
  await Promise.all([work(), work(), work()]);
  console.log(`${leading.size} numbers followed to their rows`);
  assert.ok(leading.size > 300, `${leading.size} numbers`);
  assertNone(wrong);
});

/** How many rows the list at an address has; a list says it, and its JSON has them all. */
async function rowsAt(url, link) {
  const [path, query] = link.split('?');
  const source = await (await fetch(url + link)).text();
  const said = /<p class="lead">([\d,]+) (?:Dockerfile|repositor)/.exec(source)?.[1];
  if (said) return Number(said.replaceAll(',', ''));
  const { total, rows } = await (await fetch(`${url}${path}.json${query ? `?${query}` : ''}`)).json();
  // A new Dockerfile is one entry of the page, and a row an item in its file.
  return /\bkind=new\b/.test(query) ? new Set(rows.map((it) => `${it.repository} ${it.path}`)).size : (total ?? rows.length);
}

test('every page that is routed is in pages.mjs', () => {
  const sources = join(root, 'backend', 'web', 'src');
  const files = readdirSync(sources, { recursive: true }).filter((it) => it.endsWith('.rs') && !/tests?\b/.test(it));
  const text = files.map((it) => readFileSync(join(sources, it), 'utf8')).join('\n');
  const constants = new Map([...text.matchAll(/const (\w+): &str = "(\/[^"]*)"/g)].map((it) => [it[1], it[2]]));
  const routes = [...text.matchAll(/\.get\(\s*(?:"([^"]+)"|(?:\w+::)*(\w+)),\s*Need::/g)]
    .map((it) => it[1] ?? constants.get(it[2]));
  assert.ok(routes.length > 12, `${routes.length} routes`);
  const missing = routes.filter((route) => {
    if (noPages.includes(route) || otherKinds.test(route)) return false;
    const pattern = new RegExp(`^${route.replace(/[.]/g, '\\.').replace(/\{\*\w+\}/g, '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
    return !kinds.some((it) => pattern.test(it.at.split('?')[0]));
  });
  assert.deepEqual(missing, [], 'routes that pages.mjs does not have');
});
