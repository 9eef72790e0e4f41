// What the stand-in tells a GitHub App and an installation of it.

import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { problems } from './openapi.mjs';
import { get } from './stand-in.mjs';

const key = readFileSync(new URL('../../github-fake/tests/app/key.pem', import.meta.url));
const ONE = '/app/installations/{installation_id}';
const TOKENS = `${ONE}/access_tokens`;

/** A web token of the stand-in's App that ends so many seconds from now. */
function webToken(seconds) {
  const now = Math.floor(Date.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iat: now - 60, exp: now + seconds, iss: '1234' };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}

/** [template of the description, path, expected status, token, method] */
function cases(app, late, installation) {
  return [
    ['/app', '/app', 200, app],
    ['/app', '/app', 401, late],
    ['/app', '/app', 401, installation],
    [ONE, '/app/installations?per_page=2&page=2', 200, app],
    [ONE, '/app/installations/7', 200, app],
    [ONE, '/app/installations/9', 200, app],
    [ONE, '/app/installations/99', 404, app],
    [TOKENS, '/app/installations/7/access_tokens', 201, app, 'POST'],
    [TOKENS, '/app/installations/8/access_tokens', 201, app, 'POST'],
    [TOKENS, '/app/installations/9/access_tokens', 403, app, 'POST'],
    [TOKENS, '/app/installations/99/access_tokens', 404, app, 'POST'],
    [TOKENS, '/app/installations/7/access_tokens', 401, late, 'POST'],
    ['/orgs/{org}/installation', '/orgs/acme/installation', 200, app],
    ['/orgs/{org}/installation', '/orgs/nobody/installation', 404, app],
    ['/installation/repositories', '/installation/repositories?per_page=100', 200, installation],
    ['/user', '/user', 403, installation],
    ['/orgs/{org}', '/orgs/acme', 200, installation],
  ];
}

export async function checkApps(standIn) {
  const bearer = (token) => ({ authorization: `Bearer ${token}` });
  const [app, late] = [webToken(540), webToken(700)];
  const violations = [];
  let checks = 0;
  for (const base of [standIn.api, standIn.enterprise]) {
    const given = await get(standIn, `${base}/app/installations/8/access_tokens`, bearer(app), 'POST');
    const { token } = await given.json();
    for (const [template, path, expected, asked, method = 'GET'] of cases(app, late, token)) {
      checks += 1;
      const answer = await get(standIn, `${base}${path}`, bearer(asked), method);
      // The description of the list wants an account to be a user and an enterprise at
      // once; its items are held to the description of one.
      const body = [await answer.json()].flat();
      const found = body.flatMap((it) => problems(template, answer.status, it, method.toLowerCase()));
      if (answer.status !== expected) found.push(`expected ${expected}`);
      violations.push(...found.map((it) => `${method} ${path} (${answer.status}): ${it}`));
    }
  }
  return { checks, violations };
}
