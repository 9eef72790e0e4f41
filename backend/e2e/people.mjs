// What people do with the pages' forms, sent without a browser: decisions on the items of a
// Dockerfile, campaigns, saved views.

/** Sends a form; a refusal is an error unless it is allowed. */
export async function post(address, fields, allowed = [303]) {
  const answer = await fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  if (!allowed.includes(answer.status)) throw new Error(`${address} answers ${answer.status} to ${JSON.stringify(fields).slice(0, 200)}`);
  return answer;
}

/** Decides about items of a Dockerfile, each with what its card asks for. */
export async function decide(url, dockerfile, decisions, allowed) {
  const page = `/repos/${dockerfile.replace(' ', '/dockerfiles/')}`;
  const source = await (await fetch(url + page)).text();
  const forms = [...source.matchAll(/<form method="post" action="([^"]*\/decide\/[^"]*)">([^]*?)<\/form>/g)].map((it) => ({
    action: it[1],
    ...Object.fromEntries([...it[2].matchAll(/name="(item|kind|evidence)" value="([^"]*)"/g)].map((field) => [field[1], field[2]])),
  }));
  for (const { item, kind, ...said } of decisions) {
    const form = forms.find((it) => it.item === item && it.kind === kind);
    if (!form) throw new Error(`${page} has no form for ${kind} ${item}`);
    await post(url + form.action, { item, kind, evidence: form.evidence, by: 'Robin Doe', ...said }, allowed);
  }
}

/** A day so many days from now, as forms have it. */
export function inDays(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
