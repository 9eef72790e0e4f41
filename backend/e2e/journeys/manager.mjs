// The manager's: where do we stand, what is stuck, and which Dockerfiles are these?
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { world } from '../worlds.mjs';
import { journey, walked } from './ways.mjs';

const figures = ['Checklist items done', 'Repositories finished', 'Projected finish', 'One item from finished'];

test('a manager sees where the organization stands in the first five seconds, without scrolling', async () => {
  const { url } = await world('demo');
  await walked({ viewport: { width: 1440, height: 900 } }, async (page) => {
    const started = Date.now();
    await page.goto(`${url}/`);
    for (const name of [...figures, 'Progress', 'The checklist']) {
      const heading = page.getByRole('heading', { level: 2, name, exact: true });
      const { y } = await heading.boundingBox();
      assert.ok(y < 900, `“${name}” begins at ${y} px`);
    }
    assert.ok(Date.now() - started < 5000);
  });
});

journey('a manager goes from the overview over the item that is stuck to its Dockerfiles', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/`);
  await page.getByRole('heading', { level: 1, name: /acme/ }).waitFor();
  await page.getByText('Sample data.').waitFor();
  for (const name of figures) await page.getByRole('heading', { level: 2, name }).waitFor();

  const rows = await page.getByRole('region', { name: 'The checklist' }).locator('tbody tr').all();
  assert.equal(rows.length, 8, 'eight items');
  const lefts = await Promise.all(rows.map(async (row) => Number((await row.locator('td.number a').first().innerText()).replace(/\D/g, ''))));
  const most = Math.max(...lefts);
  await rows[lefts.indexOf(most)].locator('td.number a').first().click();

  await page.getByRole('heading', { level: 1, name: 'Dockerfiles' }).waitFor();
  assert.match(await page.locator('main .lead').innerText(), new RegExp(`^${most} `), 'the number leads to its rows');
  await page.locator('main tbody th a').first().click();
  await page.locator('main #L1').waitFor();
  assert.equal(await page.locator('main .cards article').count(), 8, 'eight cards');
});

journey('a manager opens the numbers behind the chart and takes the rows away', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/orgs/acme`);
  await page.getByText('Data as a table').first().click();
  assert.ok((await page.getByRole('region', { name: 'Progress as a table' }).locator('tbody tr').count()) > 20);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Repositories' }).click();
  await page.getByLabel('State').selectOption('finished');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.waitForURL(/state=finished/);
  const matches = Number((await page.locator('main .lead').innerText()).match(/\d+/)[0]);
  const json = await page.getByRole('link', { name: 'JSON', exact: true }).getAttribute('href');
  const rows = await (await fetch(url + json)).json();
  assert.equal((rows.repositories ?? rows).length, matches);
});

journey('a manager gives a view a name, finds it again and takes it away', async (page, options) => {
  const { url } = await world('demo');
  const name = `Ports, ${options.colorScheme ?? options.deviceScaleFactor ?? options.javaScriptEnabled}`;
  await page.goto(`${url}/orgs/acme/repositories?item=ports&verdict=left`);
  await page.getByText('Save this view').click();
  await page.getByLabel('Its name').fill(name);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.goto(`${url}/orgs/acme/repositories`);
  await page.getByRole('link', { name }).click();
  await page.waitForURL(/item=ports/);
  await page.getByRole('button', { name: 'Delete this view' }).click();
  await page.goto(`${url}/orgs/acme/repositories`);
  assert.equal(await page.getByRole('link', { name }).count(), 0);
});
