// The overview on paper.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, paper } from './browser.mjs';
import { world } from './worlds.mjs';

for (const format of ['A4', 'Letter']) {
  test(`the overview is printed on one page, ${format}`, async () => {
    const { url } = await world('demo');
    const browser = await launch();
    const page = await browser.newPage();
    await page.goto(`${url}/orgs/acme`);
    const pdf = await paper(page, `overview-${format}`, format);
    await browser.close();
    const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? [];
    assert.equal(pages.length, 1);
  });
}
