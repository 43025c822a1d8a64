import type { PlannedColumn } from './header.js';
import type { Row, SourceRow } from '../source/source.js';
import { contraryAliases } from './aliases.js';
import { plainFlag, readBoolean } from './text.js';
import { cellText, isBlank } from './cell.js';
import { Fault } from './reject.js';
import { bareHeaderKey, headerKey, shownHeader } from './header-text.js';
import { type Mapping, locateMappings, mapOption } from './map-option.js';

/** Words, or beginnings of them, in headers that say whether a product is on sale. */
const flagWord = new RegExp(
  '^(?:a[ck]ti[fv]|ativ|attiv|aktyw|actief|enabl|visib|sichtbar|publi|online$|listed$|live$|status$|' +
    'etat$|estado$|stato$|sellable$|buyable$|availab|lieferbar|verfugbar|disponib|leverbaar|dostepn)',
);
const contraryWord = new RegExp(
  '^(?:archiv|hid(?:e|den)$|hide(?:product|item|fromstore)$|draft$|disabl|inacti|inakti|discontinu|' +
    'delete|obsolet|retired$|suspended$|blocked$|unlisted$|unpubli|masqu|versteckt|ausgeblendet|' +
    'gesperrt$|sperre$|geloscht|ausgelaufen|auslauf|bloque|bloccat|bloquead|geblokkeerd|zablokowan|ocult|descatalogad|nascost|verborgen|vervallen|ukryt|wycofan)',
);
/** A number of pieces, whatever stands beside it. */
const quantity =
  /^(?:quantity|qty|stock|count|number|menge|anzahl|bestand|quantite|cantidad|ilosc)$/;

/** What may stand beside that word without changing what yes means. */
const besides = new Set([
  '',
  'is',
  'product',
  'item',
  'flag',
  'status',
  'state',
  'yes',
  'no',
  'y',
  'n',
]);

const contraryKeys = new Set(contraryAliases.map(headerKey));

/** Whether yes under this header says that the product is not active. */
export function isContraryFlag(header: string): boolean {
  if (contraryKeys.has(headerKey(header)) || contraryKeys.has(bareHeaderKey(header))) return true;
  const [word, ...more] = wordsOf(header).filter((each) => !besides.has(each));
  return word !== undefined && more.length === 0 && contraryWord.test(word);
}

function wordsOf(header: string): string[] {
  const plain = header.normalize('NFKD').replace(/\p{M}/gu, '');
  const split = plain.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
  return split.toLowerCase().split(/[^\p{L}]+/u);
}

/** Under "Not for sale" yes means no. */
const negation = /^(?:not|non|no|nicht|niet|nie|hide|un\p{L}+)$/u;

const maxTold = 3;

/**
 * A sentence for columns that look like a flag, by header and cells, where none is read as one: a
 * hidden product would be loaded as active without a word.
 */
export function flagNotes(
  head: readonly SourceRow[],
  headerRow: Row | null,
  columns: readonly PlannedColumn[],
  mappings: readonly Mapping[],
): string[] {
  if (headerRow === null || columns.some(({ field }) => field === 'active')) return [];
  const headers = columns.map(({ isUnnamed, header }) => (isUnnamed ? '' : header));
  const mapped = locateMappings(mappings, headers);
  const rows = head.filter((row): row is Row => {
    return 'cells' in row && row.rowNumber > headerRow.rowNumber;
  });
  const flags = columns.filter(({ index, field }) => {
    if (mapped.has(index) || (field !== null && field !== 'attributes')) return false;
    return looksLikeFlag(headers[index]!) && rows.length > 0 && holdsFlags(rows, index);
  });
  const ends = columns.filter(({ index, field }) => {
    if (mapped.has(index) || (field !== null && field !== 'attributes')) return false;
    return saysSinceWhen(headers[index]!) && rows.some((row) => !isBlank(row.cells[index] ?? ''));
  });
  return [...flags.slice(0, maxTold).map(flagNote), ...ends.slice(0, maxTold).map(endNote)];
}

function flagNote({ header }: PlannedColumn): string {
  const what = isContraryFlag(header) ? ', a yes meaning that it is not' : '';
  return (
    `The column "${shownHeader(header)}" does not decide whether a product is active, though it ` +
    `looks so (${mapOption(header, 'active')} lets it${what})`
  );
}

function endNote({ header }: PlannedColumn): string {
  return (
    `The column "${shownHeader(header)}" seems to say since when a product is not on sale any more: ` +
    'its rows are loaded like all others, so leave out those with a date if they are to stay away'
  );
}

/** As `deleted_at`, which is blank for what is on sale. */
function saysSinceWhen(header: string): boolean {
  const words = wordsOf(header).filter((word) => word !== '');
  const when = /^(?:at|on|date|since|time)$/;
  const [word, ...more] = words.filter((each) => !when.test(each));
  const isAlone = word !== undefined && more.length === 0 && words.length > 1;
  return isAlone && contraryWord.test(word);
}

/** Not where it is unclear what yes would mean, as under "Not visible, or archived". */
function looksLikeFlag(header: string): boolean {
  if (isContraryFlag(header)) return true;
  const words = wordsOf(header);
  const isOther = (word: string) =>
    contraryWord.test(word) || negation.test(word) || quantity.test(word);
  if (words.some(isOther)) return false;
  return words.some((word) => flagWord.test(word));
}

/** Whether every cell says yes or no; words of the shop's own may stand among them. */
function holdsFlags(rows: readonly Row[], index: number): boolean {
  const cells = rows.map((row) => row.cells[index] ?? '').filter((cell) => !isBlank(cell));
  const flags = cells.filter((cell) => !(readBoolean(cell, plainFlag) instanceof Fault)).length;
  const areWords = !cells.some((cell) => /\d/.test(cellText(cell)));
  return flags > 0 && (flags === cells.length || (areWords && 2 * flags >= cells.length));
}
