import type { Container } from './container.js';
import { readPart } from './part.js';
import { damaged } from './fault.js';
import { UsageError } from '../../errors.js';

/** What the workbook part says: its sheets in order, its calendar, and where the rest stands. */
interface Workbook {
  sheets: WorkbookPartSheet[];
  /** Dates count from 1904-01-01 (old Macintosh workbooks) instead of 1900. */
  uses1904: boolean;
  sharedStringsPart: string | null;
  stylesPart: string | null;
}

interface WorkbookPartSheet extends ListedSheet {
  /** The full name of its part; null where the workbook does not say. */
  part: string | null;
}

/** The relationship types (last word) of a list entry that has cells. */
const withRows = 'worksheet';

/**
 * Finds the main part through the archive's own relationships, so that its name does not matter.
 * @returns null where there is none
 */
export async function findMainPart(container: Container): Promise<string | null> {
  const relationships = await readRelationships(container, '');
  const main = relationships.find(({ type }) => type === 'officeDocument');
  if (main && container.has(main.target)) return main.target;
  return container.has('xl/workbook.xml') ? 'xl/workbook.xml' : null;
}

/** @throws UsageError where the workbook part is damaged or lists no sheet */
export async function readWorkbook(container: Container, mainPart: string): Promise<Workbook> {
  const relationships = await readRelationships(container, mainPart);
  const byId = new Map(relationships.map((relationship) => [relationship.id, relationship]));
  const sheets: WorkbookPartSheet[] = [];
  let uses1904 = false;
  await readPart(container, mainPart, {
    open(name, attributes, depth) {
      if (depth === 1 && name !== 'workbook') {
        throw damaged(container.name, `its part ${mainPart} is no workbook but "${name}"`);
      }
      if (depth === 2 && name === 'workbookPr') uses1904 = isTrue(attributes['date1904']);
      if (depth === 3 && name === 'sheet') sheets.push(listedSheet(attributes, byId));
    },
  });
  if (sheets.length === 0) throw damaged(container.name, 'it lists no sheet');
  return {
    sheets,
    uses1904,
    sharedStringsPart: partOfType(container, relationships, 'sharedStrings'),
    stylesPart: partOfType(container, relationships, 'styles'),
  };
}

function listedSheet(
  attributes: Record<string, string>,
  byId: Map<string, Relationship>,
): WorkbookPartSheet {
  const idAttribute = Object.keys(attributes).find((key) => key.endsWith(':id'));
  const relationship = byId.get(attributes[idAttribute ?? ''] ?? '');
  const state = attributes['state'] ?? 'visible';
  return {
    name: attributes['name'] ?? '',
    visible: state === 'visible',
    hasRows: relationship === undefined || relationship.type === withRows,
    part: relationship?.target ?? null,
  };
}

function partOfType(
  container: Container,
  relationships: Relationship[],
  type: string,
): string | null {
  const target = relationships.find((relationship) => relationship.type === type)?.target;
  return target !== undefined && container.has(target) ? target : null;
}

function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

/** A link from one part to another. `type` is the last word of its URI, the same in both dialects. */
interface Relationship {
  id: string;
  type: string;
  /** The full name of the part in the archive, without leading slash. */
  target: string;
}

/**
 * The relationships of a part (`''` for the archive itself), links out of the file left out.
 * @throws UsageError where the list is damaged
 */
async function readRelationships(container: Container, source: string): Promise<Relationship[]> {
  const list = relationshipsPart(source);
  if (!container.has(list)) return [];
  const found: Relationship[] = [];
  await readPart(container, list, {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const { Id: id, Type: type, Target: target } = attributes;
      if (id === undefined || type === undefined || target === undefined) return;
      found.push({ id, type: lastWord(type), target: resolveTarget(source, target) });
    },
  });
  return found;
}

function relationshipsPart(source: string): string {
  const slash = source.lastIndexOf('/') + 1;
  return `${source.slice(0, slash)}_rels/${source.slice(slash)}.rels`;
}

function lastWord(uri: string): string {
  return uri.slice(uri.lastIndexOf('/') + 1);
}

/** A target is relative to the folder of its source, or absolute; `..` never leaves the archive. */
function resolveTarget(source: string, target: string): string {
  const path = decodePercent(target).replaceAll('\\', '/');
  const folder = path.startsWith('/') ? [] : source.split('/').slice(0, -1);
  for (const step of path.split('/')) {
    if (step === '..') folder.pop();
    else if (step !== '' && step !== '.') folder.push(step);
  }
  return folder.join('/');
}

function decodePercent(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

/** A sheet as a workbook lists it. */
export interface ListedSheet {
  name: string;
  visible: boolean;
  /** False for charts, dialogs and macros, which stand in the list but have no rows. */
  hasRows: boolean;
}

/**
 * Finds the sheet that the user asked for: by name, then by name in any case, then by its number
 * (from 1, hidden ones counted); without a wish the first visible one.
 * @param name how messages call the file
 * @throws UsageError where there is no such sheet, listing those that there are
 */
export function chooseSheet<T extends ListedSheet>(
  sheets: T[],
  wish: string | null,
  name: string,
): T {
  const found = wish === null ? firstVisible(sheets) : named(sheets, wish);
  if (found?.hasRows) return found;
  const reason =
    wish === null
      ? 'has no visible sheet with rows'
      : found
        ? `its sheet "${found.name}" is a chart and has no rows`
        : `has no sheet "${wish}"`;
  throw new UsageError(
    `${name}: ${reason}. Found ${listSheets(sheets)}. Choose one with --sheet.`,
    'sheet_not_found',
  );
}

/** A sentence on what was chosen where the user did not choose and could have; otherwise none. */
export function sheetNotes(
  sheets: ListedSheet[],
  chosen: ListedSheet,
  wish: string | null,
): string[] {
  const others = sheets.filter((sheet) => sheet.hasRows && sheet !== chosen);
  if (wish !== null || others.length === 0) return [];
  return [`Read sheet "${chosen.name}", the first visible one of ${listSheets(sheets)}.`];
}

/** Those that a person sees beside the chosen one. */
export function otherSheets<T extends ListedSheet>(sheets: T[], chosen: T): T[] {
  return sheets.filter((sheet) => sheet.visible && sheet.hasRows && sheet !== chosen);
}

function firstVisible<T extends ListedSheet>(sheets: T[]): T | undefined {
  return sheets.find((sheet) => sheet.visible && sheet.hasRows);
}

function named<T extends ListedSheet>(sheets: T[], wish: string): T | undefined {
  const folded = wish.toLowerCase();
  return (
    sheets.find((sheet) => sheet.name === wish) ??
    sheets.find((sheet) => sheet.name.toLowerCase() === folded) ??
    (/^[0-9]{1,9}$/.test(wish) ? sheets[Number(wish) - 1] : undefined)
  );
}

function listSheets(sheets: ListedSheet[]): string {
  if (sheets.length === 0) return 'none';
  const shown = sheets
    .slice(0, 20)
    .map((sheet, index) => `${index + 1} "${sheet.name}"${sheet.visible ? '' : ' (hidden)'}`);
  if (sheets.length > shown.length) shown.push(`${sheets.length - shown.length} more`);
  return shown.join(', ');
}
