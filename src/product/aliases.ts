import type { Field } from './product.js';

/** What a column can be taken for: a field, the row's action, or (told so) just an attribute. */
export type ColumnTarget = Field | 'action';

/** A field that headers lead to by themselves. */
export type NamedField = Exclude<Field, 'attributes'>;

/**
 * What shops call the fields, in English and French, the likeliest first. Kept narrow on purpose:
 * a column that is wrongly left in `attributes` is seen at once, one wrongly taken for a price is
 * not. So neither `cost`, `code`, `vendor` nor `sale price` is here.
 */
export const aliases: Record<NamedField, readonly string[]> = {
  sku: [
    ...['variant sku', 'product sku', 'item sku', 'seller sku', 'sku code', 'sku number'],
    ...['reference', 'ref', 'product reference', 'internal reference', 'default code', 'ugs'],
    ...['reference produit', 'ref produit', 'reference interne', 'reference article'],
    ...['ref article', 'code article', 'code produit', 'numero article', "numero d'article"],
    ...['n article', "n d'article"],
    ...['product code', 'item code', 'article code', 'stock code', 'stock keeping unit'],
    ...['article number', 'item number', 'product number', 'part number'],
  ],
  name: [
    ...['product name', 'title', 'product title', 'item name', 'item title', 'article name'],
    ...['nom', 'nom du produit', 'nom produit', 'nom de produit', 'nom article'],
    ...["nom de l'article", 'titre', 'titre du produit', 'designation', 'libelle'],
    ...['libelle produit', 'intitule'],
  ],
  description: [
    ...['body (html)', 'body html', 'product description', 'long description'],
    ...['full description', 'item description', 'sales description', 'description longue'],
    ...['description produit', 'description du produit', 'description complete', 'descriptif'],
  ],
  price: [
    ...['variant price', 'regular price', 'product price', 'list price', 'retail price'],
    ...['selling price', 'sales price', 'public price', 'price tax excluded'],
    ...['price tax excluded or price tax included', 'price (tax excl.)', 'price (tax incl.)'],
    ...['price tax included', 'prix', 'prix de vente', 'prix public', 'tarif', 'tarif regulier'],
    ...['prix regulier', 'prix de vente ht ou ttc', 'prix ht ou ttc', 'prix ht', 'prix (ht)'],
    ...['prix ttc', 'prix (ttc)', 'prix de vente ht', 'prix de vente ttc', 'unit price'],
    ...['prix unitaire'],
  ],
  active: [
    ...['is active', 'enabled', 'is enabled', 'published', 'is published', 'status'],
    ...['product status', 'product online', 'actif', 'publie', 'statut', 'en ligne'],
    ...['visible', 'is visible', 'product visible', 'product is visible', 'listed', 'is listed'],
    ...['live', 'is live', 'online', 'is online', 'product is available', 'available for sale'],
    ...['product is active', 'product is enabled', 'product is published', 'post status'],
  ],
  owner: ['owner id', 'proprietaire'],
  images: [
    ...['image', 'image url', 'image urls', 'images url', 'images urls', 'image src'],
    ...['image link', 'image links', 'product image', 'product images', 'product image url'],
    ...['main image', 'photo', 'photos', 'picture', 'pictures', 'url image', 'urls images'],
    ...['main image url', 'image file', 'product image file', 'featured image'],
    ...['url des images', "url de l'image", "urls d'image", 'image principale'],
  ],
};

/** Headers of a flag whose yes says that the product is not active. */
export const contraryAliases: readonly string[] = [
  ...['archived', 'is archived', 'hidden', 'is hidden', 'draft', 'is draft'],
];
