/**
 * What a workbook may ask for before it is refused. Real workbooks stay far below; archives made to
 * exhaust a reader are far above.
 */

/** Parts in the archive: a picture is one. Reading the names of so many takes 2 s. */
export const maxParts = 30_000;

/**
 * Inflated size over stored size, above which a part is refused once it is also larger than
 * `bombFloorBytes`. Worksheets reach 10 to 50, deflate's most is 1,032; Apache POI stops at 100.
 */
export const maxInflation = 200;
export const bombFloorBytes = 100_000_000;

/** Parts that are kept in memory while they are read (workbook, relationships, styles). */
export const maxSmallPartBytes = 64_000_000;

/** One cell, and one row. Excel allows 32,767 characters a cell; more is a reject. */
export const maxCellCharacters = 1_048_576;

/** One tag, comment or CDATA section: beyond this the file is refused instead of gathered. */
export const maxTokenCharacters = 2_097_152;

/** Elements inside each other. Worksheets need 8, extensions a few more. */
export const maxDepth = 100;

/** Rows of the largest sheets that LibreOffice makes; Excel ends at 1,048,576. */
export const maxRows = 16_777_216;

/** Columns to XFD. */
export const maxColumns = 16_384;

/** Rows handed on at once, and the characters in them. */
export const batchRows = 500;
export const batchCharacters = 4_000_000;
