import { randomUUID } from 'node:crypto';
import { NetError, type Answer, type Net } from '../net/net.js';
import { readRetryAfter } from '../net/failure.js';
import { hourMs, minuteMs, secondMs, type Schedule } from '../queue/queue.js';
import { signatureHeader } from './sign.js';
import type { Session } from '../db/session.js';
import { checkId, unknown } from './endpoint.js';
import { bodyOf } from './schema.js';

/** Where and with what a message goes. */
export interface Addressee {
  url: string;
  allow_private: boolean;
  secret: string;
  /** Signs as well, for a while after a rotation. */
  old_secret: string | null;
}

/** What is sent: an event, or a test. */
export interface Sent {
  id: string;
  body: string;
}

/** How one attempt ended. */
export interface Attempt {
  /** Of HTTP; null where there was no answer. */
  status: number | null;
  isDelivered: boolean;
  /** 410: the receiver wants no more. */
  isGone: boolean;
  /** Nobody answered, so that the next attempt would hardly do better. */
  isSilence: boolean;
  /** Milliseconds that the receiver asked to wait. */
  retryAfterMs: number | null;
  /** What went wrong, with the beginning of the answer; null when delivered. */
  error: string | null;
  durationMs: number;
}

/**
 * Ten attempts in 3 days and 4 hours: the example schedule of Standard Webhooks 1.0.0
 * ("Deliverability and reliability").
 */
export const schedule: Schedule = {
  delaysMs: [
    5 * secondMs,
    5 * minuteMs,
    30 * minuteMs,
    2 * hourMs,
    5 * hourMs,
    10 * hourMs,
    14 * hourMs,
    20 * hourMs,
    24 * hourMs,
  ],
  jitter: 0.1,
  mayAskForLess: true,
  longestAskedMs: 24 * hourMs,
};

/** For one attempt, from the name to the last byte; the standard recommends 15 to 30 s. */
export const attemptMs = 15 * secondMs;

/** What is read of an answer at most. */
const maxAnswerBytes = 64 * 1024;
const shownCharacters = 200;

/** Sends a message once. 2xx is success and everything else is not, redirects included. */
export async function attempt(
  net: Net,
  to: Addressee,
  sent: Sent,
  options: { timeoutMs: number; allowPrivate: boolean },
): Promise<Attempt> {
  const startedAt = performance.now();
  try {
    const answer = await net.post(to.url, {
      headers: headersOf(to, sent),
      body: sent.body,
      timeoutMs: options.timeoutMs,
      maxBytes: maxAnswerBytes,
      allowPrivate: options.allowPrivate || to.allow_private,
    });
    const { status, durationMs } = answer;
    const isDelivered = status >= 200 && status < 300;
    return {
      status,
      isDelivered,
      isGone: status === 410,
      isSilence: false,
      retryAfterMs: readRetryAfter(answer.headers['retry-after'], schedule.longestAskedMs),
      error: isDelivered ? null : describe(answer),
      durationMs,
    };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    return noAnswer(error, performance.now() - startedAt);
  }
}

function headersOf(to: Addressee, { id, body }: Sent): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const secrets = to.old_secret === null ? [to.secret] : [to.secret, to.old_secret];
  return {
    'content-type': 'application/json',
    'user-agent': 'prodimport',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatureHeader({ id, timestamp, body }, secrets),
  };
}

function noAnswer(error: NetError, durationMs: number): Attempt {
  return {
    status: null,
    isDelivered: false,
    isGone: false,
    isSilence: error.isSilence,
    retryAfterMs: null,
    error: `The endpoint ${error.message}.`,
    durationMs: Math.round(durationMs),
  };
}

function describe({ status, headers, body }: Answer): string {
  if (headers.location && status >= 300 && status < 400) {
    const target = headers.location.slice(0, shownCharacters);
    return `HTTP ${status}: redirects are not followed; it points to ${target}`;
  }
  const text = body
    .subarray(0, 4 * shownCharacters)
    .toString('utf8')
    .replace(/[\0\s]+/g, ' ');
  const said = text.trim().slice(0, shownCharacters);
  return said ? `HTTP ${status}: ${said}` : `HTTP ${status}`;
}

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
