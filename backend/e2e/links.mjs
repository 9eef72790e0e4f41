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
const noPages = ['/healthz', '/readyz', '/metrics', '/static/{file}', '/crawls/{id}/events'];
/** What is no page by its kind: exports, pictures, feeds, the API. */
const otherKinds = /\.(csv|json|svg|atom|xml)$|^\/api\/(?!docs)|^\/badge\//;

/** Each combination of filters is a page: those of one kind that are walked. */
const MOST_OF_A_KIND = 25;

test('every link of every page leads to a page that is there, and to the place on it', async () => {
  const { url } = await world('demo');
  const seen = new Map();
  const pages = await walk(url, ['/', '/search?q=node', '/search'], (link) => {
    const { pathname, searchParams } = new URL(link, url);
    const kind = `${pathname.split('/').slice(1, 4)} ${[...searchParams.keys()]}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return seen.get(kind) <= MOST_OF_A_KIND;
  });
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

test('every page that is routed is in pages.mjs', () => {
  const sources = join(root, 'backend', 'web', 'src');
  const files = readdirSync(sources, { recursive: true }).filter((it) => it.endsWith('.rs') && !/tests?\b/.test(it));
  const text = files.map((it) => readFileSync(join(sources, it), 'utf8')).join('\n');
  const constants = new Map([...text.matchAll(/const (\w+): &str = "(\/[^"]*)"/g)].map((it) => [it[1], it[2]]));
  const routes = [...text.matchAll(/\.route\(\s*(?:"([^"]+)"|(?:\w+::)*(\w+)),\s*(?:\w+::)*get\(/g)]
    .map((it) => it[1] ?? constants.get(it[2]));
  assert.ok(routes.length > 12, `${routes.length} routes`);
  const missing = routes.filter((route) => {
    if (noPages.includes(route) || otherKinds.test(route)) return false;
    const pattern = new RegExp(`^${route.replace(/[.]/g, '\\.').replace(/\{\*\w+\}/g, '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
    return !kinds.some((it) => pattern.test(it.at.split('?')[0]));
  });
  assert.deepEqual(missing, [], 'routes that pages.mjs does not have');
});
