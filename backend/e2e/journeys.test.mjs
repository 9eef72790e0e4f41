// The journeys of the three people that Drydock is for, in a real browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { complaints, launch, screenshot, scrollsSideways, themes, violations, widths } from './browser.mjs';
import { drydock, standIn, stopAll } from './servers.mjs';

let browser;
let demo;

before(async () => {
  browser = await launch();
  demo = await drydock(['demo']);
});

after(async () => {
  await browser?.close();
  await stopAll();
});

/** Opens a page of its own, with the options of a browser context. */
async function open(url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const page = await context.newPage();
  const found = complaints(page);
  await page.goto(url);
  return { page, found, close: () => context.close() };
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? 'with scripts' : 'with scripts off', () => {
    test('a manager goes from the overview over a repository to the evidence in a Dockerfile', async () => {
      const { page, found, close } = await open(`${demo.url}/`, { javaScriptEnabled });
      await page.getByRole('heading', { level: 1, name: /acme/ }).waitFor();
      await page.getByText('sample', { exact: false }).first().waitFor();
      await page.getByRole('navigation').getByRole('link', { name: 'Repositories' }).click();
      await page.getByRole('heading', { level: 1, name: /Repositories/ }).waitFor();
      await page.locator('main table tbody a[href^="/repos/acme/"]').first().click();
      await page.locator('main a[href*="/dockerfiles/"]').first().click();
      await page.locator('main #L1').waitFor();
      assert.equal(await page.locator('main .cards article').count(), 8, 'eight cards');
      assert.deepEqual(found, []);
      await close();
    });

    test('a person crawls now and sees it end', async () => {
      const { page, close } = await open(`${demo.url}/crawls`, { javaScriptEnabled });
      await page.getByRole('button', { name: /Crawl/ }).first().click();
      await page.waitForURL(/\/crawls/);
      await page.locator('main').getByText(/done|finished|ended/i).first().waitFor({ timeout: 30000 });
      await close();
    });

    test('an operator without settings adds an organization and watches its first crawl', async () => {
      const github = await standIn();
      const { url } = await drydock(['serve'], { GITHUB_API_URL: github.api, GITHUB_GRAPHQL_URL: github.graphql });
      const { page, close } = await open(`${url}/`, { javaScriptEnabled });
      await page.waitForURL(/\/welcome/);
      await page.getByLabel(/Organization/).fill('acme');
      await page.getByLabel(/Token/i).fill('not-a-token');
      await page.getByRole('button', { name: /crawl|connect|check/i }).click();
      await page.getByRole('alert').waitFor();
      assert.equal((await page.content()).includes('not-a-token'), false, 'a token is never shown again');
      await page.getByLabel(/Token/i).fill(github.token);
      await page.getByRole('button', { name: /crawl|connect|check/i }).click();
      await page.waitForURL(/\/crawls/);
      await page.locator('main').getByText(/done|finished|ended/i).first().waitFor({ timeout: 60000 });
      await page.goto(`${url}/`);
      await page.getByRole('heading', { level: 1, name: /acme/ }).waitFor();
      await page.goto(`${url}/settings`);
      await page.locator('main').getByText(/every night at 03:00 UTC/).waitFor();
      assert.match(await page.locator('main').innerText(), /sees \d+ repositories/);
      if (javaScriptEnabled) assert.deepEqual(await violations(page), []);
      await close();
    });
  });
}

test('the keyboard alone leads from the overview to the repositories', async () => {
  const { page, close } = await open(`${demo.url}/`);
  await page.keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /skip/i);
  const repositories = page.getByRole('navigation').getByRole('link', { name: 'Repositories' });
  for (let step = 0; step < 12; step += 1) {
    if (await repositories.evaluate((link) => link === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /Repositories/ }).waitFor();
  await close();
});

/** The addresses of every kind of page, found as a person finds them. */
async function everyPage() {
  const { page, close } = await open(`${demo.url}/orgs/acme/repositories?state=in-progress`);
  const repository = await page.locator('main table tbody a[href^="/repos/acme/"]').first().getAttribute('href');
  await page.goto(demo.url + repository);
  const dockerfile = await page.locator('main a[href*="/dockerfiles/"]').first().getAttribute('href');
  await page.goto(`${demo.url}/crawls`);
  const crawl = await page.locator('main a[href^="/crawls/"]').first().getAttribute('href');
  await close();
  return {
    overview: '/orgs/acme',
    repositories: '/orgs/acme/repositories',
    'repositories-none': '/orgs/acme/repositories?q=no-such-repository',
    repository,
    dockerfile: dockerfile.split('#')[0],
    item: '/orgs/acme/items/base-image',
    crawls: '/crawls',
    crawl,
    checklist: '/checklist',
    settings: '/settings',
    search: '/search?q=node',
    'search-empty': '/search',
    welcome: '/welcome',
    'not-found': '/no/such/page',
  };
}

test('every page is accessible, fits its width and is kept as a picture, in both themes', async () => {
  const pages = await everyPage();
  const wrong = [];
  for (const colorScheme of themes) {
    for (const width of widths) {
      const { page, found, close } = await open(demo.url, { colorScheme, viewport: { width, height: 1000 } });
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(demo.url + path);
        const where = `${name}-${colorScheme}-${width}`;
        await screenshot(page, where);
        wrong.push(...(await violations(page)).map((it) => `${where}: ${it}`));
        if (await scrollsSideways(page)) wrong.push(`${where}: scrolls sideways`);
      }
      wrong.push(...found.filter((it) => !it.includes('404')));
      await close();
    }
  }
  assert.deepEqual(wrong, []);
});
