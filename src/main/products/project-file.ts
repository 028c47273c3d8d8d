// A project of Ground Control: it is opened by the window, not as data.

import type { ProductAdapter } from './product-adapter.ts'

/** @param head first bytes of a file */
export function looksLikeProject(head: Uint8Array): boolean {
  return /^\s*\{\s*"groundControlProject"\s*:/.test(Buffer.from(head.subarray(0, 200)).toString('utf8'))
}

export const projectFile: ProductAdapter<'project'> = {
  product: 'ground-control-project',
  containers: ['project'],
  sniff: () => 'certain',
  async describe({ path }) {
    return { file: path, product: 'ground-control-project', kind: 'project', problems: [] }
  },
}
