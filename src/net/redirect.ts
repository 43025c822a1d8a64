import type { AnswerHead } from './answer.js';
import { NetError } from './failure.js';
import { checkUrl } from './url.js';

/**
 * Where an answer redirects to, checked like any URL; null where it does not redirect.
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
  return checkUrl(new URL(location, from).href, allowPrivate);
}
