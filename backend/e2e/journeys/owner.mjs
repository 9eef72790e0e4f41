// The owner's: what is wrong in my Dockerfile, in which line, and what do I write instead?
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { world } from '../worlds.mjs';
import { journey } from './ways.mjs';

journey('an owner finds the repository, the line, the reason and what to write', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/`);
  await page.getByRole('searchbox').first().fill('mail-relay');
  await page.getByRole('searchbox').first().press('Enter');
  await page.locator('main').getByRole('link', { name: 'mail-relay', exact: true }).click();
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

journey('an owner verifies, waives and disputes, sees it on the card, and withdraws it', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/orgs/acme/dockerfiles?item=entry-point&verdict=verify`);
  await page.locator('main tbody th a').first().click();
  const card = page.locator('.cards article').filter({ has: page.getByRole('heading', { name: 'Entry point' }) });
  await card.waitFor();
  const kinds = await card.locator('input[name=kind]').evaluateAll((all) => all.map((it) => it.value));
  assert.equal(kinds.length, 3, 'verify, waive, dispute');
  for (const kind of kinds) {
    const form = card.locator('details.decide').filter({ has: page.locator(`input[name=kind][value="${kind}"]`) });
    await form.locator('summary').click();
    await form.locator('textarea').fill(`Looked at by hand: ${kind} <b>`);
    await form.getByLabel('Your name').fill('Robin Doe');
    await form.getByRole('button').click();
    await card.getByText(`Looked at by hand: ${kind} <b>`).waitFor();
    const decided = card.locator('.decided').filter({ hasText: `hand: ${kind}` });
    assert.match(await decided.innerText(), /Robin Doe/);
    await decided.locator('summary').click();
    await decided.getByLabel('Your name').fill('Robin Doe');
    await decided.getByRole('button', { name: 'Withdraw' }).click();
    await decided.waitFor({ state: 'detached' });
  }
});

journey('an owner reads the advice, compares the suggested Dockerfile and applies its patch', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/repos/acme/search-indexer`);
  await page.locator('main #dockerfiles tbody a').first().click();
  const advice = page.locator('#stages .advised').first();
  assert.match(await advice.innerText(), /What becomes different .* dhi\.io\//);
  await page.locator('.chips').getByRole('link', { name: 'Suggested Dockerfile' }).click();

  await page.getByRole('heading', { level: 1, name: 'Suggested Dockerfile' }).waitFor();
  assert.match(await page.locator('#settles').innerText(), /Non-root user\s+✕ remaining →\s+becomes\s+✓ met/);
  assert.match(await page.locator('#difference ins').first().innerText(), /dhi\.io\//);
  const views = page.getByRole('navigation', { name: 'How the difference is shown' });
  await views.getByRole('link', { name: 'Side by side' }).click();
  await page.waitForURL(/view=side/);
  const isWide = page.viewportSize().width > 736;
  assert.equal(await page.locator('.diff.side').isVisible(), isWide, 'side by side where there is room');
  assert.equal(await page.locator('.diff.unified').isVisible(), !isWide);

  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download the patch' }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'search-indexer-Dockerfile.patch');
  const ask = async (what) => (await (await fetch(`${url}/api/v1/repos/acme/search-indexer/${what}?path=Dockerfile`)).json()).data;
  const clone = mkdtempSync(join(tmpdir(), 'drydock-clone-'));
  writeFileSync(join(clone, 'Dockerfile'), (await ask('dockerfile')).source);
  await download.saveAs(join(clone, download.suggestedFilename()));
  const git = (...words) => execFileSync('git', words, { cwd: clone });
  git('init', '--quiet');
  git('apply', download.suggestedFilename());
  const applied = readFileSync(join(clone, 'Dockerfile'), 'utf8');
  rmSync(clone, { recursive: true });
  assert.equal(applied, (await ask('suggested')).content);
});
