import {
  defaultFormat,
  defaultQuality,
  defaultWidth,
  formats,
  maxSide,
  type Format,
  type Settings,
} from '../../image/compress/settings.js';
import { wholeNumber, type OptionSpec } from '../../cli/option.js';

export interface ProcessInput {
  watch?: boolean;
  concurrency: number;
  limit?: number;
  to?: string;
  endpointUrl?: string;
  pathStyle?: boolean;
  format: Format;
  width: number;
  quality?: number;
  refresh?: boolean;
  allowPrivate?: boolean;
}

const work: OptionSpec[] = [
  { flags: '--watch', description: 'go on, and fetch what later loads bring' },
  {
    flags: '--concurrency <n>',
    description: 'images at once',
    default: 8,
    parse: wholeNumber(1),
  },
  { flags: '--limit <n>', description: 'begin no more images than that', parse: wholeNumber(1) },
  { flags: '--refresh', description: 'fetch again what is done, if its host has a newer version' },
  { flags: '--allow-private', description: 'fetch from loopback and private addresses, too' },
].map((option) => ({ ...option, group: 'Work:' }));

const compression: OptionSpec[] = [
  {
    flags: '--format <format>',
    description: 'what images become',
    choices: formats,
    default: defaultFormat,
  },
  {
    flags: '--width <pixels>',
    description: 'wider images are made as wide as that',
    default: defaultWidth,
    parse: upTo(maxSide),
  },
  {
    flags: '--quality <n>',
    description: '1 to 100 (default: 80, for AVIF 55)',
    parse: upTo(100),
  },
].map((option) => ({ ...option, group: 'Compression:' }));

const store: OptionSpec[] = [
  {
    flags: '--to <place>',
    description: 'a folder, or s3://bucket/prefix (default: images in the data folder)',
  },
  { flags: '--endpoint-url <url>', description: 'of an S3-compatible store (AWS_ENDPOINT_URL_S3)' },
  {
    flags: '--path-style',
    description: 'endpoint/bucket/key instead of bucket.endpoint/key (PRODIMPORT_S3_PATH_STYLE)',
  },
].map((option) => ({ ...option, group: 'Store:' }));

export const processOptions: OptionSpec[] = [...work, ...compression, ...store];

/** What the options of a command make of an image: its format, widths and quality. */
export function settingsOf({ format, width, quality }: ProcessInput): Settings {
  return { format, width, quality: quality ?? defaultQuality[format] };
}

function upTo(most: number): (text: string) => number {
  const parse = wholeNumber(1);
  return (text) => {
    const value = parse(text);
    if (value > most) throw new Error(`It takes a whole number up to ${most}.`);
    return value;
  };
}
