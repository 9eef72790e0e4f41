// Holds our own API against the description that it serves: the description is valid OpenAPI
// 3.1, and every answer of a running `drydock demo` fits it, field by field, page by page.
// The feed beside it is Atom (RFC 4287) as far as its elements go.

import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { XMLParser, XMLValidator } from 'fast-xml-parser';

import { drydock, stopAll } from '../servers.mjs';

/** Pages of a list that are read. */
const PAGES = 20;

/** What is wrong with answers of the program, and how many were looked at. */
export async function checkApi() {
  const violations = [];
  let checks = 0;
  const check = (what, problems) => {
    checks += 1;
    violations.push(...problems.map((it) => `${what}: ${it}`));
  };
  try {
    const { url } = await drydock(['demo']);
    const description = await json(`${url}/api/v1/openapi.json`);
    const valid = await new Validator().validate(structuredClone(description));
    check('openapi.json', valid.valid ? [] : [JSON.stringify(valid.errors)]);
    const sample = await known(url);
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const address of methods.get ? addresses(path, methods.get, sample) : []) {
        check(`GET ${address}`, await problems(url, address, methods.get, description));
      }
    }
    for (const address of ['/api/v1/nothing', '/api/v1/orgs?x=1', '/api/v1/crawls/0']) {
      check(`GET ${address}`, await refusalProblems(url, address, description));
    }
    for (const [what, found] of await decisionProblems(url, sample, description)) check(what, found);
    check('the feed', await feedProblems(`${url}/orgs/${sample.org}/changes.atom`));
  } finally {
    await stopAll();
  }
  return { checks, violations };
}

const json = async (address) => (await fetch(address)).json();

/** Values that the sample has, for the parts of addresses. */
async function known(url) {
  const org = (await json(`${url}/api/v1/orgs`)).data[0].login;
  const [file] = (await json(`${url}/api/v1/orgs/${org}/dockerfiles?limit=1`)).data;
  const [crawl] = (await json(`${url}/api/v1/crawls?limit=1`)).data;
  const [{ reference }] = (await json(`${url}/api/v1/orgs/${org}/images?limit=1`)).data;
  const asked = new URLSearchParams({ name: 'Ports', items: 'ports', target: '2027-06-30', owner: 'Ada' });
  await fetch(`${url}/orgs/${org}/campaigns`, { method: 'POST', body: asked, redirect: 'manual' });
  const [{ id: campaign }] = (await json(`${url}/api/v1/orgs/${org}/campaigns`)).data;
  const ids = { crawls: crawl.id, campaigns: campaign };
  const { repository: name, path } = file;
  return { org, owner: org, name, path, reference, ids, team: '-', item: 'ports', q: 'a', filter: 'state=all' };
}

/** The address of a path, bare and with each choice of its query. */
function addresses(path, operation, sample) {
  const filled = path.replace(/(\w+)\/\{id\}/, (_, of) => `${of}/${sample.ids[of]}`).replace(/\{(\w+)\}/g, (_, name) => sample[name]);
  const parameters = operation.parameters.filter((it) => it.in === 'query');
  const needed = parameters.filter((it) => it.required).map((it) => `${it.name}=${encodeURIComponent(sample[it.name])}`);
  const choices = parameters.flatMap((it) => (it.schema.enum ?? []).map((word) => `${it.name}=${word}`));
  const parts = parameters.some((it) => it.name === 'filter') ? [`filter=${encodeURIComponent(sample.filter)}`] : [];
  const small = parameters.some((it) => it.name === 'limit') ? ['limit=7'] : [];
  return [[], ...choices.map((it) => [it]), parts, small]
    .map((chosen) => [...needed, ...chosen].join('&'))
    .map((query) => (query ? `${filled}?${query}` : filled));
}

/** What is wrong with an answer and those that its `Link` leads to. */
async function problems(url, address, operation, description) {
  const found = [];
  let next = address;
  for (let page = 0; next && page < PAGES; page += 1) {
    const response = await fetch(url + next);
    if (response.status !== 200) return [...found, `answers with ${response.status}`];
    const schema = operation.responses['200'].content['application/json'].schema;
    const body = await response.json();
    found.push(...misfits(schema, body, description));
    const again = await fetch(url + next, { headers: { 'if-none-match': response.headers.get('etag') } });
    // A crawl of the demo may end between the two.
    if (![200, 304].includes(again.status)) found.push(`answers with ${again.status} to its own ETag`);
    const link = response.headers.get('link');
    if (Boolean(link) !== Boolean(body.next_cursor)) found.push('the header Link and next_cursor differ');
    next = link?.match(/^<([^>]+)>; rel="next"$/)?.[1];
  }
  return [...new Set(found)];
}

async function refusalProblems(url, address, description) {
  const response = await fetch(url + address);
  const kind = response.headers.get('content-type');
  const found = kind === 'application/problem+json' ? [] : [`is ${kind}`];
  return [...found, ...misfits({ $ref: '#/components/schemas/Problem' }, await response.json(), description)];
}

