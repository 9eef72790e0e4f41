// The ways in which everybody's journey must work.
import { describe, test } from 'node:test';
import { complaints, launch } from '../browser.mjs';
import { secrets } from '../servers.mjs';

export const ways = {
  'with scripts': {},
  'with scripts off': { javaScriptEnabled: false },
  'on a phone, dark': { viewport: { width: 390, height: 844 }, colorScheme: 'dark', hasTouch: true },
  'zoomed to 200 %': { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
};

let browser;

/** Runs `walk` with a page of its own, which must not complain but of what is `expected`. */
export async function walked(options, walk, expected = /^$/) {
  browser ??= await launch();
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15000);
  const found = complaints(page);
  await walk(page);
  for (const { name, value } of await context.cookies()) {
    if (/drydock(?!_name)/.test(name)) secrets.add(value);
  }
  await context.close();
  const faults = found.filter((it) => !expected.test(it));
  if (faults.length > 0) throw new Error(`the console says ${faults.join('\n')}`);
}

/** A journey, walked in each of the ways. */
export function journey(name, walk) {
  describe(name, () => {
    for (const [way, options] of Object.entries(ways)) {
      test(way, () => walked(options, (page) => walk(page, options)));
    }
  });
}

export async function closeBrowser() {
  await browser?.close();
}
