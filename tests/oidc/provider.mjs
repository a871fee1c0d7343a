/** An OpenID Connect provider on a free port: `node provider.mjs REDIRECT_URI`; prints its issuer. */

import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const [redirect] = process.argv.slice(2);
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'promscope',
        client_secret: 'a-client-secret-of-32-characters',
        redirect_uris: [redirect],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: id === 'eve' ? ['guests'] : ['staff', 'everyone'] }),
    }),
    pkce: { required: () => true },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
