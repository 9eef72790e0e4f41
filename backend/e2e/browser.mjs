// Chromium from the machine, driven by Playwright; axe for accessibility.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const artefacts = fileURLToPath(new URL('./artefacts/', import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const executablePath =
  process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((it) => existsSync(it));

export const themes = ['light', 'dark'];
export const widths = [1440, 390];

/** Starts Chromium; it reaches nothing but this machine. */
export function launch(more = []) {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more],
  });
}

/** Pages looked at at once: the programs and the browser share few cores. */
const AT_ONCE = 4;

/** Has `look` look at everything, in some pages of a browser at once, in each at one after the
    other. */
export async function inPages(all, look) {
  const browser = await launch();
  const waiting = [...all];
  const work = async () => {
    const page = await browser.newPage();
    while (waiting.length > 0) await look(page, waiting.shift());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await browser.close();
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules that another theme can break while the page is the same: the costly ones. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** What of axe's rules a page is held to. */
export const ALL = { runOnly: { type: 'tag', values: rules } };
export const COLOURS = { runOnly: { type: 'rule', values: ofColours } };
export const ALL_BUT_COLOURS = { ...ALL, rules: Object.fromEntries(ofColours.map((it) => [it, { enabled: false }])) };

/** Rules of axe that the page breaks, in words. */
export async function violations(page, chosen = ALL) {
  // The policy of our pages forbids foreign scripts; axe comes in through the debugger.
  await page.evaluate(`globalThis.axe ?? (() => { ${axeSource} })()`);
  const options = { preload: false, resultTypes: ['violations'], ...chosen };
  const found = await page.evaluate(async (it) => (await globalThis.axe.run(document, it)).violations, options);
  return found.map((it) => `${it.id}: ${it.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', ')}`);
}

/** What makes the page scroll sideways, and frames that scroll without a name or a way in. */
export function fits(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const wrong = [];
    const words = (it) => `${it.localName}.${it.className} "${it.textContent.trim().slice(0, 40)}"`;
    if (root.scrollWidth > innerWidth) {
      const isFramed = (it) => it.parentElement?.closest('.scroll');
      const wide = [...document.body.querySelectorAll('*')]
        .filter((it) => it.getBoundingClientRect().right > innerWidth + 0.5 && !isFramed(it));
      wrong.push(`scrolls sideways, ${root.scrollWidth} of ${innerWidth} px: ${wide.slice(-2).map(words).join(', ')}`);
    }
    for (const it of document.body.querySelectorAll('*')) {
      const scrolls = it.scrollWidth > it.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(it).overflowX);
      const isReached = it.tabIndex >= 0 || it.querySelector('a, button, input, select, [tabindex]');
      const isNamed = it.closest('[aria-label], [aria-labelledby]');
      if (scrolls && !(isReached && isNamed)) wrong.push(`scrolls without a name or focus: ${words(it)}`);
    }
    return wrong;
  });
}

export async function screenshot(page, name) {
  mkdirSync(artefacts, { recursive: true });
  await page.screenshot({ path: join(artefacts, `${name}.png`), fullPage: true });
}

/** The page on paper, kept as a document. */
export function paper(page, name, format) {
  mkdirSync(artefacts, { recursive: true });
  return page.pdf({ path: join(artefacts, `${name}.pdf`), format, printBackground: true, preferCSSPageSize: false });
}

/** What the console and the network of a page complain about from now on, told to whoever asked
    last; that a form was refused is no fault, nor is what another site's page lacks on the way
    of a sign-in, or that one is refused. */
export function complaints(page) {
  const found = [];
  const isOfOthers = (message) => /\/favicon\.ico$|\/sign-in\/\w+\/answer|^https?:\/\/(?!127\.0\.0\.1)/.test(message.location().url);
  const isFault = (message) => message.type() === 'error' && !message.text().includes('status of 422') && !isOfOthers(message);
  page.removeAllListeners('console');
  page.removeAllListeners('pageerror');
  page.on('console', (message) => isFault(message) && found.push(message.text()));
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}
