// Every page and state of pages.mjs: it answers as it should, its source is valid HTML,
// it is accessible in both themes, fits narrow, zoomed and wide windows, and is kept as
// a picture.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints, fits, launch, screenshot, themes, violations, widths } from './browser.mjs';
import { assertNone } from './findings.mjs';
import { markupErrors, styleErrors } from './markup.mjs';
import { addressOf, kinds } from './pages.mjs';
import { world } from './worlds.mjs';

/** Pages looked at at once: the programs and the browser share few cores. */
const AT_ONCE = 4;
/** What a window of 1440 px is at a zoom of 200 %. */
const ZOOMED = 720;

const takesPictures = process.env.PICTURES !== 'no';

test('every page answers, is valid and accessible, and fits its window', async () => {
  const chosen = kinds.filter((it) => it.name.includes(process.env.PAGES ?? ''));
  const browser = await launch();
  const waiting = [...chosen];
  const wrong = [];
  const work = async () => {
    for (let kind = waiting.shift(); kind; kind = waiting.shift()) {
      const context = await browser.newContext();
      const found = await wrongs(await context.newPage(), kind).catch((error) => [String(error)]);
      wrong.push(...found.map((it) => [kind.name, it]));
      await context.close();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await browser.close();
  console.log(`${chosen.length} pages and states, ${themes.length} themes, ${widths.length + 1} widths`);
  assertNone(wrong);
});

test('the checks find what is planted', async () => {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 390, height: 800 } });
  await page.setContent('<h1 style="color:#aaa">Pale</h1><img src="x"><div style="overflow:auto"><p style="width:200vw">wide</p></div><pre style="width:200vw">wide</pre>');
  const [rules, layout] = [await violations(page), await fits(page)];
  await browser.close();
  for (const rule of ['image-alt', 'color-contrast', 'landmark-one-main']) {
    assert.ok(rules.some((it) => it.startsWith(`${rule}:`)), rule);
  }
  assert.deepEqual(layout.map((it) => it.split(/,| without/)[0]), ['scrolls sideways', 'scrolls']);
  assert.ok((await markupErrors('<!DOCTYPE html><html lang="en"><p><div></div></p></html>', 'planted')).length > 0);
});

test('the style sheets are valid', async () => {
  const { url } = await world('demo');
  // The page that names them all.
  assert.deepEqual(await styleErrors(`${url}/repos/acme/store-locator/suggested/Dockerfile`), []);
});

/** Everything that is wrong with one kind of page. */
async function wrongs(page, kind) {
  const { url } = await world(kind.world);
  const said = complaints(page);
  // A page that renews itself would change under the eyes of the checks.
  const renewsItself = kind.world === 'running' || kind.name.startsWith('crawl');
  if (renewsItself) await page.route('**/static/*.js', (route) => route.fulfill({ body: '' }));
  const address = await addressOf(page, url, kind);
  const answer = await page.goto(address);
  const status = kind.status ?? 200;
  if (answer.status() !== status) return [`${address} answers ${answer.status()} instead of ${status}`];
  const wrong = await markupErrors(await answer.text(), kind.name);
  await kind.act?.(page);
  wrong.push(...(await appearances(page, kind)));
  wrong.push(...said.filter((it) => status === 200 && !kind.act && `console: ${it}`));
  return [...new Set(wrong)];
}

/** What is wrong in any theme and width, everything that folds unfolded. */
async function appearances(page, { name }) {
  const wrong = [];
  for (const width of [...widths, ZOOMED]) {
    await page.setViewportSize({ width, height: 1000 });
    for (const colorScheme of width === ZOOMED ? themes.slice(0, 1) : themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const where = `${colorScheme} ${width}`;
      await unfold(page, false);
      if (takesPictures && width !== ZOOMED) await screenshot(page, `${name}-${colorScheme}-${width}`);
      await unfold(page, true);
      wrong.push(...(await fits(page)).map((it) => `${where}: ${it}`));
      const onlyColours = colorScheme !== themes[0];
      // Colours are the same in every width.
      const isLooked = width === widths[0] || (width === widths[1] && !onlyColours);
      if (isLooked) wrong.push(...(await violations(page, onlyColours)).map((it) => `${where}: ${it}`));
    }
  }
  return wrong;
}

/** Opens everything that folds, or leaves it as it was. */
function unfold(page, isOpen) {
  return page.evaluate((open) => {
    for (const it of document.querySelectorAll('details')) {
      it.dataset.wasOpen ??= String(it.open);
      it.open = open || it.dataset.wasOpen === 'true';
    }
  }, isOpen);
}
