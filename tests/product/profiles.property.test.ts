import fc from '../setup/property.js';
import { describe, expect, it } from 'vitest';
import { lines, read } from './reading.js';

interface Product {
  name: string;
  description: string;
  active: boolean;
  variants: { price: string; image: string }[];
}

type Cells = Record<string, string>;

/** How a system writes a product: rows by its own headers, with what is no product between them. */
interface System {
  profile: string;
  rows: (product: Product, at: number) => Cells[];
  /** Rows of which no product comes. */
  noise?: (product: Product, at: number) => Cells[];
}

const sku = (at: number, variant: number) => `P${at}-V${variant}`;
const flag = (active: boolean, on: string, off: string) => (active ? on : off);

/** The first row of a product has the common cells, the others only their own. */
const sparse =
  (
    common: (product: Product, at: number) => Cells,
    own: (variant: Product['variants'][number], at: number, place: number) => Cells,
  ) =>
  (product: Product, at: number): Cells[] =>
    product.variants.map((variant, place) => ({
      ...(place === 0 ? common(product, at) : {}),
      ...own(variant, at, place),
    }));

const systems: System[] = [
  {
    profile: 'shopify',
    rows: sparse(
      ({ name, description, active }) => ({
        Title: name,
        'Body (HTML)': description,
        Status: flag(active, 'active', 'draft'),
      }),
      ({ price, image }, at, place) => ({
        Handle: `h${at}`,
        'Variant SKU': sku(at, place),
        'Variant Price': price,
        'Image Src': image,
      }),
    ),
  },
  {
    profile: 'matrixify',
    rows: sparse(
      ({ name, description, active }) => ({
        Command: 'MERGE',
        Title: name,
        'Body HTML': description,
        Status: flag(active, 'Active', 'Archived'),
      }),
      ({ price, image }, at, place) => ({
        Handle: `h${at}`,
        'Variant SKU': sku(at, place),
        'Variant Command': 'MERGE',
        'Variant Price': price,
        'Image Src': image,
      }),
    ),
    noise: (_, at) => [
      { Handle: `x${at}`, Command: 'IGNORE', Title: 'Left out', 'Variant SKU': sku(at, 0) },
    ],
  },
  {
    profile: 'magento2',
    rows: ({ name, description, active, variants }, at) =>
      variants.map(({ price, image }, place) => ({
        sku: sku(at, place),
        attribute_set_code: 'Default',
        name,
        description,
        product_online: flag(active, '1', '2'),
        price,
        base_image: image,
      })),
    noise: (_, at) => [
      { sku: sku(at, 0), store_view_code: 'de', attribute_set_code: 'Default', name: 'Deutsch' },
      { sku: sku(at, 0), store_view_code: 'default', attribute_set_code: 'Default', name: 'Shop' },
    ],
  },
  {
    profile: 'sylius',
    rows: ({ name, description, active, variants }, at) =>
      variants.map(({ price, image }, place) => ({
        Code: sku(at, place),
        Locale: 'en_US',
        Main_taxon: 't',
        Name: name,
        Description: description,
        Enabled: flag(active, '1', '0'),
        Price: price,
        Image: image,
      })),
    noise: (_, at) => [{ Code: sku(at, 0), Locale: 'fr_FR', Main_taxon: 't', Name: 'Français' }],
  },
  {
    profile: 'shopware6',
    rows: sparse(
      ({ name, description, active }) => ({
        name,
        description,
        active: flag(active, '1', '0'),
      }),
      ({ price, image }, at, place) => ({
        id: `${at}-${place}`,
        parent_id: place === 0 ? '' : `${at}-0`,
        product_number: sku(at, place),
        price_gross: price,
        cover_media_url: image,
      }),
    ),
  },
  {
    profile: 'vendure',
    rows: sparse(
      ({ name, description, active }) => ({
        name,
        description,
        slug: 's',
        enabled: flag(active, 'true', 'false'),
      }),
      ({ price, image }, at, place) => ({
        optionGroups: '',
        optionValues: '',
        sku: sku(at, place),
        price,
        variantAssets: image,
      }),
    ),
  },
  {
    profile: 'squarespace',
    rows: sparse(
      ({ name, description, active }) => ({
        Title: name,
        Description: description,
        Visible: flag(active, 'Yes', 'No'),
      }),
      ({ price, image }, at, place) => ({
        'Product ID [Non Editable]': '',
        'Variant ID [Non Editable]': String(place),
        SKU: sku(at, place),
        Price: price,
        'Hosted Image URLs': image,
      }),
    ),
  },
  {
    profile: 'ecwid',
    rows: sparse(
      ({ name, description, active }) => ({
        product_name: name,
        product_description: description,
        product_is_available: flag(active, 'true', 'false'),
      }),
      ({ price, image }, at, place) => ({
        type: place === 0 ? 'product' : 'product_variation',
        product_internal_id: String(at + 1),
        product_sku: sku(at, 0),
        product_variation_sku: place === 0 ? '' : sku(at, place),
        product_price: price,
        product_media_main_image_url: image,
      }),
    ),
    noise: (_, at) => [
      { type: 'product_option', product_internal_id: String(at + 1), product_sku: sku(at, 0) },
    ],
  },
  {
    profile: 'bigcommerce',
    rows: sparse(
      ({ name, description, active }) => ({
        Item: 'Product',
        Name: name,
        Description: description,
        'Is Visible': flag(active, 'TRUE', 'FALSE'),
      }),
      ({ price, image }, at, place) => ({
        ...(place === 0 ? {} : { Item: 'Variant' }),
        SKU: sku(at, place),
        Price: price,
        'Image URL (Import)': image,
      }),
    ),
  },
  {
    profile: 'ebay',
    rows: sparse(
      ({ name, description }) => ({
        'Action(SiteID=US)': 'Revise',
        Title: name,
        Description: description,
      }),
      ({ price, image }, at, place) => ({
        CustomLabel: sku(at, place),
        StartPrice: price,
        PicURL: image,
      }),
    ),
    noise: (_, at) => [{ 'Action(SiteID=US)': 'End', CustomLabel: `old${at}` }],
  },
];

