// Whether what is served is valid HTML and CSS.
import { validate } from 'csstree-validator';
import { HtmlValidate } from 'html-validate';

const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:standard', 'html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    // How the templates are laid out is not a matter of validity.
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'long-title': 'off',
    // The files are our own, from where the page is from, and named by their hash.
    'require-sri': 'off',
    // A frame that scrolls is a region for its name and its focus, not a section of the text.
    'prefer-native-element': ['error', { exclude: ['region'] }],
    // A list may have a name where no heading is near it.
    'aria-label-misuse': ['error', { allowAnyNamable: true }],
    // What is not said is said by the standard: it is a text.
    'no-implicit-input-type': 'off',
    // Only without scripts, where a crawl that runs would stand still on the page.
    'meta-refresh': 'off',
    // Boxes of one name are one list of what was chosen.
    'form-dup-name': ['error', { shared: ['radio', 'button', 'reset', 'submit', 'checkbox'] }],
    // A token is no password of this site: nothing is to be suggested for it.
    'autocomplete-password': 'off',
  },
});

/** What the standard forbids in a text. */
const controls = /[\u0000-\u0008\u000b\u000e-\u001f\u007f-\u009f]/;

/** What is wrong with a page's source, in words. */
export async function markupErrors(source, name) {
  if (controls.test(source)) return ['HTML holds a control character'];
  const { results } = await validator.validateString(source, `${name}.html`);
  return results
    .flatMap((it) => it.messages)
    .map((it) => `HTML ${it.ruleId} at line ${it.line}: ${it.message}: ${source.split('\n')[it.line - 1].trim().slice(0, 120)}`);
}

/** What is wrong with the style sheets that a page names, in words. */
export async function styleErrors(url) {
  const source = await (await fetch(url)).text();
  const sheets = [...source.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map((it) => it[1]);
  const wrong = [];
  for (const sheet of sheets) {
    const css = await (await fetch(new URL(sheet, url))).text();
    const errors = validate(css, sheet).filter((it) => !isKnownBetter(it));
    wrong.push(...errors.map((it) => `${sheet}:${it.line}: ${it.message} ${it.css ?? ''}`));
  }
  return wrong;
}

/** The checker's dictionary has no properties of `@page` yet. */
function isKnownBetter({ message }) {
  return message === 'Unknown at-rule descriptor `margin`';
}
