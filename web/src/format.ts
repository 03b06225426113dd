/** Numbers as people read them. */
export function decimals(value: number, digits: number): string {
  return value.toFixed(digits);
}

export function whole(value: number): string {
  return value.toLocaleString('en');
}

export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${decimals(bytes / 1e3, 0)} kB` : `${decimals(bytes / 1e6, 1)} MB`;
}
