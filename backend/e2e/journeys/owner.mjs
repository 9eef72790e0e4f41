// The owner's: what is wrong in my Dockerfile, in which line, and what do I write instead?
import assert from 'node:assert/strict';
import { world } from '../worlds.mjs';
import { journey } from './ways.mjs';

journey('an owner finds the repository, the line, the reason and what to write', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/`);
  await page.getByRole('searchbox').first().fill('mail-relay');
  await page.getByRole('searchbox').first().press('Enter');
  await page.locator('main').getByRole('link', { name: 'acme/mail-relay', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'mail-relay' }).waitFor();

  const first = page.locator('#work > ol > li').first();
  assert.match(await first.locator('h3').innerText(), /1\. Base image/, 'what settles most comes first');
  await first.getByRole('link', { name: /^line/i }).first().click();

  await page.waitForURL(/\/dockerfiles\/.*#L\d+/);
  const line = page.locator(`li#${new URL(page.url()).hash.slice(1)}`);
  await line.locator('.explained').first().waitFor();
  assert.match(await line.innerText(), /FROM/i);
  assert.match(await line.locator('.explained').first().innerText(), /dhi\.io\//, 'the hardened image is named');
  const { y } = await line.boundingBox();
  assert.ok(y >= 0 && y < page.viewportSize().height, 'the line is in sight');
  const github = await line.getByRole('link', { name: /GitHub/ }).first().getAttribute('href');
  assert.match(github, /\/acme\/mail-relay\/blob\/[0-9a-f]{40}\/.*#L\d+/);

  await page.locator('.cards').getByRole('link', { name: /why/ }).first().click();
  await page.waitForURL(/\/checklist#/);
  await page.locator(`main [id="${new URL(page.url()).hash.slice(1)}"]`).getByText('After').first().waitFor();
});
