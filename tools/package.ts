/** What the project's package.json says of it. */
import { readFileSync } from 'node:fs';

interface Package {
  readonly version: string;
  readonly engines: { readonly node: string };
}

export function readPackage(): Package {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Package;
}
