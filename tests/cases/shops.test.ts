import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { storedProducts, useCatalogue } from '../setup/catalogue.js';
import { loadText, sumOfWays } from '../setup/load.js';

const db = useCatalogue();
const folder = new URL('../../fixtures/shops/', import.meta.url);

/** SKU, name, price (`-` where there is none, `!` before it where the product is inactive), images. */
type Row = [sku: string, name: string, price: string, images?: string];

interface Case {
  /** None where the columns speak for themselves. */
  profile: string | null;
  /** Rows that are skipped, and rejected. */
  skipped?: number;
  rejected?: number;
  products: Row[];
}

const cdn = 'https://cdn.example/';
const cases: Record<string, Case> = {
  'shopify.csv': {
    profile: 'shopify',
    skipped: 1,
    products: [
      ['APR-M', 'Linen apron', '31.90', `${cdn}apron-2.jpg`],
      ['APR-S', 'Linen apron', '29.90', `${cdn}apron-1.jpg ${cdn}apron-3.jpg`],
      ['TWL-1', 'Tea towel', '!8.00'],
    ],
  },
  'shopify-new.csv': {
    profile: 'shopify',
    skipped: 1,
    products: [
      ['HAT-1', 'Straw hat', '!19.00'],
      ['SCF-B', 'Wool scarf', '25.50'],
      ['SCF-R', 'Wool scarf', '25.00', `${cdn}scarf-1.jpg ${cdn}scarf-2.jpg`],
    ],
  },
  'shopify-api.json': {
    profile: null,
    products: [
      ['APR-M', 'Linen apron', '31.90', `${cdn}apron-1.jpg ${cdn}apron-2.jpg`],
      ['APR-S', 'Linen apron', '29.90', `${cdn}apron-1.jpg ${cdn}apron-2.jpg`],
      ['TWL-1', 'Tea towel', '!8.00'],
    ],
  },
  'matrixify.csv': {
    profile: 'matrixify',
    skipped: 2,
    rejected: 1,
    products: [
      ['JUG-L', 'Jug', '15.00'],
      ['JUG-S', 'Jug', '12.00', `${cdn}jug.jpg`],
    ],
  },
  'woocommerce.csv': {
    profile: 'woocommerce',
    products: [
      ['BRD-1', 'Oak board', '24.50', 'https://shop.example/a.jpg https://shop.example/b.jpg'],
      ['MUG', 'Mug', '!-'],
      ['MUG-R', 'Mug - red', '9.00', 'https://shop.example/m.jpg'],
    ],
  },
  'woocommerce-german.csv': {
    profile: 'woocommerce',
    products: [
      ['BRT-1', 'Brett', '24.50', 'https://shop.example/a.jpg'],
      ['LFL-1', 'Löffel', '!1299.00'],
    ],
  },
  'woocommerce-api.json': {
    profile: 'woocommerce-api',
    products: [
      ['BRD-1', 'Oak board', '24.50', 'https://shop.example/a.jpg https://shop.example/b.jpg'],
      ['MUG', 'Mug', '!-'],
    ],
  },
  'magento1.csv': {
    profile: 'magento1',
    skipped: 2,
    products: [
      ['STC-1', 'Satchel', '120.00'],
      ['TOT-1', 'Tote', '!35.50'],
    ],
  },
  'magento2.csv': {
    profile: 'magento2',
    skipped: 2,
    products: [
      ['BAG-1', 'Travel bag', '34.00', 'https://m.example/1.jpg https://m.example/2.jpg'],
      ['PCK-1', 'Day pack', '!59.95'],
    ],
  },
  'prestashop.csv': {
    profile: 'prestashop',
    products: [
      ['NTB-1', 'Notebook', '5.50', 'https://ps.example/1.jpg https://ps.example/2.jpg'],
      ['PNC-1', 'Pencil', '!1.20'],
    ],
  },
  'prestashop-api.xml': {
    profile: null,
    products: [
      ['NTB-1', 'Notebook', '5.50'],
      ['PNC-1', 'Pencil', '!1.20'],
    ],
  },
  'prestashop-combinations.csv': {
    profile: 'prestashop-combinations',
    skipped: 2,
    products: [],
  },
  'odoo.csv': {
    profile: 'odoo',
    skipped: 1,
    products: [
      ['CHR-1', 'Chair', '!85.00'],
      ['LMP-1', 'Desk lamp', '1299.50'],
    ],
  },
  'opencart.csv': {
    profile: 'opencart',
    products: [
      ['CLK-1', 'Clock', '!15.00', 'https://oc.example/clock.jpg'],
      ['RDO-1', 'Radio', '101.00'],
    ],
  },
  'shopware5.csv': {
    profile: 'shopware5',
    products: [
      ['VAS-1', 'Vase', '49.95', 'https://sw.example/v.jpg'],
      ['VAS-2', 'Vase', '!1049.95', 'https://sw.example/v.jpg'],
    ],
  },
  'shopware6.csv': {
    profile: 'shopware6',
    products: [
      ['CUP-1', 'Cup', '!10.00'],
      ['POT-1', 'Pot', '99.95', 'https://sw.example/1.jpg'],
      ['POT-1.1', 'Pot', '99.95', 'https://sw.example/1.jpg'],
      ['POT-1.2', 'Pot', '109.95', 'https://sw.example/1.jpg'],
    ],
  },
  'spree.csv': {
    profile: 'spree',
    skipped: 1,
    products: [
      ['ESP-B', 'Espresso machine', '879.99', 'https://s.example/b.webp https://s.example/b2.webp'],
      ['ESP-S', 'Espresso machine', '899.99'],
      ['GRD-1', 'Grinder', '!99.00'],
    ],
  },
  'vendure.csv': {
    profile: 'vendure',
    products: [
      ['LAP-13', 'Laptop', '1299.00', 'https://v.example/l.jpg'],
      ['LAP-15', 'Laptop', '2199.00', 'https://v.example/l.jpg https://v.example/l15.jpg'],
      ['MOU-1', 'Mouse', '19.00'],
    ],
  },
  'saleor.csv': {
    profile: 'saleor',
    products: [
      ['JUI-1', 'Juice', '4.50'],
      ['JUI-2', 'Juice', '8.00'],
      ['SOD-1', 'Soda', '!3.99'],
    ],
  },
  'medusa.csv': {
    profile: 'medusa',
    products: [
      ['CAP-1', 'Cap', '!9.50'],
      ['SWT-M', 'Sweater', '21.50', 'https://m.example/1.png https://m.example/2.png'],
      ['SWT-S', 'Sweater', '19.95', 'https://m.example/1.png https://m.example/2.png'],
    ],
  },
  'sylius.csv': {
    profile: 'sylius',
    skipped: 2,
    products: [
      ['JNS-1', 'Jeans', '49.90'],
      ['SHR-1', 'Shirt', '!29.90'],
    ],
  },
  'akeneo.csv': {
    profile: 'akeneo',
    products: [
      ['CAM-1', 'Camera', '199.90'],
      ['LNS-1', 'Lens', '!1199.90', 'https://a.example/lens.jpg'],
    ],
  },
  'bigcommerce.csv': {
    profile: 'bigcommerce',
    skipped: 2,
    products: [
      ['PEG', 'Peg', '!3.00'],
      ['TNT', 'Tent', '199.00', 'https://bc.example/tent-1.jpg https://bc.example/tent-2.jpg'],
      ['TNT-2', 'Tent', '199.00'],
      ['TNT-4', 'Tent', '249.00'],
    ],
  },
  'bigcommerce-old.csv': {
    profile: 'bigcommerce',
    skipped: 1,
    products: [
      ['BPK-1', 'Backpack', '89.00', 'https://bc.example/1.jpg https://bc.example/2.jpg'],
      ['DFL-1', 'Duffel', '!1089.00'],
    ],
  },
  'wix.csv': {
    profile: 'wix',
    skipped: 1,
    products: [
      ['LMP', 'Lamp', '49.90', 'https://w.example/a.jpg https://w.example/b.jpg'],
      ['LMP-B', 'Lamp', '49.90', 'https://w.example/a.jpg https://w.example/b.jpg'],
      ['LMP-R', 'Lamp', '-', 'https://w.example/a.jpg https://w.example/b.jpg'],
      ['RUG', 'Rug', '!120.00'],
    ],
  },
  'wix-new.csv': {
    profile: 'wix',
    skipped: 2,
    products: [
      ['DSK-L', 'Desk', '350.00', 'https://w.example/desk-1.jpg'],
      ['DSK-S', 'Desk', '300.00', 'https://w.example/desk-1.jpg https://w.example/desk-2.jpg'],
    ],
  },
  'squarespace.csv': {
    profile: 'squarespace',
    products: [
      ['SQ-B', 'Brush', '!3.50'],
      ['SQ-L', 'Soap', '7.00', 'https://sq.example/1.jpg https://sq.example/2.jpg'],
      ['SQ-S', 'Soap', '4.00', 'https://sq.example/1.jpg https://sq.example/2.jpg'],
    ],
  },
  'ecwid.csv': {
    profile: 'ecwid',
    skipped: 2,
    products: [
      ['GLV', 'Gloves', '!25.00'],
      ['SCF', 'Scarf', '35.00', 'https://ec.example/1.jpg https://ec.example/2.jpg'],
      ['SCF-B', 'Scarf', '35.00', 'https://ec.example/1.jpg'],
      ['SCF-R', 'Scarf', '39.00', 'https://ec.example/1.jpg'],
    ],
  },
  'lightspeed.csv': {
    profile: 'lightspeed',
    rejected: 1,
    products: [
      ['BIK-1', 'Road bike', '1299.00'],
      ['HLM-1', 'Helmet', '!59.00'],
    ],
  },
  'lightspeed-x.csv': {
    profile: 'lightspeed',
    products: [
      ['10001', 'Tee', '9.95'],
      ['10002', 'Tee', '!9.95'],
    ],
  },
  'square.csv': {
    profile: 'square',
    rejected: 1,
    products: [
      ['TEA-L', 'Tea', '!8.00'],
      ['TEA-S', 'Tea', '4.50'],
    ],
  },
  'etsy.csv': {
    profile: 'etsy',
    skipped: 1,
    products: [['CUP-1', 'Clay cup', '12.00', 'https://i.example/3.jpg https://i.example/4.jpg']],
  },
  'ebay.csv': {
    profile: 'ebay',
    skipped: 1,
    products: [
      ['KAM-1', 'Kamera', '49.95', 'https://i.example/1.jpg https://i.example/2.jpg'],
      ['OBJ-1', 'Objektiv', '1249.95', 'https://i.example/3.jpg'],
      ['OBJ-1-R', 'Objektiv', '1250.95', 'https://i.example/3.jpg'],
    ],
  },
  'ebay-drafts.csv': {
    profile: 'ebay',
    products: [
      ['FLM-1', 'Film camera', '49.95', 'https://i.example/1.jpg https://i.example/2.jpg'],
    ],
  },
  'amazon.tsv': {
    profile: 'amazon',
    rejected: 1,
    products: [['SPN-1', 'Spoon', '9.99', 'https://s.example/1.jpg https://s.example/1b.jpg']],
  },
  'amazon-listings.tsv': {
    profile: 'amazon-listings',
    products: [
      ['JUG-1', 'Jug', '!-'],
      ['MUG-1', 'Mug', '!9.99'],
      ['TEE-1', 'Tee 12" wide', '19.99'],
    ],
  },
  'product-feed.tsv': {
    profile: 'product-feed',
    products: [
      [
        'PAN-1',
        'Frying pan',
        '19.99',
        'https://s.example/1.jpg https://s.example/1b.jpg https://s.example/1c.jpg',
      ],
      ['POT-1', 'Tea pot', '1299.00', 'https://s.example/2.jpg'],
    ],
  },
};

it.each(Object.entries(cases))('loads what %s means', async (name, right) => {
  const { report } = await loadText(db(), readFileSync(new URL(name, folder)));
  expect(report.source.profile).toBe(right.profile);
  const stored = (await storedProducts(db())).map(({ sku, name, price, active, images }) => [
    ...[sku, name, `${active ? '' : '!'}${price === null ? '-' : Number(price).toFixed(2)}`],
    images.join(' '),
  ]);
  expect(stored).toEqual(
    right.products.map(([sku, product, price, images = '']) => [sku, product, price, images]),
  );
  expect(report.products!.skipped).toBe(right.skipped ?? 0);
  expect(report.rows).toMatchObject({ rejected: right.rejected ?? 0, duplicates: 0 });
  expect(sumOfWays(report)).toBe(report.rows.read);
});

it('has a case for each fixture of a shop, and a line in the README of the fixtures', () => {
  const files = readdirSync(folder).sort();
  expect(Object.keys(cases).sort()).toEqual(files);
  const list = readFileSync(new URL('../README.md', folder), 'utf8');
  for (const file of files) expect(list).toContain(`shops/${file}`);
});
