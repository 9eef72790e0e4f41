// The operator's: connect an organization, set when it is crawled, crawl now, see how it ends.
import assert from 'node:assert/strict';
import { violations } from '../browser.mjs';
import { drydock, standIn, stop } from '../servers.mjs';
import { world } from '../worlds.mjs';
import { journey } from './ways.mjs';

const ended = (page) => page.locator('main').getByText(/done|finished|ended/i).first().waitFor({ timeout: 60000 });

journey('an operator crawls now and sees it end', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/crawls`);
  await page.getByRole('button', { name: /Crawl/ }).first().click();
  await page.waitForURL(/\/crawl/);
  await ended(page);
});

journey('an operator without settings adds an organization, watches its first crawl and sets its schedule', async (page, options) => {
  const github = await standIn();
  const { url, run } = await drydock(['serve'], { GITHUB_API_URL: github.api, GITHUB_GRAPHQL_URL: github.graphql });
  await page.goto(`${url}/`);
  await page.waitForURL(/\/welcome/);
  await page.getByLabel(/Organization/).fill('acme');
  await page.getByLabel(/Token/i).fill('not-a-token');
  await page.getByRole('button', { name: /first crawl/i }).click();
  await page.getByRole('alert').waitFor();
  assert.equal((await page.content()).includes('not-a-token'), false, 'a token is never shown again');
  await page.getByLabel(/Token/i).fill(github.token);
  await page.getByRole('button', { name: /first crawl/i }).click();
  await page.waitForURL(/\/crawls/);
  await ended(page);
  await page.goto(`${url}/`);
  await page.getByRole('heading', { level: 1, name: /acme/ }).waitFor();

  await page.goto(`${url}/settings`);
  await page.locator('main').getByText(/every night at 03:00 UTC/).waitFor();
  assert.match(await page.locator('main').innerText(), /sees \d+ repositories/);

  await page.goto(`${url}/orgs/acme/settings`);
  await page.getByRole('textbox', { name: 'Full crawl' }).fill('61 * * * *');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('textbox', { name: 'Full crawl' }).fill('30 4 * * 1-5');
  await page.getByLabel('Time zone').fill('Europe/Berlin');
  await page.getByRole('button', { name: 'Save the schedule' }).click();
  await page.getByText(/04:30/).first().waitFor();
  assert.equal(await page.getByRole('list', { name: /^Next runs: .*full/i }).locator('li').count(), 3, 'the next three runs');
  if (options.javaScriptEnabled !== false) assert.deepEqual(await violations(page), []);
  await page.close();
  await stop(run);
  await stop(github.run);
});

journey('an operator looks at what a scope rule would take out before saving it, and takes it back', async (page) => {
  const { url } = await world('several');
  const globs = page.getByLabel('Left out besides');
  const saved = () => page.getByRole('button', { name: 'Save the scope' }).click();
  const counted = async () => {
    await page.goto(`${url}/orgs/contract/dockerfiles`);
    return page.locator('main .lead').innerText();
  };
  const before = await counted();
  await page.goto(`${url}/orgs/contract/settings`);
  await globs.fill('**/Dockerfile');
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await page.getByText('Nothing is saved yet.').waitFor();
  await page.getByRole('status').getByText(/Dockerfile/).first().waitFor();
  await saved();
  assert.notEqual(await counted(), before, 'what is left out does not count');
  await page.goto(`${url}/orgs/contract/settings`);
  await globs.fill('');
  await saved();
  assert.equal(await counted(), before);
});
