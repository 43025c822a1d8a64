import type { ColumnTarget } from './aliases.js';

/** Options of `load` that a profile may set; what the command line says wins. */
export interface ProfileOptions {
  delimiter?: string | undefined;
  encoding?: string | undefined;
  sheet?: string | undefined;
  headerRow?: number | undefined;
  decimal?: 'auto' | '.' | ',' | undefined;
  extra?: 'keep' | 'ignore' | 'error' | undefined;
  action?: 'upsert' | 'add' | 'update' | 'delete' | undefined;
  onExisting?: 'update' | 'skip' | 'error' | undefined;
  onDuplicate?: 'last' | 'first' | 'error' | undefined;
  blank?: 'keep' | 'clear' | undefined;
}

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
