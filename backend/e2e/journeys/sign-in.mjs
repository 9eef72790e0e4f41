// Everybody's: come in by each way there is, see what one may see, and go out again. Nobody else
// comes in.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { violations } from '../browser.mjs';
import { addAccount, dataFolder, drydock, freePort, oidcProvider, secrets, standIn } from '../servers.mjs';
import { walked } from './ways.mjs';

/** The stand-in GitHub's app for people. */
const APP = { id: 'Iv23liDrydockSignIn0', secret: 'stand-in-client-secret' };
/** What we are at the provider. */
const CLIENT = { id: 'drydock', secret: 'a secret of the journeys' };
const PASSWORD = 'nine-ships-in-dry-dock';

const signOut = (page) => page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
const isOut = (page) => page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();

/** From the page that asks for a sign-in over GitHub's page and back, as this person. */
async function throughGithub(page, person, answer = 'Authorize') {
  await page.getByRole('link', { name: 'Sign in with GitHub' }).click();
  await page.getByRole('heading', { level: 1, name: /Authorize/ }).waitFor();
  await page.getByLabel('Signed in as').selectOption(person);
  await page.getByRole('button', { name: answer }).click();
}

async function enterPassword(page, url, name, password) {
  await page.goto(`${url}/sign-in?to=/account`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

describe('people who sign in with GitHub', () => {
  let url;
  let all;

  before(async () => {
    const github = await standIn();
    secrets.add(APP.secret);
    ({ url } = await drydock(['serve'], (address) => ({
      GITHUB_API_URL: github.api,
      GITHUB_GRAPHQL_URL: github.graphql,
      GITHUB_TOKEN: github.token,
      DRYDOCK_PUBLIC_URL: address,
      DRYDOCK_OPERATORS: 'github:alice',
      DRYDOCK_SIGN_IN_GITHUB_CLIENT_ID: APP.id,
      DRYDOCK_SIGN_IN_GITHUB_CLIENT_SECRET: APP.secret,
    })));
    await walked({}, async (page) => {
      await page.goto(`${url}/welcome`);
      await throughGithub(page, 'alice');
      await page.waitForURL(/\/welcome/);
      await page.getByLabel(/Organization/).fill('acme');
      await page.getByRole('button', { name: /first crawl/i }).click();
      await page.waitForURL(/\/crawls/);
      await page.locator('main').getByText(/done|finished|ended/i).first().waitFor({ timeout: 90000 });
      all = await repositories(page);
    });
  });

  /** The repositories that the page open in a browser may see. */
  async function repositories(page) {
    const answer = await page.request.get(`${url}/api/v1/orgs/acme/repositories?limit=200`);
    return (await answer.json()).data.map((it) => it.name);
  }

  for (const [way, options] of Object.entries({ 'with scripts': {}, 'on a phone, dark, scripts off': { viewport: { width: 390, height: 844 }, colorScheme: 'dark', javaScriptEnabled: false } })) {
    test(`come to the page that they asked for and see what GitHub lets them read, ${way}`, () =>
      walked(options, async (page) => {
        await page.goto(`${url}/orgs/acme/repositories?state=all`);
        if (options.javaScriptEnabled !== false) assert.deepEqual(await violations(page), []);
        await throughGithub(page, 'alice');
        await page.waitForURL(/\/orgs\/acme\/repositories\?state=all/);
        await page.getByRole('table').waitFor();
        assert.deepEqual(await repositories(page), all);
        await signOut(page);
        await page.goto(`${url}/orgs/acme`);
        await isOut(page);

        await throughGithub(page, 'bob');
        await page.getByRole('heading', { level: 1, name: /acme/ }).waitFor();
        const half = await repositories(page);
        assert.ok(half.length > 0 && half.length < all.length, `${half.length} of ${all.length}`);
        const hidden = all.find((it) => !half.includes(it));
        assert.equal((await page.request.get(`${url}/repos/acme/${hidden}`)).status(), 404);
        assert.equal((await page.request.get(`${url}/search?q=${hidden}`).then((it) => it.text())).includes(`/repos/acme/${hidden}"`), false);
        assert.equal((await page.request.get(`${url}/settings`)).status(), 403, 'a viewer changes no settings');
        await signOut(page);
      }));
  }

  test('who is no member of an organization sees what is public and nothing else', () =>
    walked({}, async (page) => {
      await page.goto(`${url}/sign-in?to=/orgs/acme`);
      await throughGithub(page, 'mallory');
      await page.getByRole('heading', { level: 1, name: /acme/ }).waitFor();
      const seen = await repositories(page);
      const hidden = all.filter((it) => !seen.includes(it));
      assert.ok(seen.length > 0 && hidden.length > 0, `${seen.length} of ${all.length}`);
      assert.equal((await page.request.get(`${url}/repos/acme/${hidden[0]}`)).status(), 404);
    }));

  test('who says no on GitHub stays out, and is told so', () =>
    walked({}, async (page) => {
      await page.goto(`${url}/orgs/acme`);
      await throughGithub(page, 'alice', 'Cancel');
      await page.locator('main').getByText(/did not allow the sign-in/).waitFor();
      await page.goto(`${url}/orgs/acme`);
      await isOut(page);
    }));

  test('an answer with another state, in another browser or a second time lets nobody in', async () => {
    let used;
    await walked({}, async (page) => {
      page.on('request', (it) => {
        if (it.url().startsWith(`${url}/sign-in/github/answer`)) used = it.url();
      });
      await page.goto(`${url}/sign-in`);
      await throughGithub(page, 'alice');
      await page.getByRole('button', { name: 'Sign out', exact: true }).first().waitFor();
      await signOut(page);
    });
    const strange = new URL(used);
    strange.searchParams.set('state', 'x'.repeat(43));
    for (const address of [used, String(strange)]) {
      const answer = await fetch(address, { redirect: 'manual' });
      assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status}`);
      assert.equal(answer.headers.get('set-cookie')?.includes('drydock=') ?? false, false);
    }
  });
});

test('people who sign in with OpenID Connect come in and go out', async () => {
  // Each must know the other's address before it starts.
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = await oidcProvider(CLIENT, `${url}/sign-in/oidc/answer`);
  await drydock(['serve'], {
    DRYDOCK_PUBLIC_URL: url,
    DRYDOCK_SIGHT: 'everyone',
    DRYDOCK_SIGN_IN_OIDC_ISSUER: provider.issuer,
    DRYDOCK_SIGN_IN_OIDC_NAME: 'the harbour office',
    DRYDOCK_SIGN_IN_OIDC_CLIENT_ID: CLIENT.id,
    DRYDOCK_SIGN_IN_OIDC_CLIENT_SECRET: CLIENT.secret,
    DRYDOCK_OPERATORS: 'oidc:kim@acme.example',
  }, dataFolder(), port);
  await walked({}, async (page) => {
    await page.goto(`${url}/settings`);
    await page.getByRole('link', { name: 'Sign in with the harbour office' }).click();
    await page.locator('input[name="login"]').fill('kim');
    await page.locator('input[name="password"]').fill('anything');
    await page.getByRole('button', { name: /sign-in/i }).click();
    await page.getByRole('button', { name: /continue/i }).click();
    await page.waitForURL(`${url}/settings`);
    await page.getByText('Kim').first().waitFor();
    await signOut(page);
    await page.goto(`${url}/settings`);
    await isOut(page);
  });
});

describe('people with an account of this Drydock', () => {
  let url;

  before(async () => {
    const data = dataFolder();
    addAccount(data, 'anna', PASSWORD);
    addAccount(data, 'vera', PASSWORD, 'viewer');
    ({ url } = await drydock(['serve'], {}, data));
  });

  test('come in with their password and with no other, and a wrong name is told like a wrong password', () =>
    walked({}, async (page) => {
      const refusals = [];
      for (const [name, password] of [['anna', 'not-the-password'], ['nobody-here', PASSWORD]]) {
        await enterPassword(page, url, name, password);
        refusals.push(await page.getByRole('alert').innerText());
      }
      assert.equal(refusals[0], refusals[1]);
      await enterPassword(page, url, 'anna', PASSWORD);
      await page.goto(`${url}/settings`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await signOut(page);
    }));

  test('sign out everywhere at once', () =>
    walked({}, async (page) => {
      const elsewhere = await page.context().browser().newContext();
      const other = await elsewhere.newPage();
      await enterPassword(other, url, 'anna', PASSWORD);
      await enterPassword(page, url, 'anna', PASSWORD);
      await page.goto(`${url}/account`);
      assert.deepEqual(await violations(page), []);
      await page.getByRole('button', { name: 'End all others' }).first().click();
      await other.goto(`${url}/settings`);
      await isOut(other);
      await elsewhere.close();
    }));

  test('make a token for a program, which may read and is over once it is revoked', () =>
    walked({}, async (page) => {
      await enterPassword(page, url, 'vera', PASSWORD);
      await page.goto(`${url}/account`);
      await page.getByLabel('What it is for').fill('nightly report');
      await page.getByRole('button', { name: 'Make the token' }).click();
      const token = await page.getByLabel('Token', { exact: true }).inputValue();
      secrets.add(token);
      assert.match(token, /^drydock_[\w-]{43}$/);
      const asked = (it) => fetch(`${url}/api/v1/orgs`, { headers: { authorization: `Bearer ${it}` } });
      assert.equal((await asked(token)).status, 200);
      assert.equal((await asked(`${token.slice(0, -1)}x`)).status, 401);
      assert.equal((await fetch(`${url}/api/v1/orgs?token=${token}`)).status, 400);
      assert.equal((await fetch(`${url}/api/v1/orgs`)).status, 401);
      await page.goto(`${url}/account`);
      assert.equal((await page.content()).includes(token), false, 'a token is shown once');
      await page.getByRole('button', { name: /revoke/i }).first().click();
      assert.equal((await asked(token)).status, 401);
    }));
});
