import type { ColumnTarget } from './aliases.js';
import type { ProfileOptions } from './profile-file.js';

/** Rows of one product that carry its common cells only once, on the first of them. */
interface FillDown {
  /** The header (the first that the file has) whose cell says which rows belong together. */
  by: readonly string[];
  /** The headers whose blank cells are filled from the rows above. */
  columns: readonly string[];
}

/** What is known about the files of one system: mappings, options, and their own words. */
export interface Profile {
  name: string;
  /** Sets of headers; a file that has all of one is the system's. Empty: never recognised. */
  recognise: readonly (readonly string[])[];
  /** Header and field; of two for one field the first that the file has is taken. */
  map: readonly (readonly [header: string, target: ColumnTarget])[];
  fillDown: FillDown | null;
  /** Lower-case words of the active column, besides the usual ones. */
  activeWords: Readonly<Record<string, boolean>>;
  options: ProfileOptions;
}
