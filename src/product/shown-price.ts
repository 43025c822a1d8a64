/** A stored price as JSON shows it: `8.2000` → `8.20`, `0.1250` → `0.125`, `7` → `7.00`. */
export function shownPrice(stored: string): string {
  const [whole, decimals = ''] = stored.split('.') as [string, string?];
  return `${whole}.${decimals.replace(/0+$/, '').padEnd(2, '0')}`;
}
