// Follows links as a person without scripts would, without a browser.

const named = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" };

function plain(text) {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, decimal, hex, name) =>
    name ? named[name] : String.fromCodePoint(decimal ? Number(decimal) : parseInt(hex, 16)),
  );
}

/** The links whose words begin with a number, and which: "51 repositories", "+3 this week". */
function numbers(source) {
  return [...source.matchAll(/<a [^>]*?href="(\/[^"]*)"[^>]*>([^]*?)<\/a>/g)].flatMap(([, link, inner]) => {
    const words = plain(inner.replace(/<[^>]*>/g, ' ')).trim();
    const number = /^(?:All |\+)?(\d[\d,]*)(?![\d.:-])/.exec(words)?.[1];
    return number ? [{ link: plain(link).split('#')[0], count: Number(number.replaceAll(',', '')), words }] : [];
  });
}

/** Asked for at once. */
const AT_ONCE = 4;

/** Every answer that links lead to from some addresses, by address; of those with links
    only where `isWanted`. Forms are left alone. */
export async function walk(url, from, isWanted) {
  const pages = new Map();
  const waiting = from.map((path) => ({ path, from: '' }));
  const known = new Set(from);
  const visit = async ({ path, from }) => {
    const page = await asked(url + path, from);
    pages.set(path, page);
    for (const link of page.links.map((it) => it.split('#')[0])) {
      if (link === '' || known.has(link)) continue;
      known.add(link);
      if (isWanted(link)) waiting.push({ path: link, from: path });
    }
  };
  for (let some = waiting.splice(0, AT_ONCE); some.length > 0; some = waiting.splice(0, AT_ONCE)) {
    await Promise.all(some.map(visit));
  }
  return pages;
}

/** What an address answers, with its places and links if it is a page. */
async function asked(address, from) {
  const answer = await fetch(address);
  const source = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  const page = { status: answer.status, type, source, from, links: [], numbers: [] };
  if (!type.includes('html')) return page;
  page.ids = new Set([...source.matchAll(/ id="([^"]*)"/g)].map((it) => plain(it[1])));
  page.numbers = numbers(source);
  page.links = [...source.matchAll(/<a [^>]*?href="([^"]*)"/g)].map((it) => plain(it[1])).filter((it) => !/^\w+:/.test(it));
  return page;
}
