// The sample as those see it who sign in: operators, and people whom GitHub lets read a part.
import { copied, sql } from './database.mjs';
import { walked } from './journeys/ways.mjs';
import { addAccount, dataFolder, drydock, standIn } from './servers.mjs';
import { enterPassword, makeToken, throughGithub, withGithub } from './ways-in.mjs';

/** An operator with an account of Drydock's own. */
export const OPERATOR = 'anna';
/** Whom GitHub lets read half of the sample's repositories. */
export const VIEWER = 'bob';
/** Whom GitHub lets read nothing: a name of the stand-in's who otherwise sees what is public. */
export const OUTSIDER = 'mallory';
/** The copy of the sample's database. */
const COPY = 'members';
const PASSWORD = 'nine-ships-in-dry-dock';

/** Starts Drydock over a copy of the sample in `data`, and has people sign in. Answers what
    browsers hold who are signed in, by name, and the repositories that the viewer misses. */
export async function members({ data }) {
  const github = await standIn();
  const DATABASE_URL = copied(data, 'drydock_demo', COPY);
  sql(data, 'UPDATE organization SET is_sample = false', COPY);
  const accounts = { [OPERATOR]: 'operator', kim: 'editor', vera: 'viewer' };
  const folder = dataFolder();
  for (const [name, role] of Object.entries(accounts)) addAccount(folder, name, PASSWORD, role, { DATABASE_URL });
  sql(data, "UPDATE person SET disabled_at = now() WHERE name = 'vera'", COPY);
  const { url } = await drydock(['serve'], (address) => ({ ...withGithub(github, address), DATABASE_URL }), folder);

  const browsers = {};
  const repositories = {};
  const signedIn = async (name, signIn) =>
    walked({}, async (page) => {
      await signIn(page);
      browsers[name] = await page.context().storageState();
      const answer = await page.request.get(`${url}/api/v1/orgs/acme/repositories?state=all&limit=200`);
      repositories[name] = (await answer.json()).data.map((it) => it.name);
    });
  const overGithub = (person) => async (page) => {
    await page.goto(`${url}/sign-in?to=/account`);
    await throughGithub(page, person);
    await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  };
  // Twice, so that there is a session besides the one at hand.
  for (const session of ['first', 'second']) {
    await signedIn(OPERATOR, async (page) => {
      await enterPassword(page, url, OPERATOR, PASSWORD);
      await makeToken(page, `${session} report of the night`);
      if (session === 'first') await page.getByRole('button', { name: /revoke/i }).first().click();
    });
  }
  await signedIn(VIEWER, overGithub(VIEWER));
  await signedIn(OUTSIDER, overGithub(OUTSIDER));
  // As if GitHub had just said so, and for longer than anybody looks.
  sql(data, `UPDATE sight SET repository_ids = '{}', asked_at = now() + interval '1 day'
             FROM person WHERE person.person_id = sight.person_id AND name = '${OUTSIDER}'`, COPY);
  const hidden = repositories[OPERATOR].filter((it) => !repositories[VIEWER].includes(it));
  return { url, browsers, hidden: new Set(hidden) };
}
