// An organization in which everything is hostile text (`World::add_hostile` of the
// stand-in): every page shows it as text, keeps its layout and asks nothing of anybody.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, fits, inPages, launch, widths } from './browser.mjs';
import { records } from './csv.mjs';
import { assertNone } from './findings.mjs';
import { markupErrors } from './markup.mjs';
import { walk } from './walk.mjs';
import { HOSTILE, world } from './worlds.mjs';

const ORGANIZATION = 'hostile';
/** Pages of one kind that are looked at in the browser: one for each hostile text. */
const MOST_OF_A_KIND = 7;
/** Every choice of a filter is a page: those of one kind that are asked for. */
const MOST_ASKED = 10;

const texts = [...HOSTILE, "'; DROP TABLE repository; --%_\\", '%00%ff%c0%80', 'x'.repeat(5000)];
const parameters = ['q', 'filter', 'target', 'code', 'item', 'verdict', 'team', 'state', 'image', 'language', 'archived', 'quick', 'week', 'sort', 'page', 'stage', 'since', 'kind', 'reason', 'standing', 'view'];

test('every page that hostile text reaches is whole, and none of our faults', async () => {
  const { url } = await world('several');
  const pages = await reachable(url);
  const wrong = [];
  for (const { address, status, source, type } of pages) {
    const path = address.slice(url.length);
    if (status >= 400) wrong.push([path, `answers ${status}`]);
    else if (type.includes('html')) wrong.push(...(await markupErrors(source, 'page')).map((it) => [path, it]));
  }
  assert.ok(pages.length > 60, `${pages.length} pages`);
  assertNone(wrong);
});

test('hostile text stays text and breaks no layout', async () => {
  const { url } = await world('several');
  const wrong = [];
  await inPages(ofEachKind(await reachable(url)), async (page, address) => {
    const found = complaints(page);
    page.removeAllListeners('dialog');
    page.on('dialog', (dialog) => {
      found.push(`a dialog opened: ${dialog.message()}`);
      return dialog.dismiss();
    });
    await page.goto(address);
    for (const width of [...widths, 720]) {
      await page.setViewportSize({ width, height: 1000 });
      wrong.push(...(await fits(page)).map((it) => [`${address.slice(url.length, url.length + 80)} ${width}`, it]));
    }
    const foreign = await page.locator('img:not([src^="/badge/"]), script:not([src]), [onerror], [onload], iframe, a[href^="javascript:"]').count();
    if (foreign > 0) wrong.push([address.slice(url.length), 'has foreign elements']);
    wrong.push(...found.map((it) => [address, it]));
  });
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`${url}/repos/${ORGANIZATION}/${'a'.repeat(100)}/dockerfiles/words/Dockerfile`);
  assert.ok((await page.locator('main').innerText()).includes(texts[0]), 'markup shows as it was written');
  await browser.close();
  assertNone(wrong);
});

test('no filter, search or address makes the server fail', async () => {
  const { url } = await world('several');
  const kinds = ['orgs/hostile/repositories', 'orgs/hostile/repositories.csv', 'orgs/hostile/repositories.json', 'orgs/hostile/dockerfiles', 'orgs/hostile/images', 'orgs/hostile/changes', 'orgs/hostile/teams', 'orgs/hostile/campaigns/new', 'orgs/hostile', 'search', 'crawls'];
  const asked = kinds.flatMap((kind) =>
    parameters.flatMap((name) => texts.map((text) => `${url}/${kind}?${name}=${encodeURIComponent(text)}`)),
  );
  const inPaths = texts.map((it) => encodeURIComponent(it)).flatMap((it) => [
    `${url}/orgs/${it}`,
    `${url}/orgs/hostile/${it}`,
    `${url}/orgs/hostile/items/${it}`,
    `${url}/orgs/hostile/images/${it}`,
    `${url}/orgs/hostile/teams/${it}`,
    `${url}/orgs/hostile/campaigns/${it}`,
    `${url}/repos/hostile/${it}`,
    `${url}/repos/hostile/-/dockerfiles/${it}`,
    `${url}/repos/hostile/-/suggested/${it}`,
    `${url}/repos/hostile/-/patch/${it}`,
    `${url}/crawls/${it}`,
    `${url}/badge/hostile/${it}.svg`,
    `${url}/api/v1/${it}`,
  ]);
  const raw = ['%00', '%ff', '%', '%zz'].flatMap((it) => [`${url}/search?q=${it}`, `${url}/orgs/hostile/repositories?q=${it}`]);
  const failed = [];
  const ask = async (address) => {
    const { status } = await fetch(address);
    if (status >= 500) failed.push(`${status} ${address.slice(url.length, url.length + 200)}`);
  };
  const waiting = [...asked, ...inPaths, ...raw];
  const work = async () => {
    for (let address = waiting.shift(); address; address = waiting.shift()) await ask(address);
  };
  await Promise.all([work(), work(), work(), work()]);
  assert.deepEqual(failed, []);
});

test('an export of hostile text opens as rows of one width, without a formula', async () => {
  const { url } = await world('several');
  const exports = (await reachable(url)).filter((it) => it.type.includes('csv'));
  let most = 0;
  for (const { address, source } of exports) {
    const [head, ...rows] = records(source);
    most = Math.max(most, rows.length);
    assert.ok(rows.every((it) => it.length === head.length), `${address}: rows of different widths`);
    const formulas = rows.flat().filter((it) => /^[=+\-@\t\r]/.test(it) && !/^-?\d+(\.\d+)?$/.test(it));
    assert.deepEqual(formulas, [], address);
    const whole = await (await fetch(address.replace('.csv', '.json'))).json();
    assert.equal(Object.values(whole).find(Array.isArray).length, rows.length, `${address}: JSON has other rows`);
  }
  assert.ok(most >= 7, `${most} rows`);
});

let asked;

/** Everything that links lead to from the organization's pages. */
async function reachable(url) {
  const from = [`/orgs/${ORGANIZATION}`, `/search?q=${encodeURIComponent(texts[0])}`, '/search?q=xxxx', '/settings', '/crawls/1'];
  const seen = new Map();
  asked ??= walk(url, from, (link) => {
    const kind = kindOf(link);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    return isOurs(link) && seen.get(kind) <= MOST_ASKED;
  });
  return [...(await asked)].map(([path, page]) => ({ address: url + path, ...page }));
}

/** A page of the organization; each way to sort and to leave a filter out is one too many. */
function isOurs(link) {
  return /^\/(orgs|repos|badge)\/hostile/.test(link) && !/[?&]sort=/.test(link);
}

/** An address without its names and values. */
function kindOf(link) {
  const [path, query = ''] = link.split('?');
  const parts = path.split('/').slice(1, 6).map((part, index) => (index % 2 === 0 ? part : ''));
  return `${parts.join('/')}?${query.split('=')[0]}`;
}

/** Some addresses of each kind of page. */
function ofEachKind(pages) {
  const seen = new Map();
  return pages
    .filter((it) => it.type.includes('html') && it.status === 200)
    .map((it) => it.address)
    .filter((address) => {
      const { pathname, search } = new URL(address);
      const kind = kindOf(pathname + search);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      return seen.get(kind) <= MOST_OF_A_KIND;
    });
}
