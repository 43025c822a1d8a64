import type { Sharp } from 'sharp';

/** Decoded, this many pixels take 200 MB; the largest cameras in use give less. */
const maxPixels = 50_000_000;

const timeoutSeconds = 30;

/** What is decoded at all; what else libvips reads (SVG, PDF, …) was not written for strangers. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif', 'Tiff'];

/**
 * Compresses one file: upright, no wider than asked, without the camera's notes. Of
 * an animation the first picture counts.
 * @throws what sharp throws, for files that it can't read or that have too many pixels
 */
export async function compress(from: string, settings: Settings): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  const image = sharp(from, { limitInputPixels: maxPixels, failOn: 'error' })
    .timeout({ seconds: timeoutSeconds })
    .rotate()
    .resize({ width: settings.width, height: maxSide, fit: 'inside', withoutEnlargement: true });
  return encoded(image, settings).toBuffer();
}

function encoded(image: Sharp, { format, quality }: Settings): Sharp {
  switch (format) {
    case 'webp':
      return image.webp({ quality });
    case 'jpeg':
      // JPEG knows no transparency.
      return image.flatten({ background: '#ffffff' }).jpeg({ quality, mozjpeg: true });
    case 'avif':
      return image.avif({ quality, effort: 3 });
  }
}

export const formats = ['webp', 'jpeg', 'avif'] as const;
export type Format = (typeof formats)[number];

/** How images are compressed. */
export interface Settings {
  format: Format;
  /** Pixels; wider ones are made as wide as that, narrower ones left as they are. */
  width: number;
  /** 1 to 100, in the format's own measure. */
  quality: number;
}

export const defaultFormat: Format = 'webp';
/** Twice what a shop shows on a usual screen. */
export const defaultWidth = 1600;

/** What looks much the same in each format: their scales differ. */
export const defaultQuality: Record<Format, number> = { webp: 80, jpeg: 80, avif: 55 };

export const extensions: Record<Format, string> = { webp: 'webp', jpeg: 'jpg', avif: 'avif' };

/** Higher or wider, in pixels, no WebP can be. */
export const maxSide = 16_383;
