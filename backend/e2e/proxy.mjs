// A proxy in front of something on this machine.
import { createServer, request } from 'node:http';
import { onEnd } from './servers.mjs';

/** Starts one that passes requests on to `target` and answers its address. `passed` makes of
    the headers that come those that go on, or nothing, and then the request waits for ever;
    `from` is the address of this machine that the proxy comes from. */
export async function proxy(target, passed, from = '127.0.0.1') {
  const { hostname, port, pathname } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const headers = passed(incoming.headers);
    if (!headers) return;
    const { method, url: path } = incoming;
    const onward = request({ hostname, port, method, headers, path, localAddress: from }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}${pathname === '/' ? '' : pathname}`;
}