const text = fc.constantFrom('Cup', 'Tea pot', 'Ölkanne', '50 % wool', 'a, b; c', 'Bowl "S"');
const product = fc.record({
  name: text,
  description: text,
  active: fc.boolean(),
  variants: fc.array(
    fc.record({
      price: fc.integer({ min: 1, max: 999_999 }).map((cents) => String(cents / 100)),
      image: fc.constantFrom('https://i.test/1.jpg', 'https://i.test/2.jpg'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe.each(systems)('whatever $profile exports', ({ profile, rows, noise }) => {
  it('comes back as the products that were meant, and the rest is skipped', () => {
    fc.assert(
      fc.property(
        fc.array(product, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (meant, loud) => {
          const table = meant.flatMap((each, at) => [
            ...rows(each, at),
            ...(loud ? (noise?.(each, at) ?? []) : []),
          ]);
          const all = [...rows(meant[0]!, 0), ...(noise?.(meant[0]!, 0) ?? [])];
          const header = [...new Set([...all, ...table].flatMap((cells) => Object.keys(cells)))];
          const cells = table.map((row) => header.map((column) => row[column] ?? ''));
          const reading = read(lines(header, ...cells));
          expect(reading.plan.profile).toBe(profile);
          expect(reading.rejects).toEqual([]);
          const knowsFlag = reading.plan.present.includes('active');
          const right = meant.flatMap(({ name, description, active, variants }, at) =>
            variants.map(({ price, image }, place) => ({
              ...{ sku: sku(at, place), name, description, price },
              ...{ active: knowsFlag ? active : null, images: [image] },
            })),
          );
          expect(reading.products).toMatchObject(right);
          expect(reading.products).toHaveLength(right.length);
          expect(reading.skipped).toHaveLength(table.length - right.length);
        },
      ),
    );
  });
});
