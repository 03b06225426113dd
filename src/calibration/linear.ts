/** The little linear algebra that a camera's calibration needs: matrices of a dozen rows, row-major. */

/** The unit vector that a symmetric n x n matrix shrinks most: its eigenvector of least eigenvalue, by Jacobi's rotations. */
export function smallestEigenvector(symmetric: readonly number[], n: number): number[] {
  const a = [...symmetric];
  const vectors = Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let on = 0;
    for (let p = 0; p < n; p++) {
      on += a[n * p + p] ** 2;
      for (let q = p + 1; q < n; q++) off += a[n * p + q] ** 2;
    }
    if (off <= 1e-30 * on) break;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q);
    }
  }
  const diagonal = Array.from({ length: n }, (_, k) => a[n * k + k]);
  const least = diagonal.indexOf(Math.min(...diagonal));
  return Array.from({ length: n }, (_, k) => vectors[n * k + least]);
}

/** Makes entry (p, q) zero. */
function rotate(a: number[], vectors: number[], n: number, p: number, q: number): void {
  const apq = a[n * p + q];
  if (apq === 0) return;
  const theta = (a[n * q + q] - a[n * p + p]) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (m: number[], i: number, j: number): void => {
    [m[i], m[j]] = [c * m[i] - s * m[j], s * m[i] + c * m[j]];
  };
  for (let k = 0; k < n; k++) turn(a, n * k + p, n * k + q);
  for (let k = 0; k < n; k++) turn(a, n * p + k, n * q + k);
  for (let k = 0; k < n; k++) turn(vectors, n * k + p, n * k + q);
}

/** x with a x = b, for an n x n matrix, by elimination; null when the matrix is singular. */
export function solveLinear(matrix: readonly number[], right: readonly number[]): number[] | null {
  const n = right.length;
  const rows = right.map((b, i) => [...matrix.slice(n * i, n * i + n), b]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    if (Math.abs(rows[k][k]) < 1e-14) return null;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k] / rows[k][k];
      for (let j = k; j <= n; j++) rows[i][j] -= factor * rows[k][j];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const known = rows[k].slice(k + 1, n).reduce((sum, v, j) => sum + v * x[k + 1 + j], 0);
    x[k] = (rows[k][n] - known) / rows[k][k];
  }
  return x;
}
