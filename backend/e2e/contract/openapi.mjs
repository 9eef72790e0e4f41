// GitHub's OpenAPI description as validators for answers.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import Ajv from 'ajv';
import addFormats from 'ajv-formats';

const packageFolder = dirname(createRequire(import.meta.url).resolve('@octokit/openapi'));
const file = join(packageFolder, 'generated', 'api.github.com.json');
const description = JSON.parse(readFileSync(file, 'utf8'));

// The description is OpenAPI 3.0, whose `nullable` JSON Schema does not know.
function withoutNullable(schema) {
  if (Array.isArray(schema)) return schema.map(withoutNullable);
  if (schema === null || typeof schema !== 'object') return schema;
  const { nullable, ...rest } = schema;
  const converted = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, key === 'example' ? value : withoutNullable(value)]),
  );
  return nullable === true ? { anyOf: [{ type: 'null' }, converted] } : converted;
}

const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
addFormats(ajv);
// GitHub's URI templates may begin without a scheme; a URI needs one.
ajv.addSchema({ $id: 'github', components: withoutNullable(description.components) });

const resolved = (part) =>
  part?.$ref ? part.$ref.split('/').slice(1).reduce((at, key) => at[key], description) : part;

// Statuses that GitHub answers with but does not list for every path.
const UNLISTED = new Set([301, 304, 400, 401, 403, 404, 451]);

const validators = new Map();

function validatorOf(schema) {
  const key = JSON.stringify(schema);
  if (!validators.has(key)) {
    const text = JSON.stringify(withoutNullable(schema)).replaceAll('"#/', '"github#/');
    validators.set(key, ajv.compile(JSON.parse(text)));
  }
  return validators.get(key);
}

/** Every property that a schema names at its top, through references and choices. */
function named(schema) {
  const it = resolved(schema);
  const parts = [...(it.allOf ?? []), ...(it.anyOf ?? []), ...(it.oneOf ?? [])];
  return new Set([...Object.keys(it.properties ?? {}), ...parts.flatMap((part) => [...named(part)])]);
}

function unnamed(schema, body) {
  const it = resolved(schema);
  if (it.type === 'array') return body.flatMap((item) => unnamed(it.items, item));
  const known = named(it);
  return Object.keys(body).filter((key) => !known.has(key));
}

/** What is wrong with an answer of a path template, status and JSON body. */
export function problems(template, status, body, method = 'get') {
  const listed = resolved(description.paths[template]?.[method]?.responses?.[status]);
  if (!listed && !UNLISTED.has(status)) return [`GitHub does not answer ${template} with ${status}`];
  if (body === undefined) return [];
  const basicError = { $ref: '#/components/schemas/basic-error' };
  const schema = listed?.content?.['application/json']?.schema ?? basicError;
  const validate = validatorOf(schema);
  const found = validate(body) ? [] : validate.errors.map((it) => `${it.instancePath} ${it.message}`);
  if (status === 200) found.push(...unnamed(schema, body).map((key) => `${key} is unknown to GitHub`));
  return [...new Set(found)];
}
