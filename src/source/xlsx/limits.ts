/**
 * What a workbook may ask for before it is refused. Real workbooks stay far below; archives made to
 * exhaust a reader are far above.
 */

/** Parts in the archive: a picture is one. Reading the names of so many takes 2 s. */
export const MAX_PARTS = 30_000;

/**
 * Inflated size over stored size, above which a part is refused once it is also larger than
 * `BOMB_FLOOR_BYTES`. Worksheets reach 10 to 50, deflate's most is 1,032; Apache POI stops at 100.
 */
export const MAX_INFLATION = 200;
export const BOMB_FLOOR_BYTES = 100_000_000;

/** Parts that are kept in memory while they are read (workbook, relationships, styles). */
export const MAX_SMALL_PART_BYTES = 64_000_000;

/** One cell, and one row. Excel allows 32,767 characters a cell; more is a reject. */
export const MAX_CELL_CHARACTERS = 1_048_576;

/** One tag, comment or CDATA section: beyond this the file is refused instead of gathered. */
export const MAX_TOKEN_CHARACTERS = 2_097_152;

/** Elements inside each other. Worksheets need 8, extensions a few more. */
export const MAX_DEPTH = 100;

/** Rows of the largest sheets that LibreOffice makes; Excel ends at 1,048,576. */
export const MAX_ROWS = 16_777_216;

/** Columns to XFD. */
export const MAX_COLUMNS = 16_384;

/** Rows handed on at once, and the characters in them. */
export const BATCH_ROWS = 500;
export const BATCH_CHARACTERS = 4_000_000;
