import { headerKey, maxHeaderLength } from './header-text.js';
import type { Profile } from './profile.js';
import { magento2 } from './profiles/magento2.js';
import { odoo } from './profiles/odoo.js';
import { prestashop } from './profiles/prestashop.js';
import { shopify } from './profiles/shopify.js';
import { woocommerce } from './profiles/woocommerce.js';

/** The more particular a header, the earlier its profile is tried. */
export const builtInProfiles: readonly Profile[] = [
  shopify,
  woocommerce,
  magento2,
  prestashop,
  odoo,
];

/** The built-in profile of that name, in any case; null where there is none. */
export function findProfile(name: string): Profile | null {
  const wanted = name.toLowerCase();
  return builtInProfiles.find((profile) => profile.name === wanted) ?? null;
}

/** The built-in profile whose headers these are, or null. */
export function recogniseProfile(headers: readonly string[]): Profile | null {
  const short = headers.filter(({ length }) => length <= maxHeaderLength);
  const keys = new Set(short.map(headerKey));
  const has = (set: readonly string[]) => set.every((header) => keys.has(headerKey(header)));
  return builtInProfiles.find((profile) => profile.recognise.some(has)) ?? null;
}
