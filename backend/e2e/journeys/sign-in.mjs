// Everybody's: come in by each way there is, see what one may see, and go out again. Nobody else
// comes in.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { violations } from '../browser.mjs';
import { addAccount, dataFolder, drydock, freePort, oidcProvider, standIn } from '../servers.mjs';
import { proxy } from '../proxy.mjs';
import { enterPassword, makeToken, throughGithub, withGithub } from '../ways-in.mjs';
import { walked } from './ways.mjs';

/** What we are at the provider. */
const CLIENT = { id: 'drydock', secret: 'a secret of the journeys' };
const PASSWORD = 'nine-ships-in-dry-dock';

const signOut = (page) => page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
const isOut = (page) => page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();

describe('people who sign in with GitHub', () => {
  let url;
  let all;

  before(async () => {
    const github = await standIn();
    ({ url } = await drydock(['serve'], (address) => ({ ...withGithub(github, address), DRYDOCK_OPERATORS: 'github:alice' })));
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

describe('people with an account of this Drydock, or whom a proxy in front has signed in,', () => {
  /** Where the proxy comes from; browsers come from 127.0.0.1. */
  const PROXY = '127.0.0.2';
  const HEADER = 'x-forwarded-user';
  let url;
  let front;

  before(async () => {
    const data = dataFolder();
    addAccount(data, 'anna', PASSWORD);
    addAccount(data, 'vera', PASSWORD, 'viewer');
    ({ url } = await drydock(['serve'], {
      DRYDOCK_SIGHT: 'everyone',
      DRYDOCK_PROXY_ADDRESSES: PROXY,
      DRYDOCK_SIGN_IN_PROXY_HEADER: HEADER,
      DRYDOCK_OPERATORS: 'proxy:kim',
    }, data));
    front = await proxy(url, (headers) => ({ ...headers, [HEADER]: 'kim' }), PROXY);
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
      const token = await makeToken(page, 'nightly report');
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

  test('are in at once over the proxy, under the name that it says and no other', () =>
    walked({ extraHTTPHeaders: { [HEADER]: 'robin' } }, async (page) => {
      await page.goto(`${front}/settings`);
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
      await page.getByRole('banner').getByRole('link', { name: 'kim', exact: true }).click();
      await page.getByText('the proxy in front').first().waitFor();
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.getByRole('button', { name: 'Sign out' }).count(), 0, 'the proxy would sign them in again');
      assert.equal((await page.content()).includes('robin'), false);
    }));

  test('are not believed past the proxy, whatever name they send', async () => {
    await walked({}, async (page) => {
      await page.goto(`${url}/settings`);
      await isOut(page);
      await page.locator('main').getByText(/proxy in front .* has not said who you are/).waitFor();
    });
    await walked({ extraHTTPHeaders: { [HEADER]: 'kim' } }, async (page) => {
      const answer = await page.goto(`${url}/settings`);
      assert.equal(answer.status(), 403);
      await page.getByRole('heading', { level: 1, name: 'You are not let in' }).waitFor();
      assert.equal((await page.content()).includes('kim'), false);
    }, /status of 403/);
  });
});
