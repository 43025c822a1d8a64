import { closest, UsageError } from '../errors.js';
import type { CommandGroup } from './command.js';
import { globalOptions } from './context.js';
import { topics } from './topics.js';
import { withHint } from './usage.js';

/** What other tools call it, and what it is here. */
export const synonyms: Record<string, string> = {
  import: 'load',
  upload: 'load',
  check: 'inspect',
  validate: 'load --dry-run',
  jobs: 'status',
  history: 'status',
  errors: 'report',
  rollback: 'undo',
  revert: 'undo',
  migrate: 'db migrate',
  init: 'db migrate',
  start: 'db start',
  stop: 'db stop',
  completion: 'complete',
  version: '--version',
  list: 'product list',
  search: 'product list --search',
  get: 'product get',
  show: 'product get',
  add: 'product add',
  update: 'product update',
  delete: 'product delete',
  export: 'product export',
  'product show': 'product get',
  'product search': 'product list --search',
  'product create': 'product add',
  'product edit': 'product update',
  'product remove': 'product delete',
  'product import': 'load',
  owners: 'owner list',
  'webhook create': 'webhook add',
  'webhook delete': 'webhook remove',
  'webhook show': 'webhook list',
  'image run': 'image process',
  'db status': 'db info',
  'db init': 'db migrate',
};

const inputFile = /\.(csv|tsv|txt|xlsx?|gz)$/i;

/** What the words on the command line ask for. */
interface Understood {
  /** As commander takes them: `help product list` is `product list --help`. */
  words: string[];
  /** The name of the command that is called; null where commander has to look at all of them. */
  command: string | null;
}

/**
 * @param helpful words that are no commands, but may have been meant
 * @throws UsageError for an unknown command, naming the one that was probably meant
 */
export function understand(
  argv: string[],
  known: string[],
  groups: CommandGroup[],
  helpful: string[] = [],
): Understood {
  const isGroup = (word: string) => groups.some(({ name }) => name === word);
  const places = commandPlaces(argv);
  const typed = places.map((place) => argv[place]!);
  const help = typed.slice(0, isGroup(typed[0] ?? '') ? 2 : 1).lastIndexOf('help');
  if (help >= 0) {
    const rest = argv.filter((_, place) => place !== places[help]);
    const [asked = ''] = typed.filter((_, place) => place !== help);
    if (help === 0 && asked in topics) return { words: argv, command: 'help' };
    return understand([...rest, '--help'], known, groups, Object.keys(topics));
  }
  const [first = '', second] = typed;
  const command = [first, `${first} ${second}`].find((name) => known.includes(name)) ?? null;
  const isAlone = typed.length === 0 || (isGroup(first) && !second);
  if (command !== null || isAlone) return { words: argv, command };
  const all = [...known, ...groups.map(({ name }) => name), ...helpful];
  throw unknownCommand(isGroup(first) ? [first, second!] : [first], all, helpful.length > 0);
}

/**
 * Where the first two words stand that are no options, nor values of the global ones. Nothing
 * after an option that is none before a command: commander says so.
 */
function commandPlaces(argv: string[]): number[] {
  const flagsOf = new Map(globalOptions.map(({ flags }) => [flags.split(' ')[0]!, flags]));
  const places: number[] = [];
  for (let i = 0; i < argv.length && places.length < 2; i++) {
    const [option = ''] = argv[i]!.split('=', 1);
    const flags = flagsOf.get(option);
    if (flags?.includes('<') && option === argv[i]) i++;
    else if (!option.startsWith('-')) places.push(i);
    else if (places.length === 0 && !flags && !everywhere.includes(option)) return [];
  }
  return places;
}

const everywhere = ['--help', '-h', '--version', '-V', '--verbose'];

function unknownCommand(words: string[], known: string[], isTopic: boolean): unknown {
  const group = words.slice(0, -1);
  const word = words.at(-1)!;
  const meant = synonyms[words.join(' ')] ?? (inputFile.test(word) ? `load ${word}` : null);
  const inside = known
    .map((name) => name.split(' '))
    .filter((name) => name.length === words.length && group.every((one, i) => one === name[i]))
    .map((name) => name.at(-1)!);
  const hint = meant ?? closest(word, inside);
  const asked = hint === null ? '' : ` Did you mean ${hint}?`;
  const what = isTopic ? 'command or topic' : 'command';
  const error = new UsageError(`unknown ${what} '${word}'.${asked}`);
  return withHint(error, ['prodimport', ...group].join(' '));
}
