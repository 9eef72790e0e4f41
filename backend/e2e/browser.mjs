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

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The rules that another theme can break while the page is the same. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** Rules of axe that the page breaks, in words; of colours alone if only the theme changed. */
export async function violations(page, onlyColours = false) {
  // The policy of our pages forbids foreign scripts; axe comes in through the debugger.
  await page.evaluate(`globalThis.axe ?? (() => { ${axeSource} })()`);
  const runOnly = onlyColours ? { type: 'rule', values: ofColours } : { type: 'tag', values: rules };
  const found = await page.evaluate(async (chosen) => {
    const options = { preload: false, resultTypes: ['violations'], runOnly: chosen };
    return (await globalThis.axe.run(document, options)).violations;
  }, runOnly);
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

/** What the console and the network of a page complain about; that a form was refused is
    no fault, nor is what another site's page lacks on the way of a sign-in, or that one is refused. */
export function complaints(page) {
  const found = [];
  const isOfOthers = (message) => /\/favicon\.ico$|\/sign-in\/\w+\/answer|^https?:\/\/(?!127\.0\.0\.1)/.test(message.location().url);
  const isFault = (message) => message.type() === 'error' && !message.text().includes('status of 422') && !isOfOthers(message);
  page.on('console', (message) => isFault(message) && found.push(message.text()));
  page.on('pageerror', (error) => found.push(String(error)));
  return found;
}
