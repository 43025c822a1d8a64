import { extname } from 'node:path';
import { UsageError } from '../errors.js';

/**
 * The format that the ending of `--output` asks for; null where it has none, or `--format` settles
 * it. A name that promises what the file would not be is refused.
 * @param formats by their endings, in small letters and without the dot
 * @throws UsageError for an ending that stands for none of them
 */
export function formatByEnding<Format extends string>(
  { output = '', format }: { output?: string; format?: Format },
  formats: Record<string, Format>,
): Format | null {
  const ending = extname(output).slice(1).toLowerCase();
  if (format !== undefined || ending === '') return null;
  const named = formats[ending];
  if (named !== undefined) return named;
  const known = Object.keys(formats).map((name) => `.${name}`);
  throw new UsageError(
    `--output ${output}: .${ending} stands for no format. Name a file that ends in ${known.join(', ')}, or say which with --format.`,
    'output_format',
  );
}
