import { createHmac, timingSafeEqual } from 'node:crypto';
import { keyOf } from './secret.js';

/** What a signature covers: the message's id, the attempt's time in seconds, the body's bytes. */
export interface Signed {
  id: string;
  timestamp: string;
  body: string | Buffer;
}

/**
 * The `webhook-signature` header of Standard Webhooks: `v1,` and HMAC-SHA256 over
 * `id.timestamp.body` in base64, one for each secret, with a space between.
 */
export function signatureHeader(signed: Signed, secrets: string[]): string {
  return secrets.map((secret) => `v1,${digest(signed, secret)?.toString('base64')}`).join(' ');
}

/** Whether one of the signatures in the header was made of this with the secret. */
export function isSignedBy(signed: Signed, header: string, secret: string): boolean {
  const expected = digest(signed, secret);
  if (!expected) return false;
  return header.split(/\s+/).some((signature) => {
    const [version, text = ''] = signature.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function digest({ id, timestamp, body }: Signed, secret: string): Buffer | null {
  const key = keyOf(secret);
  return key && createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
}
