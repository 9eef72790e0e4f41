// The private databases of data folders, reached past Drydock.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const folderOf = (data) => join(data, 'postgres', 'socket');
const run = (program, data, database, args, input) =>
  execFileSync(program, ['-h', folderOf(data), '-U', 'drydock', '-d', database, ...args], { input, maxBuffer: 2 ** 30 });

/** Changes what no page can change. */
export function sql(data, statement, database = 'drydock') {
  run('psql', data, database, ['-qX', '-v', 'ON_ERROR_STOP=1'], statement);
}

/** Copies a database within its server, and answers the address of the copy. */
export function copied(data, database, copy) {
  sql(data, `CREATE DATABASE ${copy}`, database);
  sql(data, run('pg_dump', data, database, []), copy);
  return `postgres://drydock@localhost:5432/${copy}?host=${encodeURIComponent(folderOf(data))}`;
}
