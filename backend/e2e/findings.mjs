// What checks found wrong, told once however many pages it is on.
import assert from 'node:assert/strict';

/** Fails with all that was found: pairs of where and what. */
export function assertNone(found) {
  const places = new Map();
  for (const [where, what] of found) places.set(what, [...(places.get(what) ?? []), where]);
  const lines = [...places].map(([what, where]) => `${what}\n    on ${where.length}: ${where.slice(0, 6).join(', ')}`);
  assert.ok(lines.length === 0, `${lines.length} findings\n${lines.join('\n')}`);
}
