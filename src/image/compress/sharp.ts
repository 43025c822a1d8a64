import type { Sharp } from 'sharp';
import { maxSide, type Settings } from './settings.js';

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
