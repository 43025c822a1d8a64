import { didYouMean, UsageError } from '../errors.js';
import { endOfString, endOfValue, maxDepth, skipBlank } from './json.js';
import { keyedHead, type SheetHead, type SourceOptions } from './source.js';

/** Where the products stand. */
export interface JsonLayout {
  /** The keys that lead to their list; null where they stand one after the other. */
  path: string[] | null;
  /** Whether each has a line of its own. */
  isByLine: boolean;
  notes: string[];
  /** The other lists of objects. */
  others: SheetHead[];
}

/** A list of objects that the beginning of a file holds. */
interface FoundList {
  path: string[];
  /** The keys of its first object, as far as they can be read. */
  keys: string[];
}

/**
 * Finds where the products stand.
 * @param text the beginning of the file
 * @throws UsageError where there are no objects, or no list of the name that `--sheet` says
 */
export function findLayout(
  text: string,
  isWhole: boolean,
  options: SourceOptions,
  place: string,
): JsonLayout {
  const { sheet, format, recognise } = options;
  const at = skipBlank(text, text.startsWith('\ufeff') ? 1 : 0);
  const end = endOfValue(text, at);
  const isObject = text[at] === '{';
  const isByLine = isLineByLine(text, isWhole);
  const hasMore = isObject && end > 0 && end <= text.length && text[skipBlank(text, end)] === '{';
  if (sheet === null && (isByLine || hasMore || format === 'ndjson')) {
    return { path: null, isByLine: isByLine || !hasMore, notes: [], others: [] };
  }
  const lists: FoundList[] = [];
  findLists(text, at, [], lists);
  const named = sheet === null ? bestOf(lists, recognise) : listNamed(sheet, lists, place);
  const own = isObject ? keysAt(text, at) : [];
  if (named !== null) {
    const isHolder = recognise(named.keys) >= recognise(own) || sheet !== null;
    const others = lists.filter((list) => list !== named);
    const notes = notesOf(named, others, sheet);
    const heads = others.map(({ path, keys }) => keyedHead(path.join('.'), keys));
    if (isHolder) return { path: named.path, isByLine: false, notes, others: heads };
  }
  if (isObject && isWhole && recognise(own) > 0) {
    return { path: null, isByLine: !text.trim().includes('\n'), notes: [], others: [] };
  }
  throw text[at] === '[' ? noObjects(text, at, place) : noList(place, own);
}

/** So many lines are looked at. */
const maxLines = 20;

/** What is no object, alone on its line. */
const scalar = /^(?:null|true|false|-?\d[\d.eE+-]*)$/;

/**
 * Whether each line is an object. One that is broken, or cut off, makes no difference, nor does one
 * of another value, which is a reject.
 */
