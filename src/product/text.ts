import type { Cell } from '../source/source.js';
import { cellFault, cellText, isBlankText } from './cell.js';
import { Fault, quoted } from './reject.js';
import { mapOption } from './map-option.js';
import { type Action, actions } from './product.js';

/** Characters (code points, as PostgreSQL counts them) that a SKU, a name or an owner may have. */
export const maxCharacters = 255;

/** The fault of a text that its column does not hold; null where it fits. */
export function tooLong(text: string, field: string): Fault | null {
  if (text.length <= maxCharacters) return null;
  let characters = 0;
  for (const character of text) characters += character === '' ? 0 : 1;
  if (characters <= maxCharacters) return null;
  return new Fault(
    'too_long',
    `The ${field} ${quoted(text)} has ${characters} characters, at most ${maxCharacters} fit: shorten it`,
  );
}

/** A name or an owner: trimmed, at most 255 characters; null where blank. */
export function readShortText(cell: Cell, field: string): string | null | Fault {
  const fault = cellFault(cell) ?? manyFault(cell, field);
  if (fault !== null) return fault;
  const text = cellText(cell).trim();
  if (text === '' || isInvisible(text)) return null;
  return tooLong(text, field) ?? text;
}

/** Why a JSON list or object can't fill a field that holds one value; null for all else. */
export function manyFault(cell: Cell, field: string): Fault | null {
  if (typeof cell === 'string' || cell.kind !== 'json' || !/^[[{]/.test(cell.text)) return null;
  const what = cell.text.startsWith('[') ? 'a list' : 'an object';
  return new Fault('column_count', `${quoted(cell.text)} is ${what}: the ${field} takes one value`);
}

/** Whether a cell, given as UTF-8, is for certain stored as it stands by `readText`. */
export function isPlainText(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from]!;
  return from < to && hasInk(first) && first !== damageCode;
}

/** The same of `readShortText`. */
export function isPlainShortText(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > maxCharacters || !isPlainText(bytes, from, to)) return false;
  let last = to - 1;
  while ((bytes[last]! & 0xc0) === 0x80) last--;
  return hasInk(bytes[last]!);
}

/** `#DAMAGED!` and the like begin with it. */
const damageCode = 0x23;

/**
 * Whether a character is seen for certain, by its first byte: printable ASCII, Latin, Greek,
 * Cyrillic, Chinese and Korean letters, whose neighbours are no blanks and nothing invisible.
 */
function hasInk(first: number): boolean {
  if (first < 0x80) return first > 0x20 && first < 0x7f;
  return (
    (first >= 0xc3 && first <= 0xcc) ||
    (first >= 0xce && first <= 0xd1) ||
    (first >= 0xe4 && first <= 0xec)
  );
}

/** A description or an attribute: every byte is kept; null where there is only white space. */
export function readText(cell: Cell): string | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = typeof cell === 'string' ? cell : cellText(cell);
  return isBlankText(text) ? null : text;
}

/** Nothing but zero-width characters and the like: no name, though not blank to a computer. */
function isInvisible(text: string): boolean {
  return text.charCodeAt(0) > 0x7e && /^[\s\p{Default_Ignorable_Code_Point}]+$/u.test(text);
}

type Words = Readonly<Record<'true' | 'false', string>>;

/** Yes and no by language. Under a header such as "Archived" they mean the contrary. */
const answers: Readonly<Record<string, Words>> = {
  // PostgreSQL writes t and f.
  any: { true: '1 y on t', false: '0 n off f' },
  English: { true: 'true yes', false: 'false no' },
  French: { true: 'vrai oui o', false: 'faux non' },
  German: { true: 'wahr ja j', false: 'falsch nein' },
  Spanish: { true: 'verdadero sí si s', false: 'falso no' },
  Italian: { true: 'vero sì si s', false: 'falso no' },
  Portuguese: { true: 'verdadeiro sim s', false: 'falso não nao' },
  Dutch: { true: 'waar ja j', false: 'onwaar nee' },
  Polish: { true: 'prawda tak t', false: 'fałsz falsz nie' },
};

