export declare function installedChromium(env?: Record<string, string | undefined>): string | undefined
export declare function chromiumThatRuns(path: string | undefined): boolean
