import { refusalOf } from './address.js';
import type { AnswerHead } from './get.js';
import { NetError } from './failure.js';
import { checkUrl, refused } from './url.js';

/**
 * Where an answer redirects to, checked like any URL, and never to a metadata service; null where
 * it does not redirect.
 * @throws NetError
 */
export function redirectTarget(
  { status, headers }: AnswerHead,
  from: URL,
  allowPrivate: boolean,
): URL | null {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return null;
  if (!URL.canParse(location, from.href)) {
    throw new NetError('redirects to something that is not a URL', 'answer_invalid');
  }
  const target = checkUrl(new URL(location, from).href, allowPrivate);
  // Whoever allows private hosts means their own, and not that one of them sends us to this.
  const refusal = refusalOf(target.hostname.replace(/^\[|\]$/g, ''));
  if (refusal?.includes('metadata')) throw refused(target.hostname, refusal);
  return target;
}
