import { describe, expect, it } from 'vitest';
import { lines, planOf, read } from './reading.js';

const table = (header: string, ...words: string[]) =>
  lines(['sku', 'name', header], ...words.map((word, at) => [`A-${at}`, 'Mug', word]));

describe("another system's column of actions", () => {
  it.each([
    ['Command', 'DELETE'],
    ['update_delete', 'Delete'],
    ['*Action(SiteID=Germany|Country=DE)', 'End'],
    ['Row action', 'löschen'],
    ['Operación', 'eliminar'],
  ])('%s refuses the load where it says %s', (header, word) => {
    expect(() => planOf(table(header, 'new', word))).toThrow(/^Row 3 is to be deleted.*Try --map/s);
    const late = table(header, ...Array.from({ length: 60 }, () => 'new'), word);
    expect(() => read(late)).toThrow(/^Row 62 is to be deleted/);
  });

  it('is told of where it says anything else to do', () => {
    expect(planOf(table('Command', 'MERGE', 'IGNORE')).notes).toContainEqual(
      expect.stringContaining('"Command" seems to say what to do with a row ("MERGE", "IGNORE")'),
    );
  });

  it('is what the user says it is', () => {
    const rows = table('Command', 'DELETE', 'ADD');
    expect(read(rows, { map: ['Command=attributes'] }).products).toHaveLength(2);
    expect(read(rows, { map: ['Command=action'] }).products.map(({ action }) => action)).toEqual([
      ...['delete', 'add'],
    ]);
  });

  it.each([
    ['Aktion', 'Sommerpreis'],
    ['Colour', 'delete'],
    ['Action figure type and size', 'remove'],
  ])('is not %s with %s', (header, word) => {
    expect(read(table(header, word)).products).toHaveLength(1);
  });
});
