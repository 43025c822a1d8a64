import { anyText, headerKey, headerTest, maxHeaderLength } from './header-text.js';
import { profileOf, type Profile, type ProfileData } from './profile.js';
import akeneo from './profiles/akeneo.json' with { type: 'json' };
import amazon from './profiles/amazon.json' with { type: 'json' };
import amazonListings from './profiles/amazon-listings.json' with { type: 'json' };
import bigcommerce from './profiles/bigcommerce.json' with { type: 'json' };
import ebay from './profiles/ebay.json' with { type: 'json' };
import ecwid from './profiles/ecwid.json' with { type: 'json' };
import etsy from './profiles/etsy.json' with { type: 'json' };
import lightspeed from './profiles/lightspeed.json' with { type: 'json' };
import magento1 from './profiles/magento1.json' with { type: 'json' };
import magento2 from './profiles/magento2.json' with { type: 'json' };
import matrixify from './profiles/matrixify.json' with { type: 'json' };
import medusa from './profiles/medusa.json' with { type: 'json' };
import odoo from './profiles/odoo.json' with { type: 'json' };
import opencart from './profiles/opencart.json' with { type: 'json' };
import prestashop from './profiles/prestashop.json' with { type: 'json' };
import prestashopCombinations from './profiles/prestashop-combinations.json' with { type: 'json' };
import productFeed from './profiles/product-feed.json' with { type: 'json' };
import saleor from './profiles/saleor.json' with { type: 'json' };
import shopify from './profiles/shopify.json' with { type: 'json' };
import shopware5 from './profiles/shopware5.json' with { type: 'json' };
import shopware6 from './profiles/shopware6.json' with { type: 'json' };
import spree from './profiles/spree.json' with { type: 'json' };
import square from './profiles/square.json' with { type: 'json' };
import squarespace from './profiles/squarespace.json' with { type: 'json' };
import sylius from './profiles/sylius.json' with { type: 'json' };
import vendure from './profiles/vendure.json' with { type: 'json' };
import wix from './profiles/wix.json' with { type: 'json' };
import woocommerce from './profiles/woocommerce.json' with { type: 'json' };

/** As JSON holds them; a test checks each by the rules for profiles of one's own. */
const data: unknown = [
  akeneo,
  amazon,
  amazonListings,
  bigcommerce,
  ebay,
  ecwid,
  etsy,
  lightspeed,
  magento1,
  magento2,
  matrixify,
  medusa,
  odoo,
  opencart,
  prestashop,
  prestashopCombinations,
  productFeed,
  saleor,
  shopify,
  shopware5,
  shopware6,
  spree,
  square,
  squarespace,
  sylius,
  vendure,
  wix,
  woocommerce,
];

export const builtInProfiles: readonly Profile[] = (data as ProfileData[]).map(profileOf);

/** The built-in profile of that name, in any case; null where there is none. */
export function findProfile(name: string): Profile | null {
  const wanted = name.toLowerCase();
  return builtInProfiles.find((profile) => profile.name === wanted) ?? null;
}

type Test = (keys: ReadonlySet<string>) => boolean;

/** Each set of headers that tells a system, the largest first. */
const signs = builtInProfiles
  .flatMap((profile) =>
    profile.recognise.map((headers) => ({ profile, headers, tests: headers.map(testOf) })),
  )
  .sort((a, b) => b.tests.length - a.tests.length);

function testOf(header: string): Test {
  const key = headerKey(header);
  if (!header.includes(anyText)) return (keys) => keys.has(key);
  const test = headerTest(header);
  return (keys) => [...keys].some(test);
}

/** The built-in profile whose headers these are, by the largest set of them, or null; and by which. */
export function recogniseProfile(
  headers: readonly string[],
): { profile: Profile; by: readonly string[] } | null {
  const short = headers.filter(({ length }) => length <= maxHeaderLength);
  const keys = new Set(short.map(headerKey));
  const sign = signs.find(({ tests }) => tests.every((has) => has(keys)));
  if (sign === undefined) return null;
  const found = sign.headers.map(headerTest);
  const by = short.filter((header) => found.some((is) => is(headerKey(header))));
  return { profile: sign.profile, by };
}

const ofProfiles = new Set<string>();
const patterns: ReturnType<typeof headerTest>[] = [];
for (const { map, recognise } of data as ProfileData[]) {
  for (const header of [...Object.keys(map), ...recognise.flat()]) {
    if (header.includes(anyText)) patterns.push(headerTest(header));
    else ofProfiles.add(headerKey(header));
  }
}

/** Whether the header of this key means something to one of the built-in profiles. */
export function isInBuiltInProfiles(key: string): boolean {
  return ofProfiles.has(key) || patterns.some((test) => test(key));
}
