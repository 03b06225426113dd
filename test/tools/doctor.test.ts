import { describe, expect, it } from 'vitest';
import { supportedNode } from '../../tools/doctor.ts';

describe('the version of Node', () => {
  it.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0', '25.3.1'])('is well at %s', (version) => {
    expect(supportedNode(version)).toBe(version);
  });

  // Every version from 20 on was once said to be well, and vite refused some of them.
  it.each(['18.20.0', '20.18.3', '21.7.3', '22.11.0', '23.11.0'])('is refused at %s', (version) => {
    expect(() => supportedNode(version)).toThrow(`version ${version}, not one of`);
  });
});
