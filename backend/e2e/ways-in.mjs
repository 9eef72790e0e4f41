// How people sign in: what Drydock must know of GitHub, and what a person does in a browser.
import { secrets } from './servers.mjs';

/** The stand-in GitHub's app for people. */
const APP = { id: 'Iv23liDrydockSignIn0', secret: 'stand-in-client-secret' };

/** What has people sign in to an address with GitHub, and repositories read there. */
export function withGithub(github, address) {
  secrets.add(APP.secret);
  return {
    GITHUB_API_URL: github.api,
    GITHUB_GRAPHQL_URL: github.graphql,
    GITHUB_TOKEN: github.token,
    DRYDOCK_PUBLIC_URL: address,
    DRYDOCK_SIGN_IN_GITHUB_CLIENT_ID: APP.id,
    DRYDOCK_SIGN_IN_GITHUB_CLIENT_SECRET: APP.secret,
  };
}

/** From the page that asks for a sign-in over GitHub's page and back, as this person. */
export async function throughGithub(page, person, answer = 'Authorize') {
  await page.getByRole('link', { name: 'Sign in with GitHub' }).click();
  await page.getByRole('heading', { level: 1, name: /Authorize/ }).waitFor();
  await page.getByLabel('Signed in as').selectOption(person);
  await page.getByRole('button', { name: answer }).click();
}

/** To the account page with an account of Drydock's own. */
export async function enterPassword(page, url, name, password) {
  await page.goto(`${url}/sign-in?to=/account`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** On the account page a token that may read; answers it. */
export async function makeToken(page, name) {
  await page.getByLabel('What it is for').fill(name);
  await page.getByRole('button', { name: 'Make the token' }).click();
  const token = await page.getByLabel('Token', { exact: true }).inputValue();
  secrets.add(token);
  return token;
}
