// Every REST endpoint that the stand-in serves, good answers and refusals.

import { problems } from './openapi.mjs';
import { get } from './stand-in.mjs';

const REPOSITORY = '/repos/{owner}/{repo}';
const PROPERTIES = '/orgs/{org}/properties/values';
const COMMITS = `${REPOSITORY}/commits`;
const COMMIT = `${REPOSITORY}/commits/{ref}`;
const TREE = `${REPOSITORY}/git/trees/{tree_sha}`;
const BLOB = `${REPOSITORY}/git/blobs/{file_sha}`;

/** [template of the description, path, expected status, headers] */
function cases({ head, tree, blob, repositoryId, organizationId }) {
  const nowhere = '0'.repeat(40);
  return [
    ['/', '/', 200],
    ['/rate_limit', '/rate_limit', 200],
    ['/user', '/user', 200],
    ['/user', '/user', 401, { authorization: null }],
    ['/user', '/user', 401, { authorization: 'Bearer wrong' }],
    ['/user', '/user', 400, { 'x-github-api-version': '1999-01-01' }],
    ['/user', '/user', 200, { 'x-github-api-version': '2026-03-10' }],
    ['/orgs/{org}', '/orgs/acme', 200],
    ['/orgs/{org}', '/orgs/nobody', 404],
    ['/orgs/{org}', '/orgs/octavia', 404],
    ['/users/{username}', '/users/acme', 200],
    ['/users/{username}', '/users/octavia', 200],
    ['/users/{username}', '/users/nobody', 404],
    ['/orgs/{org}/repos', '/orgs/acme/repos?per_page=100', 200],
    ['/orgs/{org}/repos', '/orgs/acme/repos?per_page=7&page=3&sort=pushed&type=private', 200],
    ['/orgs/{org}/repos', '/orgs/contract/repos', 200, { authorization: null }],
    ['/orgs/{org}/repos', `/organizations/${organizationId}/repos?page=1`, 200],
    [PROPERTIES, '/orgs/acme/properties/values?per_page=100', 200],
    [PROPERTIES, '/orgs/acme/properties/values?per_page=7&page=2', 200],
    [PROPERTIES, '/orgs/contract/properties/values', 200],
    [PROPERTIES, '/orgs/nobody/properties/values', 404],
    [REPOSITORY, '/repos/contract/plain', 200],
    [REPOSITORY, '/repos/contract/empty', 200],
    [REPOSITORY, '/repos/contract/former', 301],
    [REPOSITORY, '/repos/contract/latter', 200],
    [REPOSITORY, '/repos/contract/blocked', 451],
    [REPOSITORY, '/repos/contract/disabled', 403],
    [REPOSITORY, '/repos/contract/nothing', 404],
    [REPOSITORY, `/repositories/${repositoryId}`, 200],
    [COMMITS, '/repos/contract/plain/commits?per_page=1', 200],
    [COMMITS, '/repos/contract/plain/commits?path=docs/link&since=2020-01-01T00:00:00Z', 200],
    [COMMITS, '/repos/contract/empty/commits', 409],
    [COMMIT, '/repos/contract/plain/commits/main', 200],
    [COMMIT, `/repos/contract/plain/commits/${head}`, 200],
    [COMMIT, '/repos/contract/plain/commits/nowhere', 422],
    [COMMIT, '/repos/contract/empty/commits/main', 409],
    [TREE, `/repos/contract/plain/git/trees/${tree}?recursive=1`, 200],
    [TREE, '/repos/contract/plain/git/trees/main', 200],
    [TREE, `/repos/contract/plain/git/trees/${nowhere}`, 404],
    [TREE, '/repos/contract/empty/git/trees/main?recursive=1', 409],
    [TREE, `/repos/contract/former/git/trees/${tree}`, 301],
    [TREE, '/repos/contract/blocked/git/trees/main', 451],
    [BLOB, `/repos/contract/plain/git/blobs/${blob}`, 200],
    [BLOB, `/repos/contract/plain/git/blobs/${nowhere}`, 404],
    [BLOB, '/repos/contract/plain/git/blobs/short', 422],
    [BLOB, `/repos/contract/empty/git/blobs/${blob}`, 409],
  ];
}

async function known(standIn) {
  const read = async (path) => (await get(standIn, `${standIn.api}${path}`)).json();
  const repository = await read('/repos/contract/plain');
  const commit = await read('/repos/contract/plain/commits/main');
  const { tree } = await read('/repos/contract/plain/git/trees/main?recursive=1');
  return {
    head: commit.sha,
    tree: commit.commit.tree.sha,
    blob: tree.find((entry) => entry.path === 'Dockerfile').sha,
    repositoryId: repository.id,
    organizationId: repository.owner.id,
  };
}

export async function checkRest(standIn) {
  const violations = [];
  let checks = 0;
  const table = cases(await known(standIn));
  for (const base of [standIn.api, standIn.enterprise]) {
    for (const [template, path, expected, headers] of table) {
      checks += 1;
      const answer = await get(standIn, `${base}${path}`, headers);
      const found = await faults(template, expected, answer);
      violations.push(...found.map((it) => `GET ${path} (${answer.status}): ${it}`));
    }
  }
  const acme = await get(standIn, `${standIn.api}/orgs/acme/repos?per_page=100`);
  for (const { full_name: name } of await acme.json()) {
    checks += 1;
    const answer = await get(standIn, `${standIn.api}/repos/${name}`);
    const found = await faults(REPOSITORY, answer.status, answer);
    violations.push(...found.map((it) => `GET /repos/${name} (${answer.status}): ${it}`));
  }
  const raw = await checkMediaTypes(standIn, await known(standIn));
  return { checks: checks + raw.checks, violations: [...violations, ...raw.violations] };
}

async function faults(template, expected, answer) {
  const text = await answer.text();
  const found = answer.status === expected ? [] : [`expected ${expected}`];
  if (answer.headers.get('content-type') !== 'application/json; charset=utf-8') {
    found.push('the answer is not JSON');
    return found;
  }
  const limited = ![400, 401].includes(answer.status);
  if (limited && !answer.headers.get('x-ratelimit-reset')) found.push('no rate limit headers');
  if (answer.status === 301 && !answer.headers.get('location')) found.push('no location');
  return [...found, ...problems(template, answer.status, JSON.parse(text))];
}

async function checkMediaTypes(standIn, { blob, head }) {
  const violations = [];
  const expect = (name, is) => is || violations.push(name);
  const path = (rest) => `${standIn.api}/repos/contract/plain/${rest}`;
  const raw = await get(standIn, path(`git/blobs/${blob}`), { accept: 'application/vnd.github.raw+json' });
  expect('a raw blob is its content', (await raw.text()) === 'FROM scratch\n');
  const sha = await get(standIn, path('commits/main'), { accept: 'application/vnd.github.sha' });
  expect('the sha media type is the sha', (await sha.text()) === head);
  const etag = sha.headers.get('etag');
  const same = await get(standIn, path('commits/main'), {
    accept: 'application/vnd.github.sha',
    'if-none-match': etag,
  });
  expect('the same entity tag is 304', same.status === 304);
  const page = await get(standIn, `${standIn.api}/orgs/acme/repos?per_page=7`);
  expect('a first page links the next and the last', /rel="next".*rel="last"/.test(page.headers.get('link')));
  return { checks: 4, violations };
}
