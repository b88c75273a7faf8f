/* One sweep of the Jacobi iteration for the Laplace equation on a square grid, in single precision.
 * Source: the five-point stencil of textbooks (Golub and Van Loan, Matrix Computations, 4.8); boundary kept.
 * Shape: n x n points, n at most 16. */
#include "heddle/kernel.h"

HEDDLE_KERNEL
void jacobi_fp32(int n HEDDLE_RANGE(3, 16), const float u[restrict static 256], float next[restrict static 256]) {
  for (int i = 1; i < n - 1; i++) {
    for (int j = 1; j < n - 1; j++) {
      const float vertical = u[(i - 1) * n + j] + u[(i + 1) * n + j];
      const float horizontal = u[i * n + j - 1] + u[i * n + j + 1];
      next[i * n + j] = 0.25f * (vertical + horizontal);
    }
  }
}
