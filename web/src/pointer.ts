/** Where in a picture a pointer points. */

/** A place in a picture, its pixels: from 0 to height and to width. */
export interface Place {
  readonly row: number;
  readonly col: number;
}

/** Where in the picture of `size` that its target shows an event points; the nearest place where it has left it. */
export function placeOf(
  event: PointerEvent,
  size: { readonly height: number; readonly width: number },
): Place {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  const share = (at: number, low: number, span: number): number =>
    Math.max(0, Math.min(1, (at - low) / span));
  return {
    row: share(event.clientY, box.top, box.height) * size.height,
    col: share(event.clientX, box.left, box.width) * size.width,
  };
}