/** What a product is, by language. Such a word says so itself, whatever the header. */
const states: Readonly<Record<string, Words>> = {
  English: {
    true: 'active enabled publish published visible listed live',
    false:
      'inactive disabled unpublished hidden unlisted draft pending private proposed incomplete ' +
      'archived',
  },
  French: { true: 'actif activé publié', false: 'inactif désactivé dépublié brouillon archivé' },
  German: { true: 'aktiv', false: 'inaktiv' },
  Spanish: { true: 'activo', false: 'inactivo' },
  Italian: { true: 'attivo', false: 'inattivo' },
  Portuguese: { true: 'ativo', false: 'inativo' },
  Dutch: { true: 'actief', false: 'inactief' },
  Polish: { true: 'aktywny', false: 'nieaktywny' },
};

function tableOf(languages: Readonly<Record<string, Words>>): Map<string, boolean> {
  const entries = Object.values(languages).flatMap((words) => [
    ...words.true.split(' ').map((word) => [word, true] as const),
    ...words.false.split(' ').map((word) => [word, false] as const),
  ]);
  return new Map(entries);
}

const answerWords = tableOf(answers);
const stateWords = tableOf(states);
/** Whether something can be switched on says nothing of what is hidden by it. */
const unclearContrary = new Set(['enabled', 'disabled']);

/** Keys are lower case. */
type BooleanWords = ReadonlyMap<string, boolean>;

const straight: BooleanWords = new Map([...answerWords, ...stateWords]);
const contrary: BooleanWords = new Map([
  ...[...answerWords].map(([word, value]) => [word, !value] as const),
  ...[...stateWords].filter(([word]) => !unclearContrary.has(word)),
]);

/** The column of a flag: what its words mean, and how the file calls it. */
export interface FlagColumn {
  /** Yes says that the product is not active: the header is "Archived", for example. */
  isContrary: boolean;
  /** A profile's own words, such as Magento's 2 for disabled; they say themselves what is active. */
  ownWords: BooleanWords;
  /** Null where there is no file. */
  header: string | null;
}

export const plainFlag: FlagColumn = { isContrary: false, ownWords: new Map(), header: null };

/** Whether a product is active; null where the cell is blank. */
export function readBoolean(cell: Cell, column: FlagColumn): boolean | null | Fault {
  const { isContrary, ownWords } = column;
  const words = isContrary ? contrary : straight;
  const plain = typeof cell === 'string' ? (ownWords.get(cell) ?? words.get(cell)) : undefined;
  if (plain !== undefined) return plain;
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  if (typeof cell !== 'string' && cell.kind === 'boolean') return cell.value !== isContrary;
  const text = cellText(cell).trim();
  if (text === '') return null;
  const word = text.toLowerCase().normalize('NFC');
  return ownWords.get(word) ?? words.get(word) ?? invalid(text, column.header);
}

function invalid(text: string, header: string | null): Fault {
  const wayOut =
    header === null
      ? ''
      : `, or keep the column out of active with ${mapOption(header, 'attributes')}`;
  return new Fault(
    'boolean_invalid',
    `${quoted(text)} says neither yes nor no: write true or false${wayOut}`,
  );
}

const byWord = new Map<string, Action>(actions.map((action) => [action, action]));

/** A row's own action; null where the cell is blank. Words of the profile, lower case, come first. */
export function readAction(
  cell: Cell,
  ownWords: ReadonlyMap<string, Action | 'skip'>,
): Action | 'skip' | null | Fault {
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  const text = cellText(cell).trim();
  if (text === '') return null;
  const word = text.toLowerCase();
  const action = ownWords.get(word) ?? byWord.get(word);
  if (action !== undefined) return action;
  return new Fault(
    'action_invalid',
    `${quoted(text)} is no action: write ADD, UPDATE, DELETE or UPSERT, or leave it blank`,
  );
}
