import type { ListedSheet } from './choose-sheet.js';
import type { Container } from './container.js';
import { damaged } from './fault.js';
import { readPart } from './part.js';
import { readRelationships } from './relationships.js';
import type { Relationship } from './relationships.js';

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
