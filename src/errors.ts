/**
 * A problem with a run (not with a row: those are values, see product/reject.ts). Each kind knows
 * the exit code that main.ts ends with. A message names the thing, the place and the way out.
 */
export class RunError extends Error {
  /**
   * @param message what, where, and the way out; already free of passwords
   * @param code a stable word for programs, such as `sku_column_missing`
   * @param exitCode see the README's table of exit codes
   */
  constructor(
    message: string,
    readonly code: string,
    readonly exitCode: number,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Exit 1: the run failed and products are unchanged. */
export class FailedError extends RunError {
  constructor(message: string, code = 'failed', options?: { cause?: unknown }) {
    super(message, code, 1, options);
  }
}

/** Exit 2: wrong usage, or an input that can't be read as asked; nothing was started. */
export class UsageError extends RunError {
  constructor(message: string, code = 'usage', options?: { cause?: unknown }) {
    super(message, code, 2, options);
  }
}

/** Exit 4: stopped by a limit that the user set, or by a declined prompt; products unchanged. */
export class RefusedError extends RunError {
  constructor(message: string, code = 'refused', options?: { cause?: unknown }) {
    super(message, code, 4, options);
  }
}

/** Exit 5: the database can't be reached, refuses, or its answer can't be learnt. */
export class DatabaseError extends RunError {
  constructor(message: string, code = 'database', options?: { cause?: unknown }) {
    super(message, code, 5, options);
  }
}

/** Exit 6: the job, product, endpoint, delivery or image named does not exist. */
export class NotFoundError extends RunError {
  constructor(message: string, code = 'not_found', options?: { cause?: unknown }) {
    super(message, code, 6, options);
  }
}

/**
 * What a command gives whose run ends with an error, but has something to show all the same, such as
 * the report of a load that was refused.
 */
export class ResultWithError<Result> {
  constructor(
    readonly result: Result,
    readonly error: RunError,
  ) {}
}

/** Takes passwords out of any text: of URLs and of keyword strings. */
export function redact(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]*@/gi, '$1:***@')
    .replace(/\b(password\s*=\s*)('[^']*'|\S+)/gi, '$1***');
}

/** A database URL to be typed again, whose password its user knows. */
export function withoutPassword(url: string): string {
  return url
    .replace(/^([a-z]+:\/\/[^\s:/@]*):[^\s@/]*@/i, '$1@')
    .replace(/([?&])password=[^&]*(&?)/gi, (_, front: string, after: string) => after && front);
}

/**
 * How many letters have to be changed, added, removed, or swapped with their neighbour, to make one
 * word the other.
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = last[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = i > 1 && j > 1 && isSwap ? beforeLast[j - 2]! + 1 : Infinity;
      current.push(Math.min(replaced, last[j]! + 1, current[j - 1]! + 1, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length]!;
}

/** The known word that somebody who typed `word` most likely meant; null where none is near. */
export function closest(word: string, known: readonly string[]): string | null {
  const typed = word.toLowerCase();
  const distances = known.map((name) => ({
    name,
    distance: editDistance(typed, name.toLowerCase()),
  }));
  const nearest = distances.sort((a, b) => a.distance - b.distance)[0];
  const isNear =
    nearest && nearest.distance <= Math.min(word.length - 1, Math.max(2, word.length / 3));
  return isNear ? nearest.name : null;
}

/** ` Did you mean …?` for the end of a sentence, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const meant = closest(word, known);
  return meant === null ? '' : ` Did you mean ${meant}?`;
}

/**
 * A text as a shell takes it for one word. Both shells of Windows know double quotes; a backslash
 * before one would be taken with it.
 */
export function shellWord(text: string, platform: string = process.platform): string {
  if (platform !== 'win32') {
    const isPlain = /^[\w./:+@%,][\w./:+@%,-]*$/.test(text);
    return isPlain ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  }
  if (/^[\w./:+\\][\w./:+\\-]*$/.test(text)) return text;
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}
