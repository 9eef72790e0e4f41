// Follows links as a person without scripts would, without a browser.

const named = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" };

function plain(text) {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, decimal, hex, name) =>
    name ? named[name] : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)),
  );
}

/** The links whose words begin with a number, and which: "51 repositories", "+3 this week". */
function numbers(source) {
  return [...source.matchAll(/<a [^>]*?href="(\/[^"#]*)[^"]*"[^>]*>([^]*?)<\/a>/g)].flatMap(([, link, inner]) => {
    const words = plain(inner.replace(/<[^>]*>/g, ' ')).trim();
    const number = /^(?:All |\+)?(\d[\d,]*)(?![\d.:-])/.exec(words)?.[1];
    return number ? [{ link: plain(link), count: Number(number.replaceAll(',', '')), words }] : [];
  });
}

/** Every answer that links lead to from some addresses, by address; of those with links
    only where `isWanted`. Forms are left alone. */
export async function walk(url, from, isWanted) {
  const pages = new Map();
  const waiting = from.map((path) => ({ path, from: '' }));
  const known = new Set(from);
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const answer = await fetch(url + next.path);
    const source = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    const page = { status: answer.status, type, source, from: next.from, links: [] };
    pages.set(next.path, page);
    if (!type.includes('html')) continue;
    page.ids = new Set([...source.matchAll(/ id="([^"]*)"/g)].map((it) => plain(it[1])));
    page.numbers = numbers(source);
    page.links = [...source.matchAll(/<a [^>]*?href="([^"]*)"/g)].map((it) => plain(it[1])).filter((it) => !/^\w+:/.test(it));
    for (const path of page.links.map((it) => it.split('#')[0])) {
      if (path === '' || known.has(path)) continue;
      known.add(path);
      if (isWanted(path)) waiting.push({ path, from: next.path });
    }
  }
  return pages;
}
