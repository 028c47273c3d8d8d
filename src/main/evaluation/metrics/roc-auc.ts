/**
 * Area under the ROC curve: the chance that a positive sample scores higher than a negative one, ties counting half
 * (Mann and Whitney 1947). NaN unless there are both.
 */
export function rocAuc(scores: ArrayLike<number>, isPositive: ArrayLike<number | boolean>): number {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!)
  let positives = 0
  let rankSum = 0
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) to++
    // ranks from 1; equal scores share their mean rank
    const rank = (from + 1 + to) / 2
    for (let at = from; at < to; at++) {
      if (!isPositive[order[at]!]) continue
      positives++
      rankSum += rank
    }
    from = to
  }
  const negatives = scores.length - positives
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives)
}
