/**
 * Space-to-depth and depth-to-space as model authors write them in tfjs (reshape, transpose, reshape: the ops
 * themselves have no gradient) are recognised, so that the picture can stay channels first.
 */
import { TracedValue } from '../value.ts';

/** From [B, h, k, w, k, C] to [B, h, w, k, k, C] and back: both are the same permutation. */
const SWAP_BLOCKS = [0, 1, 3, 2, 4, 5];

/**
 * The result of reshaping `x` to `shape`, where `x` is a block-wise transposed view of a picture that existed
 * channels first only; otherwise nothing.
 */
export function blockRearrangement(x: TracedValue, shape: readonly number[]): TracedValue | undefined {
  const view = x.rearranged;
  if (!view?.perm || shape.length !== 4 || view.perm.some((axis, i) => axis !== SWAP_BLOCKS[i]))
    return undefined;
  const { from } = view;
  const [b, h, w, c] = from.shape;
  const [, , k1, , k2] = view.shape;

  const toDepth = [b, h / k1, k1, w / k2, k2, c];
  if (k1 > 1 && matches(view.shape, toDepth) && matches(shape, [b, h / k1, w / k2, k1 * k2 * c])) {
    // [B, C, h/k, k, w/k, k] to [B, (k, k, C), h/k, w/k]
    return rearrange(from, [b, c, h / k1, k1, w / k2, k2], [0, 3, 5, 1, 2, 4], shape);
  }
  const [, , , rows, columns, depth] = view.shape;
  const toSpace = [b, h, w, rows, columns, c / (rows * columns)];
  if (matches(view.shape, toSpace) && matches(shape, [b, h * rows, w * columns, depth])) {
    // [B, k, k, C, h, w] to [B, C, (h, k), (w, k)]
    return rearrange(from, [b, rows, columns, depth, h, w], [0, 3, 4, 1, 5, 2], shape);
  }
  return undefined;
}

function rearrange(
  from: TracedValue,
  view: readonly number[],
  perm: readonly number[],
  shape: readonly number[],
): TracedValue {
  const { graph } = from;
  const moved = graph.transpose(graph.reshape(from.name('channelsFirst'), view), perm);
  const [b, h, w, c] = shape;
  return TracedValue.named(graph, shape, from.dtype, graph.reshape(moved, [b, c, h, w]), 'channelsFirst');
}

function matches(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}
