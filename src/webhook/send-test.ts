import { randomUUID } from 'node:crypto';
import type { Session } from '../db/session.js';
import type { Net } from '../net/net.js';
import { attempt, type Addressee, type Attempt } from './attempt.js';
import { checkId, unknown } from './endpoint.js';
import { bodyOf } from './event.js';
import { attemptMs } from './schedule.js';

/**
 * Sends a test event to an endpoint, also to a disabled one, once.
 * @throws NotFoundError
 */
export async function sendTest(
  session: Session,
  net: Net,
  endpointId: string,
  allowPrivate: boolean,
): Promise<{ id: string; url: string; attempt: Attempt }> {
  const [to] = await session.query<Addressee>('webhook/signing', [checkId(endpointId)]);
  if (!to) throw unknown(endpointId);
  const id = `msg_${randomUUID().replaceAll('-', '')}`;
  const body = bodyOf('webhook.test', { endpointId }, new Date());
  const limits = { timeoutMs: attemptMs, allowPrivate };
  return { id, url: to.url, attempt: await attempt(net, to, { id, body }, limits) };
}
