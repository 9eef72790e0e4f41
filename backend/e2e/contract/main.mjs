// Holds the stand-in GitHub and our queries against GitHub's own descriptions.
//
// Every REST answer of the stand-in must fit GitHub's OpenAPI description, its
// GraphQL answers and its schema GitHub's SDL, and so must every query text that
// the `github` crate sends. A running Drydock must take every example of GitHub's webhooks,
// and its own API must be what its description says.
// Prints each violation and exits with 1 if there is one.
//
//   node contract/main.mjs                      queries from `cargo run -p github --example queries`
//   node contract/main.mjs --queries FILE       queries from a JSON array of strings; `-` is stdin
//   node contract/main.mjs --queries none       the stand-in alone

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

import { checkApi } from './api.mjs';
import { checkApps } from './apps.mjs';
import { checkQueries, checkStandInGraphql, checkSubset } from './graphql.mjs';
import { checkRest } from './rest.mjs';
import { runExample, startStandIn } from './stand-in.mjs';
import { checkWebhooks } from './webhooks.mjs';

const { values: options } = parseArgs({ options: { queries: { type: 'string' } } });

const standIn = await startStandIn();
const violations = [];
let checks = 0;
try {
  for (const check of [
    () => checkRest(standIn),
    () => checkApps(standIn),
    () => checkSubset(),
    () => checkStandInGraphql(standIn),
    () => checkQueries(readQueries()),
    () => checkWebhooks(),
    () => checkApi(),
  ]) {
    const result = await check();
    checks += result.checks;
    violations.push(...result.violations);
  }
} finally {
  standIn.stop();
}

for (const violation of violations) console.error(`- ${violation}`);
console.log(`${checks} checks, ${violations.length} violations`);
process.exitCode = violations.length === 0 ? 0 : 1;

function readQueries() {
  if (options.queries === 'none') return [];
  const text =
    options.queries === undefined
      ? runExample('queries')
      : readFileSync(options.queries === '-' ? 0 : options.queries, 'utf8');
  const queries = JSON.parse(text);
  if (!Array.isArray(queries) || queries.length === 0) {
    throw new Error('the list of queries is no JSON array or empty');
  }
  return queries;
}
