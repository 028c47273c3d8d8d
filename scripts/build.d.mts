export declare function buildSides(names?: readonly string[], options?: { readonly onlyStale?: boolean }): Promise<void>
