import { randomBytes } from 'node:crypto';
import { UsageError } from '../errors.js';

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
