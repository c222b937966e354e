// Signs a request as server.mjs asks for it. The credential is merchant:secret; the secret itself is never sent.
import { createHmac } from 'node:crypto';

export default function sign({ method, url, body, secret }) {
  // A request without a credential stays unsigned, and must be refused.
  if (secret === null) return {};
  const [merchant, key = ''] = secret.split(/:(.*)/s);
  const { pathname, search } = new URL(url);
  const timestamp = String(Date.now());
  const signature = createHmac('sha256', key)
    .update(`${method}\n${pathname}${search}\n${timestamp}\n`)
    .update(body)
    .digest('hex');
  // Takes the place of the credential.
  return { authorization: `HMAC-SHA256 ${merchant}:${signature}`, 'x-timestamp': timestamp };
}
