import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * Files and folders named on a command line of the application.
 * @param argv with the program; without a package the application's folder follows it
 */
export function filesOfCommandLine(argv: readonly string[], workingDir: string, appPath: string): readonly string[] {
  return argv
    .slice(1)
    .filter((word) => !word.startsWith('-'))
    .map((word) => resolve(workingDir, word))
    .filter((path) => path !== resolve(appPath) && existsSync(path))
}
