// Every page and state of pages.mjs: it answers as it should, its source is valid HTML,
// it is accessible in both themes, fits narrow, zoomed and wide windows, and is kept as
// a picture.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALL, ALL_BUT_COLOURS, COLOURS, complaints, fits, inPages, launch, screenshot, themes, violations, widths } from './browser.mjs';
import { assertNone } from './findings.mjs';
import { markupErrors, styleErrors } from './markup.mjs';
import { VIEWER } from './members.mjs';
import { addressOf, kinds, viewersKinds } from './pages.mjs';
import { world } from './worlds.mjs';

/** What a window of 1440 px is at a zoom of 200 %. */
const ZOOMED = 720;

/** Of each page a wide picture in light and a narrow one in dark; with `all`, or `no`, otherwise. */
const pictures = process.env.PICTURES ?? 'some';

test('every page answers, is valid and accessible, and fits its window', async () => {
  const chosen = kinds.filter((it) => it.name.includes(process.env.PAGES ?? ''));
  assertNone(await wrongsOfAll(chosen, appearances));
  console.log(`${chosen.length} pages and states, ${themes.length} themes, ${widths.length + 1} widths`);
});

test('every page is as good for a viewer on a phone who sees half of it and may change nothing', async () => {
  const chosen = viewersKinds.filter((it) => it.name.includes(process.env.PAGES ?? ''));
  assertNone(await wrongsOfAll(chosen, onPhone));
  console.log(`${chosen.length} pages by a viewer`);
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

/** What is wrong with pages, each with the name of its kind; `looks` says how they are looked at. */
async function wrongsOfAll(chosen, looks) {
  // All start together; whoever comes to one waits for it, and hears if it did not.
  for (const kind of chosen) world(kind.world).catch(() => {});
  const wrong = [];
  await inPages(chosen, async (page, kind) => {
    const found = await wrongs(page, kind, looks).catch((error) => [String(error)]);
    wrong.push(...found.map((it) => [kind.name, it]));
  });
  return wrong;
}

/** Everything that is wrong with one kind of page. */
async function wrongs(page, kind, looks) {
  const { url, browsers = {}, hidden } = await world(kind.world);
  await page.context().clearCookies();
  await page.context().addCookies(browsers[kind.by]?.cookies ?? []);
  await page.setViewportSize({ width: widths[0], height: 1000 });
  await page.unrouteAll();
  // A page that renews itself would change under the eyes of the checks.
  const renewsItself = kind.world === 'running' || kind.name.startsWith('crawl');
  if (renewsItself) await page.route('**/static/*.js', (route) => route.fulfill({ body: '' }));
  const address = await addressOf(page, url, kind);
  const said = complaints(page);
  const answer = await page.goto(address);
  const status = isHidden(address, kind, hidden) ? 404 : (kind.status ?? 200);
  if (answer.status() !== status) return [`${address} answers ${answer.status()} instead of ${status}`];
  const wrong = await markupErrors(await answer.text(), kind.name);
  await kind.act?.(page);
  wrong.push(...(await looks(page, kind)));
  if (status === 200 && !kind.act) wrong.push(...said.map((it) => `console: ${it}`));
  return [...new Set(wrong)];
}

/** Whether a page is of a repository that is not there for the viewer. */
function isHidden(address, { by }, hidden) {
  const repository = /\/repos\/acme\/([^/?]+)/.exec(address)?.[1];
  return by === VIEWER && hidden.has(repository);
}

/** What is wrong in the narrow window, in light. */
async function onPhone(page) {
  await page.setViewportSize({ width: widths[1], height: 1000 });
  await unfold(page, true);
  return [...(await fits(page)), ...(await violations(page))];
}

/** What is wrong in any theme and width, everything that folds unfolded. */
async function appearances(page, { name }) {
  const wrong = [];
  for (const width of [...widths, ZOOMED]) {
    await page.setViewportSize({ width, height: 1000 });
    for (const colorScheme of width === ZOOMED ? themes.slice(0, 1) : themes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const [isWide, isLight] = [width === widths[0], colorScheme === themes[0]];
      const where = `${colorScheme} ${width}`;
      await unfold(page, false);
      const isPictured = pictures === 'all' || (pictures === 'some' && isWide === isLight);
      if (isPictured && width !== ZOOMED) await screenshot(page, `${name}-${where.replace(' ', '-')}`);
      await unfold(page, true);
      wrong.push(...(await fits(page)).map((it) => `${where}: ${it}`));
      const asked = heldTo(width, isLight);
      if (asked) wrong.push(...(await violations(page, asked)).map((it) => `${where}: ${it}`));
    }
  }
  return wrong;
}

/** Colours are the same in every width, and everything else in both themes. */
function heldTo(width, isLight) {
  if (width === widths[0]) return isLight ? ALL : COLOURS;
  return width === widths[1] && isLight ? ALL_BUT_COLOURS : undefined;
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
