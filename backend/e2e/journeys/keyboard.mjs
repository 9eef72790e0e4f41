// With the keyboard alone: everything is reached, in the order of the page, and shows
// that it is reached.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addressOf, kinds } from '../pages.mjs';
import { world } from '../worlds.mjs';
import { journey, walked, ways } from './ways.mjs';

const tabbed = ['overview', 'repositories-filtered', 'dockerfiles-of-an-item', 'repository', 'dockerfile', 'crawls-of-several', 'settings-of-several', 'organization-settings', 'welcome'];

describe('the tab key reaches every control, in the order of the page, in sight', () => {
  for (const name of tabbed) {
    const kind = kinds.find((it) => it.name === name);
    for (const way of ['with scripts', 'on a phone, dark']) {
      test(`${name}, ${way}`, async () => {
        const { url } = await world(kind.world);
        await walked(ways[way], async (page) => {
          await page.goto(await addressOf(page, url, kind));
          const expected = await controls(page);
          assert.deepEqual(await tabs(page, expected.length), expected);
        });
      });
    }
  }
});

journey('the keyboard alone leads from the overview to a line of a Dockerfile', async (page) => {
  const { url } = await world('demo');
  await page.goto(`${url}/`);
  await page.keyboard.press('Tab');
  assert.match(await focused(page), /^Skip to the content/);
  await tabTo(page, 'Repositories');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Repositories' }).waitFor();

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#main$/);
  await tabTo(page, 'CSV');

  // Every first letter chooses in a list, as the browser has it.
  await page.getByLabel('State').focus();
  await page.keyboard.type('in pro');
  await page.keyboard.press('Tab');
  await tabTo(page, 'Filter');
  await page.keyboard.press('Enter');
  await page.waitForURL(/state=in-progress/);

  await page.locator('main tbody th a').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/repos\//);
  await page.locator('#work a[href*="#L"]').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#L\d+$/);
});

test('space opens what folds, and switches the theme', async () => {
  const { url } = await world('demo');
  await walked({}, async (page) => {
    await page.goto(`${url}/orgs/acme`);
    await page.locator('summary').first().focus();
    await page.keyboard.press('Space');
    assert.equal(await page.locator('details').first().evaluate((it) => it.open), true);
    await page.getByRole('button', { name: 'Use the dark theme' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Use the light theme' }).waitFor();
    await page.keyboard.press('/');
    assert.equal(await page.locator('#search').evaluate((it) => it === document.activeElement), true);
  });
});

/** Everything that can be operated, in the order of the page. */
function controls(page) {
  return page.evaluate(() => {
    const all = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]');
    const shown = [...all].filter((it) => it.checkVisibility({ visibilityProperty: true }) && !it.disabled);
    // Radio buttons of one name are one stop.
    const first = shown.filter((it) => it.type !== 'radio' || it.checked);
    return first.map((it) => `${it.localName} ${it.getAttribute('href') ?? it.name ?? ''} ${it.textContent.trim().slice(0, 40)}`);
  });
}

/** Where the tab key leads, one stop after the other; a stop that cannot be seen is said. */
async function tabs(page, most) {
  const stops = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press('Tab');
    stops.push(
      await page.evaluate(() => {
        const it = document.activeElement;
        const box = it.getBoundingClientRect();
        const style = getComputedStyle(it);
        const isMarked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
        const isInSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0;
        const faults = `${isMarked ? '' : ', focus not marked'}${isInSight ? '' : ', out of sight'}`;
        return `${it.localName} ${it.getAttribute('href') ?? it.name ?? ''} ${it.textContent.trim().slice(0, 40)}${faults}`;
      }),
    );
  }
  return stops;
}

function focused(page) {
  return page.evaluate(() => document.activeElement.textContent.trim());
}

/** Presses the tab key until what is focused begins with those words. */
async function tabTo(page, words, most = 30) {
  for (let step = 0; step < most; step += 1) {
    if ((await focused(page)).startsWith(words)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`${most} steps with the tab key did not lead to “${words}”`);
}
