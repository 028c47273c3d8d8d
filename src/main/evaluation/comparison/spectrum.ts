// How many directions a set really uses, told from the eigenvalues of its covariance.

/** (sum of the eigenvalues)^2 / sum of their squares: 1 for one direction, the number of dimensions for all alike. */
export function participationRatio(eigenvalues: ArrayLike<number>): number {
  let [sum, squares] = [0, 0]
  for (let i = 0; i < eigenvalues.length; i++) {
    sum += eigenvalues[i]!
    squares += eigenvalues[i]! ** 2
  }
  return (sum * sum) / squares
}

/** exp of the entropy of the singular values of the centred matrix, as shares of their sum (Roy and Vetterli 2007). */
export function effectiveRank(eigenvalues: ArrayLike<number>): number {
  const singular = Array.from(eigenvalues, (value) => Math.sqrt(Math.max(0, value)))
  const total = singular.reduce((sum, value) => sum + value, 0)
  const entropy = singular.reduce(
    (sum, value) => (value > 0 ? sum - (value / total) * Math.log(value / total) : sum),
    0,
  )
  return Math.exp(entropy)
}
