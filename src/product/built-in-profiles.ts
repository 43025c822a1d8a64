import { readdirSync, readFileSync } from 'node:fs';
import { anyText, headerKey, headerTest, maxHeaderLength } from './header-text.js';
import { profileOf, type Profile, type ProfileData } from './profile.js';

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
