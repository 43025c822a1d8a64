import type { Cell } from '../source/row.js';
import { cellFault, cellText } from './cell.js';
import { Fault, quoted } from './fault.js';

const yes = 'true yes oui 1 active enabled published vrai actif activé publié';
const no =
  'false no non 0 inactive disabled unpublished draft archived ' +
  'faux inactif désactivé dépublié brouillon archivé';

const words = new Map<string, boolean>([
  ...yes.split(' ').map((word) => [word, true] as const),
  ...no.split(' ').map((word) => [word, false] as const),
]);

/** A profile's own words, such as Magento's 2 for disabled; keys are lower case. */
type BooleanWords = ReadonlyMap<string, boolean>;

/** Whether a product is active; null where the cell is blank. */
export function readBoolean(cell: Cell, ownWords: BooleanWords): boolean | null | Fault {
  const plain = typeof cell === 'string' ? (ownWords.get(cell) ?? words.get(cell)) : undefined;
  if (plain !== undefined) return plain;
  const fault = cellFault(cell);
  if (fault !== null) return fault;
  if (typeof cell !== 'string' && cell.kind === 'boolean') return cell.value;
  const text = cellText(cell).trim();
  if (text === '') return null;
  const word = text.toLowerCase().normalize('NFC');
  const value = ownWords.get(word) ?? words.get(word);
  if (value !== undefined) return value;
  return new Fault(
    'boolean_invalid',
    `${quoted(text)} says neither yes nor no: write true or false, or keep the column out of ` +
      'active with --map "its header=attributes"',
  );
}
