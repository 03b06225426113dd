/** Numbers as people read them. */
export function decimals(value: number, digits: number): string {
  return value.toFixed(digits);
}

export function whole(value: number): string {
  return value.toLocaleString('en');
}

export function fileSize(bytes: number): string {
  if (bytes < 1e6) return `${decimals(bytes / 1e3, 0)} kB`;
  return bytes < 1e9 ? `${decimals(bytes / 1e6, 1)} MB` : `${decimals(bytes / 1e9, 1)} GB`;
}

/** `40 s`, `3 min`, `2 h 5 min` */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
