import { UsageError, shellWord } from '../errors.js';
import { shownHeader } from './header-text.js';
import { findColumn, listed } from './map-option.js';

/** What MySQL and its kin write for nothing. */
const defaultWords = ['\\N'];

/** What names a column. */
interface NamedColumn {
  index: number;
  field: string | null;
  isAction: boolean;
  own: { name: string } | null;
  header: string;
  isUnnamed: boolean;
}

interface WordList {
  /** A field or a header; null for all columns. */
  column: string | null;
  words: string[];
}

/**
 * The words that mean nothing, by column: as `--null 'NULL,n/a'` says for all, and
 * `--null 'price=POA'` for one besides. The SKU has none.
 * @param texts as they were typed; undefined where none was
 * @throws UsageError for a column that the file does not have, or that of the SKU
 */
export function nullWordsOf(
  texts: readonly string[] | undefined,
  columns: readonly NamedColumn[],
): (ReadonlySet<string> | null)[] {
  const lists = (texts ?? []).map(parseList);
  const general = lists.filter(({ column }) => column === null).flatMap(({ words }) => words);
  const isReplaced = lists.some(({ column }) => column === null);
  const forAll = isReplaced ? general : defaultWords;
  const byColumn = columns.map(() => new Set(forAll));
  for (const { column, words } of lists) {
    if (column === null) continue;
    for (const index of columnsNamed(column, columns)) {
      for (const word of words) byColumn[index]!.add(word);
    }
  }
  return byColumn.map((words, index) => {
    return columns[index]!.field === 'sku' || words.size === 0 ? null : words;
  });
}

/** Those of every column that has no words of its own; null where there are none. */
export function wordsForAll(texts: readonly string[] | undefined): ReadonlySet<string> | null {
  const lists = (texts ?? []).map(parseList).filter(({ column }) => column === null);
  const words = lists.length === 0 ? defaultWords : lists.flatMap((list) => list.words);
  return words.length === 0 ? null : new Set(words);
}

function parseList(text: string): WordList {
  const [, column = null, list = ''] = /^(?:([^,=]+)=)?(.*)$/su.exec(text) ?? [];
  const words = list.split(/(?<!\\),/u).map((word) => word.replaceAll('\\,', ',').trim());
  return { column: column?.trim() ?? null, words: words.filter((word) => word !== '') };
}

/** The columns of the field, else the one with that header, or that number. */
function columnsNamed(name: string, columns: readonly NamedColumn[]): number[] {
  const wanted = name.toLowerCase();
  const ofField = columns.filter(({ field, isAction, own }) => {
    return field === wanted || own?.name === wanted || (isAction && wanted === 'action');
  });
  const headers = columns.map(({ header, isUnnamed }) => (isUnnamed ? '' : header));
  const at = ofField.length > 0 ? -1 : findColumn(name, headers);
  const found = at < 0 ? ofField.map(({ index }) => index) : [at];
  if (found.some((index) => columns[index]!.field === 'sku')) {
    throw new UsageError(
      `--null "${name}=…": the SKU can't be blank. Name another column.`,
      'null_of_sku',
    );
  }
  if (found.length > 0) return found;
  const named = headers.filter((header) => header !== '');
  throw new UsageError(
    `--null "${shownHeader(name)}=…": the file has no such column. ` +
      `Found ${listed(named, headers.length)}`,
    'null_unknown_column',
  );
}

const longestWord = 60;

/** The option, to be copied to a shell, that takes this word for blank; null for no such word. */
export function nullOption(column: string, word: string): string | null {
  if (word.length > longestWord || /\p{Cc}/u.test(word)) return null;
  return `--null ${shellWord(`${column}=${word.replaceAll(',', '\\,')}`)}`;
}
