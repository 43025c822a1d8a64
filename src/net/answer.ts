import type { Dispatcher } from 'undici';
import { NetError } from './failure.js';

/** The status and headers of an answer, known before its body. */
export interface AnswerHead {
  status: number;
  headers: Record<string, string>;
}

export type BodySink = (chunk: Buffer, head: AnswerHead) => Promise<void> | void;

/** The sink failed (a full disk, say), not the answer; `cause` says how. */
export class SinkFailure extends Error {}

interface BodyLimits {
  maxBytes: number;
  whenLonger?: 'cut' | 'fail';
  onBody?: BodySink;
}

/**
 * Reads an answer, of its body at most `maxBytes`.
 * @throws NetError `answer_too_long` where a longer body fails
 */
export async function readAnswer(response: Dispatcher.ResponseData, limits: BodyLimits) {
  const { maxBytes, whenLonger = 'fail', onBody } = limits;
  const head = headOf(response);
  const chunks: Buffer[] = [];
  const take = onBody ?? ((chunk: Buffer) => void chunks.push(chunk));
  let room = maxBytes;
  let isCut = false;
  // A body that is left early ends with an error of its own, which says nothing new.
  response.body.on('error', () => undefined);
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    isCut = chunk.length > room;
    if (isCut && whenLonger === 'fail') {
      throw new NetError(`answered with more than ${maxBytes} bytes`, 'answer_too_long');
    }
    const wanted = isCut ? chunk.subarray(0, room) : chunk;
    if (wanted.length > 0) await fill(take, wanted, head);
    if (isCut) break;
    room -= chunk.length;
  }
  return { ...head, body: Buffer.concat(chunks), isCut };
}

/** What an answer says before its body; each header once, in lower case. */
export function headOf({ statusCode, headers }: Dispatcher.ResponseData): AnswerHead {
  const plain: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: statusCode, headers: plain };
}

async function fill(take: BodySink, chunk: Buffer, head: AnswerHead): Promise<void> {
  try {
    await take(chunk, head);
  } catch (error) {
    throw new SinkFailure('the body could not be stored', { cause: error });
  }
}
