import { readdirSync, readFileSync } from 'node:fs';
import type { ColumnTarget } from './aliases.js';
import { anyText, headerTest, headerKey, maxHeaderLength } from './header-text.js';
import type { Action } from './product.js';

/**
 * What cells of a row say: for each header (or field) the texts that fit, in any case. `''` is a
 * blank cell, `*` any text that is not blank, and a column that the file lacks is blank.
 */
export type Condition = Readonly<Record<string, string | readonly string[]>>;

/** Rows of one product that carry its common cells only once. */
interface FillDown {
  /** Which rows belong together: those with the same text in the first filled of these columns. */
  by?: string | readonly string[];
  /** Instead of `by`: the rows that begin a product; those below belong to it. */
  startsWith?: Condition;
  /** The headers whose blank cells are filled from the rows above. */
  columns: readonly string[];
  /** Columns that are filled only in rows of which this is true. */
  only?: Readonly<Record<string, Condition>>;
}

/** Rows that carry no product of their own. */
export interface Skip {
  when: Condition;
  unless?: Condition;
  /** Only where an earlier row has the same SKU. */
  again?: boolean;
  /** Why, of one such row, as a note ends with it. */
  say: string;
}

/** What is known about the files of one system, as its JSON says it. */
export interface ProfileData {
  name: string;
  /** Sets of headers; a file that has all of one is the system's. Empty: never recognised. */
  recognise: readonly (readonly string[])[];
  /**
   * Header and field; one `{any}` in a header stands for any text. Of two for one field the first that the file has is
   * taken, but all that hold images.
   */
  map: Readonly<Record<string, ColumnTarget>>;
  fillDown: FillDown | null;
  /** Columns whose blank cells are filled from another column of the same row. */
  fillFrom: Readonly<Record<string, string>>;
  skip: readonly Skip[];
  /** Words of the active column, besides the usual ones, in any case. */
  activeWords: Readonly<Record<string, boolean>>;
  /** What words of the action columns mean, besides our own, in any case. */
  actionWords: Readonly<Record<string, Action | 'skip'>>;
  /** Columns in which `\n` stands for a line break. */
  lineBreaks: readonly string[];
  options: Readonly<Record<string, unknown>>;
}

/** The same, with what fits each header of the map in its order, and words in lower case. */
export interface Profile extends Omit<ProfileData, 'map'> {
  map: readonly ProfileMapping[];
}

/** As JSON it says all that its owner wrote: a profile that was edited is another one. */
interface ProfileMapping {
  header: string;
  target: ColumnTarget;
  fits: (key: string) => boolean;
  isPattern: boolean;
}

const nothing: Omit<ProfileData, 'name'> = {
  recognise: [],
  map: {},
  fillDown: null,
  fillFrom: {},
  skip: [],
  activeWords: {},
  actionWords: {},
  lineBreaks: [],
  options: {},
};

/** @param data what is left out says nothing */
export function profileOf(data: Partial<ProfileData> & { name: string }): Profile {
  const { map, activeWords, actionWords, ...rest } = { ...nothing, ...data };
  return {
    ...rest,
    map: Object.entries(map).map(([header, target]) => ({
      ...{ header, target, fits: headerTest(header), isPattern: header.includes(anyText) },
    })),
    activeWords: lowerCase(activeWords),
    actionWords: lowerCase(actionWords),
  };
}

function lowerCase<Value>(words: Readonly<Record<string, Value>>): Record<string, Value> {
  const entries = Object.entries(words).map(([word, value]) => [word.toLowerCase(), value]);
  return Object.fromEntries(entries) as Record<string, Value>;
}

const folder = new URL('profiles/', import.meta.url);

/** What each file of a profile says; a test checks them by the rules for profiles of one's own. */
const readData = atFirstUse(() => {
  const names = readdirSync(folder).map((file) => file.replace('.json', ''));
  const textOf = (name: string) => readFileSync(new URL(`${name}.json`, folder), 'utf8');
  return names.sort().map((name) => JSON.parse(textOf(name)) as ProfileData);
});

export const builtInProfiles = atFirstUse((): readonly Profile[] => readData().map(profileOf));

/** What is made once, when somebody asks for it: most commands need no profile. */
function atFirstUse<Made>(make: () => Made): () => Made {
  let made: { value: Made } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** The built-in profile of that name, in any case; null where there is none. */
export function findProfile(name: string): Profile | null {
  const wanted = name.toLowerCase();
  return builtInProfiles().find((profile) => profile.name === wanted) ?? null;
}

type Test = (keys: ReadonlySet<string>) => boolean;

/** Each set of headers that tells a system, the largest first. */
const signs = atFirstUse(() =>
  builtInProfiles()
    .flatMap((profile) =>
      profile.recognise.map((headers) => ({ profile, headers, tests: headers.map(testOf) })),
    )
    .sort((a, b) => b.tests.length - a.tests.length),
);

function testOf(header: string): Test {
  const key = headerKey(header);
  if (!header.includes(anyText)) return (keys) => keys.has(key);
  const test = headerTest(header);
  return (keys) => [...keys].some(test);
}

/** The built-in profile whose headers these are, by the largest set of them, or null; and by which. */
export function recogniseProfile(
  headers: readonly string[],
): { profile: Profile; by: readonly string[] } | null {
  const short = headers.filter(({ length }) => length <= maxHeaderLength);
  const keys = new Set(short.map(headerKey));
  const sign = signs().find(({ tests }) => tests.every((has) => has(keys)));
  if (sign === undefined) return null;
  const found = sign.headers.map(headerTest);
  const by = short.filter((header) => found.some((is) => is(headerKey(header))));
  return { profile: sign.profile, by };
}

/** Every header that one of them names: those that stand for themselves, and the patterns. */
const knownHeaders = atFirstUse(() => {
  const named = readData().flatMap(({ map, recognise }) => [
    ...Object.keys(map),
    ...recognise.flat(),
  ]);
  const isPattern = (header: string) => header.includes(anyText);
  const keys = new Set(named.filter((header) => !isPattern(header)).map(headerKey));
  return { keys, patterns: named.filter(isPattern).map(headerTest) };
});

/** Whether the header of this key means something to one of the built-in profiles. */
export function isInBuiltInProfiles(key: string): boolean {
  const { keys, patterns } = knownHeaders();
  return keys.has(key) || patterns.some((test) => test(key));
}
