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
