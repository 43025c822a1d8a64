import type { PlannedColumn } from './header.js';
import { UsageError } from '../errors.js';
import type { Row } from '../source/source.js';
import { cellText } from './cell.js';
import { quoted } from './reject.js';
import { headerKey, shownHeader } from './header-text.js';
import { mapOption } from './map-option.js';
import { plainFlag, readBoolean } from './text.js';
import { wordsOf } from './aliases.js';

const actionHeader = new RegExp(
  '^(?:actions?|command|operation|instruction|crud|aktion|vorgang|befehl|accion|operacion|azione|' +
    'operazione|acao|operacao|actie|bewerking|akcja|operacja)$',
);
const changes = /^(?:add|update|delete)$/;

const deletions = new Set(
  (
    'delete deleted remove removed end ended purge destroy drop del loschen geloscht entfernen ' +
    'supprimer eliminar borrar elimina eliminare cancella rimuovi excluir remover apagar ' +
    'verwijderen verwijder usun usunac skasuj'
  ).split(' '),
);
const others = new Set(
  'add update upsert insert new create merge replace modify revise relist ignore skip draft'.split(
    ' ',
  ),
);

const deletionMark =
  /^(?:(?:mark(?:ed)?|flag(?:ged)?)?fordelet(?:ion|e)|deletion|losch(?:vormerkung|kennzeichen|kz)|lvorm|vorgemerktzumloschen)$/;

/** A header that asks for the deletion of rows by itself, as `Delete?` and `Deletion flag` do. */
function asksToDelete(header: string): boolean {
  const key = headerKey(header)
    .replace(/^to(?:be)?/, '')
    .replace(/(?:flag|mark|indicator)$/, '');
  const isState = /ed$|^end$|^gel/i.test(headerKey(header)) && !/^tobe/.test(headerKey(header));
  return deletionMark.test(key) || (deletions.has(key) && !isState);
}

/** Whether a cell below such a header says so: a word of deletion, a yes, a mark. */
function meansDeletion(word: string, header: string): boolean {
  if (word === '' || word.length > 20) return false;
  if (deletions.has(headerKey(word))) return true;
  if (!asksToDelete(header)) return false;
  return readBoolean(word, plainFlag) === true || /^[x\u2713\u2714]$/iu.test(word);
}

/**
 * Columns in which another system says what is to be done with a row, and which nobody understands
 * here: a row to be deleted must not become a product.
 */
export class ForeignActions {
  readonly #columns: readonly PlannedColumn[];

  constructor(columns: readonly PlannedColumn[]) {
    this.#columns = columns.filter(({ isAction, match, isUnnamed, header }) => {
      return (
        !isAction && match === null && !isUnnamed && (saysWhatToDo(header) || asksToDelete(header))
      );
    });
  }

  get exist(): boolean {
    return this.#columns.length > 0;
  }

  /** @throws UsageError for a word that means deletion */
  check({ cells, rowNumber }: Row): void {
    for (const { index, header } of this.#columns) {
      const word = cellText(cells[index] ?? '').trim();
      if (!meansDeletion(word, header)) continue;
      const way = asksToDelete(header)
        ? 'Leave such rows out, put DELETE into a column "action" of theirs, or give'
        : `Try ${mapOption(header, 'action')} if its words are ADD, UPDATE, DELETE and UPSERT, or`;
      throw new UsageError(
        `Row ${rowNumber} is to be deleted, as its column "${shownHeader(header)}" says ` +
          `${quoted(word)}, and that column is not understood. ${way} ` +
          `${mapOption(header, 'attributes')} to load every row. Products are unchanged`,
        'action_not_understood',
      );
    }
  }

  /** What is said before anything is written, where the first rows hold such words. */
  notes(rows: readonly Row[]): string[] {
    return this.#columns.flatMap(({ index, header }) => {
      const words = new Set(rows.map(({ cells }) => cellText(cells[index] ?? '').trim()));
      const known = [...words].filter((word) => word.length <= 20 && others.has(headerKey(word)));
      if (known.length === 0) return [];
      return [
        `The column "${shownHeader(header)}" seems to say what to do with a row ` +
          `(${known.slice(0, 3).map(quoted).join(', ')}), and is not obeyed: every row is loaded ` +
          `(${mapOption(header, 'action')} takes it for the action)`,
      ];
    });
  }
}

function saysWhatToDo(header: string): boolean {
  const words = wordsOf(header.replace(/\(.*/s, ''));
  if (words.length === 0 || words.length > 3) return false;
  const isChange = words.length === 2 && words.every((word) => changes.test(word));
  return isChange || words.some((word) => actionHeader.test(word));
}