function isLineByLine(text: string, isWhole: boolean): boolean {
  const all = text.split('\n', maxLines + 1);
  const filled = (isWhole ? all : all.slice(0, -1)).map((line) => line.trim()).filter(Boolean);
  const lines = filled.filter((line) => !scalar.test(line));
  if (filled.length < 2 || lines.length === 0 || !lines.every((line) => /^\ufeff?\{/.test(line)))
    return false;
  return (
    isObjectText(lines[0]!) ||
    lines.filter((line) => /[,[{:]$/.test(line)).length * 2 < lines.length
  );
}

function isObjectText(line: string): boolean {
  try {
    return typeof JSON.parse(line.replace(/^\ufeff/, '')) === 'object';
  } catch {
    return false;
  }
}

function notesOf({ path }: FoundList, rest: readonly FoundList[], sheet: string | null): string[] {
  if (path.length === 0 || sheet !== null) return [];
  const others = rest.map((list) => list.path.join('.'));
  const more = others.length === 0 ? '' : `; --sheet takes another (${others.join(', ')})`;
  return [`The products are read from the list "${path.join('.')}"${more}`];
}

function bestOf(
  lists: readonly FoundList[],
  recognise: SourceOptions['recognise'],
): FoundList | null {
  let best: FoundList | null = null;
  for (const list of lists) {
    if (best === null || recognise(list.keys) > recognise(best.keys)) best = list;
  }
  return best;
}

/** A list may stand after what was looked at: then its name is believed. */
function listNamed(sheet: string, lists: readonly FoundList[], place: string): FoundList {
  const found = lists.find(({ path }) => path.join('.') === sheet || path.at(-1) === sheet);
  if (found !== undefined) return found;
  if (lists.some(({ path }) => path.length === 0)) {
    throw new UsageError(
      `${place}: --sheet ${sheet} was given, but the whole file is one list. Leave it out.`,
      'sheet_missing',
    );
  }
  const names = lists.map(({ path }) => path.join('.'));
  const hint = didYouMean(sheet, names);
  const has = names.length === 0 ? 'none was found' : `found ${names.join(', ')}`;
  throw new UsageError(
    `${place}: there is no list "${sheet}" at its beginning.${hint} Lists of objects: ${has}.`,
    'sheet_missing',
  );
}

const maxLists = 50;

/** Collects the lists of objects that stand in objects from `at` on. @returns where the value ends */
function findLists(text: string, at: number, path: string[], lists: FoundList[]): number {
  if (text[at] === '[') {
    const first = skipBlank(text, at + 1);
    if (text[first] === '{' && lists.length < maxLists) {
      lists.push({ path, keys: keysAt(text, first) });
    }
    const end = endOfValue(text, at);
    return end < 0 ? text.length + 1 : end;
  }
  if (text[at] !== '{' || path.length >= maxDepth) return endOfValue(text, at);
  let next = skipBlank(text, at + 1);
  while (text[next] === '"') {
    const keyEnd = endOfString(text, next);
    const from = skipBlank(text, skipBlank(text, keyEnd) + 1);
    if (from >= text.length) return text.length + 1;
    next = skipBlank(text, findLists(text, from, [...path, keyOf(text, next, keyEnd)], lists));
    if (text[next] === ',') next = skipBlank(text, next + 1);
  }
  return next + 1;
}

function keyOf(text: string, from: number, end: number): string {
  try {
    return JSON.parse(text.slice(from, end)) as string;
  } catch {
    return text.slice(from + 1, end - 1);
  }
}

/** The keys of the object at `at`, as far as the text goes. */
function keysAt(text: string, at: number): string[] {
  const keys: string[] = [];
  let next = skipBlank(text, at + 1);
  while (text[next] === '"') {
    const keyEnd = endOfString(text, next);
    const end = endOfValue(text, skipBlank(text, skipBlank(text, keyEnd) + 1));
    if (end < 0 || keyEnd > text.length) break;
    keys.push(keyOf(text, next, keyEnd));
    next = skipBlank(text, end);
    if (text[next] === ',') next = skipBlank(text, next + 1);
  }
  return keys;
}

export function noProducts(place: string): UsageError {
  return new UsageError(`${place}: this JSON holds no products: its list is empty.`, 'file_empty');
}

function noObjects(text: string, at: number, place: string): UsageError {
  if (text[skipBlank(text, at + 1)] === ']') return noProducts(place);
  const isRows = text[skipBlank(text, at + 1)] === '[' || text.indexOf('\n[', at) > 0;
  const what = isRows ? 'JSON of rows as lists' : 'a JSON list without objects';
  return new UsageError(
    `${place}: this is ${what}, in which nothing says what a value is. Export a list of objects such as [{"sku":"A","name":"Kettle"}], or CSV.`,
    'format_foreign',
  );
}

function noList(place: string, keys: readonly string[]): UsageError {
  const has = keys.length === 0 ? '' : ` (its keys are ${keys.slice(0, 8).join(', ')})`;
  return new UsageError(
    `${place}: this is JSON without a list of objects at its beginning${has}. Name the list with --sheet, or export a list of objects such as [{"sku":"A","name":"Kettle"}].`,
    'format_foreign',
  );
}
