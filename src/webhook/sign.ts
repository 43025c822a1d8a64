import { createHmac, timingSafeEqual, randomBytes } from 'node:crypto';
import { UsageError } from '../errors.js';

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

const prefix = 'whsec_';
/** What Standard Webhooks recommends at least, in bytes. */
const shortestKeyBytes = 24;
const longestKeyBytes = 64;

/** A new secret: 32 random bytes. */
export function createSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/** The key that a secret stands for; null for what is no secret. */
export function keyOf(secret: string): Buffer | null {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : '';
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return null;
  return Buffer.from(text, 'base64');
}

/**
 * A secret that somebody brings along.
 * @throws UsageError, which does not repeat it
 */
export function checkSecret(secret: string): string {
  const key = keyOf(secret);
  if (key && key.length >= shortestKeyBytes && key.length <= longestKeyBytes) return secret;
  throw new UsageError(
    `The secret must be ${prefix} and ${shortestKeyBytes} to ${longestKeyBytes} bytes in base64. Make one with \`echo ${prefix}$(openssl rand -base64 32)\`, or leave --secret out.`,
    'secret_invalid',
  );
}
