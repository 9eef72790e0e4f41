// GitHub's GraphQL SDL against our queries, the stand-in's schema and its answers.

import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { schema as published } from '@octokit/graphql-schema';
import {
  buildSchema, executeSync, isEnumType, isInputObjectType, isInterfaceType, isObjectType, parse,
  validate,
} from 'graphql';

// Two fields are defined twice in the published SDL, so it is not validated itself.
const trusted = { assumeValid: true, assumeValidSDL: true };
const github = buildSchema(published.idl, trusted);
const subsetFile = new URL('../../github-fake/src/graphql/schema.graphql', import.meta.url);
const subset = buildSchema(readFileSync(subsetFile, 'utf8'));

/** Each query text must be valid on GitHub's schema and known to the stand-in. */
export function checkQueries(queries) {
  const violations = queries.flatMap((text, index) => {
    try {
      const document = parse(text);
      return [
        ...validate(github, document).map((it) => `query ${index + 1}: ${it.message}`),
        ...validate(subset, document).map((it) => `query ${index + 1}, stand-in: ${it.message}`),
      ];
    } catch (error) {
      return [`query ${index + 1}: ${error.message}`];
    }
  });
  return { checks: queries.length, violations };
}

/** The stand-in's schema must be a part of GitHub's. */
export function checkSubset() {
  const violations = [];
  let checks = 0;
  for (const type of Object.values(subset.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    checks += 1;
    const theirs = github.getType(type.name);
    if (!theirs) violations.push(`GitHub has no type ${type.name}`);
    else violations.push(...differences(type, theirs));
  }
  return { checks, violations };
}

function differences(ours, theirs) {
  if (ours.constructor !== theirs.constructor) return [`${ours.name} is another kind of type`];
  if (isEnumType(ours)) {
    const values = new Set(theirs.getValues().map((it) => it.name));
    const unknown = ours.getValues().filter((it) => !values.has(it.name));
    return unknown.map((it) => `${ours.name} has no value ${it.name}`);
  }
  if (!isObjectType(ours) && !isInterfaceType(ours) && !isInputObjectType(ours)) return [];
  const interfaces = new Set((theirs.getInterfaces?.() ?? []).map((it) => it.name));
  const foreign = (ours.getInterfaces?.() ?? []).filter((it) => !interfaces.has(it.name));
  return [
    ...foreign.map((it) => `${ours.name} does not implement ${it.name}`),
    ...Object.values(ours.getFields()).flatMap((field) =>
      fieldDifferences(`${ours.name}.${field.name}`, field, theirs.getFields()[field.name]),
    ),
  ];
}

function fieldDifferences(name, ours, theirs) {
  if (!theirs) return [`GitHub has no ${name}`];
  const found = String(ours.type) === String(theirs.type) ? [] : [`${name} is a ${theirs.type}`];
  const required = (theirs.args ?? []).filter((it) => String(it.type).endsWith('!'));
  const missing = required.filter((it) => !ours.args.some((own) => own.name === it.name));
  found.push(...missing.map((it) => `${name} requires ${it.name}`));
  for (const argument of ours.args ?? []) {
    const other = theirs.args.find((it) => it.name === argument.name);
    if (!other) found.push(`${name} has no argument ${argument.name}`);
    else if (String(other.type) !== String(argument.type)) {
      found.push(`${name}(${argument.name}) is a ${other.type}`);
    }
  }
  return found;
}

// Everything that the stand-in's types have, without aliases, so that an answer
// can be put through GitHub's schema as if it were the source of the data.
const BROAD = `query($org: String!, $name: String!) {
  viewer { __typename id login name url createdAt }
  rateLimit { __typename cost limit nodeCount remaining resetAt used }
  repositoryOwner(login: $org) { __typename id login url repositories { totalCount } }
  organization(login: $org) {
    __typename id databaseId login name description url createdAt
    repositories(first: 100, orderBy: {field: PUSHED_AT, direction: DESC}) {
      __typename totalCount totalDiskUsage
      pageInfo { __typename startCursor endCursor hasNextPage hasPreviousPage }
      edges { __typename cursor node { __typename id } }
      nodes { ...facts }
    }
  }
  repository(owner: $org, name: $name) {
    ...facts
    ref(qualifiedName: "refs/heads/main") { __typename id name prefix repository { __typename id } }
    object(expression: "HEAD") {
      __typename id oid abbreviatedOid
      ... on Commit {
        message messageHeadline committedDate authoredDate
        author { __typename name email date }
        committer { __typename name email date }
        tree { __typename id oid abbreviatedOid entries { ...entry } }
        file(path: "Dockerfile") { ...entry }
        history(first: 10) { __typename totalCount nodes { __typename oid } }
        parents(first: 10) { __typename totalCount nodes { __typename oid } }
      }
    }
  }
}
fragment facts on Repository {
  __typename id databaseId name nameWithOwner description url visibility isPrivate isArchived
  isDisabled isEmpty isFork isLocked isMirror isTemplate archivedAt createdAt pushedAt updatedAt
  diskUsage stargazerCount
  owner { __typename id login url }
  primaryLanguage { __typename id name color }
  languages(first: 5) { __typename totalCount nodes { __typename id name color } }
  repositoryTopics(first: 20) {
    __typename totalCount nodes { __typename id url topic { __typename id name } }
  }
  defaultBranchRef {
    __typename id name prefix
    target { __typename oid ... on Commit { committedDate tree { __typename oid } } }
  }
}
fragment entry on TreeEntry {
  __typename name path oid mode type size extension
  object { __typename id oid ... on Blob { text isBinary isTruncated byteSize } }
}`;

/** The stand-in's answers must be possible answers of GitHub's schema. */
export async function checkStandInGraphql(standIn) {
  const document = parse(BROAD);
  const violations = validate(github, document).map((it) => `the broad query: ${it.message}`);
  for (const variables of [{ org: 'contract', name: 'plain' }, { org: 'acme', name: 'storefront-web' }]) {
    const answer = await ask(standIn, BROAD, variables);
    const unexpected = (answer.errors ?? []).filter((it) => it.type !== 'NOT_FOUND');
    violations.push(...unexpected.map((it) => `${variables.org}: ${it.message}`));
    const options = { schema: github, document, rootValue: answer.data, variableValues: variables };
    const result = executeSync(options);
    violations.push(...(result.errors ?? []).map((it) => `${variables.org}: ${it.path.join('.')}: ${it.message}`));
    const same = isDeepStrictEqual(JSON.parse(JSON.stringify(result.data)), answer.data);
    if (!same) violations.push(`${variables.org}: GitHub's schema prints the answer otherwise`);
  }
  return { checks: 3, violations };
}

async function ask(standIn, query, variables) {
  const answer = await fetch(standIn.graphql, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'drydock-contract',
      authorization: `Bearer ${standIn.token}`,
    },
    body: JSON.stringify({ query, variables }),
  });
  return answer.json();
}
