// Every kind of page and every state of it: whoever adds a page adds it here, and all
// checks of pages take it from here.
//
// `world` is the installation (worlds.mjs), `at` an address, `follow` the links to
// follow from there where the address depends on the data, `status` the answer that is
// expected, `act` what a person does before the state is there, `by` who looks where people
// sign in, `isClosedToViewers` that a viewer may not look.

import { OPERATOR, OUTSIDER, VIEWER } from './members.mjs';
import { DECIDED } from './worlds.mjs';
import { makeToken } from './ways-in.mjs';

const file = (repository, path = 'Dockerfile') => `/repos/acme/${repository}/dockerfiles/${path}`;
const suggested = (repository, path = 'Dockerfile') => `/repos/acme/${repository}/suggested/${path}`;

const [decidedRepository, decidedPath] = DECIDED.replace('acme/', '').split(' ');

/** Fills fields in, found by their labels, and presses the button beside them. */
const refused = (fields, button) => async (page) => {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).first().fill(text);
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('alert').first().waitFor();
};

const ofTheSample = [
  { name: 'overview', at: '/orgs/acme' },
  { name: 'overview-of-a-part', at: '/orgs/acme?team=payments' },
  { name: 'overview-of-nothing', at: '/orgs/acme?q=no-such-repository' },
  { name: 'repositories', at: '/orgs/acme/repositories' },
  { name: 'repositories-last-page', at: '/orgs/acme/repositories?page=2' },
  { name: 'repositories-filtered', at: '/orgs/acme/repositories?item=ports&verdict=left&team=payments&sort=-progress' },
  { name: 'repositories-saved-view', at: '/orgs/acme/repositories?item=ports&verdict=left&team=payments' },
  { name: 'repositories-quick-wins', at: '/orgs/acme/repositories?quick=1' },
  { name: 'repositories-every-kind', at: '/orgs/acme/repositories?state=all&archived=shown' },
  { name: 'repositories-none', at: '/orgs/acme/repositories?q=no-such-repository' },
  { name: 'dockerfiles', at: '/orgs/acme/dockerfiles' },
  { name: 'dockerfiles-none', at: '/orgs/acme/dockerfiles?q=no-such-file' },
  { name: 'dockerfiles-of-an-item', at: '/orgs/acme/dockerfiles?item=entry-point&verdict=verify' },
  { name: 'items', at: '/orgs/acme/items' },
  { name: 'item', at: '/orgs/acme/items/base-image' },
  { name: 'item-with-verify', at: '/orgs/acme/items/non-root-user' },
  { name: 'disputes', at: '/orgs/acme/disputes' },
  { name: 'images', at: '/orgs/acme/images' },
  { name: 'images-to-replace', at: '/orgs/acme/images', follow: ['main .chips a:nth-child(2)'] },
  { name: 'images-withdrawn', at: '/orgs/acme/images?standing=withdrawn' },
  { name: 'images-without-counterpart', at: '/orgs/acme/images?standing=none' },
  { name: 'images-none', at: '/orgs/acme/images?q=no-such-image' },
  { name: 'image-to-replace', at: '/orgs/acme/images/node%3A20' },
  { name: 'image-hardened', at: '/orgs/acme/images?standing=maintained', follow: ['main .images:last-of-type th a'] },
  { name: 'image-withdrawn', at: '/orgs/acme/images?standing=withdrawn', follow: ['main .images th a'] },
  { name: 'image-of-the-catalogue', at: '/orgs/acme/images/dhi.io%2Fpython%3A3.13' },
  { name: 'image-not-in-use', at: '/orgs/acme/images/no-such-image' },
  { name: 'teams', at: '/orgs/acme/teams' },
  { name: 'team', at: '/orgs/acme/teams/payments' },
  { name: 'team-no-owner', at: '/orgs/acme/teams/-' },
  { name: 'changes', at: '/orgs/acme/changes' },
  { name: 'changes-of-a-quarter', at: '/orgs/acme/changes?since=quarter' },
  { name: 'changes-none', at: '/orgs/acme/changes?since=day&item=tls-certificates' },
  { name: 'campaigns', at: '/orgs/acme/campaigns' },
  { name: 'campaign', at: '/orgs/acme/campaigns/1' },
  { name: 'campaign-ended', at: '/orgs/acme/campaigns/4' },
  { name: 'campaign-new', isClosedToViewers: true, at: '/orgs/acme/campaigns/new?filter=team%3Dpayments' },
  { name: 'campaign-edit', isClosedToViewers: true, at: '/orgs/acme/campaigns/1/edit' },
  { name: 'campaign-refused', at: '/orgs/acme/campaigns/new', act: refused({ Name: 'Yesterday', 'Done by': '2020-01-01' }, 'Save') },
  { name: 'target-refused', at: '/orgs/acme/campaigns', act: refused({ 'Everything done by': '2020-01-01' }, 'Set the target') },

  { name: 'repository', at: '/repos/acme/mail-relay' },
  { name: 'repository-decided', at: `/repos/acme/${decidedRepository}` },
  { name: 'repository-finished', at: '/orgs/acme/repositories?state=finished', follow: ['main tbody th a'] },
  { name: 'repository-slipped-back', at: '/orgs/acme/repositories?state=slipped-back', follow: ['main tbody th a'] },
  { name: 'repository-without-dockerfile', at: '/orgs/acme/repositories?state=no-dockerfile', follow: ['main tbody th a'] },
  { name: 'repository-archived', at: '/repos/acme/old-checkout' },
  { name: 'repository-blocked', at: '/repos/acme/media-rights' },
  { name: 'repository-switched-off', at: '/repos/acme/loyalty-points' },
  { name: 'repository-of-odd-files', at: '/repos/acme/odds-and-ends' },
  { name: 'repository-template', at: '/repos/acme/service-template' },

  { name: 'dockerfile', at: '/repos/acme/mail-relay', follow: ['main #dockerfiles tbody a'] },
  { name: 'dockerfile-finished', at: '/orgs/acme/repositories?state=finished', follow: ['main tbody th a', 'main #dockerfiles tbody a'] },
  ...['met', 'verify', 'remaining', 'unknown', 'not-applicable'].map((verdict) => ({
    name: `dockerfile-${verdict}`,
    at: `/orgs/acme/dockerfiles?item=ports&verdict=${verdict}`,
    follow: ['main tbody th a'],
  })),
  { name: 'dockerfile-decided', at: file(decidedRepository, decidedPath) },
  {
    name: 'dockerfile-decision-refused',
    at: file(decidedRepository, decidedPath),
    act: async (page) => {
      const form = page.locator('#card-no-shell').locator('details.decide').filter({ hasText: 'Waive' }).last();
      await form.locator('summary').click();
      await form.locator('textarea').fill('The lines were changed meanwhile.');
      await form.locator('[name=by]').fill('Robin Doe');
      await form.locator('[name=evidence]').evaluate((it) => (it.value = 'of yesterday'));
      await form.getByRole('button').click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  { name: 'dockerfile-of-stages', at: file('metrics-bridge') },
  { name: 'dockerfile-windows', at: file('desktop-agent', 'Dockerfile.windows') },
  { name: 'dockerfile-template', at: file('service-template', 'Dockerfile.tmpl') },
  { name: 'dockerfile-crlf', at: file('search-indexer') },
  { name: 'suggested', at: suggested('store-locator') },
  { name: 'suggested-side', at: `${suggested('store-locator')}?view=side` },
  { name: 'suggested-crlf', at: suggested('search-indexer') },
  { name: 'suggested-nothing', at: suggested('mail-relay') },
  { name: 'suggested-template', at: suggested('service-template', 'Dockerfile.tmpl') },
  { name: 'suggested-finished', at: '/orgs/acme/repositories?state=finished', follow: ['main tbody th a', 'main #dockerfiles tbody a', 'main a.chip[href*="/suggested/"]'] },
  { name: 'dockerfile-out-of-scope', at: file('ci-runner', 'examples/node/Dockerfile') },

  { name: 'crawls', at: '/crawls' },
  { name: 'crawls-all', at: '/crawls', follow: ['main a[href*="all"]'] },
  { name: 'crawl', at: '/crawls', follow: ['main tbody a[href^="/crawls/"]'] },
  { name: 'crawl-with-failures', at: '/crawls', follow: ['main a[href$="#failures"]'] },
  { name: 'crawl-queue', at: '/orgs/acme/crawl' },
  { name: 'checklist', at: '/checklist' },
  { name: 'settings', isClosedToViewers: true, at: '/settings' },
  { name: 'account', at: '/account' },
  { name: 'people', isClosedToViewers: true, at: '/people' },
  { name: 'people-none', isClosedToViewers: true, at: '/people?q=nobody' },
  { name: 'audit', isClosedToViewers: true, at: '/audit' },
  { name: 'audit-none', isClosedToViewers: true, at: '/audit?q=no-such-thing' },
  { name: 'organization-settings', isClosedToViewers: true, at: '/orgs/acme/settings' },
  {
    name: 'organization-settings-refused',
    at: '/orgs/acme/settings',
    act: async (page) => {
      await page.getByLabel('Time zone').fill('Nowhere/Land');
      await page.getByRole('button', { name: 'Save the schedule' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'organization-settings-scope-preview',
    at: '/orgs/acme/settings',
    act: async (page) => {
      await page.getByLabel('Left out besides').fill('services/**\n**/Dockerfile.*');
      await page.getByRole('button', { name: 'Show what would change' }).click();
      await page.getByText('Nothing is saved yet.').waitFor();
    },
  },
  { name: 'welcome-another', isClosedToViewers: true, at: '/welcome' },
  { name: 'search', at: '/search?q=node' },
  { name: 'search-none', at: '/search?q=no-such-thing' },
  { name: 'search-empty', at: '/search' },
  { name: 'api-docs', at: '/api/docs' },

  { name: 'not-found', at: '/no/such/page', status: 404 },
  { name: 'not-found-team', at: '/orgs/acme/teams/nobody', status: 404 },
  { name: 'not-found-campaign', at: '/orgs/acme/campaigns/999', status: 404 },
  { name: 'not-found-item', at: '/orgs/acme/items/nothing', status: 404 },
  { name: 'not-found-crawl', at: '/crawls/999999', status: 404 },
  { name: 'not-found-organization', at: '/orgs/nobody', status: 404 },
  { name: 'not-found-repository', at: '/repos/acme/nothing', status: 404 },
  { name: 'not-found-dockerfile', at: file('mail-relay', 'nothing/Dockerfile'), status: 404 },
  { name: 'not-found-suggested', at: suggested('mail-relay', 'nothing/Dockerfile'), status: 404 },
  { name: 'bad-filter', at: '/orgs/acme/repositories?item=nonsense', status: 400 },
  { name: 'bad-page', at: '/orgs/acme/repositories?page=nonsense', status: 400 },
];

const elsewhere = [
  { name: 'welcome', world: 'fresh', at: '/welcome' },
  {
    name: 'welcome-refused',
    world: 'fresh',
    at: '/welcome',
    act: async (page) => {
      await page.getByLabel('Organization').fill('no such name');
      await page.getByLabel('Access token').fill('none');
      await page.locator('main form button').click();
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'crawls-none', world: 'fresh', at: '/crawls' },
  { name: 'settings-none', world: 'fresh', at: '/settings' },

  { name: 'organizations', world: 'several', at: '/' },
  { name: 'crawls-of-several', world: 'several', at: '/crawls' },
  { name: 'settings-of-several', world: 'several', at: '/settings' },
  { name: 'overview-without-repositories', world: 'several', at: '/orgs/vacant' },
  ...['repositories', 'dockerfiles', 'items', 'images', 'teams', 'changes', 'campaigns', 'disputes', 'settings', 'crawl'].map((page) => ({
    name: `${page}-of-none`,
    world: 'several',
    at: `/orgs/vacant/${page}`,
  })),
  { name: 'item-of-none', world: 'several', at: '/orgs/vacant/items/ports' },
  { name: 'search-of-several', world: 'several', at: '/search?q=a' },
  { name: 'disputes-of-hostile-people', world: 'several', at: '/orgs/hostile/disputes' },
  { name: 'campaigns-of-hostile-people', world: 'several', at: '/orgs/hostile/campaigns' },
  { name: 'teams-hostile', world: 'several', at: '/orgs/hostile/teams' },
  { name: 'repositories-hostile', world: 'several', at: '/orgs/hostile/repositories' },
  { name: 'overview-of-one-day', world: 'several', at: '/orgs/contract' },
  { name: 'repository-unreadable', world: 'several', at: '/repos/contract/blocked' },
  { name: 'repository-empty', world: 'several', at: '/repos/contract/empty' },

  { name: 'overview-first-crawl', world: 'running', at: '/orgs/acme' },
  { name: 'repositories-first-crawl', world: 'running', at: '/orgs/acme/repositories' },
  { name: 'repository-not-read-yet', world: 'running', at: '/orgs/acme/repositories?state=all', follow: ['main tbody th a'] },
  { name: 'crawls-running', world: 'running', at: '/crawls' },
  { name: 'crawl-running', world: 'running', at: '/crawls/1' },
  { name: 'crawl-queue-running', world: 'running', at: '/orgs/acme/crawl' },

  { name: 'overview-outdated', world: 'outdated', at: '/orgs/contract' },
  { name: 'repository-outdated', world: 'outdated', at: '/repos/contract/plain' },
];

/** What looks different, or is there at all, because people sign in. */
const ofMembers = [
  { name: 'sign-in', at: '/sign-in' },
  { name: 'sign-in-wrong', at: '/sign-in', act: refused({ Name: 'nobody-here', Password: 'not-the-password' }, 'Sign in') },
  { name: 'sign-in-too-late', at: '/sign-in/github/answer?error=access_denied&state=x', status: 403 },
  { name: 'overview-signed-in', by: VIEWER, at: '/orgs/acme' },
  { name: 'forbidden', by: VIEWER, at: '/settings', status: 403 },
  { name: 'nothing-visible', by: OUTSIDER, at: '/' },
  { name: 'account-of-github', by: VIEWER, at: '/account' },
  { name: 'account-of-drydock', by: OPERATOR, at: '/account' },
  { name: 'account-token-made', by: OPERATOR, at: '/account', act: (page) => makeToken(page, 'release notes') },
  { name: 'account-token-refused', by: OPERATOR, at: '/account', act: refused({ 'What it is for': ' ' }, 'Make the token') },
  { name: 'people-of-several', by: OPERATOR, at: '/people' },
  { name: 'people-found', by: OPERATOR, at: '/people?q=github' },
  { name: 'audit-of-several', by: OPERATOR, at: '/audit' },
  { name: 'audit-filtered', by: OPERATOR, at: '/audit?action=sign-in' },
  { name: 'audit-empty', by: OPERATOR, at: '/audit?until=2020-01-01' },
  { name: 'settings-signed-in', by: OPERATOR, at: '/settings' },
];

export const kinds = [
  ...ofTheSample.map((it) => ({ world: 'demo', ...it })),
  ...elsewhere,
  ...ofMembers.map((it) => ({ world: 'members', ...it })),
];

/** The sample's pages as a viewer has them, who sees a part and may change nothing. */
export const viewersKinds = ofTheSample
  .filter((it) => !it.act && !it.status)
  .map((it) => ({ ...it, world: 'members', by: VIEWER, status: it.isClosedToViewers ? 403 : 200 }));

/** The full address of a kind of page, found by its links where it depends on the data; for
    who sees a part, the last page to which links lead. */
export async function addressOf(page, url, { at, by, follow = [] }) {
  let address = url + at;
  for (const link of follow) {
    await page.goto(address);
    if (by === VIEWER && (await page.locator(link).count()) === 0) return address;
    const href = await page.locator(link).first().getAttribute('href', { timeout: 5000 });
    address = new URL(href, address).href.split('#')[0];
  }
  return address;
}
