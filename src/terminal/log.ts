import type { WriteStream } from 'node:tty';
import { jsonSafely, showLinesSafely, wrap } from './escape.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * One line of a log that programs read, with its line end. The keys are those of pino.
 * @param fields never a secret
 */
export function logLine(level: LogLevel, message: string, fields: object = {}): string {
  return `${jsonSafely({ level, time: new Date().toISOString(), msg: message, ...fields })}\n`;
}

/** A sentence among the lines of `--progress json`, with its line end. */
export function noteLine(note: string): string {
  return `${jsonSafely({ note })}\n`;
}

type Screen = Pick<WriteStream, 'isTTY' | 'columns'>;

/** A sentence for people: on a terminal its lines are broken between words, not in them. */
export function forTheEye(note: string, { isTTY, columns }: Screen): string {
  const lines = showLinesSafely(note).split('\n');
  if (!isTTY) return lines.join('\n');
  // Some pseudo-terminals say that they have no columns at all.
  return lines.map((line) => wrap(line, columns || 80)).join('\n');
}
