/** What one ray a pixel leaves jagged, made smooth. */
import type { FrameSize } from '../spec/frame.ts';

/**
 * A picture [h, w, 3] with its edges softened: where different solids meet, half of a pixel's colour is that of its four
 * neighbours. Elsewhere `grainy` pixels take the mean of those around, the nearest counting most, by which shadows that
 * neighbours see in the light of different directions become soft ones; everything else keeps its colour.
 *
 * @param solids which solid each pixel sees, [h, w]
 * @param grainy 1 for pixels whose neighbours take turns, else 0, [h, w]
 */
export function soften(
  pixels: Uint8Array,
  { solids, grainy }: { readonly solids: Int16Array; readonly grainy: Uint8Array },
  { height, width }: FrameSize,
): Uint8Array {
  const out = pixels.slice();
  const below = 3 * width;
  for (let row = 1; row < height - 1; row++) {
    for (let col = 1; col < width - 1; col++) {
      const at = row * width + col;
      const solid = solids[at];
      const isInside =
        solids[at - 1] === solid &&
        solids[at + 1] === solid &&
        solids[at - width] === solid &&
        solids[at + width] === solid;
      if (isInside && grainy[at] === 0) continue;
      for (let o = 3 * at; o < 3 * at + 3; o++) {
        const beside = pixels[o - 3] + pixels[o + 3] + pixels[o - below] + pixels[o + below];
        if (isInside) {
          const corners =
            pixels[o - below - 3] + pixels[o - below + 3] + pixels[o + below - 3] + pixels[o + below + 3];
          out[o] = (4 * pixels[o] + 2 * beside + corners + 8) >> 4;
        } else {
          out[o] = (4 * pixels[o] + beside + 4) >> 3;
        }
      }
    }
  }
  return out;
}
