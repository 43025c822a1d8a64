import { jsonSafely } from './escape.js';

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
