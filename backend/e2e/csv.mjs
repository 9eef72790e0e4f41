// Reads CSV as RFC 4180 has it.

/** The records of a text, each a list of its fields. */
export function records(text) {
  const all = [];
  let fields = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/y;
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (!found) throw new Error(`no CSV at character ${at}: ${text.slice(at, at + 40)}`);
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2]);
    if (found[3] !== ',') {
      all.push(fields);
      fields = [];
    }
  }
  return all;
}