/** A decision given, refused, told and taken back. */
async function decisionProblems(url, { owner, name, path }, description) {
  const decisions = `/api/v1/repos/${owner}/${name}/decisions`;
  const of = description.paths['/api/v1/repos/{owner}/{name}/decisions'];
  const [item] = (await json(`${url}/api/v1/repos/${owner}/${name}/dockerfile?path=${encodeURIComponent(path)}`)).data.items;
  const wanted = { path, item: item.item, kind: 'disputed', reason: 'a test', decided_by: 'Ada', evidence: item.evidence };
  const send = (body, kind = 'application/json') =>
    fetch(url + decisions, { method: 'POST', headers: { 'content-type': kind }, body: JSON.stringify(body) });
  const answer = async (response, status, schema) => {
    const found = response.status === status ? [] : [`answers with ${response.status}`];
    return [...found, ...misfits(schema, await response.json(), description)];
  };
  const problem = { $ref: '#/components/schemas/Problem' };
  const request = misfits(of.post.requestBody.content['application/json'].schema, wanted, description);
  const taken = await send(wanted);
  const { id } = await taken.clone().json();
  const told = await answer(await fetch(url + decisions), 200, of.get.responses['200'].content['application/json'].schema);
  const back = await fetch(`${url}${decisions}/${id}?by=Ada`, { method: 'DELETE' });
  return [
    ['a decision to send', request],
    ['POST of a decision', await answer(taken, 201, of.post.responses['201'].content['application/json'].schema)],
    ['GET of a decision', told],
    ['DELETE of a decision', back.status === 204 ? [] : [`answers with ${back.status}`]],
    ['a decision about other lines', await answer(await send({ ...wanted, evidence: 'x' }), 422, problem)],
    ['a decision that is no JSON', await answer(await send(wanted, 'text/plain'), 415, problem)],
  ];
}

const validators = new Map();

function misfits(schema, body, description) {
  const key = JSON.stringify(schema);
  if (!validators.has(key)) {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    addFormats(ajv, { formats: ['date', 'date-time'] });
    for (const format of ['int32', 'int64', 'double']) ajv.addFormat(format, true);
    ajv.addSchema({ $id: 'drydock', components: description.components });
    validators.set(key, ajv.compile(JSON.parse(key.replaceAll('"#/', '"drydock#/'))));
  }
  const validate = validators.get(key);
  const wrong = validate(body) ? [] : validate.errors.map((it) => `${it.instancePath} ${it.message}`);
  return [...wrong, ...unnamed(schema, body, description, '')];
}

/** Fields of an answer that its schema does not name. */
function unnamed(schema, body, description, place) {
  const parts = flat(schema, description);
  if (Array.isArray(body)) {
    const items = parts.map((it) => it.items).find(Boolean);
    return items ? body.flatMap((it) => unnamed(items, it, description, `${place}[]`)) : [];
  }
  if (body === null || typeof body !== 'object') return [];
  const properties = Object.assign({}, ...parts.map((it) => it.properties ?? {}));
  if (Object.keys(properties).length === 0) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    name in properties
      ? unnamed(properties[name], value, description, `${place}.${name}`)
      : [`${place}.${name} is not described`],
  );
}

/** A schema with all that it refers to and consists of. */
function flat(schema, description) {
  const it = schema.$ref ? schema.$ref.split('/').slice(1).reduce((at, key) => at[key], description) : schema;
  const inner = [...(it.allOf ?? []), ...(it.oneOf ?? []), ...(it.anyOf ?? [])];
  return [it, ...inner.flatMap((part) => flat(part, description))];
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** What RFC 4287 asks of a feed and its entries. */
async function feedProblems(address) {
  const response = await fetch(address);
  const text = await response.text();
  const valid = XMLValidator.validate(text);
  if (valid !== true) return [JSON.stringify(valid)];
  const found = [];
  if (!response.headers.get('content-type').startsWith('application/atom+xml')) found.push('is no Atom');
  const isArray = (name) => ['entry', 'link'].includes(name);
  const { feed } = new XMLParser({ ignoreAttributes: false, isArray, parseTagValue: false }).parse(text);
  if (feed['@_xmlns'] !== 'http://www.w3.org/2005/Atom') found.push('has another namespace');
  if (!feed.author?.name) found.push('has no author');
  const entries = feed.entry ?? [];
  if (entries.length === 0 || entries.length > 100) found.push(`has ${entries.length} entries`);
  for (const it of [feed, ...entries]) {
    if (!/^[a-z]+:\S+$/.test(it.id)) found.push(`the id ${it.id} is no IRI`);
    if (!it.title) found.push(`${it.id} has no title`);
    if (!MOMENT.test(it.updated)) found.push(`${it.id} was updated at ${it.updated}`);
    const links = it.link.filter((link) => link['@_rel'] === 'alternate');
    if (links.length !== 1 || !URL.canParse(links[0]['@_href'])) found.push(`${it.id} has no link`);
  }
  if (new Set(entries.map((it) => it.id)).size !== entries.length) found.push('two entries have one id');
  if (!feed.link.some((it) => it['@_rel'] === 'self')) found.push('does not link to itself');
  return found;
}
