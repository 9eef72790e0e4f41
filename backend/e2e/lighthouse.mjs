// Lighthouse on the pages that people look at most: all four categories, as a desktop
// and as a phone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { launch } from './browser.mjs';
import { addressOf, kinds } from './pages.mjs';
import { freePort } from './servers.mjs';
import { world } from './worlds.mjs';

const LEAST = 95;
const looked = ['overview', 'repositories', 'dockerfile'];
const categories = ['performance', 'accessibility', 'best-practices', 'seo'];
/** A phone's settings are Lighthouse's own. */
const devices = { desktop: desktopConfig, phone: undefined };

test(`Lighthouse gives ${LEAST} or more to overview, table and Dockerfile`, async () => {
  const { url } = await world('demo');
  const port = await freePort();
  const browser = await launch([`--remote-debugging-port=${port}`]);
  const low = [];
  for (const kind of kinds.filter((it) => looked.includes(it.name))) {
    const page = await browser.newPage();
    const address = await addressOf(page, url, kind);
    await page.close();
    for (const [device, config] of Object.entries(devices)) {
      const { lhr } = await lighthouse(address, { port, onlyCategories: categories, logLevel: 'error' }, config);
      const scores = categories.map((it) => [it, Math.round(lhr.categories[it].score * 100)]);
      console.log(`${kind.name}, ${device}: ${scores.map(([name, score]) => `${name} ${score}`).join(', ')}`);
      const lost = scores.filter(([, score]) => score < LEAST).map(([name]) => name);
      low.push(...lost.map((it) => `${kind.name}, ${device}, ${it}: ${losses(lhr, it).join('; ')}`));
    }
  }
  await browser.close();
  assert.deepEqual(low, []);
});

/** The audits that cost a category its points, or that could not be done. */
function losses(lhr, category) {
  return lhr.categories[category].auditRefs
    .map((it) => ({ ...it, ...lhr.audits[it.id] }))
    .filter((it) => it.weight > 0 && (it.errorMessage || (it.score !== null && it.score < 0.9)))
    .map((it) => `${it.id} ${it.errorMessage ?? it.displayValue ?? ''}`);
}
