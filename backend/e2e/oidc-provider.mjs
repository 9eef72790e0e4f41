// A real provider of OpenID Connect on this machine, for the journeys. It lets in whoever
// types a name, and vouches for the address that is made of it.
//
//   node oidc-provider.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI
//
// Prints one line of JSON with its issuer once it listens.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [port, client_id, client_secret, redirect_uri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

/** What is known of a person, who is called as they typed. */
const account = (name) => ({
  accountId: name,
  claims: () => ({
    sub: name,
    name: name[0].toUpperCase() + name.slice(1),
    preferred_username: name,
    email: `${name}@acme.example`,
    email_verified: true,
  }),
});

const provider = new Provider(issuer, {
  clients: [{ client_id, client_secret, redirect_uris: [redirect_uri] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  findAccount: (_, name) => account(name),
  pkce: { required: () => true },
  cookies: { keys: ['of no use anywhere else'] },
});

createServer(provider.callback()).listen(Number(port), '127.0.0.1', () => {
  console.log(JSON.stringify({ issuer }));
});
